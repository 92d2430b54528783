#include "act/implant_parts.h"

#include "base/memory.h"
#include "base/share.h"
#include "linear/device_memory.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PI 3.14159265358979323846

const char *iso_chamber_text(iso_chamber chamber) {
  static const char *const text[] = {"atrium", "ventricle", "left_ventricle"};
  return text[chamber];
}

/* ---- life ---- */

static iso_lid find_owned(const iso_mesh *mesh, iso_gid node) {
  for (iso_lid i = 0; i < mesh->nowned; i++)
    if (mesh->gid[i] == node) return i;
  return -1;
}

/* A node whose Vm goes to a place of the values, if this rank owns it. */
static void add_node(iso_implant *m, iso_gid node, int place) {
  const iso_lid i = node < 0 ? -1 : find_owned(m->mesh, node);
  if (i < 0) return;
  m->node[m->nnodes] = i;
  m->place[m->nnodes++] = place;
}

static iso_status make_channel(iso_implant *m, int k, const iso_implant_lead *lead, iso_error *err) {
  iso_channel *c = &m->channel[k];
  *c = (iso_channel){.implant = m, .lead = *lead, .sum = -1, .raw = NAN, .signal = NAN, .judge_at = -1};
  c->smoothing = 1 / (1 + 2 * PI * lead->high_pass_Hz * m->interval_ms / 1000);
  if (lead->senses && lead->weight) c->sum = m->weighing.n++;
  if (lead->senses || lead->paces) m->lead_text[m->nleads++] = iso_chamber_text((iso_chamber)k);
  if (lead->senses && !lead->weight) add_node(m, lead->node, k);
  if (!lead->paces) return ISO_OK;
  add_node(m, lead->centre, ISO_NCHAMBERS + k);
  c->lead.pulse.period_ms = 0, c->lead.pulse.count = 1, c->lead.pulse.start_ms = 0;
  ISO_TRY(iso_alloc(&c->site, (size_t)lead->nsite, sizeof *c->site, "a lead", err));
  if (lead->nsite) memcpy(c->site, lead->site, (size_t)lead->nsite * sizeof *c->site);
  return ISO_OK;
}

/* Collective. The electrograms of all leads that have one. */
static iso_status make_weighing(iso_implant *m, iso_error *err) {
  const int n = m->weighing.n;
  const size_t row = (size_t)m->mesh->nowned;
  double *weight = NULL;
  m->weighing = (iso_weighing){0};
  if (n == 0) return ISO_OK;
  iso_status status = iso_alloc(&weight, (size_t)n * row, sizeof *weight, "electrograms", err);
  for (int k = 0; k < ISO_NCHAMBERS && status == ISO_OK; k++)
    if (m->channel[k].sum >= 0 && row)
      memcpy(weight + (size_t)m->channel[k].sum * row, m->channel[k].lead.weight, row * sizeof *weight);
  status = iso_agree(m->mesh->comm, status, err);
  if (status == ISO_OK) status = iso_weighing_new(&m->weighing, m->device, m->mesh, n, weight, err);
  free(weight);
  ISO_TRY(status);
  m->sum = iso_device_alloc(m->device, (size_t)n * sizeof(int64_t));
  return iso_agree(
      m->mesh->comm,
      m->sum ? ISO_OK : iso_fail_device(err, m->device, (size_t)n * sizeof(int64_t), "electrograms"), err);
}

/* Collective. */
static iso_status check_node(const iso_implant *m, iso_gid node, int place, iso_error *err) {
  int owners = 0;
  for (int k = 0; k < m->nnodes; k++) owners += m->place[k] == place;
  MPI_Allreduce(MPI_IN_PLACE, &owners, 1, MPI_INT, MPI_SUM, m->mesh->comm);
  if (owners) return ISO_OK;
  return iso_fail(
      err, ISO_EINPUT, "%s: the node %lld of its lead in the %s is not in the mesh, which has %lld", m->name,
      (long long)node, iso_chamber_text((iso_chamber)(place % ISO_NCHAMBERS)), (long long)m->mesh->nnodes);
}

static iso_status check_nodes(const iso_implant *m, iso_error *err) {
  for (int k = 0; k < ISO_NCHAMBERS; k++) {
    const iso_implant_lead *lead = &m->channel[k].lead;
    if (lead->senses && !lead->weight) ISO_TRY(check_node(m, lead->node, k, err));
    if (lead->paces) ISO_TRY(check_node(m, lead->centre, ISO_NCHAMBERS + k, err));
  }
  return ISO_OK;
}

