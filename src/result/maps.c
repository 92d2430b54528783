#include "result/maps.h"

#include "base/memory.h"
#include "result/maps_probes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- the maps of an activation observer --- */

static void fill(double *owned, const iso_activation *a, const double *times) {
  iso_lid n = iso_activation_mesh(a)->nowned;
  for (iso_lid i = 0; i < n; i++) owned[i] = times ? times[i] : NAN;
}

static void fill_activation(const void *self, int beat, double *owned) {
  fill(owned, self, iso_activation_times(self, beat));
}

static void fill_repolarisation(const void *self, int beat, double *owned) {
  fill(owned, self, iso_repolarisation_times(self, beat));
}

static void fill_apd(const void *self, int beat, double *owned) {
  const double *activated = iso_activation_times(self, beat);
  fill_repolarisation(self, beat, owned);
  for (iso_lid i = 0; activated && i < iso_activation_mesh(self)->nowned; i++) owned[i] -= activated[i];
}

static void fill_count(const void *self, int beat, double *owned) {
  (void)beat;
  const int32_t *count = iso_activation_counts(self);
  for (iso_lid i = 0; i < iso_activation_mesh(self)->nowned; i++) owned[i] = count[i];
}

void iso_activation_maps(const iso_activation *a, iso_map maps[ISO_ACTIVATION_MAPS], int *nbeats) {
  int beats = iso_activation_summarise(a).beats;
  *nbeats = beats > 1 ? beats : 1;
  const iso_map standard[ISO_ACTIVATION_MAPS] = {
      {"activation_time", "ms", "time of the first activation", NC_DOUBLE, 0, true, fill_activation, a},
      {"repolarisation_time", "ms", "time of the first repolarisation", NC_DOUBLE, 0, true,
       fill_repolarisation, a},
      {"apd", "ms", "action potential duration of the first beat", NC_DOUBLE, 0, true, fill_apd, a},
      {"activation_count", "1", "number of activations", NC_INT, 0, true, fill_count, a},
      {"beat_activation_time", "ms", "time of activation in each beat", NC_DOUBLE, *nbeats, false,
       fill_activation, a},
      {"beat_repolarisation_time", "ms", "time of repolarisation in each beat", NC_DOUBLE, *nbeats, false,
       fill_repolarisation, a},
      {"beat_apd", "ms", "action potential duration in each beat", NC_DOUBLE, *nbeats, false, fill_apd, a},
  };
  memcpy(maps, standard, sizeof standard);
}

/* --- the file --- */

typedef struct {
  const iso_maps *in;
  const iso_layout *layout;
  iso_exodus exodus;
  iso_exodus_variable *nodal; /* [nmaps + 1]: the nodal maps, then region */
  int nnodal;
  int *variable; /* [nmaps] NetCDF numbers of the plain variables */
  int region;
  iso_maps_probes probes;
  double *owned, *part; /* [nowned], [layout nnode]: one row of a map */
} writer;

static const iso_exodus_variable region_variable = {"region", "1", "region tag"};

static const iso_exodus_variable elemental[] = {
    {"region", "1", "region tag"},         {"fibreX", "1", "fibre direction, x"},
    {"fibreY", "1", "fibre direction, y"}, {"fibreZ", "1", "fibre direction, z"},
    {"sheetX", "1", "sheet direction, x"}, {"sheetY", "1", "sheet direction, y"},
    {"sheetZ", "1", "sheet direction, z"}};

/* Sheets come with fibres. */
static int count_elemental(const iso_mesh *mesh) { return mesh->sheet ? 7 : mesh->fibre ? 4 : 1; }

static iso_status allocate(writer *w, iso_error *err) {
  size_t nmaps = (size_t)w->in->nmaps;
  ISO_TRY(iso_alloc(&w->nodal, nmaps + 1, sizeof *w->nodal, "a table of maps", err));
  ISO_TRY(iso_alloc(&w->variable, nmaps, sizeof *w->variable, "a table of maps", err));
  ISO_TRY(iso_alloc(&w->owned, (size_t)w->in->mesh->nowned, sizeof *w->owned, "a map", err));
  return iso_alloc(&w->part, (size_t)w->layout->nnode, sizeof *w->part, "a map in file order", err);
}

static void list_nodal(writer *w) {
  for (int m = 0; m < w->in->nmaps; m++) {
    const iso_map *map = &w->in->maps[m];
    if (map->nodal) w->nodal[w->nnodal++] = (iso_exodus_variable){map->name, map->unit, map->long_name};
  }
  w->nodal[w->nnodal++] = region_variable;
}

