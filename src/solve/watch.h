/* What observers are told of every step: upstrokes and recoveries of owned nodes, and Vm at chosen nodes.
 * Both are collected on the device over some steps and read at once. */
#ifndef ISO_SOLVE_WATCH_H
#define ISO_SOLVE_WATCH_H

#include "base/timer.h"
#include "solve/state.h"
#include "solve/view.h"

/* Steps between reads at most. A node activates and recovers at most once in so few. */
enum { ISO_WATCH_STEPS = 32 };

typedef struct iso_watch_list {
  iso_device *device;
  iso_timer *timer;
  iso_watch
      launch;     /* with what is on the device: activation, pending, event; rest and peak are the state's */
  iso_lid *node;  /* [nnodes] sampled nodes, on the device, as is what is sampled */
  void *sampled;  /* [ISO_WATCH_STEPS][nnodes] */
  int32_t *patch; /* [nnodes] of each sampled node, on the device; NULL without levels */
  int32_t nnodes;
  iso_lid *host_node;                 /* [nnodes] */
  int32_t host_capacity;              /* of events: grown to the most of any read */
  iso_watch_event *raw;               /* [host_capacity] as read */
  iso_event *events;                  /* [host_capacity] by step */
  int32_t nahead;                     /* of raw: in steps that are not over yet */
  int32_t first[ISO_WATCH_STEPS + 1]; /* of each step's events in events */
  double *samples;                    /* [ISO_WATCH_STEPS][nnodes] */
} iso_watch_list;

typedef struct iso_watch_options {
  double activation_mV;  /* upward crossing; NAN: each model's own */
  double repolarisation; /* fraction of the amplitude recovered, 0.9 for APD90; 0: recovery_mV instead */
  double recovery_mV;    /* downward crossing, where repolarisation is 0 */
} iso_watch_options;

/* state, whose rest and peak are used, its cells and timer outlive the list. Not collective; to be freed
 * whatever the status. */
iso_status iso_watch_list_new(iso_watch_list *out, const iso_state *state, const iso_watch_options *options,
                              iso_timer *timer, iso_error *err);
void iso_watch_list_free(iso_watch_list *list);

/* Adds owned nodes [n] of the state to those whose Vm is kept; before the first step. They are the n last of
 * samples. */
iso_status iso_watch_list_sample(iso_watch_list *list, const iso_state *state, int32_t n, const iso_lid *node,
                                 iso_error *err);

/* For the launch that makes the Vm at the end of a step from that at its start, before. */
const iso_watch *iso_watch_list_look(iso_watch_list *list, const void *before);

/* Ends a step of state that is made but not turned yet: samples its Vm. Counts as ISO_PHASE_OBSERVERS. */
void iso_watch_list_step(iso_watch_list *list, const iso_state *state);

/* Room for so many events that are not read yet. Not collective. */
iso_status iso_watch_list_reserve(iso_watch_list *list, int32_t n, iso_error *err);

/* Adds an event in the step-th of those that wait, which began at start_ms, where no launch looks for them;
 * there is room. */
void iso_watch_list_add(iso_watch_list *list, const iso_event *event, int step, double start_ms,
                        double step_ms);

/* Reads the steps that wait, the first of which is the step-th of the run, counted from 0; then events, first
 * and samples hold them. Where patches have stepped ahead, events of later steps wait for those. */
iso_status iso_watch_list_read(iso_watch_list *list, int64_t step, double step_ms, iso_error *err);

/* The events of later steps, and back: between reads of a state whose patches have their own pace. */
iso_status iso_watch_list_save(const iso_watch_list *list, iso_archive *archive, iso_error *err);
iso_status iso_watch_list_restore(iso_watch_list *list, const iso_archive *archive, iso_error *err);

/* Steps that wait are not going to be read: the state has become another one, of the step-th step. */
void iso_watch_list_forget(iso_watch_list *list, int64_t step);

#endif
