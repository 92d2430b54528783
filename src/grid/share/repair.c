#include "grid/share/repair.h"

#include "base/memory.h"
#include "grid/geometry.h"
#include "grid/share/batches.h"
#include "grid/share/node_tags.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  iso_slice *slice;
  int64_t inverted, untwisted, orphans;
  iso_status status; /* of the first thing wrong on this rank; all batches are walked all the same, so that no
                        rank waits for another */
  iso_error *err;
} mender;

static const char *after(const char *file) { return *file ? ": " : ""; }

/* People count lines, so the message gives both numbers. */
static void refuse(mender *m, int64_t e, const char *what) {
  iso_gid element = m->slice->first_elem + e;
  m->status =
      iso_fail(m->err, ISO_EINPUT,
               "%s%selement %lld (counted from 0; line %lld of a CARP .elem file) %s; correct or remove it",
               m->slice->file, after(m->slice->file), (long long)element, (long long)element + 2, what);
}

static void check_nodes(mender *m) {
  const iso_slice *slice = m->slice;
  for (int64_t i = 0; i < slice->nnode && m->status == ISO_OK; i++)
    for (int a = 0; a < 3; a++)
      if (!isfinite(slice->xyz[i][a])) {
        iso_gid node = slice->first_node + i;
        m->status =
            iso_fail(m->err, ISO_EINPUT,
                     "%s%snode %lld (counted from 0; line %lld of a CARP .pts file) has %c = %g; every "
                     "coordinate must be a finite number",
                     slice->file, after(slice->file), (long long)node, (long long)node + 2, "xyz"[a],
                     slice -> xyz[i][a]);
        break;
      }
}

static void exchange(iso_gid *a, iso_gid *b) {
  iso_gid swap = *a;
  *a = *b;
  *b = swap;
}

static void turn_over(int shape, iso_gid *conn) {
  if (shape == ISO_TETRAHEDRON)
    exchange(&conn[2], &conn[3]);
  else
    for (int k = 0; k < 4; k++) exchange(&conn[k], &conn[k + 4]);
}

static bool repeats_node(const iso_gid *conn, int n) {
  for (int j = 1; j < n; j++)
    for (int i = 0; i < j; i++)
      if (conn[i] == conn[j]) return true;
  return false;
}

static void swap_corners(iso_gid *conn, double x[8][3], int a, int b) {
  double swap[3];
  exchange(&conn[a], &conn[b]);
  memcpy(swap, x[a], sizeof swap);
  memcpy(x[a], x[b], sizeof swap);
  memcpy(x[b], swap, sizeof swap);
}

/* Whether it is sound as it is, or turned over. */
static bool is_sound(double x[8][3]) {
  bool sound = iso_hexahedron_least_determinant((const double(*)[3])x) > 0;
  iso_turn_points(ISO_HEXAHEDRON, x);
  sound = sound || iso_hexahedron_least_determinant((const double(*)[3])x) > 0;
  iso_turn_points(ISO_HEXAHEDRON, x);
  return sound;
}

/* Some programs let a hexahedron's second face run the other way round. Such an element has no volume, or is
 * folded, and is sound with that face turned. */
static bool untwist(iso_gid *conn, double x[8][3]) {
  if (is_sound(x)) return false;
  swap_corners(conn, x, 5, 7);
  if (is_sound(x)) return true;
  swap_corners(conn, x, 5, 7);
  return false;
}

static void check_element(mender *m, int64_t e, double x[8][3]) {
  iso_gid *conn = m->slice->conn + e * m->slice->width;
  int shape = m->slice->shape[e];
  if (m->slice->tag[e] == ISO_ORPHAN_TAG) {
    refuse(m, e, "has the tag -2147483648, which nodes without elements have here: give it another");
    return;
  }
  if (repeats_node(conn, iso_shape_nodes(shape))) {
    refuse(m, e, "names one node twice");
    return;
  }
  static const char *const empty[4] = {NULL, "has no length", "has no area", "has no volume"};
  int dim = iso_shape_dimension(shape);
  double diameter = iso_element_diameter(shape, (const double(*)[3])x);
  double size = dim == 1 ? diameter : dim == 2 ? diameter * diameter : diameter * diameter * diameter;
  if (shape == ISO_HEXAHEDRON) m->untwisted += untwist(conn, x);
  double measure = iso_element_measure(shape, (const double(*)[3])x);
  if (!(fabs(measure) > ISO_NO_VOLUME * size)) {
    refuse(m, e, empty[dim]);
    return;
  }
  if (measure < 0) {
    turn_over(shape, conn);
    iso_turn_points(shape, x);
    m->inverted++;
  }
  if (shape == ISO_HEXAHEDRON && !(iso_hexahedron_least_determinant((const double(*)[3])x) > 0))
    refuse(m, e, "is a hexahedron folded into itself");
}

