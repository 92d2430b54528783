#include "act/electrode.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct iso_electrode {
  const char *name;
  int64_t nsite;
  iso_lid *site;
  int64_t seen; /* step */
  bool armed;
  iso_pulses pulse;
};

iso_status iso_electrode_new(iso_electrode **out, const char *name, int64_t nsite, const iso_lid *site,
                             iso_error *err) {
  iso_electrode *e = NULL;
  *out = NULL;
  ISO_TRY(iso_alloc(&e, 1, sizeof *e, "an electrode", err));
  *e = (iso_electrode){.name = name, .nsite = nsite};
  iso_status status = iso_alloc(&e->site, (size_t)nsite, sizeof *e->site, "an electrode", err);
  if (status == ISO_OK) {
    if (nsite) memcpy(e->site, site, (size_t)nsite * sizeof *site);
    *out = e;
  } else {
    iso_electrode_free(e);
  }
  return status;
}

void iso_electrode_free(iso_electrode *e) {
  if (!e) return;
  free(e->site);
  free(e);
}

void iso_electrode_arm(iso_electrode *e, const iso_pulses *pulse) {
  e->pulse = *pulse;
  e->armed = true;
}

static iso_status look(void *self, const iso_view *view, iso_error *err) {
  iso_electrode *e = self;
  (void)err;
  e->seen = view->step;
  return ISO_OK;
}

static iso_status act(void *self, iso_hands *hands, iso_error *err) {
  iso_electrode *e = self;
  if (!e->armed) return ISO_OK;
  e->armed = false;
  return iso_hands_pulse_at(hands, e->seen, &e->pulse, err);
}

iso_guest iso_electrode_guest(iso_electrode *e) {
  return (iso_guest){.name = e->name,
                     .stop_ms = INFINITY,
                     .latency_steps = ISO_WATCH_STEPS,
                     .nsite = e->nsite,
                     .site = e->site,
                     .self = e,
                     .look = look,
                     .act = act};
}
