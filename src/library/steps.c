/* Time, reading and results. */
#include "base/memory.h"
#include "base/share.h"
#include "base/text.h"
#include "library/parts.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static iso_simulation *simulation_of(const isochrone *heart) {
  return !heart || heart->stage == ISO_LIBRARY_NONE ? NULL : heart->running.setup->simulation;
}

/* After what leaves no simulation to go on with. */
static int give_up(isochrone *heart, iso_status status) {
  if (status == ISO_OK || heart->stage == ISO_LIBRARY_NONE) return status;
  iso_running_free(&heart->running);
  heart->stage = ISO_LIBRARY_NONE;
  return status;
}

/* ---- time ---- */

double isochrone_time_ms(const isochrone *heart) {
  const iso_simulation *simulation = simulation_of(heart);
  return simulation ? iso_simulation_time(simulation) : NAN;
}

double isochrone_step_ms(const isochrone *heart) {
  return simulation_of(heart) ? heart->running.setup->config->time.step_ms : NAN;
}

double isochrone_duration_ms(const isochrone *heart) {
  return simulation_of(heart) ? heart->running.setup->config->time.duration_ms : NAN;
}

const char *isochrone_ended(const isochrone *heart) {
  return simulation_of(heart) ? heart->running.ended : "a call failed";
}

iso_status iso_library_start(isochrone *heart, iso_error *err) {
  if (heart->stage != ISO_LIBRARY_OPEN) return ISO_OK;
  const iso_status status = iso_running_begin(&heart->running, err);
  if (status == ISO_OK) heart->stage = ISO_LIBRARY_STARTED;
  return give_up(heart, status);
}

static iso_status step_once(isochrone *heart, iso_error *err) {
  ISO_TRY(iso_library_start(heart, err));
  return iso_running_step(&heart->running, err);
}

int isochrone_step(isochrone *heart) {
  iso_error *err = iso_library_begin(heart);
  ISO_TRY(iso_library_needs(heart, true, err));
  return give_up(heart, step_once(heart, err));
}

static iso_status step_until(isochrone *heart, double time_ms, iso_error *err) {
  ISO_TRY(iso_library_start(heart, err));
  const double until = time_ms / isochrone_step_ms(heart) - 1e-6; /* rounding */
  while (!heart->running.ended && (double)iso_simulation_steps(simulation_of(heart)) < until)
    ISO_TRY(iso_running_step(&heart->running, err));
  return ISO_OK;
}

int isochrone_advance(isochrone *heart, double time_ms) {
  iso_error *err = iso_library_begin(heart);
  ISO_TRY(iso_library_needs(heart, true, err));
  iso_status status = ISO_OK;
  if (isnan(time_ms)) status = iso_fail(err, ISO_EINPUT, "isochrone_advance: the time is no number");
  ISO_TRY(iso_agree(heart->comm, status, err));
  return give_up(heart, step_until(heart, time_ms, err));
}

/* ---- nodes ---- */

int64_t isochrone_nodes(const isochrone *heart) {
  return simulation_of(heart) ? heart->running.setup->mesh->nnodes : 0;
}

int64_t isochrone_owned(const isochrone *heart) {
  return simulation_of(heart) ? heart->running.setup->mesh->nowned : 0;
}

int isochrone_ids(isochrone *heart, int64_t *ids) {
  iso_error *err = iso_library_begin(heart);
  ISO_TRY(iso_library_needs(heart, false, err));
  ISO_TRY(iso_library_place(isochrone_owned(heart), ids, "numbers of nodes", err));
  const iso_mesh *mesh = heart->running.setup->mesh;
  for (iso_lid i = 0; i < mesh->nowned; i++) ids[i] = mesh->gid[heart->order[i]];
  return ISO_OK;
}

int isochrone_coordinates(isochrone *heart, double *xyz) {
  iso_error *err = iso_library_begin(heart);
  ISO_TRY(iso_library_needs(heart, false, err));
  ISO_TRY(iso_library_place(isochrone_owned(heart), xyz, "coordinates", err));
  const iso_mesh *mesh = heart->running.setup->mesh;
  for (iso_lid i = 0; i < mesh->nowned; i++)
    for (int d = 0; d < 3; d++) xyz[3 * i + d] = mesh->xyz[heart->order[i]][d];
  return ISO_OK;
}

int isochrone_site_node(isochrone *heart, const char *site, int64_t *node) {
  iso_error *err = iso_library_begin(heart);
  iso_selection hit;
  if (node) *node = -1;
  ISO_TRY(iso_library_needs(heart, false, err));
  ISO_TRY(iso_agree(heart->comm, iso_library_place(1, node, "the number of a node", err), err));
  ISO_TRY(iso_library_site(heart, site, &hit, err));
  *node = iso_selection_centre(heart->running.setup->mesh, &hit);
  iso_selection_free(&hit);
  return ISO_OK;
}

/* ---- reading ---- */

/* Of a run that goes on, nothing is there to read until its checkpoint is. */
static iso_status be_readable(isochrone *heart, iso_error *err) {
  return heart->restart ? iso_library_start(heart, err) : ISO_OK;
}

/* Values of all owned nodes into the caller's array. */
static iso_status be_readable_into(isochrone *heart, const double *values, const char *what, iso_error *err) {
  ISO_TRY(iso_library_needs(heart, false, err));
  ISO_TRY(iso_agree(heart->comm, iso_library_place(isochrone_owned(heart), values, what, err), err));
  return be_readable(heart, err);
}

int isochrone_vm(isochrone *heart, double *vm) {
  ISO_TRY(be_readable_into(heart, vm, "Vm", iso_library_begin(heart)));
  iso_simulation_get_vm(simulation_of(heart), heart->room);
  for (int64_t i = 0; i < isochrone_owned(heart); i++) vm[i] = heart->room[heart->order[i]];
  return ISO_OK;
}

