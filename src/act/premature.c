#include "act/premature.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct iso_premature {
  const iso_mesh *mesh;
  iso_pulses pulse;
  int64_t nsite;
  iso_lid *site;
  iso_lid node;                /* sensed, or -1 where another rank owns it */
  int64_t seen;                /* step */
  double last_ms;              /* of the node's activations, on the rank that owns it; -INFINITY: none */
  double s2_ms, until_ms;      /* NAN: not armed */
  bool given, heard, captured; /* heard: on the rank that owns the node */
};

static iso_status prepare(iso_premature *p, const iso_premature_options *o, iso_error *err) {
  for (iso_lid i = 0; i < p->mesh->nowned && p->node < 0; i++)
    if (p->mesh->gid[i] == o->sensed) p->node = i;
  ISO_TRY(iso_alloc(&p->site, (size_t)o->nsite, sizeof *p->site, "a premature stimulus", err));
  if (o->nsite) memcpy(p->site, o->site, (size_t)o->nsite * sizeof *p->site);
  return ISO_OK;
}

static iso_status check_sensed(const iso_premature *p, iso_gid sensed, iso_error *err) {
  int owners = p->node >= 0;
  MPI_Allreduce(MPI_IN_PLACE, &owners, 1, MPI_INT, MPI_SUM, p->mesh->comm);
  if (owners) return ISO_OK;
  return iso_fail(err, ISO_EINPUT, "the node %lld that S2 is sensed at is not in the mesh, which has %lld",
                  (long long)sensed, (long long)p->mesh->nnodes);
}

iso_status iso_premature_new(iso_premature **out, const iso_mesh *mesh, const iso_premature_options *o,
                             iso_error *err) {
  iso_premature *p = NULL;
  *out = NULL;
  iso_status status = iso_alloc(&p, 1, sizeof *p, "a premature stimulus", err);
  if (status == ISO_OK) {
    *p = (iso_premature){.mesh = mesh,
                         .pulse = o->pulse,
                         .nsite = o->nsite,
                         .node = -1,
                         .last_ms = -INFINITY,
                         .s2_ms = NAN,
                         .until_ms = NAN};
    p->pulse.period_ms = 0, p->pulse.count = 1;
    status = prepare(p, o, err);
  }
  status = iso_agree(mesh->comm, status, err);
  if (status == ISO_OK) status = check_sensed(p, o->sensed, err);
  if (status == ISO_OK)
    *out = p;
  else
    iso_premature_free(p);
  return status;
}

void iso_premature_free(iso_premature *p) {
  if (!p) return;
  free(p->site);
  free(p);
}

void iso_premature_arm(iso_premature *p, double s2_ms, double until_ms) {
  p->s2_ms = s2_ms, p->until_ms = until_ms;
  p->given = p->heard = p->captured = false;
}

bool iso_premature_captured(const iso_premature *p) { return p->captured; }

bool iso_premature_heard_since(const iso_premature *p, double time_ms) {
  double last = p->last_ms;
  MPI_Allreduce(MPI_IN_PLACE, &last, 1, MPI_DOUBLE, MPI_MAX, p->mesh->comm);
  return last > time_ms;
}

static iso_status look(void *self, const iso_view *view, iso_error *err) {
  iso_premature *p = self;
  (void)err;
  p->seen = view->step;
  if (p->node < 0) return ISO_OK;
  for (int64_t k = 0; k < view->nevents; k++) {
    const iso_event *e = &view->events[k];
    if (e->node != p->node || e->kind != ISO_ACTIVATED) continue;
    p->last_ms = e->time_ms;
    if (e->time_ms > p->s2_ms && e->time_ms <= p->until_ms) p->heard = true;
  }
  return ISO_OK;
}

static iso_status act(void *self, iso_hands *hands, iso_error *err) {
  iso_premature *p = self;
  if (isnan(p->s2_ms)) return ISO_OK;
  if (!p->given) {
    iso_pulses pulse = p->pulse;
    pulse.start_ms = p->s2_ms;
    p->given = true;
    ISO_TRY(iso_agree(p->mesh->comm, iso_hands_pulse_at(hands, p->seen, &pulse, err), err));
  }
  int captured = p->heard;
  MPI_Allreduce(MPI_IN_PLACE, &captured, 1, MPI_INT, MPI_MAX, p->mesh->comm);
  p->captured = captured;
  return ISO_OK;
}

iso_guest iso_premature_guest(iso_premature *p) {
  return (iso_guest){.name = "S2",
                     .stop_ms = INFINITY,
                     .latency_steps = ISO_WATCH_STEPS,
                     .nsite = p->nsite,
                     .site = p->site,
                     .self = p,
                     .look = look,
                     .act = act};
}
