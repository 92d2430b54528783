#include "solve/patch_stimuli.h"

#include "base/memory.h"

#include <stdlib.h>

typedef struct builder {
  iso_patch_stimuli *out;
  const iso_patches *patches;
  const iso_lid *set; /* [nowned] of each node */
  int32_t *last;      /* [nstimuli] 1 + patch that it was last found in */
  int64_t n, room;
} builder;

static iso_status add(builder *b, iso_lid p, int32_t stimulus, iso_error *err) {
  if (b->last[stimulus] == p + 1) return ISO_OK;
  b->last[stimulus] = p + 1;
  if (b->n == b->room) {
    const int64_t room = 2 * b->room + 64;
    ISO_TRY(iso_realloc(&b->out->stimulus, (size_t)room, sizeof *b->out->stimulus, "stimuli", err));
    b->room = room;
  }
  b->out->stimulus[b->n++] = stimulus;
  return ISO_OK;
}

static iso_status find_all(builder *b, iso_error *err) {
  const iso_stimulus_set *sets = b->out->stimuli->sets;
  for (iso_lid p = 0; p < b->patches->nowned; p++) {
    for (iso_lid i = b->patches->first[p]; i < b->patches->first[p + 1]; i++)
      for (iso_lid s = b->set[i]; s > 0; s = sets[s].parent) ISO_TRY(add(b, p, sets[s].stimulus, err));
    b->out->start[p + 1] = b->n;
  }
  return ISO_OK;
}

iso_status iso_patch_stimuli_new(iso_patch_stimuli *out, const iso_stimuli *stimuli,
                                 const iso_patches *patches, iso_error *err) {
  const size_t bytes = (size_t)stimuli->nowned * sizeof(iso_lid);
  builder b = {.out = out, .patches = patches};
  iso_lid *set = NULL;
  *out = (iso_patch_stimuli){.stimuli = stimuli, .known = stimuli->nstimuli};
  iso_status status = iso_alloc(&out->start, (size_t)patches->nowned + 1, sizeof *out->start, "stimuli", err);
  if (status == ISO_OK && stimuli->nstimuli > 0) {
    status = iso_alloc(&set, (size_t)stimuli->nowned, sizeof *set, "stimuli", err);
    if (status == ISO_OK)
      status = iso_alloc(&b.last, (size_t)stimuli->nstimuli, sizeof *b.last, "stimuli", err);
    if (status == ISO_OK) {
      iso_device_download(stimuli->device, stimuli->set, 0, set, bytes);
      b.set = set;
      status = find_all(&b, err);
    }
  }
  free(set);
  free(b.last);
  return status;
}

void iso_patch_stimuli_free(iso_patch_stimuli *s) {
  free(s->start);
  free(s->stimulus);
  *s = (iso_patch_stimuli){0};
}

static bool is_on(const iso_patch_stimuli *s, iso_lid p, double from_ms, double to_ms) {
  for (int64_t k = s->start[p]; k < s->start[p + 1]; k++)
    if (iso_pulses_mean(&s->stimuli->pulses[s->stimulus[k]], from_ms, to_ms) != 0) return true;
  return false;
}

static bool guests_may_act(const iso_patch_stimuli *s, iso_lid p) {
  for (int64_t k = s->start[p]; k < s->start[p + 1]; k++)
    if (s->stimuli->pulses[s->stimulus[k]].duration_ms == 0) return true;
  return false;
}

/* In one base step. */
static bool is_busy(const iso_patch_stimuli *s, iso_lid p, int64_t step, double step_ms) {
  return is_on(s, p, (double)step * step_ms, (double)(step + 1) * step_ms);
}

int64_t iso_patch_left_alone(const iso_patch_stimuli *s, iso_lid p, int64_t from, double step_ms,
                             int64_t most) {
  if (s->start[p] == s->start[p + 1]) return most;
  if (guests_may_act(s, p)) return 0;
  for (int64_t m = 0; m < most; m++)
    if (is_busy(s, p, from + m, step_ms)) return m;
  return most;
}

uint64_t iso_patch_busy(const iso_patch_stimuli *s, iso_lid p, int64_t from, double step_ms) {
  if (s->start[p] == s->start[p + 1]) return 0;
  if (guests_may_act(s, p)) return ~(uint64_t)0;
  uint64_t busy = 0;
  for (int m = 0; m < ISO_STIMULI_AHEAD; m++) busy |= (uint64_t)is_busy(s, p, from + m, step_ms) << m;
  return busy;
}
