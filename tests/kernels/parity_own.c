/* A model of the program as a user's own: its tables from own/host.c, and its kernels compiled for the device
 * at run time. */
#include "kernels/parity.h"

#include "kernels/models/luo_rudy_1991.h"
#define ISO_OWN luo_rudy_1991
#include "kernels/own/host.c"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* The sources, where they were when this was built or where ISOCHRONE_KERNELS says: for a program that is
 * carried to another machine with them. */
static const char *kernels_folder(void) {
  const char *other = getenv("ISOCHRONE_KERNELS");
  return other && other[0] ? other : ISO_KERNELS_DIR;
}

static void print_file(const char *path) {
  char text[4096];
  FILE *f = fopen(path, "r");
  if (!f) return;
  text[fread(text, 1, sizeof text - 1, f)] = '\0';
  fputs(text, stderr);
  fclose(f);
}

/* NULL, and a message to standard error, where that fails. */
static void *load_kernels(iso_device *device, const char *folder) {
  char file[1024], header[1024], above[1024];
  snprintf(file, sizeof file, "%s/own/cells.c", kernels_folder());
  snprintf(header, sizeof header, "%s/models/luo_rudy_1991.h", kernels_folder());
  snprintf(above, sizeof above, "%s/..", kernels_folder());
  const iso_kernel_source source = {
      .file = file, .header = header, .folder = above, .define = "ISO_OWN=luo_rudy_1991"};
  char output[64], messages[64], why[1024] = "";
  void *kernels = NULL;
  iso_kernel_compiler compiler;
  snprintf(output, sizeof output, "%s/output", folder);
  snprintf(messages, sizeof messages, "%s/messages", folder);
  if (!iso_device_compiler(device, &compiler, why, sizeof why))
    fprintf(stderr, "%s\n", why);
  else if (!iso_device_compile(device, &source, output, messages))
    print_file(messages);
  else if (!(kernels = iso_device_load_own(device, output, "luo_rudy_1991", why, sizeof why)))
    fprintf(stderr, "%s\n", why);
  unlink(output);
  unlink(messages);
  return kernels;
}

int parity_own(iso_device *device, parity_own_run *run, void *context) {
  char folder[] = "/tmp/parity_own.XXXXXX";
  if (!mkdtemp(folder)) return 0;
  void *kernels = load_kernels(device, folder);
  rmdir(folder);
  if (!kernels) return 0;
  const iso_own own = {iso_own_host.preparation, kernels};
  iso_model model = *iso_own_host.model;
  model.own = &own;
  run(device, &model, context);
  iso_device_release_own(device, kernels);
  return 1;
}
