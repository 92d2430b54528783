/* Sparse rows on the device, in two runs of slices: rows of inner nodes, then rows of boundary nodes, so that
 * the first can be multiplied while the halo is on its way. Where the mesh has patches, each has slices of
 * its own. */
#ifndef ISO_LINEAR_SPARSE_H
#define ISO_LINEAR_SPARSE_H

#include "linear/exchange.h"
#include "linear/system.h"

typedef struct iso_sparse {
  iso_device *device;
  iso_rows rows;
  int64_t inner_slices;
  int64_t *patch_slice; /* [mesh->patches->nowned + 1] first slice of each patch; NULL without patches */
  void *library;        /* rows of a library of the device, or NULL */
} iso_sparse;

/* What stands in the rows, in double on the host. */
typedef struct iso_entries {
  const void *self;
  double (*value)(const void *self, iso_lid row, int64_t k); /* of off-diagonal entry k of system->column */
  double (*row_sum)(const void *self, iso_lid row);          /* of the full row; NULL: all 0 */
} iso_entries;

/* Moves the rows of mesh's owned nodes to device, with the pattern of system. system and entries: read only
 * here; mesh and device outlive out. ISO_EFAIL where memory is short. Not collective; free out whatever the
 * status. */
iso_status iso_sparse_new(iso_sparse *out, iso_device *device, const iso_mesh *mesh, const iso_system *system,
                          iso_entries entries, iso_error *err);
void iso_sparse_free(iso_sparse *sparse);

/* From now on products with these rows of mesh are the device's library's; ISO_EINPUT where it has none. */
iso_status iso_sparse_use_library(iso_sparse *sparse, const iso_mesh *mesh, iso_error *err);

/* A product, in two launches: out = ... + apply (rows x) for the rows of inner nodes, which need no ghosts of
 * x, and then for those of boundary nodes, where x has to be fresh. product: all of it but rows, first, last,
 * part, x and out, which are set here; the same both times. A library does all in the second part. */
void iso_sparse_inner(const iso_sparse *sparse, const iso_field *x, iso_field *out, iso_product product);
void iso_sparse_boundary(const iso_sparse *sparse, const iso_field *x, iso_field *out, iso_product product);

/* Collective. Both, while x travels by exchange: it has been sent before; or is sent here; or is sent here
 * and is what the last product with these rows made, whose boundary rows then set out before its inner ones
 * are done. product: as above. */
void iso_sparse_apply_sent(const iso_sparse *sparse, iso_exchange *exchange, iso_field *x, iso_field *out,
                           iso_product product);
void iso_sparse_apply(const iso_sparse *sparse, iso_exchange *exchange, iso_field *x, iso_field *out,
                      iso_product product);
void iso_sparse_apply_next(const iso_sparse *sparse, iso_exchange *exchange, iso_field *x, iso_field *out,
                           iso_product product);

#endif
