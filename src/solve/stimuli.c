#include "solve/stimuli.h"

#include "base/memory.h"
#include "linear/device_memory.h"

#include <stdlib.h>
#include <string.h>

void iso_stimuli_new(iso_stimuli *out, iso_device *device, iso_lid nowned, const iso_pending *pending) {
  *out = (iso_stimuli){.device = device, .nowned = nowned, .pending = pending, .first = -1};
}

void iso_stimuli_free(iso_stimuli *s) {
  if (!s->device) return;
  iso_device_release(s->device, s->set);
  iso_device_release(s->device, s->value);
  free(s->pulses);
  free(s->appended);
  free(s->sets);
  free(s->mean);
  free(s->host_value);
  memset(s, 0, sizeof *s);
}

/* Nodes move from their sets to new ones, one for each old one. set [nowned], moved [nsets] */
static iso_status move_nodes(iso_stimuli *s, int32_t stimulus, int64_t count, const iso_lid *node,
                             iso_lid *set, iso_lid *moved, iso_error *err) {
  for (int64_t k = 0; k < count; k++) {
    const iso_lid old = set[node[k]];
    if (moved[old] == 0) {
      ISO_TRY(iso_realloc(&s->sets, (size_t)s->nsets + 1, sizeof *s->sets, "stimuli", err));
      s->sets[s->nsets] = (iso_stimulus_set){old, stimulus};
      moved[old] = s->nsets++;
    }
    set[node[k]] = moved[old];
  }
  return ISO_OK;
}

static iso_status make_first_set(iso_stimuli *s, iso_error *err) {
  const size_t bytes = (size_t)s->nowned * sizeof *s->set;
  ISO_TRY(iso_alloc(&s->sets, 1, sizeof *s->sets, "stimuli", err));
  s->set = iso_device_alloc(s->device, bytes);
  if (!s->set) return iso_fail_device(err, s->device, bytes, "stimuli");
  s->nsets = 1;
  return ISO_OK;
}

static iso_status add_nodes(iso_stimuli *s, int64_t count, const iso_lid *node, iso_error *err) {
  const size_t bytes = (size_t)s->nowned * sizeof *s->set;
  iso_lid *set = NULL, *moved = NULL;
  iso_status status = iso_alloc(&set, (size_t)s->nowned, sizeof *set, "stimuli", err);
  if (status == ISO_OK) status = iso_alloc(&moved, (size_t)s->nsets, sizeof *moved, "stimuli", err);
  if (status == ISO_OK) {
    iso_device_download(s->device, s->set, 0, set, bytes);
    status = move_nodes(s, s->nstimuli, count, node, set, moved, err);
    iso_device_upload(s->device, s->set, 0, set, bytes);
  }
  free(set);
  free(moved);
  return status;
}

/* Room for the values of all sets. */
static iso_status make_room(iso_stimuli *s, iso_error *err) {
  const size_t row = (size_t)s->nsets, part = ISO_WATCH_STEPS * row * s->device->real_bytes;
  ISO_TRY(iso_realloc(&s->mean, (size_t)s->nstimuli + 1, sizeof *s->mean, "stimuli", err));
  ISO_TRY(iso_realloc(&s->host_value, ISO_WATCH_STEPS * row, sizeof *s->host_value, "stimuli", err));
  iso_device_release(s->device, s->value);
  s->value = iso_device_alloc(s->device, ISO_STIMULUS_PARTS * part);
  if (!s->value) return iso_fail_device(err, s->device, ISO_STIMULUS_PARTS * part, "stimuli");
  for (int p = 0; p < ISO_STIMULUS_PARTS; p++)
    s->launch[p] = (iso_stimulation){.set = s->set,
                                     .value = (char *)s->value + (size_t)p * part,
                                     .nsets = s->nsets,
                                     .pending = s->pending};
  return ISO_OK;
}