static void check_batch(mender *m, const iso_batches *b, const double (*xyz)[3]) {
  for (int64_t e = b->first; e < b->end && m->status == ISO_OK; e++) {
    const iso_lid *conn = b->conn + (e - b->first) * m->slice->width;
    double x[ISO_MAX_NODES][3];
    for (int k = 0; k < iso_shape_nodes(m->slice->shape[e]); k++) memcpy(x[k], xyz[conn[k]], sizeof x[k]);
    check_element(m, e, x);
  }
}

/* Buffers of one walk. */
typedef struct {
  iso_batches batches;
  double (*xyz)[3];
  uint8_t *yes;  /* [nodes of the batch] 1 */
  uint8_t *used; /* [slice nnode] 1 where an element has the node */
} walk;

static iso_status mend_batch(mender *m, walk *w, int64_t k, iso_error *err) {
  iso_slice *slice = m->slice;
  ISO_TRY(iso_batches_open(&w->batches, k, err));
  ISO_TRY(iso_batches_fetch(&w->batches, slice->xyz, sizeof *slice->xyz, &w->xyz, err));
  iso_status status = iso_realloc(&w->yes, (size_t)w->batches.nodes.n, 1, "a batch of nodes", err);
  ISO_TRY(iso_agree(w->batches.comm, status, err));
  memset(w->yes, 1, (size_t)w->batches.nodes.n);
  ISO_TRY(iso_block_plan_send(w->batches.plan, w->yes, 1, w->used, err));
  check_batch(m, &w->batches, (const double(*)[3])w->xyz);
  return ISO_OK;
}

static iso_status mend(MPI_Comm comm, mender *m, walk *w, iso_error *err) {
  iso_slice *slice = m->slice;
  iso_status status = iso_alloc(&w->used, (size_t)slice->nnode, 1, "marks on nodes", err);
  ISO_TRY(iso_agree(comm, status, err));
  check_nodes(m);
  ISO_TRY(iso_agree(comm, m->status, err));
  for (int64_t k = 0; k < w->batches.n; k++) ISO_TRY(mend_batch(m, w, k, err));
  ISO_TRY(iso_agree(comm, m->status, err));
  for (int64_t i = 0; i < slice->nnode; i++) m->orphans += !w->used[i];
  return ISO_OK;
}

static void note_counts(MPI_Comm comm, const mender *m, iso_notes *notes) {
  int64_t count[3] = {m->inverted, m->orphans, m->untwisted};
  MPI_Allreduce(MPI_IN_PLACE, count, 3, MPI_INT64_T, MPI_SUM, comm);
  if (count[0]) iso_notes_add(notes, "%lld inverted elements were turned over", (long long)count[0]);
  if (count[2])
    iso_notes_add(notes,
                  "%lld hexahedra had their second face the other way round, as in an order of nodes of "
                  "another program, and got it turned",
                  (long long)count[2]);
  if (count[1])
    iso_notes_add(notes, "%lld nodes belong to no element: they keep their numbers and stay at rest",
                  (long long)count[1]);
}

iso_status iso_slice_repair(MPI_Comm comm, iso_slice *slice, iso_notes *notes, iso_error *err) {
  if (slice->nelems == 0 || slice->nnodes == 0)
    return iso_fail(err, ISO_EINPUT,
                    "%s%sthe mesh has %lld nodes and %lld elements; it needs at least one element",
                    slice->file, after(slice->file), (long long)slice->nnodes, (long long)slice->nelems);
  mender m = {.slice = slice, .err = err};
  walk w = {0};
  iso_status status = iso_batches_new(&w.batches, comm, slice, err);
  if (status == ISO_OK) status = mend(comm, &m, &w, err);
  iso_batches_free(&w.batches);
  free(w.xyz);
  free(w.yes);
  free(w.used);
  if (status == ISO_OK) note_counts(comm, &m, notes);
  return status;
}
