#include "app/mesh_facts.h"

#include "result/json.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* An element of less quality is nearly flat: it asks for short steps, or conducts wrongly. */
enum { FLAT_BINS = 1 }; /* of the histogram, 0.1 each */

const char *iso_shapes_text(int shape) {
  static const char *const text[ISO_NSHAPES] = {"lines", "triangles", "tetrahedra", "hexahedra"};
  return text[shape];
}

const char *iso_mesh_facts_name(const iso_mesh *mesh, const iso_tag_info *tag) {
  const int dimension = tag->volume_mm3 > 0 ? 3 : tag->area_mm2 > 0 ? 2 : 1;
  return iso_tag_names_find(&mesh->tag_names, dimension, tag->tag);
}

const char *iso_surface_items(const iso_surface *surface) {
  static const char *const items[] = {"nodes", "edges", "faces"};
  return items[surface->dimension];
}

/* ---- faults ---- */

static iso_status add(iso_names *faults, iso_error *err, int64_t count, const char *format) {
  char text[200];
  if (count <= 0) return ISO_OK;
  snprintf(text, sizeof text, "%lld %s", (long long)count, format);
  return iso_names_add(faults, text, err);
}

static iso_status find_faults(iso_mesh_facts *f, iso_error *err) {
  const iso_mesh_info *info = &f->info;
  const int64_t parts = info->parts.n > 1 ? info->parts.n : 0;
  const int64_t bare = info->fibres >= 0 ? info->nelems - info->fibres : 0;
  const int64_t no_sheet = info->sheets >= 0 ? info->nelems - info->sheets : 0;
  int64_t flat = 0;
  for (int k = 0; k < FLAT_BINS; k++) flat += info->quality_histogram[k];
  ISO_TRY(add(&f->faults, err, parts, "parts share no node: no wave passes from one to another"));
  ISO_TRY(add(&f->faults, err, info->parts.coincident, "nodes lie where another lies"));
  ISO_TRY(add(&f->faults, err, info->parts.twins,
              "elements have the nodes of another: their tissue counts twice"));
  ISO_TRY(add(&f->faults, err, info->parts.orphans, "nodes belong to no element"));
  ISO_TRY(add(&f->faults, err, flat, "elements are nearly flat, of quality below 0.1"));
  ISO_TRY(add(&f->faults, err, bare, "elements have no fibre and conduct alike in all directions"));
  return add(&f->faults, err, no_sheet, "elements have no sheet direction");
}

iso_status iso_mesh_facts_find(iso_mesh_facts *out, const char *file, const iso_mesh *mesh,
                               const iso_demands_of *of, iso_error *err) {
  *out = (iso_mesh_facts){.file = file, .mesh = mesh, .of = *of};
  ISO_TRY(iso_mesh_info_of(mesh, &out->info, err));
  iso_status status = iso_demands_find(mesh, of, &out->demands, err);
  if (status == ISO_OK) status = iso_agree(mesh->comm, find_faults(out, err), err);
  if (status != ISO_OK) iso_mesh_facts_free(out);
  return status;
}

void iso_mesh_facts_free(iso_mesh_facts *facts) {
  iso_mesh_info_free(&facts->info);
  iso_names_free(&facts->faults);
}

/* ---- JSON ---- */

static void put_numbers(FILE *f, const char *key, int n, const double *value) {
  iso_json_key(f, key);
  for (int k = 0; k < n; k++) fprintf(f, "%s%.10g", k ? ", " : "[", value[k]);
  fputc(']', f);
}

static void put_tags(FILE *f, const iso_mesh_facts *facts) {
  iso_json_key(f, "tags");
  fputc('[', f);
  for (int i = 0; i < facts->info.ntags; i++) {
    const iso_tag_info *tag = &facts->info.tags[i];
    int64_t elements = 0;
    for (int s = 0; s < ISO_NSHAPES; s++) elements += tag->nelems[s];
    fprintf(f, "%s{\"tag\": %d", i ? ", " : "", (int)tag->tag);
    iso_json_field(f, "name", iso_mesh_facts_name(facts->mesh, tag));
    iso_json_number(f, "elements", (double)elements);
    iso_json_number(f, "length_mm", tag->length_mm);
    iso_json_number(f, "area_mm2", tag->area_mm2);
    iso_json_number(f, "volume_mm3", tag->volume_mm3);
    fputc('}', f);
  }
  fputc(']', f);
}

