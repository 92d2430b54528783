/* Any bytes are a table of electrodes or a refusal with its line; electrodes have names of their own and
 * places. */
#include "study/electrodes.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int condition) {
  if (!condition) abort();
}

static void check(const iso_electrodes *e) {
  require(e->n > 0);
  for (int k = 0; k < e->n; k++) {
    for (int d = 0; d < 3; d++) require(isfinite(e->at_mm[k][d]));
    require(e->name[k][0] != 0);
    for (int l = 0; l < k; l++) require(strcmp(e->name[k], e->name[l]) != 0);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  iso_electrodes electrodes = {0};
  iso_error err = {0};
  char *text = malloc(size + 1);
  require(text != NULL);
  memcpy(text, data, size);
  text[size] = 0;
  const iso_status status = iso_electrodes_parse(&electrodes, "a.csv", text, &err);
  if (status == ISO_OK)
    check(&electrodes);
  else
    require(status == ISO_EINPUT && err.message[0] && !strchr(err.message, '\n'));
  iso_electrodes_free(&electrodes);
  free(text);
  return 0;
}
