#include "kernels/parity_parts.h"

#include <stdlib.h>

void *parity_zeros(iso_device *device, int64_t n) {
  return synthetic_need(iso_device_alloc(device, (size_t)n * device->real_bytes));
}

static void keep_bytes(iso_device *device, const void *buffer, size_t bytes, record *to) {
  void *host = synthetic_need(malloc(bytes));
  iso_device_download(device, buffer, 0, host, bytes);
  record_bytes(to, host, bytes);
  free(host);
}

void parity_keep(iso_device *device, const void *buffer, int64_t n, record *to) {
  keep_bytes(device, buffer, (size_t)n * device->real_bytes, to);
}

void parity_release(iso_device *device, int n, void *const *buffer) {
  for (int k = 0; k < n; k++) iso_device_release(device, buffer[k]);
}

/* Runs of 1 to ISO_RUN of the nodes [first, end), some of them next to each other. Returns how many. */
int32_t parity_short_runs(uint64_t seed, iso_lid first, iso_lid end, iso_lid (*run)[2]) {
  int32_t n = 0;
  for (iso_lid length; first < end; first += length) {
    length = 1 + (iso_lid)(0.5 * (ISO_RUN - 1) * (1 + synthetic_value(seed, first)));
    if (synthetic_value(seed + 1, first) < -0.2) continue;
    run[n][0] = first;
    run[n++][1] = first + length < end ? first + length : end;
  }
  return n;
}

static int by_step_and_node(const void *a, const void *b) {
  const iso_watch_event *x = a, *y = b;
  return x->step != y->step ? x->step - y->step : (x->node > y->node) - (x->node < y->node);
}

/* Their padding is nobody's. */
void parity_keep_events(iso_device *device, const iso_watch *w, record *to) {
  iso_pending pending;
  iso_device_download(device, w->pending, 0, &pending, sizeof pending);
  record_bytes(to, &pending, sizeof pending);
  const size_t n = (size_t)(pending.events < w->capacity ? pending.events : w->capacity);
  iso_watch_event *event = synthetic_need(malloc((n + 1) * sizeof *event));
  iso_device_download(device, w->event, 0, event, n * sizeof *event);
  qsort(event, n, sizeof *event, by_step_and_node);
  for (size_t k = 0; k < n; k++) {
    record_bytes(to, &event[k].part, sizeof event[k].part);
    record_bytes(to, &event[k].node, sizeof event[k].node);
    record_bytes(to, &event[k].kind, sizeof event[k].kind);
  }
  free(event);
}
