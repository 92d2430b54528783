#include "solve/mover.h"

#include "base/memory.h"
#include "linear/device_memory.h"

#include <stdlib.h>

iso_status iso_mover_drive_new(iso_mover_drive *out, const iso_mover *mover, iso_watch_list *list,
                               iso_lid nowned, iso_error *err) {
  *out = (iso_mover_drive){.mover = mover};
  if (!mover) return ISO_OK;
  ISO_TRY(iso_watch_list_reserve(list, 2 * nowned, err));
  ISO_TRY(iso_alloc(&out->set, (size_t)nowned, sizeof *out->set, "waves", err));
  return iso_alloc(&out->node, (size_t)nowned, sizeof *out->node, "waves", err);
}

void iso_mover_drive_free(iso_mover_drive *d) {
  free(d->set);
  free(d->node);
  *d = (iso_mover_drive){0};
}

static void mark(const iso_state *s, const iso_event *e) {
  double vm = ISO_MOVED_MV;
  if (e->kind == ISO_REPOLARISED) iso_device_download_real(s->device, s->rest, e->node, 1, &vm);
  iso_device_upload_real(s->device, s->now.real, e->node, 1, &vm);
  iso_device_upload_real(s->device, s->before.real, e->node, 1, &vm);
}

void iso_mover_drive_step(iso_mover_drive *d, iso_state *state, const iso_stimuli *stimuli,
                          iso_watch_list *list, int64_t unread, double step_ms) {
  const iso_event *events;
  int64_t n;
  iso_mover_step step = {.from_ms = (double)state->step * step_ms,
                         .to_ms = (double)(state->step + 1) * step_ms,
                         .stimulated = iso_stimuli_on(stimuli, state->step) != 0,
                         .node = d->node};
  if (step.stimulated) step.count = iso_stimuli_depolarised(stimuli, state->step, d->set, d->node);
  d->mover->go(d->mover->self, &step, &n, &events);
  for (int64_t k = 0; k < n; k++) {
    mark(state, &events[k]);
    iso_watch_list_add(list, &events[k], (int)(state->step - unread), step.from_ms, step_ms);
  }
}
