/* Upstrokes and recoveries of owned nodes, collected on the device in every step. */
#ifndef ISO_SOLVE_WATCH_H
#define ISO_SOLVE_WATCH_H

#include "solve/cells.h"
#include "solve/view.h"

typedef struct iso_watch_list {
  iso_device *device;
  int nranges;
  iso_watch *range;           /* [nranges] one for each cell group: thresholds belong to models */
  void *rest, *peak;          /* [nowned] on the device */
  int32_t capacity, *nevents; /* nevents on the device */
  iso_watch_event *buffer;    /* [capacity] on the device */
  int32_t host_capacity;      /* of events: grown to the most of any drain */
  iso_event *events;          /* on the host, after a drain */
} iso_watch_list;

/* activation_mV NAN: each model's own. See iso_simulation_options for the rest. vm: initial, on the device.
 */
iso_status iso_watch_list_new(iso_watch_list *out, iso_device *device, const iso_tissue_cells *cells,
                              iso_lid nowned, double activation_mV, double repolarisation, double recovery_mV,
                              const void *vm, iso_error *err);
void iso_watch_list_free(iso_watch_list *list);

/* Looks at one step from time_ms on. */
void iso_watch_list_step(iso_watch_list *list, const void *before, const void *after, double time_ms,
                         double step_ms);

/* Hands out the events since the last drain; *events is valid until the next. */
iso_status iso_watch_list_drain(iso_watch_list *list, int64_t *nevents, const iso_event **events,
                                iso_error *err);

#endif
