#include "read_sample.h"

#include <dirent.h>

static uint64_t state;

/* Xorshift64* (Vigna 2016): the same numbers on every machine. */
static uint64_t next_random(void) {
  state ^= state >> 12;
  state ^= state << 25;
  state ^= state >> 27;
  return state * 2685821657736338717u;
}

static int below(int n) { return (int)(next_random() >> 33) % n; }

static double in_unit(void) { return (double)below(2001) / 1000 - 1; }

static void normalise(double v[3]) {
  double l = sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
  for (int k = 0; k < 3; k++) v[k] /= l;
}

static void make_frame(sample *s, int e) {
  double *f = s->fibre[e], *n = s->sheet[e], length = 0.1 + below(100), along = 3 * in_unit(),
         across = 0.5 + below(9);
  do
    for (int k = 0; k < 3; k++) f[k] = in_unit();
  while (fabs(f[0]) + fabs(f[1]) + fabs(f[2]) < 0.1);
  normalise(f);
  /* Any vector orthogonal to f: the cross product with the axis that it is least along. */
  int axis = fabs(f[0]) < fabs(f[1]) ? (fabs(f[0]) < fabs(f[2]) ? 0 : 2) : (fabs(f[1]) < fabs(f[2]) ? 1 : 2);
  n[axis] = 0;
  n[(axis + 1) % 3] = f[(axis + 2) % 3];
  n[(axis + 2) % 3] = -f[(axis + 1) % 3];
  normalise(n);
  for (int k = 0; k < 3; k++) {
    s->raw_fibre[e][k] = length * f[k];
    s->raw_sheet[e][k] = across * n[k] + along * f[k];
  }
}

static void make_element(sample *s, int e, int only) {
  static const int32_t tags[] = {-7, 0, 2, 40, 1000000};
  s->shape[e] = only >= 0 ? only : below(ISO_NSHAPES);
  s->tag[e] = tags[below(5)];
  int first = below(SAMPLE_NODES), step = 1 + below(SAMPLE_NODES - 1); /* 41 is prime: the nodes differ */
  for (int i = 0; i < ISO_MAX_NODES; i++) s->node[e][i] = (first + i * step) % SAMPLE_NODES;
  make_frame(s, e);
}

void sample_make(sample *s, int only) {
  state = 88172645463325252u;
  for (int i = 0; i < SAMPLE_NODES; i++)
    for (int k = 0; k < 3; k++) s->xyz[i][k] = below(100000) / 64.0 - 700;
  for (int e = 0; e < SAMPLE_ELEMS; e++) make_element(s, e, only);
  for (int i = 0; i < SAMPLE_NODES; i++) memcpy(s->node_fibre[i], s->fibre[i], sizeof s->node_fibre[i]);
}

/* Vectors are kept in single precision, whose rounding is 6e-8 for a component of a unit vector; sheets lose
 * up to six times that where they lie along the fibre. */
static const double vector_tolerance = 1e-6;

static void check_vector(const float have[3], const double want[3]) {
  for (int k = 0; k < 3; k++) assert_true(fabs((double)have[k] - want[k]) < vector_tolerance);
}

static void check_element(const sample *s, const iso_slice *slice, int64_t e, expected what) {
  int64_t g = slice->first_elem + e;
  int n = iso_shape_nodes(s->shape[g]);
  assert_int_equal(slice->shape[e], s->shape[g]);
  assert_int_equal(slice->tag[e], what.tags ? s->tag[g] : 0);
  for (int i = 0; i < slice->width; i++)
    assert_int_equal(slice->conn[e * slice->width + i], i < n ? s->node[g][i] : -1);
  if (what.fibres) check_vector(slice->fibre[e], s->fibre[g]);
  if (what.sheets) check_vector(slice->sheet[e], s->sheet[g]);
}

static void check_cover(int64_t first, int64_t n, int64_t total) {
  int64_t before = 0;
  MPI_Exscan(&n, &before, 1, MPI_INT64_T, MPI_SUM, MPI_COMM_WORLD);
  assert_int_equal(first, world_rank() == 0 ? 0 : before);
  assert_int_equal(world_sum(n), total);
}

void sample_check(const sample *s, const iso_slice *slice, expected what) {
  int width = 0;
  for (int e = 0; e < SAMPLE_ELEMS; e++)
    if (iso_shape_nodes(s->shape[e]) > width) width = iso_shape_nodes(s->shape[e]);
  assert_int_equal(slice->width, width);
  assert_int_equal(slice->nnodes, SAMPLE_NODES);
  assert_int_equal(slice->nelems, SAMPLE_ELEMS);
  check_cover(slice->first_node, slice->nnode, SAMPLE_NODES);
  check_cover(slice->first_elem, slice->nelem, SAMPLE_ELEMS);
  assert_int_equal(slice->fibre != NULL, what.fibres);
  assert_int_equal(slice->sheet != NULL, what.sheets);
  assert_int_equal(slice->node_fibre != NULL, what.node_fibres);
  for (int64_t i = 0; i < slice->nnode; i++) {
    int64_t g = slice->first_node + i;
    for (int k = 0; k < 3; k++)
      assert_true(slice->xyz[i][k] == (what.mm < 1 ? s->xyz[g][k] / 1000 : s->xyz[g][k] * what.mm));
    if (what.node_fibres) check_vector(slice->node_fibre[i], s->node_fibre[g]);
  }
  for (int64_t e = 0; e < slice->nelem; e++) check_element(s, slice, e, what);
}

void sample_read_and_check(const sample *s, const char *path, const char *unit, expected what) {
  iso_error err;
  iso_slice slice;
  iso_read_options options = {.path = path, .unit = unit};
  ASSERT_OK(iso_slice_read(MPI_COMM_WORLD, &options, &slice, &err));
  sample_check(s, &slice, what);
  iso_slice_free(&slice);
}

static char folder[64];

const char *scratch_path(const char *name) {
  static char path[160];
  if (!folder[0]) {
    strcpy(folder, "read_test_XXXXXX");
    if (world_rank() == 0 && !mkdtemp(folder)) fail_msg("the working folder cannot be written");
    MPI_Bcast(folder, (int)sizeof folder, MPI_BYTE, 0, MPI_COMM_WORLD);
  }
  snprintf(path, sizeof path, "%s/%s", folder, name);
  return path;
}

void scratch_write(const char *path, const void *bytes, size_t n) {
  if (world_rank() == 0) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
  }
  MPI_Barrier(MPI_COMM_WORLD);
}

const char *scratch_text(const char *name, const char *text) {
  const char *path = scratch_path(name);
  scratch_write(path, text, strlen(text));
  return path;
}

void scratch_remove(void) {
  MPI_Barrier(MPI_COMM_WORLD);
  if (world_rank() != 0 || !folder[0]) return;
  DIR *dir = opendir(folder);
  for (struct dirent *entry; dir && (entry = readdir(dir));) {
    char path[400];
    snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
    unlink(path);
  }
  if (dir) closedir(dir);
  rmdir(folder);
}

bool is_noted(const iso_notes *notes, const char *text) {
  for (int i = 0; i < notes->count; i++)
    if (strstr(notes->text[i], text)) return true;
  return false;
}