static iso_status define_maps(writer *w, iso_error *err) {
  iso_ncfile *file = &w->exodus.file;
  int dims[2] = {-1, w->exodus.dim_nodes};
  for (int m = 0; m < w->in->nmaps; m++) {
    const iso_map *map = &w->in->maps[m];
    int plain = map->beats == 0;
    if (!plain && dims[0] < 0) ISO_TRY(iso_nc_dimension(file, "num_beats", w->in->nbeats, &dims[0], err));
    ISO_TRY(iso_nc_result(file, map->name, map->type, 2 - plain, dims + plain, map->unit, map->long_name,
                          &w->variable[m], err));
  }
  return iso_nc_result(file, region_variable.name, NC_INT, 1, &w->exodus.dim_nodes, region_variable.unit,
                       region_variable.long_name, &w->region, err);
}

static iso_status define(writer *w, iso_error *err) {
  ISO_TRY(define_maps(w, err));
  return iso_maps_probes_define(&w->probes, &w->exodus, w->in->probes, err);
}

static iso_status put_row(writer *w, int variable, int ndims, int row, iso_error *err) {
  size_t start[2] = {(size_t)row, (size_t)w->layout->first_node}, count[2] = {1, (size_t)w->layout->nnode};
  return iso_nc_put(&w->exodus.file, variable, start + 2 - ndims, count + 2 - ndims, NC_DOUBLE, w->part, err);
}

static iso_status put_map(writer *w, int m, int *nodal, iso_error *err) {
  const iso_map *map = &w->in->maps[m];
  int rows = map->beats > 0 ? map->beats : 1;
  for (int row = 0; row < rows; row++) {
    map->fill(map->self, row, w->owned);
    ISO_TRY(iso_layout_nodes(w->layout, w->owned, sizeof *w->owned, w->part, err));
    ISO_TRY(put_row(w, w->variable[m], map->beats > 0 ? 2 : 1, row, err));
  }
  return map->nodal ? iso_exodus_nodal(&w->exodus, 0, (*nodal)++, w->part, err) : ISO_OK;
}

static iso_status put_node_region(writer *w, iso_error *err) {
  for (iso_lid i = 0; i < w->in->mesh->nowned; i++) w->owned[i] = w->in->mesh->node_tag[i];
  ISO_TRY(iso_layout_nodes(w->layout, w->owned, sizeof *w->owned, w->part, err));
  ISO_TRY(put_row(w, w->region, 1, 0, err));
  return iso_exodus_nodal(&w->exodus, 0, w->nnodal - 1, w->part, err);
}

/* One element variable: region (component -1), or a component of a direction. own, part: scratch. */
static iso_status put_elem(writer *w, int variable, const float (*direction)[3], int component, float *own,
                           float *part, iso_error *err) {
  const iso_layout *layout = w->layout;
  for (int64_t i = 0; i < layout->nown; i++) {
    iso_lid e = layout->own[i];
    own[i] = direction ? direction[e][component] : (float)layout->mesh->tag[e];
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
    const float(*direction)[3] = v == 0 ? NULL : v <= 3 ? mesh->fibre : mesh->sheet;
    status = put_elem(w, v, direction, (v + 2) % 3, own, part, err);
  }
  free(own);
  free(part);
  return status;
}

static iso_status put_all(writer *w, iso_error *err) {
  int nodal = 0;
  ISO_TRY(iso_exodus_mesh(&w->exodus, err));
  ISO_TRY(iso_exodus_time(&w->exodus, 0, w->in->time_ms, err));
  for (int m = 0; m < w->in->nmaps; m++) ISO_TRY(put_map(w, m, &nodal, err));
  ISO_TRY(put_node_region(w, err));
  ISO_TRY(put_elems(w, err));
  return iso_maps_probes_put(&w->probes, &w->exodus, err);
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
                          .wide = w->in->wide};
  ISO_TRY(iso_exodus_create(&w->exodus, path, w->layout, &spec, err));
  iso_status status = iso_agree(w->in->mesh->comm, define(w, err), err);
  if (status == ISO_OK) status = put_all(w, err);
  if (status == ISO_OK) return iso_exodus_commit(&w->exodus, err);
  iso_exodus_discard(&w->exodus);
  return status;
}

iso_status iso_maps_write(const char *path, const iso_maps *maps, iso_error *err) {
  iso_layout layout;
  ISO_TRY(iso_layout_new(&layout, maps->mesh, err));
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
