/* The CUDA device gives the bits of the CPU device, launch by launch, for every model and in both precisions.
 * Needs kernels/ alone. Exit code 77: there is no GPU.
 *
 * usage: kernels_parity [--quick|--large]
 * --quick: double precision, and of the models two alone, for tools that slow a program down.
 * --large: besides, launches over a million nodes, which fill a GPU. */
#include "kernels/parity.h"

#include "kernels/synthetic.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void record_bytes(record *to, const void *bytes, size_t n) {
  if (to->size + n > to->room) {
    to->room = 2 * (to->size + n);
    to->bytes = synthetic_need(realloc(to->bytes, to->room));
  }
  memcpy(to->bytes + to->size, bytes, n);
  to->size += n;
}

/* Frees both. */
static int compare(const char *precision, const char *name, record cpu, record cuda) {
  const int same = cpu.size == cuda.size && cpu.size > 0 && !memcmp(cpu.bytes, cuda.bytes, cpu.size);
  size_t at = 0;
  while (!same && at < cpu.size && at < cuda.size && cpu.bytes[at] == cuda.bytes[at]) at++;
  if (same)
    printf("%s  %-48s %8zu bytes the same\n", precision, name, cpu.size);
  else
    printf("%s  %-48s differs at byte %zu of %zu and %zu\n", precision, name, at, cpu.size, cuda.size);
  free(cpu.bytes);
  free(cuda.bytes);
  return same;
}

static int compare_launches(const char *precision, iso_device *cpu, iso_device *cuda,
                            const parity_case *cases, int ncases) {
  int good = 1;
  for (int k = 0; k < ncases; k++) {
    record a = {0}, b = {0};
    cases[k].run(cpu, &a);
    cases[k].run(cuda, &b);
    good &= compare(precision, cases[k].name, a, b);
  }
  return good;
}

static const char *const kinds[] = {"tabled", "exact", "tabled, varying", "exact, varying"};

/* quick: of the models one of few states, and one whose states a GPU fetches into shared memory. */
static int compare_models(const char *precision, iso_device *cpu, iso_device *cuda, int quick) {
  const int large = iso_model_index(iso_model_find("ten_tusscher_2006"));
  int good = 1;
  for (int m = 0; m < iso_nmodels; m++)
    for (int kind = 0; kind < 4 && (!quick || m == 0 || m == large); kind++) {
      char name[96];
      record a = {0}, b = {0};
      parity_cells(cpu, iso_models[m], kind % 2, kind / 2, &a);
      parity_cells(cuda, iso_models[m], kind % 2, kind / 2, &b);
      snprintf(name, sizeof name, "cells %s, %s", iso_models[m]->name, kinds[kind]);
      good &= compare(precision, name, a, b);
    }
  return good;
}

/* What own kernels leave, four kinds as below. */
static void record_own(iso_device *device, const iso_model *model, void *context) {
  for (int kind = 0; kind < 4; kind++)
    parity_cells(device, model, kind % 2, kind / 2, (record *)context + kind);
}

/* A device built with too old a CUDA takes no own models, and has no flags to compile them with. */
static int compare_own(const char *precision, iso_device *cpu, iso_device *cuda) {
  record a[4] = {{0}}, b[4] = {{0}};
  if (!cuda->flags) return printf("%s  models of the user's own are not compared\n", precision), 1;
  int good = parity_own(cuda, record_own, b);
  record_own(cpu, iso_model_find("luo_rudy_1991"), a);
  for (int kind = 0; kind < 4; kind++) {
    char name[96];
    snprintf(name, sizeof name, "own cells %s", kinds[kind]);
    good &= compare(precision, name, a[kind], b[kind]);
  }
  return good;
}

static iso_device *open_device(const char *kind, iso_precision precision) {
  char message[256];
  const iso_device_options options = {.kind = kind, .precision = precision};
  iso_device *device = iso_device_open(&options, message, sizeof message);
  if (device) return device;
  fprintf(stderr, "%s: %s\n", kind, message);
  exit(!strncmp(message, "there is no GPU", 15) || !strncmp(message, "there is no NVIDIA", 18) ? 77 : 1);
}

int main(int argc, char **argv) {
  const int quick = argc > 1 && !strcmp(argv[1], "--quick"), large = argc > 1 && !strcmp(argv[1], "--large");
  static const char *const precisions[] = {"double", "single"};
  int good = 1;
  for (int p = 0; p < (quick ? 1 : 2); p++) {
    iso_device *cuda = open_device("cuda", (iso_precision)p), *cpu = open_device("cpu", (iso_precision)p);
    printf("%s against %s\n", cuda->name, cpu->name);
    good &= compare_launches(precisions[p], cpu, cuda, parity_cases, parity_ncases);
    if (large) good &= compare_launches(precisions[p], cpu, cuda, parity_large, parity_nlarge);
    good &= compare_models(precisions[p], cpu, cuda, quick);
    good &= compare_own(precisions[p], cpu, cuda);
    const char *failure = iso_device_failure(cuda);
    if (failure) fprintf(stderr, "%s\n", failure);
    good &= !failure;
    iso_device_close(cuda);
    iso_device_close(cpu);
  }
  return good ? 0 : 1;
}
