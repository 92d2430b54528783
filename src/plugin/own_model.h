/* A user's own model: a header of the contract of docs/adding-a-model.md, outside the program, compiled and
 * loaded at run time. Its tables are needed to read a configuration; its loops are compiled for a device
 * later. */
#ifndef ISO_PLUGIN_OWN_MODEL_H
#define ISO_PLUGIN_OWN_MODEL_H

#include "base/error.h"
#include "kernels/device.h"

#include <stdbool.h>

typedef struct iso_own_model {
  char *header;       /* its file */
  char *library;      /* in the cache */
  void *handle;       /* of the loaded library of tables */
  iso_device *device; /* that has own.kernels, or NULL */
  iso_own own;        /* kernels NULL until iso_own_model_for */
  iso_model model;
} iso_own_model;

/* Compiles the tables of header, or finds them in the cache: *library, to be released. Everything that is
 * wrong with the header itself is ISO_EINPUT. */
iso_status iso_own_model_compile(const char *header, char **library, iso_error *err);

/* The files that the compiler reads for header beside itself, its own includes and theirs, but for those of
 * Isochrone and of the system: use is called with self and the path of each, in the order of the text; what
 * it fails with is the status. Runs the preprocessor. */
iso_status iso_own_model_includes(const char *header,
                                  iso_status (*use)(void *self, const char *path, iso_error *err), void *self,
                                  iso_error *err);

/* Loads what iso_own_model_compile made. On success *out holds copies of both names, a model that is valid
 * where *out stands, and is to be closed. */
iso_status iso_own_model_open(iso_own_model *out, const char *header, const char *library, iso_error *err);

/* Both. */
iso_status iso_own_model_read(iso_own_model *out, const char *header, iso_error *err);

/* Collective. Another model with the same tables and with kernels for a device: rank 0 compiles. from must
 * stay open as long as *out, which is to be closed before the device. */
iso_status iso_own_model_for(iso_own_model *out, const iso_own_model *from, iso_device *device, MPI_Comm comm,
                             iso_error *err);

void iso_own_model_close(iso_own_model *model);

#endif
