#include "result/maps.h"

#include "base/memory.h"
#include "grid/share/node_tags.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct {
  const iso_maps *in;
  const iso_layout *layout;
  iso_exodus exodus;
  iso_exodus_variable *nodal; /* [variables + 1]: the maps, then region */
  int nnodal;
  int *variable; /* [variables] NetCDF's numbers */
  int region;
  double *owned, *part; /* [nowned], [layout nnode]: one row of a map */
} writer;

static const iso_exodus_variable region_variable = {"region", "1", "region tag"};

static const iso_exodus_variable elemental[] = {
    {"region", "1", "region tag"},         {"fibreX", "1", "fibre direction, x"},
    {"fibreY", "1", "fibre direction, y"}, {"fibreZ", "1", "fibre direction, z"},
    {"sheetX", "1", "sheet direction, x"}, {"sheetY", "1", "sheet direction, y"},
    {"sheetZ", "1", "sheet direction, z"}};

/* Sheets come with fibres. */
static int count_elemental(const iso_mesh *mesh) { return mesh->sheets ? 7 : mesh->fibres ? 4 : 1; }

static iso_status allocate(writer *w, iso_error *err) {
  size_t n = (size_t)w->in->results->nvariables;
  ISO_TRY(iso_alloc(&w->nodal, n + 1, sizeof *w->nodal, "a table of maps", err));
  ISO_TRY(iso_alloc(&w->variable, n, sizeof *w->variable, "a table of maps", err));
  ISO_TRY(iso_alloc(&w->owned, (size_t)w->in->mesh->nowned, sizeof *w->owned, "a map", err));
  return iso_alloc(&w->part, (size_t)w->layout->nnode, sizeof *w->part, "a map in file order", err);
}

static bool is_map(const iso_variable *v) { return v->fill && v->ndims == 0; }

static void list_nodal(writer *w) {
  for (int k = 0; k < w->in->results->nvariables; k++) {
    const iso_variable *v = &w->in->results->variables[k];
    if (is_map(v)) w->nodal[w->nnodal++] = (iso_exodus_variable){v->name, v->unit, v->meaning};
  }
  w->nodal[w->nnodal++] = region_variable;
}

/* Its number, which may have been defined for another variable or by the schema. */
static iso_status find_dimension(iso_ncfile *file, const iso_dimension *dimension, int *id, iso_error *err) {
  if (nc_inq_dimid(file->id, dimension->name, id) == NC_NOERR) return ISO_OK;
  return iso_nc_dimension(file, dimension->name, dimension->length, id, err);
}

static iso_status define_variable(writer *w, const iso_variable *v, int *id, iso_error *err) {
  static const nc_type types[] = {NC_DOUBLE, NC_INT, NC_CHAR};
  iso_ncfile *file = &w->exodus.file;
  int dims[ISO_VARIABLE_DIMENSIONS + 1], ndims = v->ndims;
  for (int d = 0; d < v->ndims; d++) ISO_TRY(find_dimension(file, &v->dims[d], &dims[d], err));
  if (v->fill) dims[ndims++] = w->exodus.dim_nodes;
  if (v->type == ISO_VARIABLE_TEXT) dims[ndims++] = w->exodus.dim_name;
  ISO_TRY((v->may_lack ? iso_nc_result : iso_nc_variable)(file, v->name, types[v->type], ndims, dims, v->unit,
                                                          v->meaning, id, err));
  return v->fill ? iso_exodus_store(&w->exodus, *id, v->ndims, err) : ISO_OK;
}

static iso_status define(writer *w, iso_error *err) {
  const iso_results *results = w->in->results;
  for (int k = 0; k < results->nvariables; k++)
    ISO_TRY(define_variable(w, &results->variables[k], &w->variable[k], err));
  ISO_TRY(iso_nc_result(&w->exodus.file, region_variable.name, NC_INT, 1, &w->exodus.dim_nodes,
                        region_variable.unit, region_variable.long_name, &w->region, err));
  return iso_exodus_store(&w->exodus, w->region, 0, err);
}

