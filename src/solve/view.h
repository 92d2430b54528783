/* What a guest sees: the state of the heart after a step, read-only.
 *
 * Values stay on the device until an observer asks for them, so ask only when due. Observers of every step
 * are shown some steps at once, a little later, in their order. */
#ifndef ISO_SOLVE_VIEW_H
#define ISO_SOLVE_VIEW_H

#include "base/error.h"
#include "grid/mesh.h"

/* Upstroke and recovery of owned nodes, found on the device in every step (linear interpolation in time). */
typedef enum { ISO_ACTIVATED, ISO_REPOLARISED } iso_event_kind;
typedef struct iso_event {
  double time_ms;
  iso_lid node; /* local, owned */
  int32_t kind; /* iso_event_kind */
} iso_event;

/* Where the values of a view come from: the device that solves, or a formula in a test. */
typedef struct iso_view_source {
  void *self;
  iso_status (*vm)(void *self, double *vm, iso_error *err);
  iso_status (*vm_single)(void *self, float *vm, iso_error *err);
  iso_status (*vm_at)(void *self, int64_t n, const iso_lid *nodes, double *out, iso_error *err);
  const void *(*vm_on_device)(void *self);
} iso_view_source;

typedef struct iso_view {
  const iso_mesh *mesh;
  int64_t step;   /* steps done; 0 is the initial state */
  double time_ms; /* at the end of that step */
  double step_ms;
  double given_until_ms;   /* end of the last pulse that a guest has given so far; -INFINITY without any */
  int64_t nevents;         /* events of this step; an observer of events asks for every step */
  const iso_event *events; /* [nevents] */
  const iso_view_source *source;
} iso_view;

/* Vm of all owned nodes in mV, widened to double. vm [nowned]. Not for an observer of every step: the heart
 * has gone on. */
static inline iso_status iso_view_vm(const iso_view *view, double *vm, iso_error *err) {
  return view->source->vm(view->source->self, vm, err);
}

/* The same in single precision. */
static inline iso_status iso_view_vm_single(const iso_view *view, float *vm, iso_error *err) {
  return view->source->vm_single(view->source->self, vm, err);
}

/* Vm of some owned nodes. out [n]. For an observer of every step these are the nodes it announced. */
static inline iso_status iso_view_vm_at(const iso_view *view, int64_t n, const iso_lid *nodes, double *out,
                                        iso_error *err) {
  return view->source->vm_at(view->source->self, n, nodes, out, err);
}

/* Where Vm of all owned nodes is on the device, real [nowned] in mV, until the next step. Not for an observer
 * of every step. */
static inline const void *iso_view_vm_on_device(const iso_view *view) {
  return view->source->vm_on_device(view->source->self);
}

#endif
