/* The elements of nodes, against a search of all elements. */
#include "linear/fixture.h"

#include "grid/mpi_main.h"
#include "linear/node_elements.h"

static iso_error err;

static bool has_node(const iso_mesh *mesh, iso_lid e, iso_lid node) {
  bool has = false;
  for (int k = 0; k < iso_shape_nodes(mesh->shape[e]); k++)
    has |= mesh->conn[(int64_t)e * mesh->width + k] == node;
  return has;
}

static void assert_lists(const iso_mesh *mesh, const iso_node_elements *list, int bundle) {
  for (iso_lid node = 0; node < mesh->nlocal; node++) {
    iso_lid next = 0;
    ISO_FOR_ELEMENTS(e, *list, bundle, node) {
      for (; next < e; next++) assert_false(has_node(mesh, next, node));
      assert_true(has_node(mesh, e, node));
      next = e + 1;
    }
    for (; next < mesh->nelem; next++) assert_false(has_node(mesh, next, node));
  }
}

/* Tetrahedra of which a cube's six follow each other, and squares that are far from those of the next row. */
static void every_node_has_its_elements(void **state) {
  (void)state;
  const iso_slab_options slab[] = {{{4, 3, 2}, 1, ISO_TETRAHEDRON, ISO_ALTERNATING, {1, 0, 0}, 1},
                                   {{5, 4, 0}, 1, ISO_TRIANGLE, ISO_SINGLE, {1, 0, 0}, 1}};
  for (size_t s = 0; s < sizeof slab / sizeof *slab; s++) {
    iso_mesh *mesh = linear_mesh(MPI_COMM_WORLD, &slab[s]);
    for (int bundle = 1; bundle <= 8; bundle *= 2) {
      iso_node_elements list;
      ASSERT_OK(iso_node_elements_new(&list, mesh, bundle, &err));
      assert_lists(mesh, &list, bundle);
      iso_node_elements_free(&list);
    }
    iso_mesh_free(mesh);
  }
}

/* The number of the last bundle fits above its bits, whatever the mesh has. */
static void numbers_fit_into_words(void **state) {
  (void)state;
  const iso_lid most = INT32_MAX / ISO_MAX_NODES; /* see grid/share/migrate.c */
  for (iso_lid n = 1; n < most; n += n / 2 + 1) {
    const int bundle = iso_bundle(n);
    assert_true((int64_t)((n - 1) / bundle) << bundle <= UINT32_MAX);
  }
  assert_true((int64_t)((most - 1) / iso_bundle(most)) << iso_bundle(most) <= UINT32_MAX);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_node_has_its_elements),
    cmocka_unit_test(numbers_fit_into_words),
};

RUN_ON_ALL_RANKS(tests)
