#include "solve/watch.h"

#include "base/memory.h"
#include "solve/device_memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static iso_status allocate(iso_watch_list *list, int nranges, iso_lid nowned, iso_error *err) {
  iso_device *device = list->device;
  size_t bytes = (size_t)nowned * device->real_bytes;
  /* An activation and a recovery of every node, and room for small meshes of which every node has one a step.
   */
  list->capacity = 2 * nowned + (1 << 16);
  ISO_TRY(iso_alloc(&list->range, (size_t)nranges, sizeof *list->range, "the watch", err));
  list->rest = iso_device_alloc(device, bytes);
  list->peak = iso_device_alloc(device, bytes);
  list->pending = iso_device_alloc(device, sizeof *list->pending);
  list->buffer = iso_device_alloc(device, (size_t)list->capacity * sizeof *list->buffer);
  if (!list->rest || !list->peak || !list->pending || !list->buffer)
    return iso_fail_device(err, device, 2 * bytes + (size_t)list->capacity * sizeof *list->buffer,
                           "the watch");
  return ISO_OK;
}

/* Nobody is active, and rest is the initial Vm. */
static void set_resting(iso_watch_list *list, iso_lid nowned, const void *vm) {
  iso_launch_combine(
      list->device,
      &(iso_combine){.count = nowned, .nterms = 1, .coefficient = {1}, .term = {vm}, .out = list->rest});
  enum { PART = 1024 };
  double part[PART];
  for (int k = 0; k < PART; k++) part[k] = ISO_RESTING;
  for (iso_lid i = 0; i < nowned; i += PART)
    iso_device_upload_real(list->device, list->peak, i, nowned - i < PART ? nowned - i : PART, part);
}

iso_status iso_watch_list_new(iso_watch_list *out, iso_device *device, const iso_tissue_cells *cells,
                              iso_lid nowned, double activation_mV, double repolarisation, double recovery_mV,
                              const void *vm, iso_error *err) {
  *out = (iso_watch_list){.device = device};
  ISO_TRY(allocate(out, cells->ngroups, nowned, err));
  set_resting(out, nowned, vm);
  out->nranges = cells->ngroups;
  for (int g = 0; g < cells->ngroups; g++) {
    const iso_cell_group *group = &cells->groups[g];
    double model_mV = cells->tissue->regions[group->region].model->activation_mV;
    out->range[g] = (iso_watch){.first = group->first,
                                .count = group->count,
                                .rest = out->rest,
                                .peak = out->peak,
                                .activation = isnan(activation_mV) ? model_mV : activation_mV,
                                .fraction = repolarisation,
                                .recovery = recovery_mV,
                                .capacity = out->capacity,
                                .pending = out->pending,
                                .event = out->buffer};
  }
  return ISO_OK;
}

void iso_watch_list_free(iso_watch_list *list) {
  if (!list->device) return;
  void *buffers[] = {list->rest, list->peak, list->pending, list->buffer, list->node, list->sampled};
  for (size_t k = 0; k < sizeof buffers / sizeof *buffers; k++) iso_device_release(list->device, buffers[k]);
  free(list->range);
  free(list->host_node);
  free(list->raw);
  free(list->events);
  free(list->samples);
  memset(list, 0, sizeof *list);
}

iso_status iso_watch_list_sample(iso_watch_list *list, int32_t n, const iso_lid *node, iso_error *err) {
  const char *what = "samples of Vm";
  const size_t all = (size_t)(list->nnodes + n), bytes = all * list->device->real_bytes * ISO_WATCH_STEPS;
  ISO_TRY(iso_realloc(&list->host_node, all, sizeof *node, what, err));
  ISO_TRY(iso_realloc(&list->samples, all * ISO_WATCH_STEPS, sizeof *list->samples, what, err));
  for (int32_t k = 0; k < n; k++) list->host_node[list->nnodes++] = node[k];
  iso_device_release(list->device, list->node);
  iso_device_release(list->device, list->sampled);
  list->node = iso_device_copy(list->device, list->host_node, all * sizeof *node);
  list->sampled = iso_device_alloc(list->device, bytes);
  return list->node && list->sampled ? ISO_OK : iso_fail_device(err, list->device, bytes, what);
}

void iso_watch_list_step(iso_watch_list *list, const void *before, const void *after) {
  for (int r = 0; r < list->nranges; r++) {
    iso_watch *w = &list->range[r];
    w->before = before, w->after = after;
    iso_launch_watch(list->device, w);
  }
  iso_launch_sample(list->device, &(iso_sample){.count = list->nnodes,
                                                .node = list->node,
                                                .field = after,
                                                .out = list->sampled,
                                                .pending = list->pending});
}

/* Events by step: raw ones come in no fixed order. */
static void sort_events(iso_watch_list *list, int32_t n, int64_t step, double step_ms) {
  int32_t next[ISO_WATCH_STEPS + 1] = {0};
  for (int32_t k = 0; k < n; k++) next[list->raw[k].step + 1]++;
  for (int s = 0; s < ISO_WATCH_STEPS; s++) next[s + 1] += next[s];
  memcpy(list->first, next, sizeof next);
  for (int32_t k = 0; k < n; k++) {
    const iso_watch_event *e = &list->raw[k];
    const double start = (double)(step + e->step) * step_ms;
    list->events[next[e->step]++] =
        (iso_event){.time_ms = start + e->part * step_ms, .node = e->node, .kind = e->kind};
  }
}

iso_status iso_watch_list_read(iso_watch_list *list, int64_t step, double step_ms, iso_error *err) {
  iso_pending pending = {0};
  iso_device_download(list->device, list->pending, 0, &pending, sizeof pending);
  const int32_t n = pending.events;
  if (n > list->capacity)
    return iso_fail(
        err, ISO_EFAIL,
        "Vm crosses the thresholds of activation more than once in %d steps at nearly every node: "
        "the solution is not one; reduce time.step_ms",
        ISO_WATCH_STEPS);
  if (n > list->host_capacity) {
    ISO_TRY(iso_realloc(&list->raw, (size_t)n, sizeof *list->raw, "activation events", err));
    ISO_TRY(iso_realloc(&list->events, (size_t)n, sizeof *list->events, "activation events", err));
    list->host_capacity = n;
  }
  if (n) iso_device_download(list->device, list->buffer, 0, list->raw, (size_t)n * sizeof *list->raw);
  sort_events(list, n, step, step_ms);
  if (list->nnodes)
    iso_device_download_real(list->device, list->sampled, 0, (int64_t)pending.steps * list->nnodes,
                             list->samples);
  iso_device_upload(list->device, list->pending, 0, &(iso_pending){0}, sizeof pending);
  return ISO_OK;
}