iso_status iso_stimuli_add(iso_stimuli *s, const iso_pulses *pulses, int64_t count, const iso_lid *node,
                           iso_error *err) {
  if (s->nsets == 0) ISO_TRY(make_first_set(s, err));
  if (count > 0) ISO_TRY(add_nodes(s, count, node, err));
  ISO_TRY(make_room(s, err));
  ISO_TRY(iso_realloc(&s->pulses, (size_t)s->nstimuli + 1, sizeof *s->pulses, "stimuli", err));
  s->pulses[s->nstimuli++] = *pulses;
  s->first = -1;
  return ISO_OK;
}

iso_status iso_stimuli_append(iso_stimuli *s, int32_t stimulus, const iso_pulses *pulses, iso_error *err) {
  ISO_TRY(iso_realloc(&s->appended, (size_t)s->nappended + 1, sizeof *s->appended, "stimuli", err));
  s->appended[s->nappended++] = (iso_appended_pulses){stimulus, *pulses};
  s->first = -1;
  return ISO_OK;
}

void iso_stimuli_clear_appended(iso_stimuli *s) {
  s->nappended = 0;
  s->first = -1;
}

/* Returns whether any stimulus is on. value [nsets] */
static bool find_values(iso_stimuli *s, double from_ms, double to_ms, double *value) {
  bool on = false;
  for (int32_t k = 0; k < s->nstimuli; k++) s->mean[k] = iso_pulses_mean(&s->pulses[k], from_ms, to_ms);
  for (int32_t k = 0; k < s->nappended; k++)
    s->mean[s->appended[k].stimulus] += iso_pulses_mean(&s->appended[k].pulses, from_ms, to_ms);
  for (int32_t k = 0; k < s->nstimuli; k++) on |= s->mean[k] != 0;
  value[0] = 0;
  for (iso_lid k = 1; k < s->nsets; k++) value[k] = value[s->sets[k].parent] + s->mean[s->sets[k].stimulus];
  return on;
}

void iso_stimuli_prepare(iso_stimuli *s, int64_t first, double step_ms, int parts) {
  if (s->nstimuli == 0 || s->first == first) return;
  const int64_t row = s->nsets;
  for (int p = 0; p < parts; p++) {
    bool some = false;
    for (int k = 0; k < ISO_WATCH_STEPS; k++) {
      const double start = (double)(first + k) * step_ms, part_ms = step_ms / parts;
      const double from = p == 0 ? start : start + part_ms,
                   to = p == parts - 1 ? start + step_ms : start + part_ms;
      s->is_on[p][k] = find_values(s, from, to, s->host_value + k * row);
      some |= s->is_on[p][k];
    }
    if (some)
      iso_device_upload_real(s->device, s->value, p * ISO_WATCH_STEPS * row, ISO_WATCH_STEPS * row,
                             s->host_value);
  }
  s->first = first;
}

static bool is_on(const iso_stimuli *s, int64_t step, int part) {
  return s->nstimuli > 0 && s->is_on[part][step - s->first];
}

int iso_stimuli_on(const iso_stimuli *s, int64_t step) {
  int on = 0;
  for (int p = 0; p < ISO_STIMULUS_PARTS; p++) on |= (int)is_on(s, step, p) << p;
  return on;
}

int64_t iso_stimuli_depolarised(const iso_stimuli *s, int64_t step, iso_lid *set, iso_lid *node) {
  const double *value = s->host_value + (step - s->first) * s->nsets;
  int64_t n = 0;
  iso_device_download(s->device, s->set, 0, set, (size_t)s->nowned * sizeof *set);
  for (iso_lid i = 0; i < s->nowned; i++)
    if (value[set[i]] > 0) node[n++] = i;
  return n;
}

const iso_stimulation *iso_stimuli_in(const iso_stimuli *s, int64_t step, int part) {
  return s->nsets > 1 && is_on(s, step, part) ? &s->launch[part] : NULL;
}
