/* Launches with made-up input, whose results are to be the same bits on every device. */
#ifndef ISO_TESTS_KERNELS_PARITY_H
#define ISO_TESTS_KERNELS_PARITY_H

#include "kernels/device.h"

/* What a case leaves: bytes in an order that does not depend on the device. */
typedef struct record {
  size_t size, room;
  unsigned char *bytes;
} record;
void record_bytes(record *to, const void *bytes, size_t n);

typedef struct parity_case {
  const char *name;
  void (*run)(iso_device *device, record *to);
} parity_case;
extern const parity_case parity_cases[];
extern const int parity_ncases;
/* Of so many nodes that they fill a GPU. */
extern const parity_case parity_large[];
extern const int parity_nlarge;

/* Some steps of a model's cells. exact: without tables of rates. varying: some constants differ between
 * cells. */
void parity_cells(iso_device *device, const iso_model *model, int exact, int varying, record *to);

/* Runs with a model of the program as a user's own, for a device with a compiler of its own. Returns 0 where
 * that cannot be compiled or loaded; standard error says why. */
typedef void parity_own_run(iso_device *device, const iso_model *model, void *context);
int parity_own(iso_device *device, parity_own_run *run, void *context);

#endif
