#include "solve/watch.h"

#include "base/memory.h"
#include "linear/device_memory.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static iso_status allocate(iso_watch_list *list, iso_lid nowned, iso_error *err) {
  iso_device *device = list->device;
  iso_watch *w = &list->launch;
  /* An activation and a recovery of every node, and room for small meshes of which every node has one a step.
   */
  w->capacity = 2 * nowned + (1 << 16);
  w->pending = iso_device_alloc(device, sizeof *w->pending);
  w->event = iso_device_alloc(device, (size_t)w->capacity * sizeof *w->event);
  if (!w->pending || !w->event)
    return iso_fail_device(err, device, (size_t)w->capacity * sizeof *w->event, "the watch");
  return ISO_OK;
}

static double model_threshold(const iso_tissue_cells *cells, int group) {
  return cells->tissue->regions[cells->groups[group].region].model->activation_mV;
}

/* Each model's own threshold: a field where they differ. */
static iso_status set_thresholds(iso_watch_list *list, const iso_tissue_cells *cells, iso_lid nowned,
                                 iso_error *err) {
  iso_watch *w = &list->launch;
  bool differ = false;
  w->activation_mV = cells->ngroups > 0 ? model_threshold(cells, 0) : 0;
  for (int g = 0; g < cells->ngroups; g++) differ |= model_threshold(cells, g) != w->activation_mV;
  if (!differ) return ISO_OK;
  const size_t bytes = (size_t)nowned * list->device->real_bytes;
  void *field = iso_device_alloc(list->device, bytes);
  if (!field) return iso_fail_device(err, list->device, bytes, "the watch");
  for (int g = 0; g < cells->ngroups; g++)
    iso_device_fill_real(list->device, field, cells->groups[g].first, cells->groups[g].count,
                         model_threshold(cells, g));
  w->activation = field;
  return ISO_OK;
}

iso_status iso_watch_list_new(iso_watch_list *out, const iso_state *state, const iso_watch_options *o,
                              iso_timer *timer, iso_error *err) {
  const iso_lid nowned = state->mesh->nowned;
  *out = (iso_watch_list){.device = state->device,
                          .timer = timer,
                          .launch = {.rest = state->rest,
                                     .peak = state->peak,
                                     .activation_mV = o->activation_mV,
                                     .fraction = o->repolarisation,
                                     .recovery = o->recovery_mV}};
  ISO_TRY(allocate(out, nowned, err));
  return isnan(o->activation_mV) ? set_thresholds(out, state->cells, nowned, err) : ISO_OK;
}

void iso_watch_list_free(iso_watch_list *list) {
  if (!list->device) return;
  const iso_watch *w = &list->launch;
  void *buffers[] = {(void *)w->activation, w->pending, w->event, list->node, list->sampled, list->patch};
  for (size_t k = 0; k < sizeof buffers / sizeof *buffers; k++) iso_device_release(list->device, buffers[k]);
  free(list->host_node);
  free(list->raw);
  free(list->events);
  free(list->samples);
  memset(list, 0, sizeof *list);
}

/* Of all sampled nodes, onto the device. */
static iso_status find_patches(iso_watch_list *list, const iso_state *state, iso_error *err) {
  const size_t n = (size_t)list->nnodes;
  int32_t *patch = NULL;
  ISO_TRY(iso_alloc(&patch, n, sizeof *patch, "samples of Vm", err));
  for (size_t k = 0; k < n; k++) patch[k] = iso_state_patch(state, list->host_node[k]);
  iso_device_release(list->device, list->patch);
  list->patch = iso_device_copy(list->device, patch, n * sizeof *patch);
  free(patch);
  return list->patch ? ISO_OK : iso_fail_device(err, list->device, n * sizeof *patch, "samples of Vm");
}

