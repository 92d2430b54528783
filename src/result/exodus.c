#include "result/exodus.h"

#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const shape_word[ISO_NSHAPES] = {"lines", "triangles", "tetrahedra", "hexahedra"};

static size_t number_size(const iso_exodus *x) { return x->wide ? sizeof(int64_t) : sizeof(int32_t); }

static void set_number(const iso_exodus *x, void *array, size_t i, int64_t value) {
  if (x->wide)
    ((int64_t *)array)[i] = value;
  else
    ((int32_t *)array)[i] = (int32_t)value;
}

static iso_status put_coordinates(iso_exodus *x, iso_error *err) {
  const iso_layout *layout = x->layout;
  double(*xyz)[3] = NULL, *column = NULL;
  size_t start = (size_t)layout->first_node, n = (size_t)layout->nnode;
  iso_status status = iso_alloc(&xyz, n, sizeof *xyz, "coordinates in file order", err);
  if (status == ISO_OK) status = iso_alloc(&column, n, sizeof *column, "coordinates in file order", err);
  status = iso_agree(layout->mesh->comm, status, err);
  if (status == ISO_OK) status = iso_layout_nodes(layout, layout->mesh->xyz, sizeof *xyz, xyz, err);
  for (int d = 0; d < 3 && status == ISO_OK; d++) {
    for (size_t i = 0; i < n; i++) column[i] = xyz[i][d];
    status = iso_nc_put(&x->file, x->coord[d], &start, &n, NC_DOUBLE, column, err);
  }
  free(column);
  free(xyz);
  return status;
}

/* Corner k of the elements that this rank sends, as 1-based numbers of the file; 0 where an element has none.
 */
static void fill_corner(const iso_exodus *x, int k, void *corner) {
  const iso_mesh *mesh = x->layout->mesh;
  for (int64_t i = 0; i < x->layout->nown; i++) {
    iso_lid node = mesh->conn[x->layout->own[i] * mesh->width + k];
    set_number(x, corner, (size_t)i, node < 0 ? 0 : mesh->gid[node] + 1);
  }
}

/* Corner k of the elements of this rank's part of the file, into their rows, which are as long as their
 * shapes need. */
static void spread_corner(const iso_exodus *x, int k, const char *corner, char *connect) {
  size_t size = number_size(x);
  for (int b = 0; b < x->layout->nblocks; b++) {
    const iso_elem_block *block = &x->layout->blocks[b];
    size_t n = (size_t)block->nelem, row = (size_t)iso_shape_nodes(block->shape) * size;
    for (size_t i = 0; i < n && k < iso_shape_nodes(block->shape); i++)
      memcpy(connect + i * row + (size_t)k * size, corner + i * size, size);
    corner += n * size;
    connect += n * row;
  }
}

static iso_status put_blocks(iso_exodus *x, const char *connect, iso_error *err) {
  for (int b = 0; b < x->layout->nblocks; b++) {
    const iso_elem_block *block = &x->layout->blocks[b];
    size_t start[2] = {(size_t)block->first, 0};
    size_t count[2] = {(size_t)block->nelem, (size_t)iso_shape_nodes(block->shape)};
    ISO_TRY(iso_nc_put(&x->file, x->connect[b], start, count, iso_exodus_number(x), connect, err));
    connect += count[0] * count[1] * number_size(x);
  }
  return ISO_OK;
}

/* Corners travel one at a time: whole rows would be held four times over, which is where a run needs most
 * memory. */
static iso_status put_connect(iso_exodus *x, iso_error *err) {
  const iso_layout *layout = x->layout;
  size_t size = number_size(x), width = (size_t)layout->mesh->width;
  void *own = NULL, *part = NULL, *connect = NULL;
  iso_status status = iso_alloc(&own, (size_t)layout->nown, size, "connectivity", err);
  if (status == ISO_OK) status = iso_alloc(&part, (size_t)layout->nelem, size, "connectivity", err);
  if (status == ISO_OK)
    status = iso_alloc(&connect, (size_t)layout->nelem, width * size, "connectivity in file order", err);
  status = iso_agree(layout->mesh->comm, status, err);
  for (int k = 0; k < layout->mesh->width && status == ISO_OK; k++) {
    fill_corner(x, k, own);
    status = iso_layout_elems(layout, own, size, part, err);
    if (status == ISO_OK) spread_corner(x, k, part, connect);
  }
  free(part);
  free(own);
  if (status == ISO_OK) status = put_blocks(x, connect, err);
  free(connect);
  return status;
}

