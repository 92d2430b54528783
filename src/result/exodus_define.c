#include "result/exodus.h"

#include "base/memory.h"
#include "base/share.h"

#include <stdio.h>

#define LINE_LENGTH 81

/* Room for what defines a series. */
#define SERIES_BYTES (1 << 18)

/* int64_status of files whose maps, ids and connectivity are all 64-bit. */
#define ALL_INT64 (0x2000 | 0x4000 | 0x8000)

static const char *const shape_name[ISO_NSHAPES] = {"BAR2", "TRI3", "TETRA", "HEX8"};

iso_status iso_exodus_store(iso_exodus *x, int variable, int along, iso_error *err) {
  return x->compression > 0 ? iso_nc_store(&x->file, variable, along, x->compression, err) : ISO_OK;
}

nc_type iso_exodus_number(const iso_exodus *x) { return x->wide ? NC_INT64 : NC_INT; }

static iso_status define_attributes(iso_exodus *x, const iso_exodus_spec *spec, iso_error *err) {
  iso_ncfile *file = &x->file;
  char title[LINE_LENGTH];
  snprintf(title, sizeof title, "%s", spec->title);
  ISO_TRY(iso_nc_text(file, NC_GLOBAL, "title", title, err));
  ISO_TRY(iso_nc_float(file, NC_GLOBAL, "api_version", 5.1f, err));
  ISO_TRY(iso_nc_float(file, NC_GLOBAL, "version", 5.1f, err));
  ISO_TRY(iso_nc_int(file, NC_GLOBAL, "floating_point_word_size", 8, err));
  ISO_TRY(iso_nc_int(file, NC_GLOBAL, "file_size", 1, err));
  ISO_TRY(iso_nc_int(file, NC_GLOBAL, "maximum_name_length", ISO_EXODUS_NAME - 1, err));
  ISO_TRY(iso_nc_int(file, NC_GLOBAL, "int64_status", x->wide ? ALL_INT64 : 0, err));
  for (int a = 0; a < spec->nattributes; a++)
    ISO_TRY(iso_nc_text(file, NC_GLOBAL, spec->attributes[a].name, spec->attributes[a].text, err));
  return ISO_OK;
}

/* A variable without unit or description. */
static iso_status define(iso_exodus *x, const char *name, nc_type type, int ndims, const int *dims, int *id,
                         iso_error *err) {
  return iso_nc_variable(&x->file, name, type, ndims, dims, NULL, NULL, id, err);
}

/* One of an entry for each node or element, which the ranks share. */
static iso_status define_shared(iso_exodus *x, const char *name, nc_type type, int ndims, const int *dims,
                                int *id, iso_error *err) {
  ISO_TRY(define(x, name, type, ndims, dims, id, err));
  return iso_exodus_store(x, *id, 0, err);
}

static iso_status define_nodes(iso_exodus *x, iso_error *err) {
  iso_ncfile *file = &x->file;
  int dim_space, four, dim;
  ISO_TRY(iso_nc_dimension(file, "num_dim", 3, &dim_space, err));
  ISO_TRY(iso_nc_dimension(file, "num_nodes", x->layout->mesh->nnodes, &x->dim_nodes, err));
  ISO_TRY(iso_nc_dimension(file, "len_name", ISO_EXODUS_NAME, &x->dim_name, err));
  ISO_TRY(iso_nc_dimension(file, "len_string", ISO_EXODUS_NAME, &dim, err));
  ISO_TRY(iso_nc_dimension(file, "len_line", LINE_LENGTH, &dim, err));
  ISO_TRY(iso_nc_dimension(file, "four", 4, &four, err));
  for (int d = 0; d < 3; d++) {
    char name[] = {'c', 'o', 'o', 'r', 'd', (char)('x' + d), '\0'};
    ISO_TRY(iso_nc_variable(file, name, NC_DOUBLE, 1, &x->dim_nodes, "mm", NULL, &x->coord[d], err));
    ISO_TRY(iso_exodus_store(x, x->coord[d], 0, err));
  }
  ISO_TRY(define(x, "coor_names", NC_CHAR, 2, (int[]){dim_space, x->dim_name}, &x->coord_name, err));
  ISO_TRY(define_shared(x, "num_nodes", iso_exodus_number(x), 1, &x->dim_nodes, &x->node_index, err));
  return define_shared(x, "node_num_map", iso_exodus_number(x), 1, &x->dim_nodes, &x->node_map, err);
}

