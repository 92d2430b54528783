#include "grid/ask/quality.h"

#include "base/memory.h"
#include "grid/geometry.h"
#include "grid/index.h"
#include "grid/shapes.h"

#include <stdbool.h>
#include <stdlib.h>

static double squared_edges(int shape, const double x[8][3]) {
  double sum = 0, d[3];
  for (int k = 0; k < iso_shapes[shape].nedges; k++) {
    iso_subtract(x[iso_shapes[shape].edge[k][0]], x[iso_shapes[shape].edge[k][1]], d);
    sum += iso_dot(d, d);
  }
  return sum;
}

static double scaled_jacobian(const double x[8][3]) {
  /* Neighbours of each corner, in positive turn. */
  static const uint8_t next[8][3] = {{1, 3, 4}, {2, 0, 5}, {3, 1, 6}, {0, 2, 7},
                                     {7, 5, 0}, {4, 6, 1}, {5, 7, 2}, {6, 4, 3}};
  double least = 1;
  for (int k = 0; k < 8; k++) {
    double edge[3][3], lengths = 1;
    for (int i = 0; i < 3; i++) {
      iso_subtract(x[next[k][i]], x[k], edge[i]);
      lengths *= iso_length(edge[i]);
    }
    double jacobian = lengths > 0 ? iso_determinant(edge[0], edge[1], edge[2]) / lengths : 0;
    least = fmin(least, jacobian);
  }
  return fmax(least, 0);
}

double iso_element_quality(int shape, const double x[8][3]) {
  const double four_root_three = 6.92820323027550917411;
  switch (shape) {
  case ISO_LINE:
    return 1;
  case ISO_TRIANGLE:
    return four_root_three * iso_element_measure(shape, x) / squared_edges(shape, x);
  case ISO_TETRAHEDRON: {
    double root = cbrt(3 * fmax(iso_element_measure(shape, x), 0));
    return 12 * root * root / squared_edges(shape, x);
  }
  default:
    return scaled_jacobian(x);
  }
}

/* Lists of tags stay short, and neighbouring elements share theirs, so a search from the last hit is fast. */
static iso_status find_tag(iso_mesh_info *info, int32_t tag, int *place, iso_error *err) {
  for (int i = 0; i < info->ntags; i++, *place = (*place + 1) % info->ntags)
    if (info->tags[*place].tag == tag) return ISO_OK;
  ISO_TRY(iso_realloc(&info->tags, (size_t)info->ntags + 1, sizeof *info->tags, "tags", err));
  *place = info->ntags++;
  info->tags[*place] = (iso_tag_info){.tag = tag};
  return ISO_OK;
}

static void add_to_tag(iso_tag_info *tag, int shape, double measure) {
  double *sum[] = {NULL, &tag->length_mm, &tag->area_mm2, &tag->volume_mm3};
  tag->nelems[shape]++;
  *sum[iso_shape_dimension(shape)] += measure;
}

static void add_quality(iso_mesh_info *info, double quality, iso_gid element) {
  int bin = (int)(quality * ISO_QUALITY_BINS);
  info->quality_histogram[bin < ISO_QUALITY_BINS ? bin : ISO_QUALITY_BINS - 1]++;
  info->rated++;
  info->quality_mean += quality;
  if (quality < info->quality_min) {
    info->quality_min = quality;
    info->worst_element = element;
  }
}

static bool has_direction(const float *d) { return d && (d[0] != 0 || d[1] != 0 || d[2] != 0); }

/* An element is counted by the owner of its first node. */
static iso_status count_elements(const iso_mesh *mesh, iso_mesh_info *info, iso_error *err) {
  int place = 0;
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    if (mesh->conn[(int64_t)e * mesh->width] >= mesh->nowned) continue;
    int shape = mesh->shape[e];
    double x[ISO_MAX_NODES][3];
    iso_mesh_corners(mesh, e, x);
    ISO_TRY(find_tag(info, iso_mesh_tag(mesh, e), &place, err));
    add_to_tag(&info->tags[place], shape, iso_element_measure(shape, (const double(*)[3])x));
    if (shape != ISO_LINE)
      add_quality(info, iso_element_quality(shape, (const double(*)[3])x), iso_mesh_elem(mesh, e));
    info->shapes[shape]++;
    info->fibres += has_direction(iso_mesh_fibre(mesh, e));
    info->sheets += has_direction(iso_mesh_sheet(mesh, e));
  }
  return ISO_OK;
}

