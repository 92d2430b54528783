/* Chunks of single-precision values as HDF5's filters shuffle and deflate would leave them, made without
 * HDF5, which knows one thread. */
#ifndef ISO_RESULT_PACKER_H
#define ISO_RESULT_PACKER_H

#include "base/error.h"

#include <stdint.h>

typedef struct iso_packer iso_packer;

/* For chunks of that many rows of width values each. level: of deflate, 1 to 9, or 0: chunks are left as they
 * are. Not collective. */
iso_status iso_packer_new(iso_packer **out, int64_t nrows, int64_t width, int level, iso_error *err);

/* Bytes that a chunk may take. */
int64_t iso_packer_most(const iso_packer *packer);

/* Packs a chunk whose rows are stride values apart; returns its bytes in out [iso_packer_most]. */
int64_t iso_pack(iso_packer *packer, const float *rows, int64_t stride, char *out);

/* Harmless on NULL. */
void iso_packer_free(iso_packer *packer);

#endif