static void put_surface(FILE *f, const iso_surface *surface, int64_t total, bool first) {
  fputs(first ? "{\"name\": " : ", {\"name\": ", f);
  iso_json_text(f, surface->name);
  iso_json_number(f, iso_surface_items(surface), (double)total);
  fputc('}', f);
}

/* Collective. */
static void put_surfaces(FILE *f, const iso_mesh *mesh) {
  if (f) iso_json_key(f, "surfaces"), fputc('[', f);
  for (int k = 0; k < mesh->surfaces.n; k++) {
    const iso_surface *surface = &mesh->surfaces.surface[k];
    const int64_t total = iso_surface_total(mesh->comm, surface);
    if (f) put_surface(f, surface, total, k == 0);
  }
  if (f) fputc(']', f);
}

static void put_counts(FILE *f, const iso_mesh_info *info) {
  iso_json_number(f, "nodes", (double)info->nnodes);
  iso_json_number(f, "elements", (double)info->nelems);
  for (int s = 0; s < ISO_NSHAPES; s++) iso_json_number(f, iso_shapes_text(s), (double)info->shapes[s]);
  put_numbers(f, "low_mm", 3, info->low_mm);
  put_numbers(f, "high_mm", 3, info->high_mm);
  iso_json_number(f, "edge_min_mm", info->edge_min_mm);
  iso_json_number(f, "edge_mean_mm", info->edge_mean_mm);
  iso_json_number(f, "edge_max_mm", info->edge_max_mm);
  iso_json_number(f, "quality_min", info->quality_min);
  iso_json_number(f, "quality_mean", info->quality_mean);
  iso_json_number(f, "components", (double)info->parts.n);
  iso_json_number(f, "orphans", (double)info->parts.orphans);
  iso_json_number(f, "coincident", (double)info->parts.coincident);
  iso_json_number(f, "twins", (double)info->parts.twins);
  iso_json_number(f, "fibres", fmax((double)info->fibres, 0));
  iso_json_number(f, "sheets", fmax((double)info->sheets, 0));
}

static void put_demands(FILE *f, const iso_demands_of *of, const iso_demands *d) {
  iso_json_number(f, "longitudinal_S_per_m", of->longitudinal);
  iso_json_number(f, "transverse_S_per_m", of->transverse);
  iso_json_number(f, "step_ms", of->step_ms);
  iso_json_number(f, "products_per_step", d->stages);
  iso_json_number(f, "largest_stable_step_ms", d->most_ms);
  iso_json_number(f, "stiffest_node", (double)d->stiffest);
  iso_json_number(f, "front_along_mm", d->along);
  iso_json_number(f, "front_across_mm", d->across);
  iso_json_number(f, "edge_widths", d->widths);
  iso_json_number(f, "too_coarse_fraction", d->coarse);
  iso_json_number(f, "too_coarse_nodal_fraction", d->coarse_nodal);
  iso_json_number(f, "expected_error_of_mesh_percent", d->expected.mesh);
  iso_json_number(f, "expected_error_of_step_percent", d->expected.step);
}

void iso_mesh_facts_json(const iso_mesh_facts *facts, FILE *f) {
  char checksum[32];
  snprintf(checksum, sizeof checksum, "%016llx", (unsigned long long)facts->mesh->checksum);
  if (f) {
    fputs("{\n  \"program\": \"isochrone\"", f);
    iso_json_field(f, "file", facts->file);
    put_counts(f, &facts->info);
    iso_json_field(f, "checksum", checksum);
    put_tags(f, facts);
  }
  put_surfaces(f, facts->mesh);
  if (!f) return;
  put_demands(f, &facts->of, &facts->demands);
  iso_json_key(f, "faults");
  fputc('[', f);
  for (int k = 0; k < facts->faults.n; k++) {
    if (k) fputs(", ", f);
    iso_json_text(f, facts->faults.name[k]);
  }
  fputs("]\n}\n", f);
}