/* An edge is counted once, by the owner of its node of lower global number. */
static iso_status count_edges(const iso_mesh *mesh, iso_mesh_info *info, iso_error *err) {
  iso_index edges;
  iso_status status = iso_index_new(&edges, mesh->nelem, err);
  for (iso_lid e = 0; e < mesh->nelem && status == ISO_OK; e++) {
    const iso_cell *cell = &iso_shapes[mesh->shape[e]];
    for (int k = 0; k < cell->nedges && status == ISO_OK; k++) {
      iso_lid a = mesh->conn[(int64_t)e * mesh->width + cell->edge[k][0]];
      iso_lid b = mesh->conn[(int64_t)e * mesh->width + cell->edge[k][1]];
      iso_lid low = mesh->gid[a] < mesh->gid[b] ? a : b, number, before = edges.n;
      if (low >= mesh->nowned) continue;
      status = iso_index_add(&edges, (iso_gid)low << 32 | (a + b - low), &number, err);
      if (number < before) continue;
      double d[3];
      iso_subtract(mesh->xyz[a], mesh->xyz[b], d);
      double length = iso_length(d);
      info->edge_mean_mm += length;
      info->edge_min_mm = fmin(info->edge_min_mm, length);
      info->edge_max_mm = fmax(info->edge_max_mm, length);
    }
  }
  info->nedges = edges.n;
  iso_index_free(&edges);
  return status;
}

static void bound_nodes(const iso_mesh *mesh, iso_mesh_info *info) {
  for (int a = 0; a < 3; a++) {
    info->low_mm[a] = INFINITY;
    info->high_mm[a] = -INFINITY;
  }
  for (iso_lid i = 0; i < mesh->nowned; i++)
    for (int a = 0; a < 3; a++) {
      info->low_mm[a] = fmin(info->low_mm[a], mesh->xyz[i][a]);
      info->high_mm[a] = fmax(info->high_mm[a], mesh->xyz[i][a]);
    }
}

static void reduce(MPI_Comm comm, void *values, int n, MPI_Datatype type, MPI_Op op) {
  MPI_Allreduce(MPI_IN_PLACE, values, n, type, op, comm);
}

static void reduce_worst(MPI_Comm comm, iso_mesh_info *info) {
  double mine = info->quality_min;
  reduce(comm, &info->quality_min, 1, MPI_DOUBLE, MPI_MIN);
  if (mine > info->quality_min) info->worst_element = INT64_MAX;
  reduce(comm, &info->worst_element, 1, MPI_INT64_T, MPI_MIN);
}

static void reduce_all(MPI_Comm comm, const iso_mesh *mesh, iso_mesh_info *info) {
  reduce_worst(comm, info);
  reduce(comm, info->shapes, ISO_NSHAPES, MPI_INT64_T, MPI_SUM);
  reduce(comm, info->quality_histogram, ISO_QUALITY_BINS, MPI_INT64_T, MPI_SUM);
  int64_t counts[] = {info->nedges, info->fibres, info->sheets, info->rated};
  reduce(comm, counts, 4, MPI_INT64_T, MPI_SUM);
  info->nedges = counts[0];
  info->fibres = mesh->fibres ? counts[1] : -1;
  info->sheets = mesh->sheets ? counts[2] : -1;
  info->rated = counts[3];
  double sums[] = {info->edge_mean_mm, info->quality_mean};
  reduce(comm, sums, 2, MPI_DOUBLE, MPI_SUM);
  info->edge_mean_mm = sums[0] / (double)info->nedges;
  info->quality_mean = sums[1] / (double)info->rated;
  reduce(comm, info->low_mm, 3, MPI_DOUBLE, MPI_MIN);
  reduce(comm, info->high_mm, 3, MPI_DOUBLE, MPI_MAX);
  reduce(comm, &info->edge_min_mm, 1, MPI_DOUBLE, MPI_MIN);
  reduce(comm, &info->edge_max_mm, 1, MPI_DOUBLE, MPI_MAX);
}

