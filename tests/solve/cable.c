#include "solve/cable.h"

#include <math.h>

static iso_status note(void *self, const iso_view *view, iso_error *err) {
  cable_beats *b = self;
  (void)err;
  for (int64_t k = 0; k < view->nevents; k++) {
    const iso_event *e = &view->events[k];
    if (e->node != b->node) continue;
    int *n = e->kind == ISO_ACTIVATED ? &b->nactivated : &b->nrecovered;
    if (*n < CABLE_BEATS) (e->kind == ISO_ACTIVATED ? b->activated : b->recovered)[(*n)++] = e->time_ms;
  }
  return ISO_OK;
}

static void make(heart *h, const cable_protocol *protocol, iso_pace pace, double step_ms) {
  const iso_numerics numerics = {
      .pace = pace, .fast_current = ISO_FAST_INTERPOLATED, .smoothing = 0.2, .interpolation = 0.7};
  *h = (heart){.patches = true};
  heart_mesh(h, &(iso_slab_options){{13, 0, 0}, 0.2, ISO_LINE, ISO_ALTERNATING, {1, 0, 0}, 1}, NULL, NULL);
  iso_region *region = heart_region(h, 0, protocol->model);
  if (protocol->scaled)
    h->parameters[0][iso_model_parameter(region->model, protocol->scaled)] *= protocol->scale;
  heart_device(h, NULL);
  heart_simulation(h, &numerics, step_ms);
  if (protocol->period_ms > 0)
    heart_stimulate(h, (double[3]){0, 0, 0}, (double[3]){1, 0, 0},
                    &(iso_pulses){0, 2, 50, protocol->period_ms, CABLE_BEATS});
}

void cable_run(heart *h, const cable_protocol *protocol, iso_pace pace, double step_ms, cable_beats *out) {
  double vm[CABLE_NODES];
  *out = (cable_beats){0};
  make(h, protocol, pace, step_ms);
  for (iso_lid i = 0; i < h->mesh->nowned; i++)
    if (h->mesh->gid[i] == CABLE_NODES / 2) out->node = i;
  const iso_guest guest = {.name = "beats", .stop_ms = INFINITY, .self = out, .look = note};
  DEMAND(iso_simulation_invite(h->simulation, &guest, WHY));
  for (int t = 1; t <= protocol->until_ms; t++) {
    heart_run(h, t);
    iso_simulation_get_vm(h->simulation, vm);
    if (out->nvm < CABLE_MS) out->vm[out->nvm++] = vm[out->node];
  }
  iso_simulation_shares(h->simulation, out->share);
}

double cable_apd(const cable_beats *b, int k) {
  return k < b->nactivated && k < b->nrecovered ? b->recovered[k] - b->activated[k] : NAN;
}

int cable_afterdepolarisations(const cable_beats *b, int from_ms) {
  int n = 0, rising = 0;
  double trough = b->vm[from_ms];
  for (int t = from_ms; t < b->nvm; t++) {
    if (b->vm[t] < b->vm[t - 1]) trough = b->vm[t], rising = 0;
    if (!rising && b->vm[t] > trough + 1) n++, rising = 1;
  }
  return n;
}
