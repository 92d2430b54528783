/* A user's own model: a header of the contract of kernels/model.h that is compiled and loaded at run time.
 *
 * Two libraries are made of it: one from own/host.c, the same for every build, and one from own/cells.c for
 * the device. Each is compiled with the header included first and -DISO_OWN=NAME. Those that a C compiler
 * makes, which are both for the CPU, export one of these structs; a GPU's has the kernels by their names. */
#ifndef ISO_KERNELS_OWN_OWN_H
#define ISO_KERNELS_OWN_OWN_H

#include "kernels/model.h"
#include "kernels/prepare.h"

/* What a library and the program must agree on: this number, to be raised when a struct that they share
 * changes, and, in case somebody forgets, the sizes of those structs. */
enum { ISO_OWN_VERSION = 4 };
typedef struct iso_own_contract {
  int version, real_bytes;
  int model_bytes, quantity_bytes, preparation_bytes, cells_bytes;
} iso_own_contract;

#define ISO_OWN_CONTRACT(real_bytes_)                                                                        \
  {                                                                                                          \
    .version = ISO_OWN_VERSION, .real_bytes = (int)(real_bytes_), .model_bytes = (int)sizeof(iso_model),     \
    .quantity_bytes = (int)sizeof(iso_quantity), .preparation_bytes = (int)sizeof(iso_preparation),          \
    .cells_bytes = (int)sizeof(iso_cells),                                                                   \
  }

/* Symbol "iso_own_host". */
typedef struct iso_own_host_library {
  iso_own_contract contract; /* first, so that it can be read whatever follows */
  const iso_model *model;    /* own is NULL */
  const iso_preparation *preparation;
} iso_own_host_library;

/* Symbol "iso_own_cells". */
typedef struct iso_own_cells_library {
  iso_own_contract contract;
  void (*cells)(const iso_cells *cells);
} iso_own_cells_library;

/* The struct of a library: symbol is its name, *handle to be given to dlclose. NULL, and a message, where it
 * cannot be loaded or was made of kernels with another contract. */
const void *iso_own_load(const char *library, const char *symbol, size_t real_bytes, void **handle,
                         char *message, size_t size);

#endif
