/* A small mesh of all shapes and a made-up heart on it, given by formulas in the global numbers, so that
 * tests know every value on any number of ranks. */
#ifndef ISO_TESTS_OBSERVE_FAKE_HEART_H
#define ISO_TESTS_OBSERVE_FAKE_HEART_H

#include "grid/mpi_main.h"

#include "grid/make/slab.h"
#include "solve/guest.h"

#define FAKE_NX 6
#define FAKE_NY 5
#define FAKE_NZ 4

static inline int fake_shape(iso_gid e) {
  static const int shapes[] = {ISO_HEXAHEDRON, ISO_TETRAHEDRON, ISO_HEXAHEDRON,
                               ISO_TRIANGLE,   ISO_LINE,        ISO_HEXAHEDRON};
  return shapes[e % 6];
}

/* Tags with gaps, zero and a negative one, each on several shapes. */
static inline int32_t fake_tag(iso_gid e) {
  static const int32_t tags[] = {3, 40, 0, -2, 40, 7, 3};
  return tags[e % 7];
}

static inline void fake_fibre(iso_gid e, float fibre[3], float sheet[3]) {
  double a = 0.01 * (double)e;
  fibre[0] = (float)cos(a), fibre[1] = (float)sin(a), fibre[2] = 0;
  sheet[0] = (float)-sin(a), sheet[1] = (float)cos(a), sheet[2] = 0;
}

/* Which of a cube's eight nodes stay when it becomes a smaller shape. */
static inline void fake_shrink(iso_slice *slice, int64_t i) {
  static const int kept[ISO_NSHAPES][ISO_MAX_NODES] = {
      {0, 6}, {0, 1, 6}, {0, 1, 3, 4}, {0, 1, 2, 3, 4, 5, 6, 7}};
  iso_gid *conn = slice->conn + i * slice->width, cube[ISO_MAX_NODES];
  memcpy(cube, conn, sizeof cube);
  slice->shape[i] = (uint8_t)fake_shape(slice->first_elem + i);
  int n = iso_shape_nodes(slice->shape[i]);
  for (int k = 0; k < ISO_MAX_NODES; k++) conn[k] = k < n ? cube[kept[slice->shape[i]][k]] : -1;
}

static inline iso_mesh *fake_mesh(void) {
  iso_error err = {0};
  iso_slab_options box = {.size_mm = {FAKE_NX, FAKE_NY, FAKE_NZ}, .spacing_mm = 1, .shape = ISO_HEXAHEDRON};
  iso_slice slice;
  iso_mesh *mesh;
  ASSERT_OK(iso_slab(MPI_COMM_WORLD, &box, &slice, &err));
  size_t n = (size_t)slice.nelem;
  ASSERT_OK(iso_alloc(&slice.fibre, n, sizeof *slice.fibre, "fibres", &err));
  ASSERT_OK(iso_alloc(&slice.sheet, n, sizeof *slice.sheet, "sheets", &err));
  for (int64_t i = 0; i < slice.nelem; i++) {
    fake_shrink(&slice, i);
    slice.tag[i] = fake_tag(slice.first_elem + i);
    fake_fibre(slice.first_elem + i, slice.fibre[i], slice.sheet[i]);
  }
  ASSERT_OK(iso_mesh_build(MPI_COMM_WORLD, &slice, NULL, &mesh, NULL, &err));
  return mesh;
}

/* Beats of a node: none for every 17th, else one to three. */
static inline int fake_beats(iso_gid node) { return node % 17 == 5 ? 0 : 1 + (int)(node % 3); }

static inline double fake_activation(iso_gid node, int beat) { return 300.0 * beat + (double)node / 3; }

/* The last beat of every fifth node has not ended. */
static inline bool fake_recovers(iso_gid node, int beat) {
  return node % 5 != 0 || beat + 1 < fake_beats(node);
}

static inline double fake_repolarisation(iso_gid node, int beat) {
  return fake_activation(node, beat) + 200 + 0.1 * (double)(node % 7);
}

static inline double fake_vm(iso_gid node, double time_ms) {
  return -80 + 0.37 * (double)node + 1.3 * time_ms;
}

/* Where fake views get Vm from: fake_vm at a time. */
typedef struct fake_source {
  const iso_mesh *mesh;
  double time_ms;
} fake_source;

static inline iso_status fake_read_at(void *self, int64_t n, const iso_lid *nodes, double *out,
                                      iso_error *err) {
  (void)err;
  const fake_source *source = self;
  for (int64_t i = 0; i < n; i++) out[i] = fake_vm(source->mesh->gid[nodes[i]], source->time_ms);
  return ISO_OK;
}

static inline iso_status fake_read(void *self, double *vm, iso_error *err) {
  (void)err;
  const fake_source *source = self;
  for (iso_lid i = 0; i < source->mesh->nowned; i++) vm[i] = fake_vm(source->mesh->gid[i], source->time_ms);
  return ISO_OK;
}

static inline iso_status fake_read_single(void *self, float *vm, iso_error *err) {
  (void)err;
  const fake_source *source = self;
  for (iso_lid i = 0; i < source->mesh->nowned; i++)
    vm[i] = (float)fake_vm(source->mesh->gid[i], source->time_ms);
  return ISO_OK;
}

/* Shows an observer the fake Vm after a step. */
static inline iso_status fake_look(const iso_guest *observer, const iso_mesh *mesh, int64_t step,
                                   double step_ms, iso_error *err) {
  fake_source source = {mesh, (double)step * step_ms};
  iso_view_source calls = {
      .self = &source, .vm = fake_read, .vm_single = fake_read_single, .vm_at = fake_read_at};
  iso_view view = {.mesh = mesh,
                   .step = step,
                   .time_ms = source.time_ms,
                   .step_ms = step_ms,
                   .given_until_ms = -INFINITY,
                   .source = &calls};
  return observer->look(observer->self, &view, err);
}

/* Shows an observer all beats of the made-up heart. */
static inline void fake_beat(const iso_guest *observer, const iso_mesh *mesh) {
  iso_error err = {0};
  for (iso_lid i = 0; i < mesh->nowned; i++)
    for (int beat = 0; beat < fake_beats(mesh->gid[i]); beat++) {
      iso_event events[] = {{fake_activation(mesh->gid[i], beat), i, ISO_ACTIVATED},
                            {fake_repolarisation(mesh->gid[i], beat), i, ISO_REPOLARISED}};
      iso_view view = {.mesh = mesh, .events = events, .nevents = fake_recovers(mesh->gid[i], beat) ? 2 : 1};
      ASSERT_OK(observer->look(observer->self, &view, &err));
    }
}

#endif
