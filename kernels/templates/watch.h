/* What the launch that makes a new Vm does at a node besides: the stimulus it takes off and the crossings it
 * looks for, in one text for all devices. */
#ifndef ISO_KERNELS_TEMPLATES_WATCH_H
#define ISO_KERNELS_TEMPLATES_WATCH_H

#include "kernels/device.h"
#include "kernels/real.h"

#ifdef __cplusplus
#define ISO_AT_NODE static __device__ __forceinline__
#else
#define ISO_AT_NODE static inline
#endif

ISO_AT_NODE real iso_stimulus_at(const iso_stimulation *s, int64_t node) {
  return ((const real *)s->value)[(int64_t)s->pending->steps * s->nsets + s->set[node]];
}

ISO_AT_NODE real iso_activation_at(const iso_watch *w, int64_t node) {
  return w->activation ? ((const real *)w->activation)[node] : (real)w->activation_mV;
}

ISO_AT_NODE real iso_before_at(const iso_watch *w, int64_t node) { return ((const real *)w->before)[node]; }

/* Moves rest and peak on to what they are unless something happens. Returns whether it does; *level is then
 * what Vm has crossed. */
ISO_INLINE int_real iso_watch_node(real activation, real fraction, real recovery, real before, real after,
                                   real *rest, real *peak, real *level) {
  const int_real active = *peak > (real)(0.5 * ISO_RESTING);
  const real highest = after > *peak ? after : *peak, lowest = after < *rest ? after : *rest;
  const real recovered = fraction > 0 ? highest - fraction * (highest - *rest) : recovery;
  *level = active ? recovered : activation;
  *peak = active ? highest : *peak;
  *rest = active ? *rest : lowest;
  return active ? after <= recovered && before > recovered : before < activation && after >= activation;
}

ISO_AT_NODE int32_t iso_next_event(iso_pending *pending) {
#ifdef __cplusplus
  return atomicAdd(&pending->events, 1);
#else
  int32_t at;
#pragma omp atomic capture
  at = pending->events++;
  return at;
#endif
}

ISO_AT_NODE void iso_watch_report(const iso_watch *w, int64_t node, real before, real after, real level,
                                  int kind, int steps) {
  const int32_t at = iso_next_event(w->pending);
  if (at >= w->capacity) return;
  iso_watch_event event;
  event.part = steps * (((double)level - (double)before) / ((double)after - (double)before));
  event.node = (iso_lid)node;
  event.step = (int16_t)w->pending->steps;
  event.kind = (int16_t)kind;
  w->event[at] = event;
}

/* All that there is to do at a node whose Vm went from before to after in so many steps. */
ISO_AT_NODE void iso_watch_at(const iso_watch *w, int64_t node, real before, real after, int steps) {
  real *const rest = (real *)w->rest + node, *const peak = (real *)w->peak + node;
  const real rest_was = *rest, peak_was = *peak;
  real lowest = rest_was, highest = peak_was, level;
  if (iso_watch_node(iso_activation_at(w, node), (real)w->fraction, (real)w->recovery, before, after, &lowest,
                     &highest, &level)) {
    const int recovers = highest > (real)(0.5 * ISO_RESTING);
    iso_watch_report(w, node, before, after, level, recovers, steps);
    highest = recovers ? (real)ISO_RESTING : after;
    lowest = recovers ? after : lowest;
  }
  if (lowest != rest_was) *rest = lowest;
  if (highest != peak_was) *peak = highest;
}

#endif
