#include "observe/quiescence.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>

struct iso_quiescence {
  const iso_mesh *mesh;
  const double *threshold_mV; /* [nowned] */
  double quiet_ms;
  double not_before_ms;  /* end of the last stimulus that is known beforehand */
  double quiet_since_ms; /* latest time at which the tissue was not known to be quiet; -INFINITY: of none */
  double *vm;            /* [nowned] */
  int64_t looked;        /* step */
  bool reached;
};

iso_status iso_quiescence_new(iso_quiescence **out, const iso_mesh *mesh, const double *threshold_mV,
                              double quiet_ms, double not_before_ms, iso_error *err) {
  iso_quiescence *q;
  *out = NULL;
  ISO_TRY(iso_alloc(&q, 1, sizeof *q, "the quiescence observer", err));
  *q = (iso_quiescence){.mesh = mesh,
                        .threshold_mV = threshold_mV,
                        .quiet_ms = quiet_ms,
                        .not_before_ms = not_before_ms,
                        .quiet_since_ms = -INFINITY};
  iso_status status = iso_alloc(&q->vm, (size_t)mesh->nowned, sizeof *q->vm, "Vm of the nodes", err);
  if (status == ISO_OK)
    *out = q;
  else
    free(q);
  return status;
}

/* A NaN is not quiet. */
static int is_quiet(const iso_quiescence *q) {
  for (iso_lid i = 0; i < q->mesh->nowned; i++)
    if (!(q->vm[i] <= q->threshold_mV[i])) return 0;
  return 1;
}

static iso_status look(void *self, const iso_view *view, iso_error *err) {
  iso_quiescence *q = self;
  ISO_TRY(iso_agree(q->mesh->comm, iso_view_vm(view, q->vm, err), err));
  int quiet = is_quiet(q);
  MPI_Allreduce(MPI_IN_PLACE, &quiet, 1, MPI_INT, MPI_MIN, q->mesh->comm);
  if (!quiet) q->quiet_since_ms = fmax(q->quiet_since_ms, view->time_ms);
  q->quiet_since_ms = fmax(q->quiet_since_ms, view->given_until_ms);
  q->looked = view->step;
  q->reached = quiet && view->time_ms - fmax(q->quiet_since_ms, q->not_before_ms) >= q->quiet_ms;
  return ISO_OK;
}

static iso_status act(void *self, iso_hands *hands, iso_error *err) {
  (void)err;
  const iso_quiescence *q = self;
  if (q->reached) iso_hands_end(hands, q->looked);
  return ISO_OK;
}

static iso_status save(void *self, iso_archive *archive, iso_error *err) {
  const iso_quiescence *q = self;
  return iso_agree(q->mesh->comm,
                   iso_archive_put_number(archive, "quiescence.since", "ms",
                                          "latest time at which the tissue was not known to be quiet",
                                          q->quiet_since_ms, err),
                   err);
}

static iso_status restore(void *self, const iso_archive *archive, iso_error *err) {
  iso_quiescence *q = self;
  q->reached = false;
  iso_status status = iso_archive_get_number(archive, "quiescence.since", &q->quiet_since_ms, err);
  return iso_agree(q->mesh->comm, status, err);
}

iso_guest iso_quiescence_guest(iso_quiescence *q, double every_ms) {
  return (iso_guest){.name = "quiescence",
                     .stop_ms = INFINITY,
                     .every_ms = every_ms,
                     .self = q,
                     .reason = "the tissue was at rest",
                     .look = look,
                     .act = act,
                     .save = save,
                     .restore = restore};
}

bool iso_quiescence_reached(const iso_quiescence *q) { return q->reached; }

void iso_quiescence_free(iso_quiescence *q) {
  if (!q) return;
  free(q->vm);
  free(q);
}
