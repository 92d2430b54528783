#include "observe/hearing.h"

#include "base/assert.h"
#include "base/memory.h"
#include "solve/watch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBERS = 4 }; /* of an iso_ear */
enum { HEARD = 1, COUNTS = 2 };

struct iso_hearing {
  const iso_mesh *mesh;
  int nears;
  uint64_t *ears; /* [nowned] bit k: ear k hears the node */
  int32_t *state; /* [nowned] what a node has done: HEARD since the time, COUNTS */
  double since_ms, shown_ms, anywhere_ms;
  bool stopped;
  iso_ear ear[ISO_MOST_EARS]; /* of all ranks, once they have met; this rank's own events come on top */
};

iso_status iso_hearing_new(iso_hearing **out, const iso_mesh *mesh, iso_error *err) {
  iso_hearing *h = NULL;
  *out = NULL;
  iso_status status = iso_alloc(&h, 1, sizeof *h, "ears", err);
  if (status == ISO_OK) {
    *h = (iso_hearing){.mesh = mesh};
    status = iso_alloc(&h->ears, (size_t)mesh->nowned, sizeof *h->ears, "ears", err);
    if (status == ISO_OK) status = iso_alloc(&h->state, (size_t)mesh->nowned, sizeof *h->state, "ears", err);
  }
  status = iso_agree(mesh->comm, status, err);
  if (status == ISO_OK) {
    iso_hearing_since(h, -INFINITY, ISO_HEAR_ALL);
    *out = h;
  } else {
    iso_hearing_free(h);
  }
  return status;
}

void iso_hearing_free(iso_hearing *h) {
  if (!h) return;
  free(h->ears);
  free(h->state);
  free(h);
}

int iso_hearing_add(iso_hearing *h, int64_t count, const iso_lid *node) {
  const int k = h->nears++;
  ISO_ASSERT(k < ISO_MOST_EARS);
  for (int64_t i = 0; i < count; i++) h->ears[node[i]] |= (uint64_t)1 << k;
  h->ear[k] = (iso_ear){INFINITY, INFINITY, -INFINITY, -INFINITY};
  return k;
}

static int32_t state_after(int32_t before, iso_hearing_of of) {
  const bool counts = of == ISO_HEAR_ALL || (before & HEARD) || (of == ISO_HEAR_STILL && (before & COUNTS));
  return counts ? COUNTS : 0;
}

void iso_hearing_since(iso_hearing *h, double time_ms, iso_hearing_of of) {
  for (iso_lid i = 0; i < h->mesh->nowned; i++) h->state[i] = state_after(h->state[i], of);
  h->since_ms = time_ms;
  h->anywhere_ms = -INFINITY;
  for (int k = 0; k < h->nears; k++)
    h->ear[k].first = INFINITY, h->ear[k].recovered = INFINITY, h->ear[k].rested = -INFINITY;
}

void iso_hearing_stop(iso_hearing *h) { h->stopped = true; }

iso_ear iso_hearing_ear(const iso_hearing *h, int ear) { return h->ear[ear]; }
double iso_hearing_anywhere(const iso_hearing *h) { return h->anywhere_ms; }
double iso_hearing_shown(const iso_hearing *h) { return h->shown_ms; }

/* ---- listening ---- */

static void hear(iso_hearing *h, iso_ear *ear, const iso_event *e) {
  const bool counts = e->time_ms > h->since_ms;
  if (e->kind == ISO_REPOLARISED) {
    if (counts && e->time_ms > ear->first) ear->recovered = fmin(ear->recovered, e->time_ms);
    ear->last = fmax(ear->last, e->time_ms);
  } else if (counts && e->time_ms < ear->first) {
    ear->first = e->time_ms;
    ear->rested = ear->last;
  }
}

