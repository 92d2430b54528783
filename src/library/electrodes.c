/* Where a caller gives currents, and the currents. */
#include "base/ascending.h"
#include "base/memory.h"
#include "base/share.h"
#include "config/config_sets.h"
#include "library/parts.h"

#include <math.h>
#include <stdlib.h>

/* ---- nodes by name and number ---- */

static iso_status find_site(const isochrone *heart, const char *site, int *out, iso_error *err) {
  const iso_config *config = heart->running.setup->config;
  char none[900];
  if (!site) site = "";
  *out = iso_config_find_site(config, site);
  if (*out >= 0) return ISO_OK;
  return iso_config_fail(config, err, "sites", "%s",
                         iso_config_no_site(config, config->nsites, site, none, sizeof none));
}

iso_status iso_library_site(const isochrone *heart, const char *site, iso_selection *out, iso_error *err) {
  const iso_setup *setup = heart->running.setup;
  int k;
  char path[256], miss[300];
  ISO_TRY(iso_agree(heart->comm, find_site(heart, site, &k, err), err));
  ISO_TRY(iso_setup_site(setup, k, out, err));
  if (out->total > 0) return ISO_OK;
  snprintf(path, sizeof path, "sites.%.200s", site);
  iso_config_fail(setup->config, err, path, "%s", iso_selection_miss(out, miss, sizeof miss));
  iso_selection_free(out);
  return ISO_EINPUT;
}

/* Of an owned node, or -1. */
static iso_lid local_number(const isochrone *heart, iso_gid node) {
  const iso_mesh *mesh = heart->running.setup->mesh;
  iso_lid low = 0, high = mesh->nowned; /* where it is, if it is anywhere */
  while (low < high) {
    const iso_lid middle = low + (high - low) / 2;
    if (mesh->gid[heart->order[middle]] < node)
      low = middle + 1;
    else
      high = middle;
  }
  return low < mesh->nowned && mesh->gid[heart->order[low]] == node ? heart->order[low] : -1;
}

iso_status iso_library_find(const isochrone *heart, int64_t n, const int64_t *nodes, iso_lid *local,
                            iso_error *err) {
  const iso_gid nnodes = heart->running.setup->mesh->nnodes;
  iso_status status = n > 0 && !nodes ? iso_fail(err, ISO_EINPUT, "no numbers of nodes are given") : ISO_OK;
  for (int64_t k = 0; k < n && status == ISO_OK; k++) {
    if (nodes[k] < 0 || nodes[k] >= nnodes)
      status = iso_fail(err, ISO_EINPUT, "there is no node %lld: the mesh has nodes 0 to %lld",
                        (long long)nodes[k], (long long)nnodes - 1);
    else
      local[k] = local_number(heart, nodes[k]);
  }
  return iso_agree(heart->comm, status, err);
}

/* ---- electrodes ---- */

static iso_status make_electrode(isochrone *heart, int64_t n, const iso_lid *node, iso_error *err) {
  iso_library_electrode *e = NULL;
  ISO_TRY(iso_realloc(&heart->electrode, (size_t)heart->nelectrodes + 1, sizeof *heart->electrode,
                      "electrodes", err));
  ISO_TRY(iso_alloc(&e, 1, sizeof *e, "an electrode", err));
  heart->electrode[heart->nelectrodes] = e; /* from here on it is freed with them */
  heart->nelectrodes++;
  ISO_TRY(iso_electrode_new(&e->electrode, "an electrode of the caller's", n, node, err));
  e->guest = iso_electrode_guest(e->electrode);
  return ISO_OK;
}

/* Collective. node [n]: owned, distinct. */
static iso_status add_electrode(isochrone *heart, int64_t n, const iso_lid *node, int *out, iso_error *err) {
  const int number = heart->nelectrodes;
  ISO_TRY(iso_agree(heart->comm, make_electrode(heart, n, node, err), err));
  ISO_TRY(iso_simulation_invite(heart->running.setup->simulation, &heart->electrode[number]->guest, err));
  *out = number;
  return ISO_OK;
}

static iso_status needs_beginning(const isochrone *heart, iso_error *err) {
  ISO_TRY(iso_library_needs(heart, true, err));
  if (heart->stage == ISO_LIBRARY_OPEN) return ISO_OK;
  return iso_fail(err, ISO_EINPUT,
                  "the simulation has begun: electrodes come before steps, pulses and readings of leads");
}

static const char numbers[] = "the number of an electrode";

