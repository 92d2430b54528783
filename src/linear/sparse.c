/* Why rows in slices, and not one after the other: a row of a heart's mesh has some fifteen entries, too few
 * to fill a vector of the CPU again and again, and on a GPU a thread of its own for each row would read from
 * places far apart. In a slice the k-th entries of neighbouring rows lie side by side, so that one load
 * brings one for every lane, and each lane adds up its own row, entry by entry in the order of global
 * numbers: how many rows a slice has, and so which device it is, has no influence on the bits. Short rows are
 * padded to the longest of their slice, so rows are sorted by length first, but only within a window: then
 * padding is small, and rows that are neighbours in the mesh stay near each other, which keeps the values
 * they share in the cache. Inner and boundary rows have slices apart, because the first do not wait for the
 * halo; so have patches, because each is multiplied at its own pace.
 *
 * Why there is no diagonal: rows act on differences x_j - x_i. Tissue at one potential then has currents of
 * exactly 0, whatever rounding did to its entries. */
#include "linear/sparse.h"

#include "base/memory.h"
#include "linear/device_memory.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
  WINDOW = 512
}; /* rows sorted by length together: far enough for even slices, near enough for the cache */

/* The layout on the host before it moves to the device. */
typedef struct layout {
  int64_t nslices, entries;
  int64_t *start;
  iso_lid *row;
} layout;

static void free_layout(layout *l) {
  free(l->start);
  free(l->row);
}

static int64_t length(const iso_system *s, iso_lid row) { return s->start[row + 1] - s->start[row]; }

/* Rows [first, last), longest first; equal ones keep their order. Lengths are small, so rows are counted. */
static void sort_window(const iso_system *s, iso_lid first, iso_lid last, iso_lid *sorted) {
  int64_t longest = 0, shortest = INT64_MAX;
  for (iso_lid i = first; i < last; i++) {
    if (length(s, i) > longest) longest = length(s, i);
    if (length(s, i) < shortest) shortest = length(s, i);
  }
  for (int64_t l = longest; l >= shortest; l--)
    for (iso_lid i = first; i < last; i++)
      if (length(s, i) == l) *sorted++ = i;
}

/* Slices for rows [first, last), appended; the last slice is filled up with its last row. */
static void lay_rows(layout *l, const iso_system *s, iso_lid first, iso_lid last, int width) {
  iso_lid sorted[WINDOW];
  for (iso_lid w = first; w < last; w += WINDOW) {
    iso_lid n = last - w < WINDOW ? last - w : WINDOW;
    sort_window(s, w, w + n, sorted);
    for (iso_lid at = 0; at < n; at += width) {
      for (int r = 0; r < width; r++) l->row[l->nslices * width + r] = sorted[at + r < n ? at + r : n - 1];
      l->start[l->nslices + 1] = l->start[l->nslices] + length(s, sorted[at]) * width;
      l->nslices++;
    }
  }
}

/* Columns or values of slices [first, last), from where the first begins. */
typedef struct part {
  const layout *layout;
  const iso_system *system;
  int width;
  int64_t first, last;
} part;

static void fill_columns(part p, iso_lid *column) {
  const layout *l = p.layout;
  const iso_system *s = p.system;
  for (int64_t slice = p.first; slice < p.last; slice++)
    for (int r = 0; r < p.width; r++) {
      iso_lid row = l->row[slice * p.width + r];
      iso_lid *at = column + l->start[slice] - l->start[p.first] + r;
      const iso_lid *const end = column + l->start[slice + 1] - l->start[p.first];
      for (int64_t k = s->start[row]; k < s->start[row + 1]; k++, at += p.width) *at = s->column[k];
      for (; at < end; at += p.width) *at = row;
    }
}

/* Padding is 0. */
static void fill_values(part p, iso_entries entries, double *value) {
  const layout *l = p.layout;
  const iso_system *s = p.system;
  memset(value, 0, (size_t)(l->start[p.last] - l->start[p.first]) * sizeof *value);
  for (int64_t slice = p.first; slice < p.last; slice++)
    for (int r = 0; r < p.width; r++) {
      iso_lid row = l->row[slice * p.width + r];
      double *at = value + l->start[slice] - l->start[p.first] + r;
      for (int64_t k = s->start[row]; k < s->start[row + 1]; k++, at += p.width)
        *at = entries.value(entries.self, row, k);
    }
}

static void lay_inner_and_boundary(layout *l, iso_sparse *out, const iso_mesh *mesh, const iso_system *s) {
  const int width = out->device->slice_rows;
  lay_rows(l, s, 0, mesh->ninner, width);
  out->inner_slices = l->nslices;
  lay_rows(l, s, mesh->ninner, mesh->nowned, width);
}

