/* Sparse rows on the device, in two runs of slices: rows of inner nodes, then rows of boundary nodes, so that
 * the first can be multiplied while the halo is on its way. */
#ifndef ISO_LINEAR_SPARSE_H
#define ISO_LINEAR_SPARSE_H

#include "linear/exchange.h"
#include "linear/system.h"

typedef struct iso_sparse {
  iso_device *device;
  iso_rows rows;
  int64_t inner_slices;
  void *library; /* rows of a library of the device, or NULL */
} iso_sparse;

/* Off-diagonal entry k of a row, and the sum of the full row. */
typedef struct iso_entries {
  const void *self;
  double (*value)(const void *self, iso_lid row, int64_t k);
  double (*row_sum)(const void *self, iso_lid row); /* NULL: all 0 */
} iso_entries;

iso_status iso_sparse_new(iso_sparse *out, iso_device *device, const iso_mesh *mesh, const iso_system *system,
                          iso_entries entries, iso_error *err);

/* From now on, products are the library's; ISO_EINPUT where the device has none. */
iso_status iso_sparse_use_library(iso_sparse *sparse, const iso_mesh *mesh, iso_error *err);
void iso_sparse_free(iso_sparse *sparse);

/* The product for the rows of inner nodes, which need no ghosts of product.x, and then for the others; rows,
 * first and last are set here. A library does all in the second part. */
void iso_sparse_inner(const iso_sparse *sparse, iso_product product);
void iso_sparse_boundary(const iso_sparse *sparse, iso_product product);

/* Collective. Both, while the ghosts of product.x are filled by an exchange that has begun; by one of its
 * own; or by its own where product.x is what the last product with these rows made, whose boundary rows are
 * then sent before its inner ones are done. */
void iso_sparse_sent_product(const iso_sparse *sparse, iso_exchange *exchange, iso_product product);
void iso_sparse_next_product(const iso_sparse *sparse, iso_exchange *exchange, iso_product product);
void iso_sparse_product(const iso_sparse *sparse, iso_exchange *exchange, iso_product product);

/* Collective. out = product of x, whose ghosts travel while inner rows are multiplied. product: what is to be
 * done with the rows, but for rows, first, last, part, x and out, which are set here. */
void iso_sparse_apply(const iso_sparse *sparse, iso_exchange *exchange, iso_field *x, iso_field *out,
                      iso_product product);

#endif
