#include "kernels/synthetic.h"

#include "kernels/node_elements.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *synthetic_need(void *memory) {
  if (memory) return memory;
  fprintf(stderr, "memory is short, or the device has failed\n");
  exit(1);
}

/* Finaliser of splitmix64 (Steele, Lea and Flood, OOPSLA 2014, doi:10.1145/2660193.2660195). */
static uint64_t mix(uint64_t z) {
  z += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

static iso_lid number(uint64_t seed, int64_t i, iso_lid below) {
  return (iso_lid)(mix(seed ^ mix((uint64_t)i)) % (uint64_t)below);
}

double synthetic_value(uint64_t seed, int64_t i) { return number(seed, i, 1 << 20) / (double)(1 << 19) - 1; }

void *synthetic_field(iso_device *device, uint64_t seed, int64_t n, double scale) {
  double *host = synthetic_need(malloc((size_t)(n + 1) * sizeof *host));
  for (int64_t i = 0; i < n; i++) host[i] = scale * synthetic_value(seed, i);
  void *field = synthetic_need(iso_device_copy_real(device, host, n));
  free(host);
  return field;
}

/* ---- rows ---- */

static synthetic_rows allocate_rows(iso_lid nrows, iso_lid ncolumns, int most) {
  synthetic_rows r = {nrows, ncolumns, NULL, NULL};
  r.start = synthetic_need(calloc((size_t)nrows + 1, sizeof *r.start));
  r.column = synthetic_need(malloc((size_t)nrows * (size_t)most * sizeof *r.column));
  return r;
}

synthetic_rows synthetic_rows_odd(iso_lid nrows, iso_lid ncolumns) {
  synthetic_rows r = allocate_rows(nrows, ncolumns, 20);
  for (iso_lid i = 0; i < nrows; i++) {
    const int length = number(1, i, 21);
    int64_t at = r.start[i];
    iso_lid column = number(2, i, 40);
    for (int k = 0; k < length && column < ncolumns; k++, column += 1 + number(3, at, ncolumns / 20))
      if (column != i) r.column[at++] = column;
    r.start[i + 1] = at;
  }
  return r;
}

/* Kuhn's cut joins a node to those whose offsets along the axes are all 0 or 1, or all 0 or -1. */
synthetic_rows synthetic_rows_slab(const iso_lid cubes[3]) {
  const iso_lid n[3] = {cubes[0] + 1, cubes[1] + 1, cubes[2] + 1};
  synthetic_rows r = allocate_rows(n[0] * n[1] * n[2], n[0] * n[1] * n[2], 14);
  for (iso_lid i = 0; i < r.nrows; i++) {
    const iso_lid at[3] = {i % n[0], i / n[0] % n[1], i / n[0] / n[1]};
    int64_t end = r.start[i];
    for (int k = -7; k <= 7; k++) { /* bits of |k|: which axes; ascending columns */
      const int sign = k < 0 ? -1 : 1, bits = abs(k);
      iso_lid column = 0, stride = 1;
      int inside = k != 0;
      for (int d = 0; d < 3; d++) {
        const iso_lid to = at[d] + (bits >> d & 1) * sign;
        inside = inside && to >= 0 && to < n[d];
        column += to * stride;
        stride *= n[d];
      }
      if (inside) r.column[end++] = column;
    }
    r.start[i + 1] = end;
  }
  return r;
}

void synthetic_rows_free(synthetic_rows *rows) {
  free(rows->start);
  free(rows->column);
}

/* ---- layout ---- */

typedef struct layout {
  int width;
  int64_t nslices;
  int64_t *start;
  iso_lid *row;
} layout;

static int64_t length_of(const synthetic_rows *r, iso_lid row) { return r->start[row + 1] - r->start[row]; }

/* Appends slices for rows [first, last). */
static void lay(layout *l, const synthetic_rows *r, iso_lid first, iso_lid last) {
  enum { WINDOW = 512 };
  iso_lid sorted[WINDOW];
  for (iso_lid w = first; w < last; w += WINDOW) {
    const iso_lid end = w + WINDOW < last ? w + WINDOW : last;
    int n = 0;
    for (int64_t length = 20; length >= 0; length--)
      for (iso_lid i = w; i < end; i++)
        if (length_of(r, i) == length) sorted[n++] = i;
    for (int at = 0; at < n; at += l->width, l->nslices++) {
      for (int k = 0; k < l->width; k++)
        l->row[l->nslices * l->width + k] = sorted[at + k < n ? at + k : n - 1];
      l->start[l->nslices + 1] = l->start[l->nslices] + length_of(r, sorted[at]) * l->width;
    }
  }
}

static iso_rows move(iso_device *device, const layout *l, const synthetic_rows *r) {
  const size_t entries = (size_t)l->start[l->nslices];
  iso_lid *column = synthetic_need(malloc((entries + 1) * sizeof *column));
  double *value = synthetic_need(calloc(entries + 1, sizeof *value));
  for (int64_t s = 0; s < l->nslices; s++)
    for (int k = 0; k < l->width; k++) {
      const iso_lid row = l->row[s * l->width + k];
      int64_t at = l->start[s] + k;
      for (int64_t e = r->start[row]; e < r->start[row + 1]; e++, at += l->width)
        column[at] = r->column[e], value[at] = synthetic_value(4, e);
      for (; at < l->start[s + 1]; at += l->width) column[at] = row;
    }
  iso_rows rows = {.nslices = l->nslices};
  rows.start = synthetic_need(iso_device_copy(device, l->start, (size_t)(l->nslices + 1) * sizeof *l->start));
  rows.row =
      synthetic_need(iso_device_copy(device, l->row, (size_t)(l->nslices * l->width) * sizeof *l->row));
  rows.column = synthetic_need(iso_device_copy(device, column, entries * sizeof *column));
  rows.value = synthetic_need(iso_device_copy_real(device, value, (int64_t)entries));
  free(column);
  free(value);
  return rows;
}

iso_rows synthetic_layout(iso_device *device, const synthetic_rows *r, iso_lid split, int diagonal,
                          int64_t *split_slice) {
  const int width = device->slice_rows;
  const size_t most = (size_t)(r->nrows / width + r->nrows / 256 + 4);
  layout l = {.width = width};
  l.start = synthetic_need(calloc(most + 1, sizeof *l.start));
  l.row = synthetic_need(calloc(most * (size_t)width, sizeof *l.row));
  lay(&l, r, 0, split);
  *split_slice = l.nslices;
  lay(&l, r, split, r->nrows);
  iso_rows rows = move(device, &l, r);
  if (diagonal) rows.diagonal = synthetic_field(device, 5, r->nrows, 3);
  free(l.start);
  free(l.row);
  return rows;
}

void synthetic_layout_free(iso_device *device, iso_rows *rows) {
  void *buffers[] = {rows->start, rows->row, rows->column, rows->value, rows->diagonal};
  for (size_t k = 0; k < sizeof buffers / sizeof *buffers; k++) iso_device_release(device, buffers[k]);
}

/* ---- elements ---- */

enum { WIDTH = ISO_MAX_NODES };

typedef struct tables {
  iso_lid nelem, nlocal;
  uint8_t *shape;
  int8_t *elem_model, *node_model;
  iso_lid *conn, *node_elem;
  int64_t *hexahedron, *node_start;
  int64_t nhexahedra;
} tables;

/* Three runs of nodes: two models with a fast current, and one without. */
static int8_t model_at(iso_lid node, iso_lid nlocal) {
  const char *const names[] = {"ten_tusscher_2006", "luo_rudy_1991"};
  const int run = (int)(3 * (int64_t)node / nlocal);
  return run < 2 ? (int8_t)iso_model_index(iso_model_find(names[run])) : -1;
}

static void make_element(tables *t, iso_lid e) {
  iso_lid *conn = t->conn + (int64_t)e * WIDTH;
  t->shape[e] = (uint8_t)number(10, e, ISO_NSHAPES);
  const int nodes = iso_shape_nodes(t->shape[e]);
  iso_lid node = (iso_lid)((int64_t)e * (t->nlocal - 5 * WIDTH) / t->nelem);
  for (int k = 0; k < WIDTH; k++) conn[k] = -1;
  /* Distinct, and not in ascending order: every other one from the far end. */
  for (int k = 0; k < nodes; k++)
    conn[k % 2 ? nodes - 1 - k / 2 : k / 2] = node += 1 + number(11, 8 * (int64_t)e + k, 4);
  t->elem_model[e] = t->node_model[conn[0]];
  for (int k = 1; k < nodes; k++)
    if (t->node_model[conn[k]] != t->elem_model[e]) t->elem_model[e] = -1;
  if (t->shape[e] == ISO_HEXAHEDRON) t->hexahedron[e] = WIDTH * t->nhexahedra++;
}

static void find_elements_of_nodes(tables *t) {
  for (int pass = 0; pass < 2; pass++) {
    for (iso_lid e = 0; e < t->nelem; e++)
      for (int k = 0; k < iso_shape_nodes(t->shape[e]); k++) {
        const iso_lid node = t->conn[(int64_t)e * WIDTH + k];
        if (pass == 0)
          t->node_start[node + 1]++;
        else
          t->node_elem[t->node_start[node]++] = e;
      }
    if (pass == 0)
      for (iso_lid i = 0; i < t->nlocal; i++) t->node_start[i + 1] += t->node_start[i];
  }
  memmove(t->node_start + 1, t->node_start, (size_t)t->nlocal * sizeof *t->node_start);
  t->node_start[0] = 0;
}

/* Words of them in their place: no more than there are elements. */
static void bundle_elements(tables *t) {
  const iso_lid bundle = iso_bundle(t->nelem);
  int64_t n = 0, from = 0;
  for (iso_lid i = 0; i < t->nlocal; i++) {
    iso_lid last = -1;
    for (; from < t->node_start[i + 1]; from++) {
      const iso_lid e = t->node_elem[from], number = e / bundle;
      if (number != last) t->node_elem[n++] = number << bundle;
      t->node_elem[n - 1] |= 1 << e % bundle;
      last = number;
    }
    t->node_start[i + 1] = n;
  }
}

static tables make_tables(iso_lid nelem, iso_lid nlocal) {
  tables t = {.nelem = nelem, .nlocal = nlocal};
  const size_t ne = (size_t)nelem, nn = (size_t)nlocal;
  t.shape = synthetic_need(malloc(ne));
  t.elem_model = synthetic_need(malloc(ne));
  t.node_model = synthetic_need(malloc(nn));
  t.conn = synthetic_need(malloc(ne * WIDTH * sizeof *t.conn));
  t.hexahedron = synthetic_need(calloc(ne, sizeof *t.hexahedron));
  t.node_start = synthetic_need(calloc(nn + 2, sizeof *t.node_start));
  t.node_elem = synthetic_need(malloc(ne * WIDTH * sizeof *t.node_elem));
  for (iso_lid i = 0; i < nlocal; i++) t.node_model[i] = model_at(i, nlocal);
  for (iso_lid e = 0; e < nelem; e++) make_element(&t, e);
  find_elements_of_nodes(&t);
  bundle_elements(&t);
  return t;
}

/* n positive numbers. */
static void *weights(iso_device *device, uint64_t seed, int64_t n) {
  double *host = synthetic_need(malloc((size_t)(n + 1) * sizeof *host));
  for (int64_t i = 0; i < n; i++) host[i] = 1.5 + synthetic_value(seed, i);
  void *field = synthetic_need(iso_device_copy_real(device, host, n));
  free(host);
  return field;
}

static void *copy(iso_device *device, const void *host, int64_t n, size_t size) {
  return synthetic_need(iso_device_copy(device, host, (size_t)n * size));
}

iso_fast synthetic_mesh(iso_device *device, iso_lid nelem, iso_lid nowned, iso_lid nlocal) {
  tables t = make_tables(nelem, nlocal);
  iso_fast f = {.nelem = nelem,
                .nowned = nowned,
                .nlocal = nlocal,
                .ld = nlocal,
                .width = WIDTH,
                .shape = copy(device, t.shape, nelem, 1),
                .elem_model = copy(device, t.elem_model, nelem, 1),
                .node_model = copy(device, t.node_model, nlocal, 1),
                .conn = copy(device, t.conn, (int64_t)nelem * WIDTH, sizeof *t.conn),
                .weight = weights(device, 12, nelem),
                .hexahedron = copy(device, t.hexahedron, nelem, sizeof *t.hexahedron),
                .hexahedron_weight = weights(device, 13, WIDTH * t.nhexahedra),
                .node_start = copy(device, t.node_start, nlocal + 1, sizeof *t.node_start),
                .node_elem = copy(device, t.node_elem, t.node_start[nlocal], sizeof *t.node_elem),
                .inverse_mass = weights(device, 14, nowned),
                .scratch = synthetic_need(
                    iso_device_alloc(device, iso_device_fast_scratch(device, nelem, nlocal, WIDTH)))};
  void *host[] = {t.shape, t.elem_model, t.node_model, t.conn, t.hexahedron, t.node_start, t.node_elem};
  for (size_t k = 0; k < sizeof host / sizeof *host; k++) free(host[k]);
  return f;
}

void synthetic_mesh_free(iso_device *device, iso_fast *f) {
  const void *buffers[] = {f->shape,      f->elem_model,        f->node_model, f->conn,      f->weight,
                           f->hexahedron, f->hexahedron_weight, f->node_start, f->node_elem, f->inverse_mass,
                           f->scratch};
  for (size_t k = 0; k < sizeof buffers / sizeof *buffers; k++)
    iso_device_release(device, (void *)buffers[k]);
}
