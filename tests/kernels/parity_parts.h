/* The cases, a file for each kind of launch, and what they share. */
#ifndef ISO_TESTS_KERNELS_PARITY_PARTS_H
#define ISO_TESTS_KERNELS_PARITY_PARTS_H

#include "kernels/parity.h"
#include "kernels/synthetic.h"

/* Not multiples of a block, a warp or a slice. */
enum { NODES = 1003, COLUMNS = 1203, SPLIT = 707 };

/* ---- help ---- */

/* A buffer of n reals. */
void *parity_zeros(iso_device *device, int64_t n);
/* buffer [n] */
void parity_release(iso_device *device, int n, void *const *buffer);
/* n reals of a buffer. */
void parity_keep(iso_device *device, const void *buffer, int64_t n, record *to);
/* Events of a watch, which come in no fixed order. */
void parity_keep_events(iso_device *device, const iso_watch *watch, record *to);
/* Runs of 1 to ISO_RUN of the nodes [first, end), some of them next to each other. Returns how many. */
int32_t parity_short_runs(uint64_t seed, iso_lid first, iso_lid end, iso_lid (*run)[2]);

/* ---- of any size ---- */

/* split: the first row of the second of two parts. */
void parity_products_of(iso_device *device, const synthetic_rows *rows, iso_lid split, int diagonal,
                        record *to);
void parity_reductions_of(iso_device *device, iso_lid n, record *to);
void parity_fast_current_of(iso_device *device, iso_lid elements, iso_lid owned, iso_lid nodes, record *to);

/* ---- cases ---- */

void parity_odd_products(iso_device *device, record *to);
void parity_slab_products(iso_device *device, record *to);
void parity_product_onto_term(iso_device *device, record *to);
void parity_stages(iso_device *device, record *to);

void parity_combinations(iso_device *device, record *to);
void parity_multiply(iso_device *device, record *to);
void parity_packing(iso_device *device, record *to);
void parity_reductions(iso_device *device, record *to);
void parity_weighing(iso_device *device, record *to);

void parity_fast_current(iso_device *device, record *to);
void parity_fast_runs(iso_device *device, record *to);

void parity_watching_combinations(iso_device *device, record *to);
void parity_watching_products(iso_device *device, record *to);
void parity_settling(iso_device *device, record *to);

/* Some base steps of patches at their own pace. */
void parity_pace(iso_device *device, record *to);

#endif
