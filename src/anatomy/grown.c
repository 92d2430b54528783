#include "anatomy/grown.h"

#include "base/memory.h"
#include "grid/geometry.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const purpose = "a Purkinje tree";

iso_status iso_grown_put(iso_grown *g, const double x[3], int64_t from, int32_t branch, int32_t tag,
                         iso_error *err) {
  if (g->n == g->room) {
    g->room = 2 * g->room + 256;
    ISO_TRY(iso_realloc(&g->xyz, (size_t)g->room, sizeof *g->xyz, purpose, err));
    ISO_TRY(iso_realloc(&g->from, (size_t)g->room, sizeof *g->from, purpose, err));
    ISO_TRY(iso_realloc(&g->branch, (size_t)g->room, sizeof *g->branch, purpose, err));
    ISO_TRY(iso_realloc(&g->tag, (size_t)g->room, sizeof *g->tag, purpose, err));
  }
  memcpy(g->xyz[g->n], x, 3 * sizeof *x);
  g->from[g->n] = from;
  g->branch[g->n] = branch;
  g->tag[g->n++] = tag;
  return ISO_OK;
}

iso_status iso_grown_line(iso_grown *g, int64_t from, const double to[3], double segment_mm, int32_t branch,
                          int32_t tag, iso_error *err) {
  double begin[3];
  memcpy(begin, g->xyz[from], sizeof begin); /* which moves as points are put */
  const int64_t parts = (int64_t)ceil(iso_distance(begin, to) / segment_mm - 1e-9);
  for (int64_t k = 1; k <= parts; k++) {
    const double t = (double)k / (double)parts;
    double x[3];
    for (int d = 0; d < 3; d++) x[d] = k == parts ? to[d] : (1 - t) * begin[d] + t * to[d];
    ISO_TRY(iso_grown_put(g, x, k == 1 ? from : g->n - 1, branch, tag, err));
  }
  return ISO_OK;
}

iso_status iso_grown_walk(iso_grown *g, const iso_sheet *sheet, int64_t from, const double to[3],
                          double segment_mm, int32_t branch, int32_t tag, iso_error *err) {
  int64_t at = from;
  for (double left; (left = iso_distance(g->xyz[at], to)) > segment_mm; at = g->n - 1) {
    const double *x = g->xyz[at];
    double way[3], ahead[3];
    iso_subtract(to, x, way);
    const bool known = iso_sheet_lay_down(way, iso_sheet_nearest(sheet, x).normal);
    for (int d = 0; d < 3; d++) ahead[d] = x[d] + segment_mm * way[d];
    const iso_foot foot = iso_sheet_nearest(sheet, ahead);
    if (!known || iso_distance(foot.x, to) > left - 0.1 * segment_mm)
      return iso_fail(err, ISO_EINPUT,
                      "the way along the surface to (%.4g, %.4g, %.4g) mm ends %.3g mm before it, at (%.4g, "
                      "%.4g, %.4g) mm, where straight on leads no nearer; choose places with no hole or fold "
                      "between",
                      to[0], to[1], to[2], left, x[0], x[1], x[2]);
    ISO_TRY(iso_grown_put(g, foot.x, at, branch, tag, err));
  }
  return iso_grown_line(g, at, to, segment_mm, branch, tag, err);
}

iso_status iso_grown_join(iso_grown *g, int64_t at, const iso_grown *other, iso_error *err) {
  const int64_t base = g->n - 1; /* number 1 of the other is the next one here */
  for (int64_t i = 1; i < other->n; i++)
    ISO_TRY(iso_grown_put(g, other->xyz[i], other->from[i] == 0 ? at : base + other->from[i],
                          other->branch[i], other->tag[i], err));
  return ISO_OK;
}

void iso_grown_free(iso_grown *g) {
  free(g->xyz);
  free(g->from);
  free(g->branch);
  free(g->tag);
  *g = (iso_grown){0};
}

/* ---- a slice of it ---- */

static iso_status fill(const iso_grown *g, bool mine, iso_slice *out, iso_error *err) {
  const int64_t nnode = mine ? g->n : 0, nelem = mine ? g->n - 1 : 0;
  *out = (iso_slice){.nnodes = g->n,
                     .nelems = g->n - 1,
                     .first_node = mine ? 0 : g->n,
                     .first_elem = mine ? 0 : g->n - 1,
                     .nnode = nnode,
                     .nelem = nelem,
                     .width = 2};
  ISO_TRY(iso_alloc(&out->xyz, (size_t)nnode, sizeof *out->xyz, purpose, err));
  ISO_TRY(iso_alloc(&out->shape, (size_t)nelem, 1, purpose, err));
  ISO_TRY(iso_alloc(&out->tag, (size_t)nelem, sizeof *out->tag, purpose, err));
  ISO_TRY(iso_alloc(&out->conn, 2 * (size_t)nelem, sizeof *out->conn, purpose, err));
  if (mine) memcpy(out->xyz, g->xyz, (size_t)nnode * sizeof *out->xyz);
  for (int64_t e = 0; e < nelem; e++) {
    out->shape[e] = ISO_LINE;
    out->tag[e] = g->tag[e + 1];
    out->conn[2 * e] = g->from[e + 1];
    out->conn[2 * e + 1] = e + 1;
  }
  return ISO_OK;
}

iso_status iso_grown_slice(const iso_grown *g, MPI_Comm comm, iso_slice *out, iso_error *err) {
  int rank;
  MPI_Comm_rank(comm, &rank);
  const iso_status status = iso_agree(comm, fill(g, rank == 0, out, err), err);
  if (status != ISO_OK) iso_slice_free(out);
  return status;
}
