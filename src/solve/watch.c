#include "solve/watch.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static iso_status allocate(iso_watch_list *list, int nranges, iso_lid nowned, iso_error *err) {
  iso_device *device = list->device;
  size_t bytes = (size_t)nowned * device->real_bytes;
  /* A node has at most one event a step, and the list is drained after every step. */
  list->capacity = nowned;
  ISO_TRY(iso_alloc(&list->range, (size_t)nranges, sizeof *list->range, "the watch", err));
  list->rest = iso_device_alloc(device, bytes);
  list->peak = iso_device_alloc(device, bytes);
  list->nevents = iso_device_alloc(device, sizeof *list->nevents);
  list->buffer = iso_device_alloc(device, (size_t)list->capacity * sizeof *list->buffer);
  if (!list->rest || !list->peak || !list->nevents || !list->buffer)
    return iso_fail_memory(err, 4 * bytes, "the watch");
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
                                .nevents = out->nevents,
                                .event = out->buffer};
  }
  return ISO_OK;
}

void iso_watch_list_free(iso_watch_list *list) {
  if (!list->device) return;
  iso_device_release(list->device, list->rest);
  iso_device_release(list->device, list->peak);
  iso_device_release(list->device, list->nevents);
  iso_device_release(list->device, list->buffer);
  free(list->range);
  free(list->events);
  memset(list, 0, sizeof *list);
}

void iso_watch_list_step(iso_watch_list *list, const void *before, const void *after, double time_ms,
                         double step_ms) {
  for (int r = 0; r < list->nranges; r++) {
    iso_watch *w = &list->range[r];
    w->before = before, w->after = after, w->time_ms = time_ms, w->step_ms = step_ms;
    iso_launch_watch(list->device, w);
  }
}

iso_status iso_watch_list_drain(iso_watch_list *list, int64_t *nevents, const iso_event **events,
                                iso_error *err) {
  int32_t n = 0;
  iso_device_download(list->device, list->nevents, 0, &n, sizeof n);
  if (n > list->host_capacity) {
    ISO_TRY(iso_realloc(&list->events, (size_t)n, sizeof *list->events, "activation events", err));
    list->host_capacity = n;
  }
  iso_watch_event part[256];
  for (int32_t at = 0; at < n; at += 256) {
    int32_t m = n - at < 256 ? n - at : 256;
    iso_device_download(list->device, list->buffer, (size_t)at * sizeof *part, part,
                        (size_t)m * sizeof *part);
    for (int32_t k = 0; k < m; k++)
      list->events[at + k] =
          (iso_event){.time_ms = part[k].time_ms, .node = part[k].node, .kind = part[k].kind};
  }
  if (n) iso_device_upload(list->device, list->nevents, 0, &(int32_t){0}, sizeof n);
  *nevents = n;
  *events = list->events;
  return ISO_OK;
}