/* The numbers of the mesh, from 0 as coordinates of the dimensions, from 1 as maps. A dimension without
 * coordinates would take as much room, and nothing could compress it. */
static iso_status put_node_numbers(iso_exodus *x, void *numbers, iso_error *err) {
  size_t start = (size_t)x->layout->first_node, n = (size_t)x->layout->nnode;
  for (size_t i = 0; i < n; i++) set_number(x, numbers, i, (int64_t)(start + i));
  ISO_TRY(iso_nc_put(&x->file, x->node_index, &start, &n, iso_exodus_number(x), numbers, err));
  for (size_t i = 0; i < n; i++) set_number(x, numbers, i, (int64_t)(start + i) + 1);
  return iso_nc_put(&x->file, x->node_map, &start, &n, iso_exodus_number(x), numbers, err);
}

static void set_elem_numbers(const iso_exodus *x, iso_gid from, void *numbers) {
  const iso_layout *layout = x->layout;
  for (int64_t i = 0; i < layout->nelem; i++)
    set_number(x, numbers, (size_t)layout->place[i], from + layout->first_elem + i);
}

/* Of the elements, from 0 on as coordinates and from 1 on as a map. The blocks follow each other. */
static iso_status put_elem_numbers(iso_exodus *x, void *numbers, iso_error *err) {
  const nc_type type = iso_exodus_number(x);
  for (int from = 0; from < 2; from++) {
    const char *at = numbers;
    size_t before = 0;
    set_elem_numbers(x, from, numbers);
    for (int b = 0; b < x->layout->nblocks; b++) {
      const iso_elem_block *block = &x->layout->blocks[b];
      size_t first = (size_t)block->first, start = before + first, n = (size_t)block->nelem;
      if (from == 0) ISO_TRY(iso_nc_put(&x->file, x->block_index[b], &first, &n, type, at, err));
      ISO_TRY(iso_nc_put(&x->file, from ? x->elem_map : x->elem_index, &start, &n, type, at, err));
      before += (size_t)block->total;
      at += n * number_size(x);
    }
  }
  return ISO_OK;
}

static iso_status put_all_numbers(iso_exodus *x, iso_error *err) {
  int64_t nnode = x->layout->nnode, nelem = x->layout->nelem;
  void *numbers = NULL;
  iso_status status =
      iso_alloc(&numbers, (size_t)(nnode > nelem ? nnode : nelem), number_size(x), "numbers", err);
  status = iso_agree(x->layout->mesh->comm, status, err);
  if (status == ISO_OK) status = put_node_numbers(x, numbers, err);
  if (status == ISO_OK) status = put_elem_numbers(x, numbers, err);
  free(numbers);
  return status;
}

static void name_variables(char (*name)[ISO_EXODUS_NAME], int n, const iso_exodus_variable *variable) {
  for (int v = 0; v < n; v++) snprintf(name[v], ISO_EXODUS_NAME, "%s", variable[v].name);
}

static void name_blocks(char (*name)[ISO_EXODUS_NAME], const iso_layout *layout) {
  for (int b = 0; b < layout->nblocks; b++)
    snprintf(name[b], ISO_EXODUS_NAME, "tag_%d_%s", layout->blocks[b].tag,
             shape_word[layout->blocks[b].shape]);
}

