/* The outline of a block: its surface, with fewer points, and the same on any number of ranks. */
#include "grid/mpi_main.h"

#include "grid/ask/outline.h"
#include "grid/make/slab.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NX = 12, NY = 8, NZ = 6 };

static iso_error err;

static iso_mesh *make(MPI_Comm comm, iso_shape shape) {
  iso_slice slice;
  iso_mesh *mesh;
  const iso_slab_options slab = {.size_mm = {NX, NY, NZ}, .spacing_mm = 1, .shape = shape};
  ASSERT_OK(iso_slab(comm, &slab, &slice, &err));
  ASSERT_OK(iso_mesh_build(comm, &slice, NULL, &mesh, NULL, &err));
  return mesh;
}

/* Six times the volume that triangles enclose, where they all look outward. */
static double volume(const iso_outline *o) {
  double sum = 0;
  for (int64_t i = 0; i < o->ntriangles; i++) {
    const double *a = o->xyz[o->triangle[i][0]], *b = o->xyz[o->triangle[i][1]],
                 *c = o->xyz[o->triangle[i][2]];
    sum += a[0] * (b[1] * c[2] - b[2] * c[1]) + a[1] * (b[2] * c[0] - b[0] * c[2]) +
           a[2] * (b[0] * c[1] - b[1] * c[0]);
  }
  return sum / 6;
}

static int rank(void) {
  int r;
  MPI_Comm_rank(MPI_COMM_WORLD, &r);
  return r;
}

/* Every node of a surface that has few enough: a closed one, twice as many triangles as points but 4. */
static void all_of_a_small_surface(void **state) {
  (void)state;
  const iso_shape shapes[] = {ISO_HEXAHEDRON, ISO_TETRAHEDRON};
  for (int k = 0; k < 2; k++) {
    iso_mesh *mesh = make(MPI_COMM_WORLD, shapes[k]);
    iso_outline o;
    ASSERT_OK(iso_outline_new(&o, mesh, 1000, &err));
    const int inside = (NX - 1) * (NY - 1) * (NZ - 1);
    assert_int_equal(o.npoints, (NX + 1) * (NY + 1) * (NZ + 1) - inside);
    assert_true(o.cell_mm == 0);
    if (rank() == 0) {
      assert_int_equal(o.ntriangles, 2 * o.npoints - 4);
      assert_int_equal(o.nlines, 0);
      assert_true(volume(&o) == NX * NY * NZ); /* of whole numbers */
    }
    iso_outline_free(&o);
    iso_mesh_free(mesh);
  }
}

/* Values are those of the nodes that stay, whoever owns them. */
static void assert_values(const iso_outline *o, const iso_mesh *mesh) {
  double *owned = calloc((size_t)mesh->nowned + 1, sizeof *owned),
         *value = calloc((size_t)o->npoints, sizeof *value);
  for (iso_lid i = 0; i < mesh->nowned; i++) owned[i] = mesh->gid[i] % 5 ? -1.5 * (double)mesh->gid[i] : NAN;
  ASSERT_OK(iso_outline_values(o, mesh, owned, value, &err));
  for (int i = 0; i < o->npoints && rank() == 0; i++) {
    if (o->node[i] % 5)
      assert_true(value[i] == -1.5 * (double)o->node[i]);
    else
      assert_true(isnan(value[i]));
  }
  free(owned);
  free(value);
}

/* What one rank alone would make of the same mesh. */
static void assert_same_alone(const iso_outline *o, int most) {
  iso_mesh *mesh = make(MPI_COMM_SELF, ISO_TETRAHEDRON);
  iso_outline alone;
  ASSERT_OK(iso_outline_new(&alone, mesh, most, &err));
  assert_true(alone.cell_mm == o->cell_mm);
  assert_int_equal(alone.npoints, o->npoints);
  assert_memory_equal(alone.node, o->node, (size_t)o->npoints * sizeof *o->node);
  if (rank() == 0) {
    assert_int_equal(alone.ntriangles, o->ntriangles);
    assert_memory_equal(alone.triangle, o->triangle, (size_t)o->ntriangles * sizeof *o->triangle);
    assert_memory_equal(alone.xyz, o->xyz, (size_t)o->npoints * sizeof *o->xyz);
  }
  iso_outline_free(&alone);
  iso_mesh_free(mesh);
}

static void few_points_of_a_large_one(void **state) {
  (void)state;
  iso_mesh *mesh = make(MPI_COMM_WORLD, ISO_TETRAHEDRON);
  const int most[] = {300, 100, 8, 1};
  for (int k = 0; k < 4; k++) {
    iso_outline o;
    ASSERT_OK(iso_outline_new(&o, mesh, most[k], &err));
    assert_in_range(o.npoints, 1, most[k]);
    assert_true(o.cell_mm > 1);
    /* Cubes grow by a fifth: more than a third of what there is room for is used, where there is room for
     * many. */
    if (most[k] >= 100) assert_true(3 * o.npoints > most[k]);
    /* Cubes of at most two elements move a side by less than one of them. */
    if (rank() == 0 && most[k] == 300)
      assert_true(volume(&o) > (NX - 2) * (NY - 2) * (NZ - 2) && volume(&o) <= NX * NY * NZ);
    assert_values(&o, mesh);
    assert_same_alone(&o, most[k]);
    iso_outline_free(&o);
  }
  iso_mesh_free(mesh);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(all_of_a_small_surface),
    cmocka_unit_test(few_points_of_a_large_one),
};

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  if (cmocka_run_group_tests(tests, NULL, NULL)) MPI_Abort(MPI_COMM_WORLD, 1);
  MPI_Finalize();
  return 0;
}
