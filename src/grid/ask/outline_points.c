#include "grid/ask/outline_parts.h"

#include "base/memory.h"
#include "base/share.h"

#include <math.h>
#include <stdlib.h>

typedef iso_outline_point point;
typedef iso_outline_draft draft;

enum { MOST_CUBES = 1 << 20 }; /* along a side: three numbers fit into 63 bits */

/* From 0, every node by itself, cubes grow by the fourth root of two, from a millionth of the whole mesh to
 * twice as large as that. */
enum { LARGEST = 84 };

static double size_of(const draft *d, int k) {
  static const double root[] = {1, 1.189207115002721, 1.4142135623730951, 1.681792830507429};
  return k == 0 ? 0 : d->extent * ldexp(root[k % 4], k / 4 - 20);
}

static point point_of(const draft *d, iso_lid i, double size) {
  const double *x = d->mesh->xyz[i];
  point p = {.cube = d->mesh->gid[i], .node = d->mesh->gid[i], .xyz = {x[0], x[1], x[2]}};
  if (size == 0) return p;
  p.cube = 0;
  for (int k = 0; k < 3; k++) {
    const double at = (x[k] - d->low[k]) / size, off = at - floor(at) - 0.5;
    p.cube = p.cube * MOST_CUBES + (int64_t)floor(at);
    p.distance += off * off;
  }
  return p;
}

static int by_cube(const void *a, const void *b) {
  const point *p = a, *q = b;
  if (p->cube != q->cube) return p->cube < q->cube ? -1 : 1;
  if (p->distance != q->distance) return p->distance < q->distance ? -1 : 1;
  return (p->node > q->node) - (p->node < q->node);
}

/* Sorts and leaves the first of each cube; returns how many. */
static int64_t keep_first(point *p, int64_t n) {
  int64_t kept = 0;
  qsort(p, (size_t)n, sizeof *p, by_cube);
  for (int64_t i = 0; i < n; i++)
    if (kept == 0 || p[i].cube != p[kept - 1].cube) p[kept++] = p[i];
  return kept;
}

static iso_status list_points(draft *d, double size, int64_t *n, iso_error *err) {
  int64_t count = 0;
  for (iso_lid i = 0; i < d->mesh->nlocal; i++) count += d->drawn[i];
  ISO_TRY(iso_realloc(&d->point, (size_t)count + 1, sizeof *d->point, "points of a surface", err));
  count = 0;
  for (iso_lid i = 0; i < d->mesh->nlocal; i++) {
    if (!d->drawn[i]) continue;
    d->point[count] = point_of(d, i, size);
    d->cube[i] = d->point[count++].cube;
  }
  *n = keep_first(d->point, count);
  return ISO_OK;
}

/* Points of all ranks on rank 0, where they are few enough: *fits. */
static iso_status try_size(draft *d, int k, int most, bool *fits, iso_error *err) {
  int64_t n, total, largest;
  point *all = NULL;
  MPI_Comm comm = d->mesh->comm;
  ISO_TRY(iso_agree(comm, list_points(d, size_of(d, k), &n, err), err));
  MPI_Allreduce(&n, &largest, 1, MPI_INT64_T, MPI_MAX, comm);
  *fits = largest <= most;
  if (!*fits) return ISO_OK;
  ISO_TRY(iso_gather_items(comm, d->point, n, sizeof *d->point, "points of a surface", &all, &total, err));
  free(d->point);
  d->point = all;
  if (iso_rank(comm) == 0) d->npoints = (int)keep_first(all, total);
  MPI_Bcast(&d->npoints, 1, MPI_INT, 0, comm);
  *fits = d->npoints <= most;
  return ISO_OK;
}

/* The finest cubes that leave few enough points, tried by halves. */
iso_status iso_outline_find_points(iso_outline_draft *d, int most, double *cell_mm, iso_error *err) {
  int low = -1, high = LARGEST; /* too fine; coarse enough */
  bool fits;
  ISO_TRY(try_size(d, 0, most, &fits, err));
  *cell_mm = 0;
  if (fits) return ISO_OK;
  for (low = 0; high - low > 1;) {
    const int middle = low + (high - low) / 2;
    ISO_TRY(try_size(d, middle, most, &fits, err));
    *(fits ? &high : &low) = middle;
  }
  *cell_mm = size_of(d, high);
  return try_size(d, high, most, &fits, err);
}