static iso_status define_block(iso_exodus *x, int b, iso_error *err) {
  const iso_elem_block *block = &x->layout->blocks[b];
  int dims[2];
  char name[NC_MAX_NAME];
  snprintf(name, sizeof name, "num_el_in_blk%d", b + 1);
  ISO_TRY(iso_nc_dimension(&x->file, name, block->total, &dims[0], err));
  ISO_TRY(define_shared(x, name, iso_exodus_number(x), 1, dims, &x->block_index[b], err));
  snprintf(name, sizeof name, "num_nod_per_el%d", b + 1);
  ISO_TRY(iso_nc_dimension(&x->file, name, iso_shape_nodes(block->shape), &dims[1], err));
  snprintf(name, sizeof name, "connect%d", b + 1);
  ISO_TRY(define_shared(x, name, iso_exodus_number(x), 2, dims, &x->connect[b], err));
  ISO_TRY(iso_nc_text(&x->file, x->connect[b], "elem_type", shape_name[block->shape], err));
  for (int v = 0; v < x->nelemental; v++) {
    const iso_exodus_variable *spec = &x->elem_spec[v];
    snprintf(name, sizeof name, "vals_elem_var%deb%d", v + 1, b + 1);
    int *id = &x->elemental[b * x->nelemental + v];
    ISO_TRY(iso_nc_result(&x->file, name, NC_FLOAT, 2, (int[]){x->dim_step, dims[0]}, spec->unit,
                          spec->long_name, id, err));
    ISO_TRY(iso_exodus_store(x, *id, 1, err));
  }
  return ISO_OK;
}

static iso_status define_elements(iso_exodus *x, iso_error *err) {
  int dim_blocks, dim_elems;
  ISO_TRY(iso_nc_dimension(&x->file, "num_elem", x->layout->mesh->nelems, &dim_elems, err));
  ISO_TRY(iso_nc_dimension(&x->file, "num_el_blk", x->layout->nblocks, &dim_blocks, err));
  ISO_TRY(define_shared(x, "num_elem", iso_exodus_number(x), 1, &dim_elems, &x->elem_index, err));
  ISO_TRY(define_shared(x, "elem_num_map", iso_exodus_number(x), 1, &dim_elems, &x->elem_map, err));
  ISO_TRY(define(x, "eb_status", NC_INT, 1, &dim_blocks, &x->block_status, err));
  ISO_TRY(define(x, "eb_prop1", iso_exodus_number(x), 1, &dim_blocks, &x->block_id, err));
  ISO_TRY(iso_nc_text(&x->file, x->block_id, "name", "ID", err));
  ISO_TRY(define(x, "eb_names", NC_CHAR, 2, (int[]){dim_blocks, x->dim_name}, &x->block_name, err));
  if (x->nelemental > 0) {
    int dim;
    ISO_TRY(iso_nc_dimension(&x->file, "num_elem_var", x->nelemental, &dim, err));
    ISO_TRY(define(x, "name_elem_var", NC_CHAR, 2, (int[]){dim, x->dim_name}, &x->elem_name, err));
    ISO_TRY(define(x, "elem_var_tab", NC_INT, 2, (int[]){dim_blocks, dim}, &x->elem_table, err));
  }
  for (int b = 0; b < x->layout->nblocks; b++) ISO_TRY(define_block(x, b, err));
  return ISO_OK;
}

static bool is_series(const iso_exodus_spec *spec) { return spec->chunk[0] > 0; }

static iso_status define_nodal(iso_exodus *x, const iso_exodus_spec *spec, iso_error *err) {
  for (int v = 0; v < x->nnodal; v++) {
    const iso_exodus_variable *var = &spec->nodal[v];
    char name[NC_MAX_NAME];
    snprintf(name, sizeof name, "vals_nod_var%d", v + 1);
    ISO_TRY(iso_nc_result(&x->file, name, spec->nodal_type, 2, (int[]){x->dim_step, x->dim_nodes}, var->unit,
                          var->long_name, &x->nodal[v], err));
    if (is_series(spec))
      ISO_TRY(iso_nc_store_chunks(&x->file, x->nodal[v], spec->chunk, x->compression, err));
    else
      ISO_TRY(iso_exodus_store(x, x->nodal[v], 1, err));
  }
  return ISO_OK;
}