static iso_status lay_patches(layout *l, iso_sparse *out, const iso_patches *patches, const iso_system *s,
                              iso_error *err) {
  const iso_lid n = patches->nowned;
  ISO_TRY(iso_alloc(&out->patch_slice, (size_t)n + 1, sizeof *out->patch_slice, "sparse rows", err));
  for (iso_lid p = 0; p < n; p++) {
    lay_rows(l, s, patches->first[p], patches->first[p + 1], out->device->slice_rows);
    out->patch_slice[p + 1] = l->nslices;
  }
  out->inner_slices = out->patch_slice[patches->ninner];
  return ISO_OK;
}

static iso_status build_layout(layout *l, iso_sparse *out, const iso_mesh *mesh, const iso_system *s,
                               iso_error *err) {
  const int width = out->device->slice_rows;
  const iso_lid windows = mesh->patches ? mesh->patches->nowned : s->nrows / WINDOW + 2;
  const size_t most = (size_t)(s->nrows / width) + (size_t)windows; /* each window may end in a part of one */
  ISO_TRY(iso_alloc(&l->start, most + 1, sizeof *l->start, "sparse rows", err));
  ISO_TRY(iso_alloc(&l->row, most * (size_t)width, sizeof *l->row, "sparse rows", err));
  if (mesh->patches)
    ISO_TRY(lay_patches(l, out, mesh->patches, s, err));
  else
    lay_inner_and_boundary(l, out, mesh, s);
  l->entries = l->start[l->nslices];
  return ISO_OK;
}

static iso_status move_slices(iso_sparse *out, const layout *l, iso_error *err) {
  iso_device *device = out->device;
  out->rows.nslices = l->nslices;
  out->rows.start = iso_device_copy(device, l->start, (size_t)(l->nslices + 1) * sizeof *l->start);
  out->rows.row = iso_device_copy(device, l->row, (size_t)(l->nslices * device->slice_rows) * sizeof *l->row);
  return out->rows.start && out->rows.row
             ? ISO_OK
             : iso_fail_device(err, device, (size_t)l->nslices * 48, "sparse rows");
}

/* Slices that are made on the host at a time: here memory peaks, and all of them would be there twice. */
enum { TOGETHER = 4096 };

static int64_t longest_part(const layout *l) {
  int64_t most = 0;
  for (int64_t first = 0; first < l->nslices; first += TOGETHER) {
    const int64_t last = first + TOGETHER < l->nslices ? first + TOGETHER : l->nslices;
    if (l->start[last] - l->start[first] > most) most = l->start[last] - l->start[first];
  }
  return most;
}

static void move_parts(iso_sparse *out, const layout *l, const iso_system *s, iso_entries entries,
                       double *room) {
  iso_lid *column = (iso_lid *)(void *)room;
  for (int64_t first = 0; first < l->nslices; first += TOGETHER) {
    const int64_t last = first + TOGETHER < l->nslices ? first + TOGETHER : l->nslices;
    const int64_t at = l->start[first], n = l->start[last] - at;
    const part p = {l, s, out->device->slice_rows, first, last};
    fill_columns(p, column);
    iso_device_upload(out->device, (void *)out->rows.column, (size_t)at * sizeof *column, column,
                      (size_t)n * sizeof *column);
    fill_values(p, entries, room);
    iso_device_upload_real(out->device, (void *)out->rows.value, at, n, room);
  }
}

static iso_status move_entries(iso_sparse *out, const layout *l, const iso_system *s, iso_entries entries,
                               iso_error *err) {
  const size_t n = (size_t)l->entries, column = sizeof(iso_lid), value = out->device->real_bytes;
  double *room;
  out->rows.column = iso_device_alloc(out->device, n * column);
  out->rows.value = iso_device_alloc(out->device, n * value);
  if (!out->rows.column || !out->rows.value)
    return iso_fail_device(err, out->device, n * (column + value), "sparse rows");
  ISO_TRY(iso_alloc(&room, (size_t)longest_part(l), sizeof *room, "sparse rows", err));
  move_parts(out, l, s, entries, room);
  free(room);
  return ISO_OK;
}