int isochrone_electrode(isochrone *heart, const char *site, int *electrode) {
  iso_error *err = iso_library_begin(heart);
  iso_selection hit;
  if (electrode) *electrode = -1;
  ISO_TRY(needs_beginning(heart, err));
  ISO_TRY(iso_agree(heart->comm, iso_library_place(1, electrode, numbers, err), err));
  ISO_TRY(iso_library_site(heart, site, &hit, err));
  const iso_status status = add_electrode(heart, hit.count, hit.node, electrode, err);
  iso_selection_free(&hit);
  return status;
}

/* Sorts, and leaves out -1 and what is there twice. Returns how many are left. */
static int64_t keep_distinct(int64_t n, iso_lid *node) {
  int64_t kept = 0;
  qsort(node, (size_t)n, sizeof *node, iso_ascending_int32);
  for (int64_t k = 0; k < n; k++)
    if (node[k] >= 0 && (kept == 0 || node[k] != node[kept - 1])) node[kept++] = node[k];
  return kept;
}

int isochrone_electrode_nodes(isochrone *heart, int64_t n, const int64_t *nodes, int *electrode) {
  iso_error *err = iso_library_begin(heart);
  iso_lid *node = NULL;
  if (electrode) *electrode = -1;
  ISO_TRY(needs_beginning(heart, err));
  iso_status status = iso_library_place(1, electrode, numbers, err);
  if (status == ISO_OK && n < 1) status = iso_fail(err, ISO_EINPUT, "an electrode needs a node");
  if (status == ISO_OK) status = iso_alloc(&node, (size_t)n, sizeof *node, "nodes", err);
  status = iso_agree(heart->comm, status, err);
  if (status == ISO_OK) status = iso_library_find(heart, n, nodes, node, err);
  if (status == ISO_OK) status = add_electrode(heart, keep_distinct(n, node), node, electrode, err);
  free(node);
  return status;
}

void iso_library_free_electrodes(isochrone *heart) {
  for (int k = 0; k < heart->nelectrodes; k++) {
    iso_electrode_free(heart->electrode[k]->electrode);
    free(heart->electrode[k]);
  }
  free(heart->electrode);
}

/* ---- pulses ---- */

/* Of a checkpoint that is not read yet its own. Not collective. */
static iso_status time_now(const isochrone *heart, double *ms, iso_error *err) {
  *ms = isochrone_time_ms(heart);
  if (heart->stage != ISO_LIBRARY_OPEN || !heart->running.restart) return ISO_OK;
  return iso_checkpoint_number(heart->running.restart, "time", ms, err);
}

static iso_status judge_pulse(const isochrone *heart, int electrode, const iso_pulses *pulse,
                              iso_error *err) {
  double now;
  ISO_TRY(time_now(heart, &now, err));
  if (electrode < 0 || electrode >= heart->nelectrodes)
    return iso_fail(err, ISO_EINPUT, "there is no electrode %d among %d", electrode, heart->nelectrodes);
  if (!(pulse->duration_ms > 0) || isinf(pulse->duration_ms) || !isfinite(pulse->amplitude))
    return iso_fail(err, ISO_EINPUT, "a pulse of %g ms with %g uA/uF is none", pulse->duration_ms,
                    pulse->amplitude);
  if (pulse->start_ms == ISOCHRONE_NOW) return ISO_OK;
  if (!(pulse->start_ms >= now - 1e-6 * isochrone_step_ms(heart)) || isinf(pulse->start_ms))
    return iso_fail(err, ISO_EINPUT, "a pulse at %g ms is too late: the simulation is at %g ms",
                    pulse->start_ms, now);
  return ISO_OK;
}

int isochrone_pulse(isochrone *heart, int electrode, double start_ms, double duration_ms,
                    double amplitude_uA_per_uF) {
  iso_error *err = iso_library_begin(heart);
  ISO_TRY(iso_library_needs(heart, true, err));
  iso_pulses pulse = {
      .start_ms = start_ms, .duration_ms = duration_ms, .amplitude = amplitude_uA_per_uF, .count = 1};
  ISO_TRY(iso_agree(heart->comm, judge_pulse(heart, electrode, &pulse, err), err)); /* begins nothing */
  ISO_TRY(iso_library_start(heart, err));
  if (start_ms == ISOCHRONE_NOW) pulse.start_ms = isochrone_time_ms(heart);
  return iso_simulation_pulse(heart->running.setup->simulation, &heart->electrode[electrode]->guest, &pulse,
                              err);
}
