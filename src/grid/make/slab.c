#include "grid/make/slab.h"

#include "base/memory.h"
#include "grid/hash.h"
#include "grid/share/blocks.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* A corner of the unit cube has bit a set where its coordinate along axis a is 1. */
typedef struct {
  int ncells;                       /* elements per cube */
  uint8_t corner[6][ISO_MAX_NODES]; /* positively oriented */
} splitting;

static const splitting line = {1, {{0, 1}}};
static const splitting kuhn_triangles = {2, {{0, 1, 3}, {0, 3, 2}}};
static const splitting kuhn_tetrahedra = {
    6, {{0, 1, 3, 7}, {0, 3, 2, 7}, {0, 2, 6, 7}, {0, 6, 4, 7}, {0, 4, 5, 7}, {0, 5, 1, 7}}};
static const splitting five_tetrahedra = {
    5, {{0, 3, 6, 5}, {1, 3, 0, 5}, {2, 3, 6, 0}, {4, 5, 0, 6}, {7, 5, 6, 3}}};
static const splitting hexahedron = {1, {{0, 1, 3, 2, 4, 5, 7, 6}}};

typedef struct {
  const iso_slab_options *options;
  const splitting *cells;
  int dim;
  int64_t ncubes[3]; /* 1 along the axes it lacks */
  int64_t nnodes[3];
} slab;

static const splitting *splitting_of(const iso_slab_options *options) {
  switch (options->shape) {
  case ISO_LINE:
    return &line;
  case ISO_TRIANGLE:
    return &kuhn_triangles;
  case ISO_TETRAHEDRON:
    return options->diagonals == ISO_FIVE ? &five_tetrahedra : &kuhn_tetrahedra;
  default:
    return &hexahedron;
  }
}

/* Along an axis: far more than any machine holds, few enough to count. */
static const double most_cubes = 1e9;

/* In all, elements included, of which there are up to six a cube. */
static const double most_nodes = 1e15;

/* Sizes come from decimal text: 20 / 0.3 misses a whole number by 1e-2, rounding by 1e-13. */
static const double multiple_tolerance = 1e-6;

static iso_status measure(slab *s, iso_error *err) {
  const iso_slab_options *o = s->options;
  static const int dims[ISO_NSHAPES] = {1, 2, 3, 3};
  s->dim = dims[o->shape];
  s->cells = splitting_of(o);
  if (!(o->spacing_mm > 0) || !isfinite(o->spacing_mm))
    return iso_fail(err, ISO_EINPUT, "slab: spacing_mm is %g; it must be positive", o->spacing_mm);
  if (o->diagonals == ISO_FIVE && o->shape != ISO_TETRAHEDRON)
    return iso_fail(err, ISO_EINPUT, "slab: five elements per cube exist for tetrahedra only");
  for (int a = 0; a < 3; a++) {
    if (a >= s->dim) {
      if (o->size_mm[a] != 0)
        return iso_fail(err, ISO_EINPUT,
                        "slab: size_mm along %c is %g but the elements have %d dimension%s; set it to 0",
                        "xyz"[a], o -> size_mm[a], s -> dim, s -> dim > 1 ? "s" : "");
      s->ncubes[a] = s->nnodes[a] = 1;
      continue;
    }
    double cubes = o->size_mm[a] / o->spacing_mm;
    if (cubes >= most_cubes)
      return iso_fail(
          err, ISO_EINPUT,
          "slab: size_mm along %c is %g, %g times the spacing of %g mm; at most %g are made: enlarge "
          "spacing_mm",
          "xyz"[a], o -> size_mm[a], cubes, o -> spacing_mm, most_cubes);
    if (!(cubes > 0.5))
      return iso_fail(err, ISO_EINPUT,
                      "slab: size_mm along %c is %g; it must be at least one spacing of %g mm", "xyz"[a],
                      o -> size_mm[a], o -> spacing_mm);
    s->ncubes[a] = llround(cubes);
    s->nnodes[a] = s->ncubes[a] + 1;
    if (fabs(cubes - (double)s->ncubes[a]) > multiple_tolerance)
      return iso_fail(err, ISO_EINPUT,
                      "slab: size_mm along %c is %g, not a multiple of spacing_mm %g; use %.6g mm or a "
                      "spacing of %.6g mm",
                      "xyz"[a], o -> size_mm[a], o -> spacing_mm, (double)s -> ncubes[a] * o -> spacing_mm,
                      o -> size_mm[a] / (double)s -> ncubes[a]);
  }
  const double nnodes = (double)s->nnodes[0] * (double)s->nnodes[1] * (double)s->nnodes[2];
  if (nnodes <= most_nodes) return ISO_OK;
  return iso_fail(err, ISO_EINPUT,
                  "slab: a spacing of %g mm makes %.3g nodes; at most %g are made: enlarge it", o->spacing_mm,
                  nnodes, most_nodes);
}

/* Two nodes that both move by 0.2 h along each axis approach by at most 0.4 sqrt(3) h = 0.69 h, less than the
 * smallest height of Kuhn's tetrahedra, h / sqrt(2): no element turns over. */