/* Names are few and the same on every rank: rank 0 writes them. */
static iso_status put_names(iso_exodus *x, iso_error *err) {
  static const char coordinate[3][ISO_EXODUS_NAME] = {"x", "y", "z"};
  int nblocks = x->layout->nblocks, most = nblocks + x->nnodal + x->nelemental;
  char(*name)[ISO_EXODUS_NAME] = NULL;
  ISO_TRY(iso_alloc_all(x->layout->mesh->comm, &name, (size_t)most, sizeof *name, "names", err));
  char(*nodal)[ISO_EXODUS_NAME] = name + nblocks, (*elemental)[ISO_EXODUS_NAME] = nodal + x->nnodal;
  name_blocks(name, x->layout);
  name_variables(nodal, x->nnodal, x->nodal_spec);
  name_variables(elemental, x->nelemental, x->elem_spec);
  iso_status status = iso_nc_put_root(&x->file, x->coord_name, NC_CHAR, coordinate, err);
  if (status == ISO_OK) status = iso_nc_put_root(&x->file, x->block_name, NC_CHAR, name, err);
  if (status == ISO_OK) status = iso_nc_put_root(&x->file, x->nodal_name, NC_CHAR, nodal, err);
  if (status == ISO_OK && x->nelemental)
    status = iso_nc_put_root(&x->file, x->elem_name, NC_CHAR, elemental, err);
  free(name);
  return status;
}

/* Every block is active and has every element variable. */
static iso_status put_tables(iso_exodus *x, iso_error *err) {
  int nblocks = x->layout->nblocks, n = nblocks * (x->nelemental + 1);
  int *ones = NULL, *id = NULL;
  iso_status status = iso_alloc(&ones, (size_t)n, sizeof *ones, "tables", err);
  if (status == ISO_OK) status = iso_alloc(&id, (size_t)nblocks, sizeof *id, "tables", err);
  status = iso_agree(x->layout->mesh->comm, status, err);
  if (status == ISO_OK) {
    for (int i = 0; i < n; i++) ones[i] = 1;
    for (int b = 0; b < nblocks; b++) id[b] = x->layout->blocks[b].id;
    status = iso_nc_put_root(&x->file, x->block_status, NC_INT, ones, err);
  }
  if (status == ISO_OK) status = iso_nc_put_root(&x->file, x->block_id, NC_INT, id, err);
  if (status == ISO_OK && x->nelemental) status = iso_nc_put_root(&x->file, x->elem_table, NC_INT, ones, err);
  free(id);
  free(ones);
  return status;
}

iso_status iso_exodus_mesh(iso_exodus *x, iso_error *err) {
  ISO_TRY(iso_ncfile_defined(&x->file, err));
  ISO_TRY(put_names(x, err));
  ISO_TRY(put_tables(x, err));
  ISO_TRY(put_coordinates(x, err));
  ISO_TRY(put_connect(x, err));
  return put_all_numbers(x, err);
}

iso_status iso_exodus_time(iso_exodus *x, double time_ms, iso_error *err) {
  const size_t step = 0, count = x->root ? 1 : 0;
  return iso_nc_put(&x->file, x->time, &step, &count, NC_DOUBLE, &time_ms, err);
}

iso_status iso_exodus_nodal(iso_exodus *x, int variable, const double *part, iso_error *err) {
  size_t start[2] = {0, (size_t)x->layout->first_node}, count[2] = {1, (size_t)x->layout->nnode};
  return iso_nc_put(&x->file, x->nodal[variable], start, count, NC_DOUBLE, part, err);
}

iso_status iso_exodus_elemental(iso_exodus *x, int variable, const float *part, iso_error *err) {
  for (int b = 0; b < x->layout->nblocks; b++) {
    const iso_elem_block *block = &x->layout->blocks[b];
    size_t start[2] = {0, (size_t)block->first}, count[2] = {1, (size_t)block->nelem};
    int id = x->elemental[b * x->nelemental + variable];
    ISO_TRY(iso_nc_put(&x->file, id, start, count, NC_FLOAT, part, err));
    part += block->nelem;
  }
  return ISO_OK;
}

static void release(iso_exodus *x) {
  free(x->connect);
  free(x->block_index);
  free(x->nodal);
  free(x->elemental);
  *x = (iso_exodus){0};
}

iso_status iso_exodus_commit(iso_exodus *x, iso_error *err) {
  iso_status status = iso_ncfile_commit(&x->file, err);
  release(x);
  return status;
}

void iso_exodus_discard(iso_exodus *x) {
  iso_ncfile_discard(&x->file);
  release(x);
}
