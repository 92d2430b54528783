/* Every launch on the CPU and on a CUDA device, which have to give the same bits. Needs kernels/ and nothing
 * else.
 *
 * usage: kernels_parity            compares; exit code 77: there is no GPU
 *        kernels_parity --small    compares without repeating every model, for slow tools such as
 * compute-sanitizer kernels_parity --measure  prints what a step costs on 10,000 nodes and how fast memory is
 * on 2.5 million */
#include "kernels/parity_cases.h"
#include "kernels/parity_measure.h"
#include "kernels/synthetic.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SKIPPED = 77 };
static const char *const precision_name[] = {"double", "single"};

static iso_device *open_or_end(const char *kind, iso_precision precision) {
  char message[512];
  iso_device *device =
      iso_device_open(&(iso_device_options){.kind = kind, .precision = precision}, message, sizeof message);
  if (device) return device;
  fprintf(stderr, "%s: %s\n", kind, message);
  exit(strstr(message, "there is no GPU here") || strstr(message, "there is no NVIDIA driver here") ? SKIPPED
                                                                                                    : 1);
}

/* Whether both recorded the same. */
static int compare(const char *what, iso_device *const device[2], parity_record record[2]) {
  const size_t n = record[0].size < record[1].size ? record[0].size : record[1].size;
  const char *failure = iso_device_failure(device[1]);
  size_t at = 0;
  while (at < n && record[0].bytes[at] == record[1].bytes[at]) at++;
  const int same = !failure && n > 0 && record[0].size == record[1].size && at == n;
  printf("%-7s %-45s %9zu bytes %s\n", precision_name[device[0]->precision], what, n,
         same ? "the same" : "DIFFERENT");
  if (failure) printf("        %s\n", failure);
  if (!same)
    printf("        %zu and %zu bytes, first different at %zu\n", record[0].size, record[1].size, at);
  fflush(stdout);
  free(record[0].bytes), free(record[1].bytes);
  return same;
}

static int compare_models(iso_device *const device[2], int nmodels) {
  int same = 1;
  for (int m = 0; m < nmodels; m++)
    for (int exact = 0; exact < 2; exact++) {
      char what[128];
      parity_record record[2] = {{0, NULL}, {0, NULL}};
      for (int d = 0; d < 2; d++) parity_cells(device[d], iso_models[m], exact, &record[d]);
      snprintf(what, sizeof what, "cells %s, %s", iso_models[m]->name, exact ? "exact" : "tabled");
      same &= compare(what, device, record);
    }
  return same;
}

static int compare_cases(iso_device *const device[2]) {
  int same = 1;
  for (int c = 0; c < parity_ncases; c++) {
    parity_record record[2] = {{0, NULL}, {0, NULL}};
    for (int d = 0; d < 2; d++) parity_cases[c].run(device[d], &record[d]);
    same &= compare(parity_cases[c].name, device, record);
  }
  return same;
}

static int compare_all(iso_precision precision, int nmodels) {
  iso_device *const device[2] = {open_or_end("cpu", precision), open_or_end("cuda", precision)};
  printf("%s against %s\n", device[1]->name, device[0]->name);
  int same = compare_cases(device);
  same &= compare_models(device, nmodels);
  for (int d = 0; d < 2; d++) iso_device_close(device[d]);
  return same;
}

int main(int argc, char **argv) {
  const char *mode = argc > 1 ? argv[1] : "";
  if (argc > 2 || (*mode && strcmp(mode, "--small") && strcmp(mode, "--measure"))) {
    fprintf(stderr, "usage: %s [--small | --measure]\n", argv[0]);
    return 2;
  }
  if (!strcmp(mode, "--measure")) {
    for (int p = 0; p < 2; p++) {
      iso_device *device = open_or_end("cuda", (iso_precision)p);
      parity_measure(device);
      iso_device_close(device);
    }
    return 0;
  }
  int same = 1;
  for (int p = 0; p < 2; p++) same &= compare_all((iso_precision)p, *mode ? 1 : iso_nmodels);
  return same ? 0 : 1;
}
