/* What a mesh is like. */
#include "app/command.h"

#include "app/command_mesh.h"
#include "base/text.h"
#include "grid/ask/quality.h"

enum { MOST_TAGS = 40 }; /* lines; a mesh with more tags has numbered something else with them */

static const char *const shapes[ISO_NSHAPES] = {"lines", "triangles", "tetrahedra", "hexahedra"};

static void say_elements(const iso_arguments *a, const iso_mesh_info *info) {
  char text[32];
  const char *separator = "";
  iso_say(a, "elements     ");
  for (int i = 0; i < ISO_NSHAPES; i++) {
    if (info->shapes[i] == 0) continue;
    iso_say(a, "%s%s %s", separator, iso_text_count(info->shapes[i], text, sizeof text), shapes[i]);
    separator = ", ";
  }
  iso_say(a, "\n");
}

static const char *name_of(const iso_mesh *mesh, const iso_tag_info *tag) {
  const int dimension = tag->volume_mm3 > 0 ? 3 : tag->area_mm2 > 0 ? 2 : 1;
  return iso_tag_names_find(&mesh->tag_names, dimension, tag->tag);
}

static void say_tags(const iso_arguments *a, const iso_mesh *mesh, const iso_mesh_info *info) {
  char text[32];
  for (int i = 0; i < info->ntags && i < MOST_TAGS; i++) {
    const iso_tag_info *tag = &info->tags[i];
    int64_t elements = 0;
    for (int s = 0; s < ISO_NSHAPES; s++) elements += tag->nelems[s];
    iso_say(a, "  tag %-8d %s elements", (int)tag->tag, iso_text_count(elements, text, sizeof text));
    if (tag->length_mm > 0) iso_say(a, ", %.6g mm", tag->length_mm);
    if (tag->area_mm2 > 0) iso_say(a, ", %.6g mm2", tag->area_mm2);
    if (tag->volume_mm3 > 0) iso_say(a, ", %.6g mm3", tag->volume_mm3);
    if (name_of(mesh, tag)) iso_say(a, ", %s", name_of(mesh, tag));
    iso_say(a, "\n");
  }
  if (info->ntags > MOST_TAGS) iso_say(a, "  ... %d more tags\n", info->ntags - MOST_TAGS);
}

static void say_surfaces(const iso_arguments *a, const iso_mesh *mesh) {
  static const char *const items[] = {"nodes", "edges", "faces"};
  char text[32];
  if (mesh->surfaces.n == 0) return;
  iso_say(a, "surfaces     %d\n", mesh->surfaces.n);
  for (int k = 0; k < mesh->surfaces.n; k++) {
    const iso_surface *s = &mesh->surfaces.surface[k];
    iso_say(a, "  %-12s %s %s\n", s->name,
            iso_text_count(iso_surface_total(mesh->comm, s), text, sizeof text), items[s->dimension]);
  }
}

static const char *directions(const iso_mesh *mesh) {
  return mesh->sheet ? "fibre and sheet" : mesh->fibre ? "fibre" : "none: give mesh.fibre, or make them";
}

static void say_report(const iso_arguments *a, const iso_mesh *mesh, const iso_mesh_info *info) {
  char text[32];
  iso_say(a, "nodes        %s\n", iso_text_count(mesh->nnodes, text, sizeof text));
  say_elements(a, info);
  iso_say(a, "extent       %.6g x %.6g x %.6g mm, from (%.6g, %.6g, %.6g)\n",
          info->high_mm[0] - info->low_mm[0], info->high_mm[1] - info->low_mm[1],
          info->high_mm[2] - info->low_mm[2], info->low_mm[0], info->low_mm[1], info->low_mm[2]);
  iso_say(a, "edges        %.4g to %.4g mm, mean %.4g mm\n", info->edge_min_mm, info->edge_max_mm,
          info->edge_mean_mm);
  if (info->rated)
    iso_say(a, "quality      worst %.3g, mean %.3g (1 regular, 0 flat)\n", info->quality_min,
            info->quality_mean);
  iso_say(a, "components   %lld\n", (long long)info->parts.n);
  if (info->parts.orphans)
    iso_say(a, "orphans      %lld (nodes of no element)\n", (long long)info->parts.orphans);
  if (info->parts.coincident)
    iso_say(a, "coincident   %lld (nodes at the place of another)\n", (long long)info->parts.coincident);
  iso_say(a, "directions   %s\n", directions(mesh));
  iso_say(a, "checksum     %016llx\n", (unsigned long long)mesh->checksum);
  iso_say(a, "regions      %d\n", info->ntags);
  say_tags(a, mesh, info);
  say_surfaces(a, mesh);
}

static iso_status report(const iso_arguments *a, const iso_mesh *mesh, iso_error *err) {
  iso_mesh_info info;
  ISO_TRY(iso_mesh_info_of(mesh, &info, err));
  say_report(a, mesh, &info);
  iso_mesh_info_free(&info);
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

static const iso_option info_options[] = {ISO_MESH_INPUT_OPTIONS, {0}};

const iso_command iso_command_mesh_info = {
    "mesh info",
    "FILE",
    1,
    1,
    "counts, extent, edge lengths, quality, regions, fibres",
    "A FILE without ending is the common part of CARP's .pts, .elem and .lon.\n",
    info_options,
    info,
};
