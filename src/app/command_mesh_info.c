/* What a mesh is like. */
#include "app/command.h"

#include "app/command_mesh.h"
#include "app/find.h"
#include "app/mesh_facts.h"
#include "base/text.h"
#include "solve/rkl.h"

#include <stdlib.h>

enum { MOST_TAGS = 40 }; /* lines; a mesh with more tags has numbered something else with them */

static void say_elements(const iso_arguments *a, const iso_mesh_info *info) {
  char text[32];
  const char *separator = "";
  iso_say(a, "elements     ");
  for (int i = 0; i < ISO_NSHAPES; i++) {
    if (info->shapes[i] == 0) continue;
    iso_say(a, "%s%s %s", separator, iso_text_count(info->shapes[i], text, sizeof text), iso_shapes_text(i));
    separator = ", ";
  }
  iso_say(a, "\n");
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
    if (iso_mesh_facts_name(mesh, tag)) iso_say(a, ", %s", iso_mesh_facts_name(mesh, tag));
    iso_say(a, "\n");
  }
  if (info->ntags > MOST_TAGS) iso_say(a, "  ... %d more tags\n", info->ntags - MOST_TAGS);
}

static void say_surfaces(const iso_arguments *a, const iso_mesh *mesh) {
  char text[32];
  if (mesh->surfaces.n == 0) return;
  iso_say(a, "surfaces     %d\n", mesh->surfaces.n);
  for (int k = 0; k < mesh->surfaces.n; k++) {
    const iso_surface *s = &mesh->surfaces.surface[k];
    iso_say(a, "  %-12s %s %s\n", s->name,
            iso_text_count(iso_surface_total(mesh->comm, s), text, sizeof text), iso_surface_items(s));
  }
}

static void say_directions(const iso_arguments *a, const iso_mesh *mesh, const iso_mesh_info *info) {
  const double all = 1e-2 * (double)info->nelems;
  iso_say(a, "directions   %s",
          mesh->sheets   ? "fibre and sheet"
          : mesh->fibres ? "fibre"
                         : "none: isochrone mesh fibres makes them, or give mesh.fibre");
  if (mesh->fibres) iso_say(a, ", in %.6g%%", (double)info->fibres / all);
  if (mesh->sheets) iso_say(a, " and %.6g%%", (double)info->sheets / all);
  iso_say(a, mesh->fibres ? " of the elements\n" : "\n");
}

/* What a run on it would be like. */
static void say_demands(const iso_arguments *a, const iso_mesh_facts *f) {
  const iso_demands *d = &f->demands;
  char text[ISO_EXPECTATION_TEXT];
  iso_say(a, "conducting   %.4g", f->of.longitudinal);
  if (f->mesh->fibres) iso_say(a, " S/m along and %.4g across the fibres", f->of.transverse);
  iso_say(a, "%s (--conductivity):\n", f->mesh->fibres ? "" : " S/m in every direction");
  if (d->stages <= ISO_RKL_MOST)
    iso_say(a, "  step       %.4g ms: %d sparse products of explicit diffusion; at most %.3g ms with %d\n",
            f->of.step_ms, d->stages, d->most_ms, ISO_RKL_MOST);
  else
    iso_say(a,
            "  step       %.4g ms is too long for explicit diffusion, which takes %.3g ms at most: see the "
            "elements of node %lld\n",
            f->of.step_ms, d->most_ms, (long long)d->stiffest);
  iso_say(
      a,
      "  front      about %.2g mm wide along the fibres and %.2g across; edges are %.2g widths on average\n",
      d->along, d->across, d->widths);
  iso_say(a, "  edges      %.3g%% of the elements are too coarse for it, %.3g%% with a nodal current\n",
          100 * d->coarse, 100 * d->coarse_nodal);
  iso_say(a, "  expected   %s\n", iso_expectation_text(&d->expected, text));
}

static void say_faults(const iso_arguments *a, const iso_names *faults) {
  iso_say(a, "faults       %s\n", faults->n > 0 ? faults->name[0] : "none");
  for (int k = 1; k < faults->n; k++) iso_say(a, "             %s\n", faults->name[k]);
}

static void say_report(const iso_arguments *a, const iso_mesh_facts *facts) {
  const iso_mesh *mesh = facts->mesh;
  const iso_mesh_info *info = &facts->info;
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
  say_directions(a, mesh, info);
  iso_say(a, "checksum     %016llx\n", (unsigned long long)mesh->checksum);
  iso_say(a, "regions      %d\n", info->ntags);
  say_tags(a, mesh, info);
  say_surfaces(a, mesh);
  say_demands(a, facts);
  say_faults(a, &facts->faults);
}

/* The usual membrane, and what the options say. */
static iso_status read_tissue(const iso_arguments *a, iso_demands_of *out, iso_error *err) {
  int n, m;
  double *values = NULL, *step = NULL;
  *out = (iso_demands_of){.chi_per_mm = 140, .cm_uF_per_mm2 = 0.01};
  iso_status status = iso_find_values("--conductivity", iso_argument(a, "conductivity"), &n, &values, err);
  if (status == ISO_OK) status = iso_find_values("--step", iso_argument(a, "step"), &m, &step, err);
  if (status == ISO_OK && (n > 2 || !(values[0] > 0) || !(values[n - 1] > 0)))
    status = iso_fail(err, ISO_EINPUT,
                      "--conductivity: expected one or two positive numbers in S/m, like "
                      "0.1334,0.0176, got '%.60s'",
                      iso_argument(a, "conductivity"));
  if (status == ISO_OK && (m > 1 || !(step[0] > 0)))
    status = iso_fail(err, ISO_EINPUT, "--step: expected a time in ms, like 0.05, got '%.60s'",
                      iso_argument(a, "step"));
  if (status == ISO_OK)
    out->longitudinal = values[0], out->transverse = values[n - 1], out->step_ms = step[0];
  free(values);
  free(step);
  return iso_agree(a->comm, status, err);
}

static iso_status report(const iso_arguments *a, const iso_mesh *mesh, iso_error *err) {
  iso_mesh_facts facts;
  iso_demands_of of;
  ISO_TRY(read_tissue(a, &of, err));
  ISO_TRY(iso_mesh_facts_find(&facts, a->positional[0], mesh, &of, err));
  if (iso_argument(a, "json"))
    iso_mesh_facts_json(&facts, a->out);
  else
    say_report(a, &facts);
  iso_mesh_facts_free(&facts);
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
    {"conductivity", 0, "ALONG,ACROSS", "0.1334,0.0176", "of the fibres, S/m, for what runs ask of the mesh"},
    {"step", 0, "MS", "0.05", "time step, likewise"},
    {"json", 0, NULL, NULL, "the same as JSON"},
    ISO_MESH_INPUT_OPTIONS,
    {0}};

const iso_command iso_command_mesh_info = {
    "mesh info",
    "FILE",
    1,
    1,
    "counts, extent, edges, quality, regions, fibres; what runs ask of it; faults",
    "A FILE without ending is the common part of CARP's .pts, .elem and .lon. Too coarse are elements whose "
    "edges\n"
    "are longer than three widths of the front, one and a half with a nodal current (docs/numerics.md).\n",
    info_options,
    info,
};
