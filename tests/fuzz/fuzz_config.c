/* Any bytes are a configuration or a refusal with a message; what is accepted survives its own dump. */
#include "config/config.h"
#include "kernels/cpu/device_host.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* No device is opened: this stands in for the kernels. */
iso_device *iso_cpu_open(const iso_device_options *options, char *message, size_t size) {
  (void)options, (void)message, (void)size;
  return NULL;
}

static void require(int condition) {
  if (!condition) abort();
}

static char *dump(const iso_config *config) {
  char *text;
  iso_error err = {0};
  require(iso_config_dump(config, &text, &err) == ISO_OK);
  return text;
}

static void check_dump(const iso_config *config) {
  iso_config again;
  iso_error err = {0};
  char *first = dump(config);
  require(iso_config_parse(&again, "folder/a.yaml", first, strlen(first), 0, NULL, &err) == ISO_OK);
  char *second = dump(&again);
  require(!strcmp(first, second));
  free(first);
  free(second);
  iso_config_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  iso_config config;
  iso_error err = {0};
  iso_status status = iso_config_parse(&config, "folder/a.yaml", (const char *)data, size, 0, NULL, &err);
  require(status == ISO_OK || (status == ISO_EINPUT && err.message[0]));
  if (status == ISO_OK) check_dump(&config);
  iso_config_free(&config);
  return 0;
}
