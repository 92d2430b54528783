/* What is likely not what was meant, though nothing forbids it. */
#include "study/setup.h"

#include "base/memory.h"
#include "config/config_sets.h"
#include "grid/ask/parts.h"
#include "tissue/resolution.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Elements that may be coarser: a few of a mesh are no obstacle. */
#define MOST_COARSE 0.01

static void judge_threshold(const iso_setup *setup, int r) {
  const iso_region *region = &setup->tissue.regions[r];
  const double asked = setup->config->outputs.activation_mV;
  const double threshold = isnan(asked) ? region->model->activation_mV : asked;
  if (region->vm < threshold) return;
  iso_log_say(setup->log, ISO_LOG_WARNING,
              "region %s: its cells start at %g mV, and activation is a rise through %g mV, which they are "
              "above: none "
              "counts as activated; set outputs.activation.threshold_mV between rest and peak",
              setup->config->regions[r].name, region->vm, threshold);
}

/* What makes edges short enough. Where more halvings would be needed than mesh.refine takes, the unit is. */
static void write_remedy(int refine, char *text, size_t size) {
  enum { MOST_REFINE = 6 };
  if (refine > MOST_REFINE)
    snprintf(text, size, "is the unit of the mesh right (mesh.unit)? It needs a far finer one");
  else
    snprintf(text, size, "set mesh.refine to %d, or use a finer mesh", refine);
}

static void judge_resolution(const iso_setup *setup, int r, double limit, const iso_resolution *found) {
  if (found->coarse <= MOST_COARSE * (double)found->elements) return;
  const int halvings = (int)ceil(log2(found->widths / limit));
  char remedy[80];
  write_remedy(setup->config->mesh.refine + (halvings > 1 ? halvings : 1), remedy, sizeof remedy);
  iso_log_say(
      setup->log, ISO_LOG_WARNING,
      "region %s: edges are too coarse for the wave: its front, expected at %.2g m/s along and %.2g m/s "
      "across "
      "the fibres, is about %.2g and %.2g mm wide, and %.3g%% of the elements have edges of %.2g mm, %.2g "
      "widths; it may be slow or blocked: %s",
      setup->config->regions[r].name, found->along, found->across, found->along, found->across,
      100 * (double)found->coarse / (double)found->elements, found->edge_mm, found->widths, remedy);
}

/* "12, 5 and 3 nodes", or with " nodes in the largest" where there are more. */
static void write_sizes(const iso_parts *parts, char *text, size_t room) {
  const int shown = parts->n < ISO_LARGEST_PARTS ? (int)parts->n : ISO_LARGEST_PARTS;
  size_t at = 0;
  for (int k = 0; k < shown && at < room; k++)
    at += (size_t)snprintf(text + at, room - at, "%s%lld",
                           k == 0           ? ""
                           : k == shown - 1 ? " and "
                                            : ", ",
                           (long long)parts->largest[k]);
  if (at < room) snprintf(text + at, room - at, parts->n > shown ? " nodes in the largest" : " nodes");
}

static iso_status judge_parts(const iso_setup *setup, iso_error *err) {
  iso_parts parts;
  char sizes[128];
  ISO_TRY(iso_parts_of(setup->mesh, &parts, err));
  write_sizes(&parts, sizes, sizeof sizes);
  if (parts.n > 1)
    iso_log_say(setup->log, ISO_LOG_WARNING,
                "mesh: it falls into %lld parts that share no node, of %s: no excitation passes from one to "
                "another%s",
                (long long)parts.n, sizes,
                parts.coincident ? "" : "; if it should, join them where the mesh was made");
  if (parts.coincident > 0)
    iso_log_say(setup->log, ISO_LOG_WARNING,
                "mesh: %lld nodes lie where another node lies, and conduct nothing to it: if they are one "
                "node, written by each piece of a parallel program or each side of a boundary, merge them: "
                "isochrone mesh convert IN OUT.vtu --merge",
                (long long)parts.coincident);
  if (parts.twins > 0)
    iso_log_say(
        setup->log, ISO_LOG_WARNING,
        "mesh: %lld elements have the same nodes as another, so that their tissue counts twice; leave them "
        "out: isochrone mesh repair IN OUT.vtu --merge",
        (long long)parts.twins);
  return ISO_OK;
}

/* Elements whose nodes all belong to neighbours, that have the larger share of each, are of a tissue without
 * cells. */
static iso_status judge_cells(const iso_setup *setup, iso_error *err) {
  const int n = setup->tissue.nregions;
  int64_t *elements;
  ISO_TRY(iso_alloc_all(setup->mesh->comm, &elements, 2 * (size_t)n, sizeof *elements, "regions", err));
  iso_setup_sizes(setup, elements, elements + n);
  for (int r = 0; r < n; r++)
    if (elements[n + r] == 0)
      iso_log_say(
          setup->log, ISO_LOG_WARNING,
          "region %s: no node has most of its volume in its %lld elements: it conducts, but has no cells, "
          "so its model and parameters count for nothing; enlarge it, or refine the mesh",
          setup->config->regions[r].name, (long long)elements[r]);
  free(elements);
  return ISO_OK;
}

/* ---- what begins when the run is over ---- */