static int by_tag(const void *a, const void *b) {
  int32_t p = ((const iso_tag_info *)a)->tag, q = ((const iso_tag_info *)b)->tag;
  return (p > q) - (p < q);
}

/* Adds rows of equal tags, which sorting has put side by side. */
static void merge_tags(iso_mesh_info *info) {
  int n = 0;
  for (int i = 0; i < info->ntags; i++) {
    iso_tag_info *row = &info->tags[i];
    if (n == 0 || info->tags[n - 1].tag != row->tag) {
      info->tags[n++] = *row;
      continue;
    }
    iso_tag_info *sum = &info->tags[n - 1];
    for (int s = 0; s < ISO_NSHAPES; s++) sum->nelems[s] += row->nelems[s];
    sum->length_mm += row->length_mm;
    sum->area_mm2 += row->area_mm2;
    sum->volume_mm3 += row->volume_mm3;
  }
  info->ntags = n;
}

/* Every rank gets the rows of all, in the order of ranks. */
static iso_status gather_tags(MPI_Comm comm, iso_mesh_info *info, iso_error *err) {
  int size, total = 0;
  MPI_Comm_size(comm, &size);
  int *bytes = NULL, *first = NULL, mine = (int)((size_t)info->ntags * sizeof *info->tags);
  iso_tag_info *all = NULL;
  iso_status status = iso_alloc(&bytes, (size_t)size, sizeof *bytes, "tags", err);
  if (status == ISO_OK) status = iso_alloc(&first, (size_t)size, sizeof *first, "tags", err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) {
    MPI_Allgather(&mine, 1, MPI_INT, bytes, 1, MPI_INT, comm);
    for (int r = 0; r < size; r++) {
      first[r] = total;
      total += bytes[r];
    }
    status = iso_agree(comm, iso_alloc(&all, (size_t)total, 1, "tags", err), err);
  }
  if (status == ISO_OK) {
    MPI_Allgatherv(info->tags, mine, MPI_BYTE, all, bytes, first, MPI_BYTE, comm);
    free(info->tags);
    info->tags = all;
    info->ntags = (int)((size_t)total / sizeof *all);
    qsort(info->tags, (size_t)info->ntags, sizeof *info->tags, by_tag);
    merge_tags(info);
  }
  free(bytes);
  free(first);
  return status;
}

static iso_status gather(const iso_mesh *mesh, iso_mesh_info *info, iso_error *err) {
  ISO_TRY(iso_agree(mesh->comm, count_elements(mesh, info, err), err));
  ISO_TRY(iso_agree(mesh->comm, count_edges(mesh, info, err), err));
  ISO_TRY(iso_parts_of(mesh, &info->parts, err));
  bound_nodes(mesh, info);
  reduce_all(mesh->comm, mesh, info);
  return gather_tags(mesh->comm, info, err);
}

iso_status iso_mesh_info_of(const iso_mesh *mesh, iso_mesh_info *info, iso_error *err) {
  *info = (iso_mesh_info){.nnodes = mesh->nnodes,
                          .nelems = mesh->nelems,
                          .edge_min_mm = INFINITY,
                          .quality_min = INFINITY,
                          .worst_element = INT64_MAX};
  iso_status status = gather(mesh, info, err);
  if (status != ISO_OK) iso_mesh_info_free(info);
  return status;
}

void iso_mesh_info_free(iso_mesh_info *info) {
  free(info->tags);
  *info = (iso_mesh_info){0};
}