static int64_t count_rows(const iso_variable *v) {
  int64_t n = 1;
  for (int d = 0; d < v->ndims; d++) n *= v->dims[d].length;
  return n;
}

/* The part of one row of a variable of nodes, the row being that of its other dimensions together. */
static iso_status put_row(writer *w, int id, const iso_variable *v, int64_t row, iso_error *err) {
  size_t start[ISO_VARIABLE_DIMENSIONS + 1], count[ISO_VARIABLE_DIMENSIONS + 1];
  const int ndims = v ? v->ndims : 0;
  for (int d = ndims - 1; d >= 0; row /= v->dims[d--].length) {
    start[d] = (size_t)(row % v->dims[d].length);
    count[d] = 1;
  }
  start[ndims] = (size_t)w->layout->first_node;
  count[ndims] = (size_t)w->layout->nnode;
  return iso_nc_put(&w->exodus.file, id, start, count, NC_DOUBLE, w->part, err);
}

static iso_status put_nodes(writer *w, int id, const iso_variable *v, int *nodal, iso_error *err) {
  for (int64_t row = 0; row < count_rows(v); row++) {
    v->fill(v->self, row, w->owned);
    ISO_TRY(iso_layout_nodes(w->layout, w->owned, sizeof *w->owned, w->part, err));
    ISO_TRY(put_row(w, id, v, row, err));
  }
  return is_map(v) ? iso_exodus_nodal(&w->exodus, (*nodal)++, w->part, err) : ISO_OK;
}

static iso_status put_texts(writer *w, int id, const iso_variable *v, iso_error *err) {
  const size_t n = (size_t)count_rows(v);
  const char *const *text = v->data;
  char(*name)[ISO_EXODUS_NAME] = NULL;
  ISO_TRY(iso_alloc_all(w->in->mesh->comm, &name, n, sizeof *name, "texts", err));
  for (size_t i = 0; text && i < n; i++) snprintf(name[i], sizeof name[i], "%s", text[i]);
  iso_status status = iso_nc_put_root(&w->exodus.file, id, NC_CHAR, name, err);
  free(name);
  return status;
}

static iso_status put_variable(writer *w, int k, int *nodal, iso_error *err) {
  const iso_variable *v = &w->in->results->variables[k];
  const int id = w->variable[k];
  if (v->fill) return put_nodes(w, id, v, nodal, err);
  if (v->type == ISO_VARIABLE_TEXT) return put_texts(w, id, v, err);
  return iso_nc_put_root(&w->exodus.file, id, v->type == ISO_VARIABLE_REAL ? NC_DOUBLE : NC_INT, v->data,
                         err);
}

static iso_status put_node_region(writer *w, iso_error *err) {
  for (iso_lid i = 0; i < w->in->mesh->nowned; i++) w->owned[i] = iso_shown_tag(w->in->mesh->node_tag[i]);
  ISO_TRY(iso_layout_nodes(w->layout, w->owned, sizeof *w->owned, w->part, err));
  ISO_TRY(put_row(w, w->region, NULL, 0, err));
  return iso_exodus_nodal(&w->exodus, w->nnodal - 1, w->part, err);
}

/* One element variable: region (component -1), or a component of a direction. own, part: scratch. */
static iso_status put_elem(writer *w, int variable, const float *(*direction)(const iso_mesh *, iso_lid),
                           int component, float *own, float *part, iso_error *err) {
  const iso_layout *layout = w->layout;
  for (int64_t i = 0; i < layout->nown; i++) {
    iso_lid e = layout->own[i];
    own[i] = direction ? direction(layout->mesh, e)[component] : (float)iso_mesh_tag(layout->mesh, e);
  }
  ISO_TRY(iso_layout_elems(layout, own, sizeof *own, part, err));
  return iso_exodus_elemental(&w->exodus, variable, part, err);
}

