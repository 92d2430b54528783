/* Sparse rows: products, and stages of a diffusion between two streams. */
#include "kernels/parity_parts.h"

#include <string.h>

/* Two runs of slices that hold the same rows on every device: the first and the last window of sorted rows.
 */
static void *outer_windows(iso_device *device, const iso_rows *layout, int64_t split_slice) {
  const iso_lid window = 512 / device->slice_rows, nslices = (iso_lid)layout->nslices;
  const iso_lid last = split_slice < nslices ? (iso_lid)split_slice : nslices / window * window;
  const iso_lid run[2][2] = {{0, window}, {last, nslices}};
  return synthetic_need(iso_device_copy(device, run, sizeof run));
}

/* terms 0 .. most, with and without a diagonal and a stored product, in two ranges of slices, and then some
 * of them in one launch. */
void parity_products_of(iso_device *device, const synthetic_rows *rows, iso_lid split, int diagonal,
                        record *to) {
  int64_t split_slice;
  iso_rows layout = synthetic_layout(device, rows, split, diagonal, &split_slice);
  void *field[] = {synthetic_field(device, 20, rows->ncolumns, 80),
                   synthetic_field(device, 21, rows->nrows, 1),
                   synthetic_field(device, 22, rows->nrows, 3),
                   synthetic_field(device, 23, rows->nrows, 7),
                   parity_zeros(device, rows->nrows),
                   parity_zeros(device, rows->nrows)};
  void *runs = outer_windows(device, &layout, split_slice);
  for (int terms = 0; terms <= ISO_MAX_TERMS; terms++) {
    iso_product p = {.rows = &layout,
                     .last = split_slice,
                     .x = field[0],
                     .apply = 0.3,
                     .nterms = terms,
                     .store = terms % 2 ? field[4] : NULL,
                     .out = field[5]};
    for (int t = 0; t < terms; t++) p.coefficient[t] = 0.7 - 0.3 * t, p.term[t] = field[1 + t % 3];
    iso_launch_product(device, &p);
    p.first = split_slice, p.last = layout.nslices;
    iso_launch_product(device, &p);
    parity_keep(device, field[4], rows->nrows, to);
    parity_keep(device, field[5], rows->nrows, to);
    p.apply = 0.4, p.run = runs, p.nruns = 2;
    iso_launch_product(device, &p);
    parity_keep(device, field[4], rows->nrows, to);
    parity_keep(device, field[5], rows->nrows, to);
  }
  iso_device_release(device, runs);
  parity_release(device, 6, field);
  synthetic_layout_free(device, &layout);
}

void parity_odd_products(iso_device *device, record *to) {
  synthetic_rows rows = synthetic_rows_odd(NODES, COLUMNS);
  for (int diagonal = 0; diagonal < 2; diagonal++) parity_products_of(device, &rows, SPLIT, diagonal, to);
  synthetic_rows_free(&rows);
}

void parity_slab_products(iso_device *device, record *to) {
  static const iso_lid cells[2][3] = {{12, 7, 9}, {19, 12, 11}}; /* few rows for a GPU, and many */
  for (int k = 0; k < 2; k++) {
    synthetic_rows rows = synthetic_rows_slab(cells[k]);
    parity_products_of(device, &rows, rows.nrows, 0, to);
    synthetic_rows_free(&rows);
  }
}

/* The result in place of a term. */
void parity_product_onto_term(iso_device *device, record *to) {
  int64_t split_slice;
  synthetic_rows rows = synthetic_rows_odd(NODES, COLUMNS);
  iso_rows layout = synthetic_layout(device, &rows, SPLIT, 1, &split_slice);
  void *x = synthetic_field(device, 24, COLUMNS, 80), *term = synthetic_field(device, 25, NODES, 1);
  for (int k = 0; k < 3; k++)
    iso_launch_product(device, &(iso_product){.rows = &layout,
                                              .last = layout.nslices,
                                              .x = x,
                                              .apply = 0.1,
                                              .nterms = 1,
                                              .coefficient = {0.9},
                                              .term = {term},
                                              .out = term});
  parity_keep(device, term, NODES, to);
  parity_release(device, 2, (void *[]){x, term});
  synthetic_layout_free(device, &layout);
  synthetic_rows_free(&rows);
}

/* Stages of a diffusion as a rank with a neighbour launches them, on one process whose ghosts are its own
 * last nodes: a pack of what the boundary rows made, inner rows, an unpack and boundary rows, many times over
 * without waiting for more than the pack. Inner rows, those below SPLIT, read no ghosts. */
static void stages_of(iso_device *device, int staged, record *to) {
  enum { STAGES = 200, GHOSTS = COLUMNS - NODES };
  int64_t split_slice;
  iso_lid node[GHOSTS];
  synthetic_rows rows = synthetic_rows_odd(NODES, COLUMNS);
  for (int64_t k = 0; k < rows.start[SPLIT]; k++) rows.column[k] %= NODES;
  iso_rows layout = synthetic_layout(device, &rows, SPLIT, 1, &split_slice);
  for (int k = 0; k < GHOSTS; k++) node[k] = NODES - 1 - k;
  const size_t bytes = GHOSTS * device->real_bytes;
  void *nodes = synthetic_need(iso_device_copy(device, node, sizeof node)),
       *packed = parity_zeros(device, GHOSTS), *source = synthetic_field(device, 26, NODES, 30),
       *x[2] = {synthetic_field(device, 27, COLUMNS, 80), parity_zeros(device, COLUMNS)};
  void *sent = staged ? synthetic_need(iso_device_host_alloc(device, bytes)) : NULL,
       *received = staged ? synthetic_need(iso_device_host_alloc(device, bytes)) : NULL;
  for (int stage = 0; stage < STAGES; stage++) {
    void *now = x[stage % 2], *next = x[1 - stage % 2];
    iso_pack pack = {.count = GHOSTS,
                     .first = NODES,
                     .node = nodes,
                     .boundary = stage > 0,
                     .nfields = 1,
                     .field = {now},
                     .packed = packed,
                     .host = sent};
    iso_product p = {.rows = &layout,
                     .last = split_slice,
                     .part = ISO_INNER_ROWS,
                     .x = now,
                     .apply = 0.02,
                     .nterms = 2,
                     .coefficient = {0.9, 0.1},
                     .term = {now, source},
                     .out = next};
    iso_launch_pack(device, &pack);
    iso_launch_product(device, &p);
    iso_device_wait_packed(device);
    if (staged) memcpy(received, sent, bytes);
    pack.host = received;
    iso_launch_unpack(device, &pack);
    p.first = split_slice, p.last = layout.nslices, p.part = ISO_BOUNDARY_ROWS;
    iso_launch_product(device, &p);
  }
  for (int k = 0; k < 2; k++) parity_keep(device, x[k], COLUMNS, to);
  if (staged) iso_device_host_release(device, sent), iso_device_host_release(device, received);
  parity_release(device, 5, (void *[]){nodes, packed, source, x[0], x[1]});
  synthetic_layout_free(device, &layout);
  synthetic_rows_free(&rows);
}

void parity_stages(iso_device *device, record *to) {
  for (int staged = 0; staged < 2; staged++) stages_of(device, staged, to);
}