iso_status iso_implant_new(iso_implant **out, iso_device *device, const iso_mesh *mesh,
                           const iso_implant_options *o, iso_error *err) {
  iso_implant *m = NULL;
  *out = NULL;
  iso_status status = iso_alloc(&m, 1, sizeof *m, "an implanted device", err);
  if (status == ISO_OK) {
    *m = (iso_implant){.device = device, .mesh = mesh, .interval_ms = o->interval_ms};
    snprintf(m->name, sizeof m->name, "%s", o->name);
    iso_pacemaker_start(&m->pacemaker, &o->pacing, 0);
    iso_icd_start(&m->icd, &o->tachycardia);
    for (int k = 0; k < ISO_NCHAMBERS && status == ISO_OK; k++) status = make_channel(m, k, &o->lead[k], err);
  }
  status = iso_agree(mesh->comm, status, err);
  if (status == ISO_OK) status = make_weighing(m, err);
  if (status == ISO_OK) status = check_nodes(m, err);
  for (int k = 0; k < ISO_NCHAMBERS && m; k++) m->channel[k].lead.site = m->channel[k].site;
  if (status == ISO_OK)
    *out = m;
  else
    iso_implant_free(m);
  return status;
}

void iso_implant_free(iso_implant *m) {
  if (!m) return;
  for (int k = 0; k < ISO_NCHAMBERS; k++) free(m->channel[k].site);
  iso_device_release(m->device, m->sum);
  iso_weighing_free(&m->weighing);
  free(m->marker);
  free(m->marker_ms);
  free(m->mark_text);
  free(m->sample_ms);
  free(m->sample);
  free(m);
}

/* ---- a tick: what is seen ---- */

static iso_status look(void *self, const iso_view *view, iso_error *err) {
  iso_implant *m = self;
  double vm[ISO_IMPLANT_NODES];
  m->step = view->step, m->time_ms = view->time_ms;
  m->tick = (int64_t)floor((view->time_ms + 1e-6 * view->step_ms) / m->interval_ms);
  memset(m->value, 0, sizeof m->value);
  memset(m->whole, 0, sizeof m->whole);
  if (m->nnodes) ISO_TRY(iso_view_vm_at(view, m->nnodes, m->node, vm, err));
  for (int k = 0; k < m->nnodes; k++) m->value[m->place[k]] = vm[k];
  if (m->weighing.n == 0) return ISO_OK;
  const size_t bytes = (size_t)m->weighing.n * sizeof *m->whole;
  iso_device_upload(m->device, m->sum, 0, m->whole, bytes);
  iso_weighing_launch(&m->weighing, iso_view_vm_on_device(view), m->sum);
  iso_device_download(m->device, m->sum, 0, m->whole, bytes);
  return ISO_OK;
}

/* One rank has each node, and 0 + v is v. */
static void share_samples(iso_implant *m) {
  MPI_Allreduce(MPI_IN_PLACE, m->value, ISO_IMPLANT_NODES, MPI_DOUBLE, MPI_SUM, m->mesh->comm);
  if (m->weighing.n)
    MPI_Allreduce(MPI_IN_PLACE, m->whole, m->weighing.n, MPI_INT64_T, MPI_SUM, m->mesh->comm);
}

/* The first-order high pass whose pole is by backward differences: no function of a library is in it. */
static double filtered(const iso_channel *c, double raw) {
  if (c->lead.high_pass_Hz == 0) return raw;
  return isnan(c->raw) ? 0 : c->smoothing * (c->signal + raw - c->raw);
}

/* Takes this tick's sample; whether it rose through the threshold. */
static bool senses(iso_channel *c, int k) {
  const iso_implant *m = c->implant;
  const double before = c->signal;
  c->centre_mV = m->value[ISO_NCHAMBERS + k];
  if (!c->lead.senses) return false;
  if (c->sum < 0) {
    c->signal = m->value[k];
    return before < c->lead.threshold_mV && c->signal >= c->lead.threshold_mV;
  }
  const double raw = iso_weighing_value(&m->weighing, c->sum, m->whole[c->sum]);
  c->signal = filtered(c, raw);
  c->raw = raw;
  return fabs(before) < c->lead.threshold_mV && fabs(c->signal) >= c->lead.threshold_mV;
}

/* ---- what is done ---- */

static iso_status judge_capture(iso_implant *m, int k, iso_error *err) {
  static const iso_mark lost[] = {ISO_MARK_AP_LOST, ISO_MARK_VP_LOST, ISO_MARK_LVP_LOST};
  iso_channel *c = &m->channel[k];
  if (c->judge_at < 0 || m->tick < c->judge_at) return ISO_OK;
  const bool captured = c->was_below && c->centre_mV >= c->lead.capture_mV;
  c->judge_at = -1;
  m->counts.judged[k]++;
  m->counts.captured[k] += captured;
  return captured ? ISO_OK : iso_implant_mark(m, lost[k], err);
}

static void pace(iso_implant *m, int k) {
  iso_channel *c = &m->channel[k];
  c->gives = true;
  c->was_below = c->centre_mV < c->lead.capture_mV;
  c->judge_at = m->tick + (int64_t)ceil((c->lead.pulse.duration_ms + ISO_CAPTURE_MS) / m->interval_ms - 1e-6);
  m->counts.paced[k]++;
}