/* vm [n]: those of this rank's nodes, and 0 of others. */
static iso_status read_own(isochrone *heart, int64_t n, const iso_lid *local, double *vm, iso_error *err) {
  iso_lid *node = NULL;
  int64_t own = 0;
  ISO_TRY(iso_alloc(&node, (size_t)n, sizeof *node, "nodes", err));
  for (int64_t k = 0; k < n; k++)
    if (local[k] >= 0) node[own++] = local[k];
  iso_simulation_get_vm_at(simulation_of(heart), own, node, vm);
  for (int64_t k = n - 1; k >= 0; k--) vm[k] = local[k] >= 0 ? vm[--own] : 0;
  free(node);
  return ISO_OK;
}

int isochrone_vm_at(isochrone *heart, int64_t n, const int64_t *nodes, double *vm) {
  iso_error *err = iso_library_begin(heart);
  iso_lid *local = NULL;
  ISO_TRY(iso_library_needs(heart, false, err));
  iso_status status = iso_library_place(n, vm, "Vm", err);
  if (n < 0 || n > INT_MAX) status = iso_fail(err, ISO_EINPUT, "Vm at %lld nodes", (long long)n);
  if (status == ISO_OK) status = iso_alloc(&local, (size_t)n, sizeof *local, "nodes", err);
  status = iso_agree(heart->comm, status, err);
  if (status == ISO_OK) status = iso_library_find(heart, n, nodes, local, err);
  if (status == ISO_OK) status = be_readable(heart, err);
  if (status == ISO_OK) status = iso_agree(heart->comm, read_own(heart, n, local, vm, err), err);
  if (status == ISO_OK)
    MPI_Allreduce(MPI_IN_PLACE, vm, (int)n, MPI_DOUBLE, MPI_SUM, heart->comm); /* one term is not 0 */
  free(local);
  return status;
}

int isochrone_activation(isochrone *heart, double *ms) {
  iso_error *err = iso_library_begin(heart);
  ISO_TRY(be_readable_into(heart, ms, "activation times", err));
  ISO_TRY(give_up(heart, iso_simulation_show(simulation_of(heart), err)));
  const iso_lid n = heart->running.setup->mesh->nowned;
  const double *times = iso_activation_times(heart->running.watchers.activation, 0);
  for (iso_lid i = 0; i < n; i++) ms[i] = times ? times[heart->order[i]] : NAN;
  return ISO_OK;
}

/* ---- leads ---- */

static const iso_ecg_study *ecg_of(const isochrone *heart) {
  const bool asked = heart && heart->stage != ISO_LIBRARY_NONE && heart->running.watchers.ecg.ecg;
  return asked ? &heart->running.watchers.ecg : NULL;
}

int isochrone_leads(const isochrone *heart) {
  const iso_ecg_study *study = ecg_of(heart);
  return study ? study->leads.n : 0;
}

const char *isochrone_lead_name(const isochrone *heart, int k) {
  return k >= 0 && k < isochrone_leads(heart) ? ecg_of(heart)->leads.lead[k].name : NULL;
}

static iso_status find_lead(const isochrone *heart, const char *name, const iso_lead **out, iso_error *err) {
  const iso_ecg_study *study = ecg_of(heart);
  if (!study)
    return iso_config_fail(&heart->config, err, "outputs",
                           "there are no leads to read: ask for them by outputs.ecg");
  *out = name ? iso_leads_find(&study->leads, name) : NULL;
  if (*out) return ISO_OK;
  char list[1024] = "";
  for (int k = 0; k < study->leads.n; k++)
    iso_text_append(list, sizeof list, "%s%s", k ? ", " : "", study->leads.lead[k].name);
  return iso_fail(err, ISO_EINPUT, "there is no lead '%.60s' among %s", name ? name : "", list);
}

int isochrone_lead(isochrone *heart, const char *name, double *time_ms, double *mV) {
  iso_error *err = iso_library_begin(heart);
  const iso_lead *lead = NULL;
  ISO_TRY(iso_library_needs(heart, false, err));
  iso_status status = iso_library_place(1, time_ms, "the time of a sample", err);
  if (status == ISO_OK) status = iso_library_place(1, mV, "a sample", err);
  if (status == ISO_OK) status = find_lead(heart, name, &lead, err);
  ISO_TRY(iso_agree(heart->comm, status, err));
  ISO_TRY(iso_library_start(heart, err));
  const iso_ecg_study *study = ecg_of(heart);
  ISO_TRY(give_up(heart, iso_ecg_finish(study->ecg, err)));
  double said[2] = {NAN, NAN};
  const int64_t last = iso_ecg_samples(study->ecg) - 1;
  if (iso_rank(heart->comm) == 0 && last >= 0) {
    said[0] = iso_ecg_times(study->ecg)[last];
    said[1] = iso_lead_value(lead, iso_ecg_potentials(study->ecg) + last * study->electrodes.n);
  }
  MPI_Bcast(said, 2, MPI_DOUBLE, 0, heart->comm);
  *time_ms = said[0], *mV = said[1];
  return ISO_OK;
}

/* ---- results ---- */

int isochrone_write(isochrone *heart) {
  iso_error *err = iso_library_begin(heart);
  ISO_TRY(iso_library_needs(heart, true, err));
  iso_status status = iso_library_start(heart, err);
  if (status == ISO_OK) status = iso_simulation_check(simulation_of(heart), err);
  if (status == ISO_OK) status = iso_running_write(&heart->running, err);
  if (status == ISO_OK) heart->stage = ISO_LIBRARY_WRITTEN;
  return give_up(heart, status);
}