static iso_status define_time(iso_exodus *x, const iso_exodus_spec *spec, iso_error *err) {
  const size_t chunk = 1024;
  int64_t length = is_series(spec) ? (int64_t)NC_UNLIMITED : 1;
  ISO_TRY(iso_nc_dimension(&x->file, "time_step", length, &x->dim_step, err));
  ISO_TRY(iso_nc_variable(&x->file, "time_whole", NC_DOUBLE, 1, &x->dim_step, "ms", "time", &x->time, err));
  return is_series(spec) ? iso_nc_store_chunks(&x->file, x->time, &chunk, 0, err) : ISO_OK;
}

static iso_status define_names(iso_exodus *x, iso_error *err) {
  int dim;
  ISO_TRY(iso_nc_dimension(&x->file, "num_nod_var", x->nnodal, &dim, err));
  return define(x, "name_nod_var", NC_CHAR, 2, (int[]){dim, x->dim_name}, &x->nodal_name, err);
}

static iso_status define_all(iso_exodus *x, const iso_exodus_spec *spec, iso_error *err) {
  ISO_TRY(define_attributes(x, spec, err));
  if (!is_series(spec)) ISO_TRY(define_time(x, spec, err));
  ISO_TRY(define_nodes(x, err));
  ISO_TRY(define_elements(x, err));
  ISO_TRY(define_names(x, err));
  return is_series(spec) ? ISO_OK : define_nodal(x, spec, err);
}

static iso_status define_series(iso_exodus *x, const iso_exodus_spec *spec, iso_error *err) {
  ISO_TRY(iso_ncfile_reopen(&x->file, err));
  ISO_TRY(define_time(x, spec, err));
  return define_nodal(x, spec, err);
}

iso_status iso_exodus_series(iso_exodus *x, const iso_exodus_spec *spec, int64_t *bytes, iso_error *err) {
  ISO_TRY(iso_ncfile_shut(&x->file, bytes, err));
  ISO_TRY(iso_atomic_reserve(&x->file.target, *bytes + SERIES_BYTES, err));
  ISO_TRY(iso_agree(x->layout->mesh->comm, x->root ? define_series(x, spec, err) : ISO_OK, err));
  return iso_ncfile_shut(&x->file, bytes, err);
}

static iso_status allocate(iso_exodus *x, iso_error *err) {
  size_t nblocks = (size_t)x->layout->nblocks, nelemental = (size_t)x->nelemental;
  ISO_TRY(iso_alloc(&x->connect, nblocks, sizeof(int), "a table of variables", err));
  ISO_TRY(iso_alloc(&x->block_index, nblocks, sizeof(int), "a table of variables", err));
  ISO_TRY(iso_alloc(&x->nodal, (size_t)x->nnodal, sizeof(int), "a table of variables", err));
  return iso_alloc(&x->elemental, nblocks * nelemental, sizeof(int), "a table of variables", err);
}

iso_status iso_exodus_create(iso_exodus *x, const char *path, const iso_layout *layout,
                             const iso_exodus_spec *spec, iso_error *err) {
  MPI_Comm comm = layout->mesh->comm;
  *x =
      (iso_exodus){.layout = layout,
                   .wide = spec->wide || layout->mesh->nnodes > INT32_MAX || layout->mesh->nelems > INT32_MAX,
                   .root = iso_rank(comm) == 0,
                   .compression = spec->compression,
                   .nnodal = spec->nnodal,
                   .nelemental = spec->nelemental,
                   .nodal_spec = spec->nodal,
                   .elem_spec = spec->elemental};
  iso_status status = iso_agree(comm, allocate(x, err), err);
  if (status == ISO_OK) status = iso_ncfile_create(&x->file, comm, path, err);
  if (status == ISO_OK) status = iso_agree(comm, define_all(x, spec, err), err);
  if (status != ISO_OK) iso_exodus_discard(x);
  return status;
}