static iso_status put_elems(writer *w, iso_error *err) {
  const iso_mesh *mesh = w->in->mesh;
  float *own = NULL, *part = NULL;
  iso_status status = iso_alloc(&own, (size_t)w->layout->nown, sizeof *own, "element values", err);
  if (status == ISO_OK)
    status = iso_alloc(&part, (size_t)w->layout->nelem, sizeof *part, "element values", err);
  status = iso_agree(mesh->comm, status, err);
  for (int v = 0; v < count_elemental(mesh) && status == ISO_OK; v++) {
    status = put_elem(w, v,
                      v == 0   ? NULL
                      : v <= 3 ? iso_mesh_fibre
                               : iso_mesh_sheet,
                      (v + 2) % 3, own, part, err);
  }
  free(own);
  free(part);
  return status;
}

static iso_status put_all(writer *w, iso_error *err) {
  int nodal = 0;
  ISO_TRY(iso_exodus_mesh(&w->exodus, err));
  ISO_TRY(iso_exodus_time(&w->exodus, w->in->time_ms, err));
  for (int k = 0; k < w->in->results->nvariables; k++) ISO_TRY(put_variable(w, k, &nodal, err));
  ISO_TRY(put_node_region(w, err));
  return put_elems(w, err);
}

static iso_status write_file(writer *w, const char *path, iso_error *err) {
  list_nodal(w);
  iso_exodus_spec spec = {.title = w->in->title,
                          .nattributes = w->in->nattributes,
                          .attributes = w->in->attributes,
                          .nnodal = w->nnodal,
                          .nodal = w->nodal,
                          .nelemental = count_elemental(w->in->mesh),
                          .elemental = elemental,
                          .nodal_type = NC_DOUBLE,
                          .compression = w->in->compression,
                          .wide = w->in->wide};
  ISO_TRY(iso_exodus_create(&w->exodus, path, w->layout, &spec, err));
  iso_status status = iso_agree(w->in->mesh->comm, define(w, err), err);
  if (status == ISO_OK) status = put_all(w, err);
  if (status == ISO_OK) return iso_exodus_commit(&w->exodus, err);
  iso_exodus_discard(&w->exodus);
  return status;
}

/* Of one variable, and of the map that is also an Exodus variable. */
static int64_t bytes_of(const iso_variable *v, int64_t nnodes) {
  const int64_t value = v->type == ISO_VARIABLE_TEXT ? ISO_EXODUS_NAME : (int64_t)sizeof(double);
  return value * count_rows(v) * (v->fill ? nnodes : 1) + (is_map(v) ? value * nnodes : 0);
}

int64_t iso_maps_bytes(const iso_maps *maps) {
  const iso_mesh *mesh = maps->mesh;
  const int64_t number = maps->wide || mesh->nnodes > INT32_MAX || mesh->nelems > INT32_MAX ? 8 : 4;
  /* NetCDF keeps each dimension as a dataset of 4-byte values; blocks together are as long as all elements.
   */
  const int64_t node =
      3 * (int64_t)sizeof(double) + number + 4 + 4 + 8; /* coordinates, number, length, region */
  const int64_t elem = number * (mesh->width + 1) + 2 * 4 + 4 * count_elemental(mesh);
  int64_t bytes = (3 << 19) + mesh->nnodes * node + mesh->nelems * elem;
  for (int k = 0; k < maps->results->nvariables; k++)
    bytes += bytes_of(&maps->results->variables[k], mesh->nnodes);
  return bytes;
}

iso_status iso_maps_write(const char *path, const iso_maps *maps, iso_error *err) {
  iso_layout layout;
  ISO_TRY(iso_layout_new(&layout, maps->mesh, 1, err));
  writer w = {.in = maps, .layout = &layout};
  iso_status status = iso_agree(maps->mesh->comm, allocate(&w, err), err);
  if (status == ISO_OK) status = write_file(&w, path, err);
  free(w.nodal);
  free(w.variable);
  free(w.owned);
  free(w.part);
  iso_layout_free(&layout);
  return status;
}