static iso_status move_row_sums(iso_sparse *out, const iso_system *s, iso_entries entries, iso_error *err) {
  if (!entries.row_sum) return ISO_OK;
  double *sum;
  size_t bytes = (size_t)s->nrows * out->device->real_bytes;
  ISO_TRY(iso_alloc(&sum, (size_t)s->nrows, sizeof *sum, "sparse rows", err));
  for (iso_lid i = 0; i < s->nrows; i++) sum[i] = entries.row_sum(entries.self, i);
  out->rows.diagonal = iso_device_copy_real(out->device, sum, s->nrows);
  free(sum);
  return out->rows.diagonal ? ISO_OK : iso_fail_device(err, out->device, bytes, "sparse rows");
}

static iso_status move_to_device(iso_sparse *out, const layout *l, const iso_system *s, iso_entries entries,
                                 iso_error *err) {
  ISO_TRY(move_slices(out, l, err));
  ISO_TRY(move_entries(out, l, s, entries, err));
  return move_row_sums(out, s, entries, err);
}

iso_status iso_sparse_new(iso_sparse *out, iso_device *device, const iso_mesh *mesh, const iso_system *system,
                          iso_entries entries, iso_error *err) {
  memset(out, 0, sizeof *out);
  out->device = device;
  layout l = {0};
  iso_status status = build_layout(&l, out, mesh, system, err);
  if (status == ISO_OK) status = move_to_device(out, &l, system, entries, err);
  free_layout(&l);
  return status;
}

iso_status iso_sparse_use_library(iso_sparse *sparse, const iso_mesh *mesh, iso_error *err) {
  char message[256];
  sparse->library =
      iso_library_rows(sparse->device, &sparse->rows, mesh->nowned, mesh->nlocal, message, sizeof message);
  if (sparse->library) return ISO_OK;
  return iso_fail(err, ISO_EINPUT, "numerics.product: library: %s; set it to own", message);
}

void iso_sparse_free(iso_sparse *sparse) {
  if (!sparse->device) return;
  iso_library_rows_free(sparse->device, sparse->library);
  iso_device_release(sparse->device, sparse->rows.start);
  iso_device_release(sparse->device, sparse->rows.row);
  iso_device_release(sparse->device, sparse->rows.column);
  iso_device_release(sparse->device, sparse->rows.value);
  iso_device_release(sparse->device, sparse->rows.diagonal);
  free(sparse->patch_slice);
  memset(sparse, 0, sizeof *sparse);
}

static bool has_boundary(const iso_sparse *s) { return s->inner_slices < s->rows.nslices; }

void iso_sparse_inner(const iso_sparse *sparse, const iso_field *x, iso_field *out, iso_product product) {
  if (sparse->library) return;
  product.rows = &sparse->rows;
  product.first = 0, product.last = sparse->inner_slices;
  product.part = has_boundary(sparse) ? ISO_INNER_ROWS : ISO_ALL_ROWS;
  product.x = x->real;
  product.out = iso_field_write(out, ISO_INNER_ROWS);
  iso_launch_product(sparse->device, &product);
}

void iso_sparse_boundary(const iso_sparse *sparse, const iso_field *x, iso_field *out, iso_product product) {
  product.rows = &sparse->rows;
  product.first = sparse->inner_slices, product.last = sparse->rows.nslices;
  product.part = ISO_BOUNDARY_ROWS;
  product.x = iso_field_with_ghosts(x);
  product.out = iso_field_write(out, ISO_BOUNDARY_ROWS);
  if (sparse->library)
    iso_launch_library_product(sparse->device, sparse->library, &product);
  else
    iso_launch_product(sparse->device, &product);
}

typedef struct application {
  const iso_sparse *sparse;
  const iso_field *x;
  iso_field *out;
  iso_product product;
} application;

static void apply(void *self, bool boundary) {
  const application *a = self;
  (boundary ? iso_sparse_boundary : iso_sparse_inner)(a->sparse, a->x, a->out, a->product);
}

void iso_sparse_apply_sent(const iso_sparse *sparse, iso_exchange *exchange, iso_field *x, iso_field *out,
                           iso_product product) {
  iso_consume(exchange, apply, &(application){sparse, x, out, product});
}

void iso_sparse_apply(const iso_sparse *sparse, iso_exchange *exchange, iso_field *x, iso_field *out,
                      iso_product product) {
  iso_exchange_send(exchange, 1, &x);
  iso_sparse_apply_sent(sparse, exchange, x, out, product);
}

void iso_sparse_apply_next(const iso_sparse *sparse, iso_exchange *exchange, iso_field *x, iso_field *out,
                           iso_product product) {
  if (sparse->library)
    iso_exchange_send(exchange, 1, &x);
  else
    iso_exchange_send_early(exchange, x);
  iso_sparse_apply_sent(sparse, exchange, x, out, product);
}
