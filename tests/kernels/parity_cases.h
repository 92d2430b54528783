/* Every launch of the device interface on synthetic fields of odd sizes. A case runs on one device and
 * records the bytes that come back; the same case on another device has to record the same ones. */
#ifndef ISO_TESTS_KERNELS_PARITY_CASES_H
#define ISO_TESTS_KERNELS_PARITY_CASES_H

#include "kernels/device.h"

typedef struct parity_record {
  size_t size;
  unsigned char *bytes;
} parity_record;

typedef struct parity_case {
  const char *name;
  void (*run)(iso_device *device, parity_record *record);
} parity_case;

extern const parity_case parity_cases[];
extern const int parity_ncases;

/* One model, rates from tables or exact; not in the list above. */
void parity_cells(iso_device *device, const iso_model *model, int exact, parity_record *record);

#endif