static void warn(const iso_setup *setup, const char *path, double start_ms, const char *what) {
  iso_error told = {0};
  iso_config_fail(setup->config, &told, path,
                  "%s begins at %g ms, after the run, which lasts %g ms: there is none", what, start_ms,
                  setup->config->time.duration_ms);
  iso_log_say(setup->log, ISO_LOG_WARNING, "%s", told.message);
}

static void judge_times(const iso_setup *setup) {
  const iso_config *config = setup->config;
  const iso_config_outputs *o = &config->outputs;
  const double end_ms = config->time.duration_ms;
  char path[64], what[100];
  for (int k = 0; k < config->nstimuli; k++) {
    if (config->stimuli[k].pulses.start_ms < end_ms) continue;
    snprintf(path, sizeof path, "stimuli.%d.start_ms", k);
    snprintf(what, sizeof what, "the stimulus '%.60s'", config->stimuli[k].name);
    warn(setup, path, config->stimuli[k].pulses.start_ms, what);
  }
  if (o->snapshot_interval_ms > 0 && o->snapshot_start_ms > end_ms)
    warn(setup, "outputs.snapshots.start_ms", o->snapshot_start_ms, "the first snapshot");
}

/* ---- tags that no element has ---- */

typedef struct tag_search {
  const iso_setup *setup;
  bool skin; /* those of surfaces that are no tissue count, too */
} tag_search;

static bool mesh_has(const tag_search *search, int32_t tag) {
  const iso_mesh *mesh = search->setup->mesh;
  int found = 0;
  for (iso_lid e = 0; e < mesh->nelem && !found; e++) found = iso_mesh_file_tag(mesh, e) == tag;
  for (int64_t k = 0; search->skin && k < mesh->skin.n && !found; k++) found = mesh->skin.tag[k] == tag;
  MPI_Allreduce(MPI_IN_PLACE, &found, 1, MPI_INT, MPI_MAX, mesh->comm);
  return found;
}

static void judge_tags(const tag_search *search, const char *path, int n, const int32_t *tags) {
  for (int k = 0; k < n; k++) {
    iso_error told = {0};
    if (mesh_has(search, tags[k])) continue;
    iso_config_fail(search->setup->config, &told, path,
                    "the mesh has no element with tag %d: 'isochrone mesh info' prints its tags",
                    (int)tags[k]);
    iso_log_say(search->setup->log, ISO_LOG_WARNING, "%s", told.message);
  }
}

static iso_status judge_set(void *self, iso_select *set, const char *path, iso_error *err) {
  char at[256];
  (void)err;
  snprintf(at, sizeof at, "%.240s.tag", path);
  judge_tags(self, at, set->ntags, set->tags);
  return ISO_OK;
}

/* A region or set without any element or node is refused before; one of several tags is easily overlooked. */
static iso_status judge_all_tags(const iso_setup *setup, iso_error *err) {
  for (int r = 0; r < setup->config->nregions; r++) {
    char path[64];
    snprintf(path, sizeof path, "regions.%d.tags", r);
    judge_tags(&(tag_search){setup, false}, path, setup->config->regions[r].ntags,
               setup->config->regions[r].tags);
  }
  return iso_config_visit_sets(setup->config, &(iso_set_visitor){judge_set, &(tag_search){setup, true}}, err);
}

static bool is_nodal(const iso_setup *setup, int r) {
  return iso_setup_fast_current(setup, r) == ISO_FAST_NODAL;
}

/* Edges of the regions whose fast current is taken at the nodes, or of the others. */
static iso_status judge_edges(const iso_setup *setup, bool nodal, iso_error *err) {
  const double limit = nodal ? ISO_MOST_WIDTHS_NODAL : ISO_MOST_WIDTHS;
  iso_resolution *found;
  iso_status status =
      iso_alloc(&found, (size_t)setup->tissue.nregions, sizeof *found, "the resolution of the mesh", err);
  status = iso_agree(setup->mesh->comm, status, err);
  if (status == ISO_OK) status = iso_tissue_resolution(setup->mesh, &setup->tissue, limit, found, err);
  for (int r = 0; status == ISO_OK && r < setup->tissue.nregions; r++)
    if (is_nodal(setup, r) == nodal) judge_resolution(setup, r, limit, &found[r]);
  free(found);
  return status;
}

/* What only a wave of Vm minds: thresholds, edges, cells. */
static iso_status judge_tissue(const iso_setup *setup, iso_error *err) {
  int nodal = 0;
  for (int r = 0; r < setup->tissue.nregions; r++) {
    judge_threshold(setup, r);
    nodal += is_nodal(setup, r);
  }
  if (nodal > 0) ISO_TRY(judge_edges(setup, true, err));
  if (nodal < setup->tissue.nregions) ISO_TRY(judge_edges(setup, false, err));
  return judge_cells(setup, err);
}

iso_status iso_setup_judge(const iso_setup *setup, iso_error *err) {
  if (setup->config->method == ISO_METHOD_MONODOMAIN) ISO_TRY(judge_tissue(setup, err));
  judge_times(setup);
  iso_setup_judge_idle(setup);
  ISO_TRY(judge_parts(setup, err));
  return judge_all_tags(setup, err);
}