iso_status iso_watch_list_sample(iso_watch_list *list, const iso_state *state, int32_t n, const iso_lid *node,
                                 iso_error *err) {
  const char *what = "samples of Vm";
  const size_t all = (size_t)(list->nnodes + n), bytes = all * list->device->real_bytes * ISO_WATCH_STEPS;
  ISO_TRY(iso_realloc(&list->host_node, all, sizeof *node, what, err));
  ISO_TRY(iso_realloc(&list->samples, all * ISO_WATCH_STEPS, sizeof *list->samples, what, err));
  for (int32_t k = 0; k < n; k++) list->host_node[list->nnodes++] = node[k];
  iso_device_release(list->device, list->node);
  iso_device_release(list->device, list->sampled);
  list->node = iso_device_copy(list->device, list->host_node, all * sizeof *node);
  list->sampled = iso_device_alloc(list->device, bytes);
  if (!list->node || !list->sampled) return iso_fail_device(err, list->device, bytes, what);
  return state->is_adaptive ? find_patches(list, state, err) : ISO_OK;
}

const iso_watch *iso_watch_list_look(iso_watch_list *list, const void *before) {
  list->launch.before = before;
  return &list->launch;
}

void iso_watch_list_step(iso_watch_list *list, const iso_state *state) {
  iso_phase before = iso_timer_enter(list->timer, ISO_PHASE_OBSERVERS);
  iso_sample launch = {.count = list->nnodes,
                       .node = list->node,
                       .field = state->is_adaptive ? state->now.real : state->before.real,
                       .out = list->sampled,
                       .pending = list->launch.pending};
  if (state->is_adaptive && list->nnodes > 0)
    launch.slope = state->slope.real, launch.patch = list->patch, launch.stands = iso_state_stands(state);
  iso_launch_sample(list->device, &launch);
  iso_timer_enter(list->timer, before);
}

static void clear_pending(iso_watch_list *list, int64_t step) {
  const iso_pending none = {.first = step};
  iso_device_upload(list->device, list->launch.pending, 0, &none, sizeof none);
}

void iso_watch_list_forget(iso_watch_list *list, int64_t step) {
  clear_pending(list, step);
  list->nahead = 0;
}

/* Among the steps read: a step of a patch may be many, and its event in the last of them. */
static int32_t step_of(const iso_watch_event *e) {
  return e->step + (e->part > 1 ? (int32_t)ceil(e->part) - 1 : 0);
}

/* Events by step: raw ones come in no fixed order. Those of steps from `steps` on stay in raw. */
static void sort_events(iso_watch_list *list, int32_t n, int32_t steps, int64_t step, double step_ms) {
  int32_t next[ISO_WATCH_STEPS + 1] = {0};
  for (int32_t k = 0; k < n; k++)
    if (step_of(&list->raw[k]) < steps) next[step_of(&list->raw[k]) + 1]++;
  for (int s = 0; s < ISO_WATCH_STEPS; s++) next[s + 1] += next[s];
  memcpy(list->first, next, sizeof next);
  list->nahead = 0;
  for (int32_t k = 0; k < n; k++) {
    iso_watch_event e = list->raw[k];
    const double start = (double)(step + e.step) * step_ms;
    if (step_of(&e) < steps) {
      list->events[next[step_of(&e)]++] =
          (iso_event){.time_ms = start + e.part * step_ms, .node = e.node, .kind = e.kind};
    } else {
      e.step = (int16_t)(e.step - steps);
      list->raw[list->nahead++] = e;
    }
  }
}

static iso_status make_room(iso_watch_list *list, int32_t n, iso_error *err) {
  if (n <= list->host_capacity) return ISO_OK;
  ISO_TRY(iso_realloc(&list->raw, (size_t)n, sizeof *list->raw, "activation events", err));
  ISO_TRY(iso_realloc(&list->events, (size_t)n, sizeof *list->events, "activation events", err));
  list->host_capacity = n;
  return ISO_OK;
}

iso_status iso_watch_list_reserve(iso_watch_list *list, int32_t n, iso_error *err) {
  return make_room(list, n, err);
}

void iso_watch_list_add(iso_watch_list *list, const iso_event *event, int step, double start_ms,
                        double step_ms) {
  const double part = fmin(fmax((event->time_ms - start_ms) / step_ms, 0), 1);
  list->raw[list->nahead++] = (iso_watch_event){
      .part = part, .node = event->node, .step = (int16_t)step, .kind = (int16_t)event->kind};
}