static iso_status look(void *self, const iso_view *view, iso_error *err) {
  iso_hearing *h = self;
  (void)err;
  h->shown_ms = view->time_ms;
  for (int64_t k = 0; k < view->nevents && !h->stopped; k++) {
    const iso_event *e = &view->events[k];
    if (e->kind == ISO_ACTIVATED && e->time_ms > h->since_ms) {
      h->anywhere_ms = fmax(h->anywhere_ms, e->time_ms);
      h->state[e->node] |= HEARD;
    }
    if (e->kind == ISO_ACTIVATED && !(h->state[e->node] & COUNTS)) continue;
    for (uint64_t left = h->ears[e->node]; left; left &= left - 1) hear(h, &h->ear[__builtin_ctzll(left)], e);
  }
  return ISO_OK;
}

/* ---- together ---- */

/* The least of all ranks is what all know. */
static void pack(const iso_hearing *h, double *number) {
  for (int k = 0; k < h->nears; k++) {
    const double all[NUMBERS] = {h->ear[k].first, h->ear[k].recovered, -h->ear[k].rested, -h->ear[k].last};
    memcpy(number + NUMBERS * k, all, sizeof all);
  }
  number[NUMBERS * h->nears] = -h->anywhere_ms;
}

static void unpack(iso_hearing *h, const double *number) {
  for (int k = 0; k < h->nears; k++) {
    const double *n = number + NUMBERS * k;
    h->ear[k] = (iso_ear){n[0], n[1], -n[2], -n[3]};
  }
  h->anywhere_ms = -number[NUMBERS * h->nears];
}

static iso_status act(void *self, iso_hands *hands, iso_error *err) {
  iso_hearing *h = self;
  double number[NUMBERS * ISO_MOST_EARS + 1];
  (void)hands, (void)err;
  if (h->stopped) return ISO_OK;
  pack(h, number);
  MPI_Allreduce(MPI_IN_PLACE, number, NUMBERS * h->nears + 1, MPI_DOUBLE, MPI_MIN, h->mesh->comm);
  unpack(h, number);
  return ISO_OK;
}

/* ---- saving: all ranks have met since the last look ---- */

static const char of_ears[] = "hearing.ears";

static iso_status save_all(const iso_hearing *h, iso_archive *archive, iso_error *err) {
  const iso_archive_array ears = {.name = of_ears,
                                  .unit = "ms",
                                  .meaning = "of each ear: activation, recovery, recoveries before, negative",
                                  .place = ISO_ARCHIVE_ALL,
                                  .type = ISO_ARCHIVE_DOUBLE,
                                  .count = NUMBERS * h->nears + 1};
  void *number;
  ISO_TRY(iso_archive_room(archive, &ears, &number, err));
  pack(h, number);
  ISO_TRY(iso_archive_put_nodes(archive, "hearing.nodes", "1", "1: activated since then, 2: heard",
                                ISO_ARCHIVE_INT32, h->state, err));
  return iso_archive_put_number(archive, "hearing.since", "ms", "what has happened after this is heard",
                                h->since_ms, err);
}

static iso_status save(void *self, iso_archive *archive, iso_error *err) {
  const iso_hearing *h = self;
  return iso_agree(h->mesh->comm, save_all(h, archive, err), err);
}

static iso_status restore_all(iso_hearing *h, const iso_archive *archive, iso_error *err) {
  const iso_archive_array *ears;
  ISO_TRY(iso_archive_get(archive, of_ears, ISO_ARCHIVE_ALL, ISO_ARCHIVE_DOUBLE, &ears, err));
  if (ears->count != NUMBERS * h->nears + 1)
    return iso_fail(err, ISO_EINPUT, "the saved state is of another protocol");
  ISO_TRY(iso_archive_get_number(archive, "hearing.since", &h->since_ms, err));
  unpack(h, ears->values);
  return iso_archive_get_nodes(archive, "hearing.nodes", ISO_ARCHIVE_INT32, h->state, err);
}

static iso_status restore(void *self, const iso_archive *archive, iso_error *err) {
  iso_hearing *h = self;
  return iso_agree(h->mesh->comm, restore_all(h, archive, err), err);
}

iso_guest iso_hearing_guest(iso_hearing *h) {
  return (iso_guest){.name = "hearing",
                     .stop_ms = INFINITY,
                     .latency_steps = ISO_WATCH_STEPS,
                     .self = h,
                     .look = look,
                     .act = act,
                     .save = save,
                     .restore = restore};
}