static const double jitter = 0.2;

/* In [-1, 1), a function of the node and the axis alone. */
static double random_unit(iso_gid gid, int axis) {
  uint64_t bits = iso_hash(3 * (uint64_t)gid + (uint64_t)axis);
  return (double)(bits >> 11) * 0x1p-52 - 1;
}

static void place_node(const slab *s, iso_gid gid, double xyz[3]) {
  iso_gid rest = gid;
  for (int a = 0; a < 3; a++) {
    int64_t i = rest % s->nnodes[a];
    rest /= s->nnodes[a];
    double x = (double)i;
    bool moves = s->options->diagonals == ISO_JITTERED && i > 0 && i < s->ncubes[a];
    if (moves) x += jitter * random_unit(gid, a);
    xyz[a] = s->options->size_mm[a] * x / (double)s->ncubes[a];
  }
}

/* Bits of the axes along which a cube's splitting is mirrored. */
static unsigned mirror_of(const slab *s, const int64_t cube[3]) {
  unsigned odd[3];
  for (int a = 0; a < 3; a++) odd[a] = (unsigned)(cube[a] & 1);
  if (s->options->shape == ISO_HEXAHEDRON || s->options->shape == ISO_LINE) return 0;
  switch (s->options->diagonals) {
  case ISO_SINGLE:
    return 0;
  case ISO_FIVE:
    return odd[0] ^ odd[1] ^ odd[2];
  default:
    return odd[0] | odd[1] << 1 | odd[2] << 2;
  }
}

static void connect(const slab *s, iso_gid element, int width, iso_gid *conn) {
  iso_gid rest = element / s->cells->ncells;
  const uint8_t *corner = s->cells->corner[element % s->cells->ncells];
  int64_t cube[3];
  for (int a = 0; a < 3; a++) {
    cube[a] = rest % s->ncubes[a];
    rest /= s->ncubes[a];
  }
  unsigned mirror = mirror_of(s, cube);
  for (int k = 0; k < width; k++) {
    unsigned c = corner[k] ^ mirror;
    int64_t i[3];
    for (int a = 0; a < 3; a++) i[a] = cube[a] + (int64_t)(c >> a & 1);
    conn[k] = i[0] + s->nnodes[0] * (i[1] + s->nnodes[1] * i[2]);
  }
  if (__builtin_popcount(mirror) % 2) { /* a reflection turns the element over */
    iso_gid last = conn[width - 1];
    conn[width - 1] = conn[width - 2];
    conn[width - 2] = last;
  }
}

static iso_status allocate(iso_slice *out, bool fibres, iso_error *err) {
  size_t nnode = (size_t)out->nnode, nelem = (size_t)out->nelem;
  ISO_TRY(iso_alloc(&out->xyz, nnode, sizeof *out->xyz, "the nodes of the slab", err));
  ISO_TRY(iso_alloc(&out->shape, nelem, sizeof *out->shape, "the elements of the slab", err));
  ISO_TRY(iso_alloc(&out->tag, nelem, sizeof *out->tag, "the elements of the slab", err));
  ISO_TRY(
      iso_alloc(&out->conn, nelem * (size_t)out->width, sizeof *out->conn, "the elements of the slab", err));
  if (fibres) ISO_TRY(iso_alloc(&out->fibre, nelem, sizeof *out->fibre, "the fibres of the slab", err));
  return ISO_OK;
}

iso_status iso_slab(MPI_Comm comm, const iso_slab_options *options, iso_slice *out, iso_error *err) {
  *out = (iso_slice){0};
  slab s = {.options = options};
  ISO_TRY(measure(&s, err));
  int size, rank;
  MPI_Comm_size(comm, &size);
  MPI_Comm_rank(comm, &rank);
  out->nnodes = s.nnodes[0] * s.nnodes[1] * s.nnodes[2];
  out->nelems = s.ncubes[0] * s.ncubes[1] * s.ncubes[2] * s.cells->ncells;
  out->first_node = iso_block_first(out->nnodes, size, rank);
  out->first_elem = iso_block_first(out->nelems, size, rank);
  out->nnode = iso_block_first(out->nnodes, size, rank + 1) - out->first_node;
  out->nelem = iso_block_first(out->nelems, size, rank + 1) - out->first_elem;
  out->width = iso_shape_nodes((int)options->shape);

  const double *f = options->fibre;
  double length = sqrt(f[0] * f[0] + f[1] * f[1] + f[2] * f[2]);
  iso_status status = iso_agree(comm, allocate(out, length > 0, err), err);
  if (status != ISO_OK) {
    iso_slice_free(out);
    return status;
  }
  for (int64_t i = 0; i < out->nnode; i++) place_node(&s, out->first_node + i, out->xyz[i]);
  for (int64_t e = 0; e < out->nelem; e++) {
    out->shape[e] = (uint8_t)options->shape;
    out->tag[e] = options->tag;
    connect(&s, out->first_elem + e, out->width, out->conn + e * out->width);
    if (out->fibre)
      for (int a = 0; a < 3; a++) out->fibre[e][a] = (float)(f[a] / length);
  }
  return ISO_OK;
}