iso_status iso_watch_list_read(iso_watch_list *list, int64_t step, double step_ms, iso_error *err) {
  iso_pending pending = {0};
  iso_device_download(list->device, list->launch.pending, 0, &pending, sizeof pending);
  const int32_t n = pending.events;
  if (n > list->launch.capacity)
    return iso_fail(
        err, ISO_EFAIL,
        "Vm crosses the thresholds of activation more than once in %d steps at nearly every node: "
        "the solution is not one; reduce time.step_ms",
        ISO_WATCH_STEPS);
  ISO_TRY(make_room(list, list->nahead + n, err));
  if (n)
    iso_device_download(list->device, list->launch.event, 0, list->raw + list->nahead,
                        (size_t)n * sizeof *list->raw);
  sort_events(list, list->nahead + n, pending.steps, step, step_ms);
  if (list->nnodes)
    iso_device_download_real(list->device, list->sampled, 0, (int64_t)pending.steps * list->nnodes,
                             list->samples);
  clear_pending(list, step + pending.steps);
  return ISO_OK;
}

/* ---- saving ---- */

static const iso_archive_array ahead_part = {
    .name = "watch.ahead_part",
    .unit = "1",
    .meaning = "base steps from a step on to an event that is yet to be shown, or NaN",
    .place = ISO_ARCHIVE_NODES,
    .type = ISO_ARCHIVE_DOUBLE};
static const iso_archive_array ahead_step = {
    .name = "watch.ahead_step",
    .unit = "1",
    .meaning = "twice that step, from now, and 1 more where the event is a recovery",
    .place = ISO_ARCHIVE_NODES,
    .type = ISO_ARCHIVE_INT32};

iso_status iso_watch_list_save(const iso_watch_list *list, iso_archive *archive, iso_error *err) {
  const int64_t nowned = iso_archive_mesh(archive)->nowned;
  iso_archive_array array = ahead_part;
  void *parts, *steps;
  array.count = nowned;
  ISO_TRY(iso_archive_room(archive, &array, &parts, err));
  double *const part = parts;
  for (int64_t i = 0; i < nowned; i++) part[i] = NAN;
  for (int32_t k = 0; k < list->nahead; k++) part[list->raw[k].node] = list->raw[k].part;
  array = ahead_step;
  array.count = nowned;
  ISO_TRY(iso_archive_room(archive, &array, &steps, err));
  int32_t *const step = steps;
  memset(step, 0, (size_t)nowned * sizeof *step);
  for (int32_t k = 0; k < list->nahead; k++)
    step[list->raw[k].node] = 2 * list->raw[k].step + list->raw[k].kind;
  return ISO_OK;
}

iso_status iso_watch_list_restore(iso_watch_list *list, const iso_archive *archive, iso_error *err) {
  const int64_t nowned = iso_archive_mesh(archive)->nowned;
  const iso_archive_array *parts, *steps;
  int32_t n = 0;
  ISO_TRY(iso_archive_get(archive, ahead_part.name, ISO_ARCHIVE_NODES, ISO_ARCHIVE_DOUBLE, &parts, err));
  ISO_TRY(iso_archive_get(archive, ahead_step.name, ISO_ARCHIVE_NODES, ISO_ARCHIVE_INT32, &steps, err));
  const double *const part = parts->values;
  const int32_t *const step = steps->values;
  for (int64_t i = 0; i < nowned; i++) n += !isnan(part[i]);
  ISO_TRY(make_room(list, n, err));
  list->nahead = 0;
  for (int64_t i = 0; i < nowned; i++)
    if (!isnan(part[i]))
      list->raw[list->nahead++] = (iso_watch_event){.part = part[i],
                                                    .node = (iso_lid)i,
                                                    .step = (int16_t)((step[i] - (step[i] & 1)) / 2),
                                                    .kind = (int16_t)(step[i] & 1)};
  return ISO_OK;
}
