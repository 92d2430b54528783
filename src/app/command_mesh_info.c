/* What a mesh is like. */
#include "app/command.h"

#include "app/command_mesh.h"
#include "app/mesh_report.h"
#include "base/text.h"

enum { MOST_REGIONS = 40 }; /* lines; a mesh with more tags has numbered something else with them */

static const char *const shapes[ISO_NSHAPES] = {"lines", "triangles", "tetrahedra", "hexahedra"};
static const char *const size_units[] = {"", "mm", "mm2", "mm3"};

static void say_elements(const iso_arguments *a, const iso_mesh_report *r) {
  char text[32];
  const char *separator = "";
  iso_say(a, "elements     ");
  for (int i = 0; i < ISO_NSHAPES; i++) {
    if (r->elements[i] == 0) continue;
    iso_say(a, "%s%s %s", separator, iso_text_count(r->elements[i], text, sizeof text), shapes[i]);
    separator = ", ";
  }
  iso_say(a, "\n");
}

static void say_regions(const iso_arguments *a, const iso_mesh_report *r) {
  char text[32];
  for (int i = 0; i < r->nregions && i < MOST_REGIONS; i++) {
    const iso_region_size *region = &r->regions[i];
    iso_say(a, "  tag %-8lld %s elements", (long long)region->tag,
            iso_text_count(region->elements, text, sizeof text));
    for (int d = 1; d < 4; d++)
      if (region->size_mm[d] > 0) iso_say(a, ", %.6g %s", region->size_mm[d], size_units[d]);
    iso_say(a, "\n");
  }
  if (r->nregions > MOST_REGIONS) iso_say(a, "  ... %d more tags\n", r->nregions - MOST_REGIONS);
}

static const char *directions(const iso_mesh *mesh) {
  return mesh->sheet ? "fibre and sheet" : mesh->fibre ? "fibre" : "none: give mesh.fibre, or make them";
}

static void say_report(const iso_arguments *a, const iso_mesh *mesh, const iso_mesh_report *r) {
  char text[32];
  iso_say(a, "nodes        %s\n", iso_text_count(mesh->nnodes, text, sizeof text));
  say_elements(a, r);
  iso_say(a, "extent       %.6g x %.6g x %.6g mm, from (%.6g, %.6g, %.6g)\n", r->most_mm[0] - r->least_mm[0],
          r->most_mm[1] - r->least_mm[1], r->most_mm[2] - r->least_mm[2], r->least_mm[0], r->least_mm[1],
          r->least_mm[2]);
  iso_say(a, "edges        %.4g to %.4g mm, mean %.4g mm\n", r->shortest_mm, r->longest_mm, r->mean_mm);
  if (r->worst_quality <= 1.5)
    iso_say(a, "quality      worst %.3g, mean %.3g (1 equilateral, 0 flat)\n", r->worst_quality,
            r->mean_quality);
  iso_say(a, "components   %lld\n", (long long)r->components);
  if (r->orphans) iso_say(a, "orphans      %lld (nodes of no element)\n", (long long)r->orphans);
  iso_say(a, "directions   %s\n", directions(mesh));
  iso_say(a, "checksum     %016llx\n", (unsigned long long)mesh->checksum);
  iso_say(a, "regions      %d\n", r->nregions);
  say_regions(a, r);
}

static iso_status report(const iso_arguments *a, const iso_mesh *mesh, iso_error *err) {
  iso_mesh_report r;
  ISO_TRY(iso_mesh_report_make(mesh, &r, err));
  say_report(a, mesh, &r);
  iso_mesh_report_free(&r);
  return ISO_OK;
}

static iso_status info(const iso_arguments *a, iso_error *err) {
  iso_slice slice = {0};
  iso_mesh *mesh = NULL;
  iso_partition_options quick = {.partitioner = ISO_PARTITION_HILBERT};
  iso_notes notes = {0};
  ISO_TRY(iso_command_read_mesh(a, a->positional[0], &slice, err));
  iso_status status = iso_mesh_build(a->comm, &slice, &quick, &mesh, &notes, err);
  iso_command_say_notes(a, &notes);
  ISO_TRY(status);
  status = report(a, mesh, err);
  iso_mesh_free(mesh);
  return status;
}

static const iso_option info_options[] = {
    {"format", 'f', "FORMAT", "auto", "of the file: auto, carp, vtk, vtu"},
    {"unit", 'u', "UNIT", "auto", "of the file: auto (um for CARP, else mm), um, mm, cm, m"},
    {0}};

const iso_command iso_command_mesh_info = {
    "mesh info",
    "FILE",
    1,
    1,
    "counts, extent, edge lengths, quality, regions, fibres",
    "FILE is a .vtk or .vtu file, or the common part of CARP's .pts, .elem and .lon.\n",
    info_options,
    info,
};