static void follow(iso_implant *m, iso_mark mark) {
  if (mark == ISO_MARK_AS) m->counts.sensed[ISO_CHAMBER_ATRIUM]++;
  if (mark == ISO_MARK_VS || mark == ISO_MARK_PVC) m->counts.sensed[ISO_CHAMBER_VENTRICLE]++;
  if (mark == ISO_MARK_AP) pace(m, ISO_CHAMBER_ATRIUM);
  if (mark == ISO_MARK_VP || mark == ISO_MARK_TP) pace(m, ISO_CHAMBER_VENTRICLE);
  if (mark == ISO_MARK_LVP) pace(m, ISO_CHAMBER_LEFT);
}

/* What defibrillators count: refractory senses, too. */
static bool is_ventricular(iso_mark mark) {
  return mark == ISO_MARK_VS || mark == ISO_MARK_PVC || mark == ISO_MARK_VR || mark == ISO_MARK_VP;
}

static iso_status write_down(iso_implant *m, int n, const iso_mark *mark, iso_error *err) {
  for (int k = 0; k < n; k++) {
    follow(m, mark[k]);
    ISO_TRY(iso_implant_mark(m, mark[k], err));
  }
  return ISO_OK;
}

/* While a fast rhythm is paced against, the pacemaker waits, and begins anew with each of these pulses. */
static iso_status tick(iso_implant *m, const bool *seen, iso_error *err) {
  iso_mark mark[ISO_PACEMAKER_MARKS];
  bool ventricular = false;
  int n = 0;
  if (!iso_icd_is_treating(&m->icd))
    n = iso_pacemaker_tick(&m->pacemaker, m->tick, seen[ISO_CHAMBER_ATRIUM], seen[ISO_CHAMBER_VENTRICLE],
                           mark);
  for (int k = 0; k < n; k++) ventricular |= is_ventricular(mark[k]);
  ISO_TRY(write_down(m, n, mark, err));
  n = iso_icd_tick(&m->icd, m->tick, ventricular, mark);
  for (int k = 0; k < n; k++)
    if (mark[k] == ISO_MARK_TP) iso_pacemaker_reset(&m->pacemaker, m->tick);
  return write_down(m, n, mark, err);
}

static iso_status decide(iso_implant *m, iso_error *err) {
  bool seen[ISO_NCHAMBERS];
  for (int k = 0; k < ISO_NCHAMBERS; k++) {
    m->channel[k].gives = false;
    seen[k] = senses(&m->channel[k], k);
    ISO_TRY(judge_capture(m, k, err));
  }
  ISO_TRY(tick(m, seen, err));
  return iso_implant_keep_samples(m, err);
}

static iso_status act(void *self, iso_hands *hands, iso_error *err) {
  iso_implant *m = self;
  (void)hands;
  share_samples(m);
  return iso_agree(m->mesh->comm, decide(m, err), err);
}

/* ---- the guests ---- */

static iso_status look_away(void *self, const iso_view *view, iso_error *err) {
  (void)self, (void)view, (void)err;
  return ISO_OK;
}

/* After the first guest has decided. */
static iso_status give(void *self, iso_hands *hands, iso_error *err) {
  const iso_channel *c = self;
  const iso_implant *m = c->implant;
  if (!c->gives) return ISO_OK;
  return iso_agree(m->mesh->comm, iso_hands_pulse(hands, m->step, &c->lead.pulse, err), err);
}

int iso_implant_guests(iso_implant *m, iso_guest *guest) {
  int n = 1;
  guest[0] = (iso_guest){.name = m->name,
                         .stop_ms = INFINITY,
                         .every_ms = m->interval_ms,
                         .self = m,
                         .look = look,
                         .act = act,
                         .report = iso_implant_report,
                         .save = iso_implant_save,
                         .restore = iso_implant_restore};
  for (int k = 0; k < ISO_NCHAMBERS; k++)
    if (m->channel[k].lead.paces)
      guest[n++] = (iso_guest){.name = m->name,
                               .stop_ms = INFINITY,
                               .every_ms = m->interval_ms,
                               .nsite = m->channel[k].lead.nsite,
                               .site = m->channel[k].site,
                               .self = &m->channel[k],
                               .look = look_away,
                               .act = give};
  return n;
}

iso_implant_counts iso_implant_count(const iso_implant *m) {
  iso_implant_counts counts = m->counts;
  counts.episodes = m->icd.episodes, counts.attempts = m->icd.attempts, counts.terminated = m->icd.terminated;
  return counts;
}
bool iso_implant_has(const iso_implant *m, iso_chamber chamber) {
  return m->channel[chamber].lead.senses || m->channel[chamber].lead.paces;
}
const char *iso_implant_name(const iso_implant *m) { return m->name; }
const iso_marker *iso_implant_markers(const iso_implant *m, int64_t *count) {
  *count = m->nmarkers;
  return m->marker;
}
double iso_implant_bytes_per_ms(const iso_implant *m) {
  return (double)(m->nleads + 1) * sizeof(double) / m->interval_ms;
}
