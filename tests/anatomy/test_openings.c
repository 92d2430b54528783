/* Openings of chambers, from the two sides of their walls alone. */
#include "grid/mpi_main.h"

#include "anatomy/chambers.h"
#include "anatomy/landmarks.h"
#include "anatomy/spheroid.h"
#include "anatomy/ventricles.h"

static iso_error err;

enum { INNER = ISO_ON_LV_ENDO | ISO_ON_RV_ENDO };

/* The nodes of the only opening are those of the base that have elements (the others are in the chambers),
 * but for so many in corners, where all nodes of a face are on the epicardium, too. */
static void assert_base(const iso_mesh *mesh, const uint8_t *on, int64_t corners) {
  iso_openings o;
  int64_t base = 0, missed = 0;
  uint8_t *has;
  ASSERT_OK(iso_alloc(&has, (size_t)mesh->nlocal, 1, "test", &err));
  for (iso_lid e = 0; e < mesh->nelem; e++)
    for (int c = 0; c < mesh->width; c++) has[mesh->conn[(int64_t)e * mesh->width + c]] = 1;
  ASSERT_OK(iso_openings_find(&o, mesh, on, INNER, ISO_ON_EPI, &err));
  assert_int_equal(o.n, 1);
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    const bool is = on[i] & ISO_ON_BASE && has[i];
    const bool found = o.label[i] == o.opening[0].label;
    assert_true(is || !found);
    base += is, missed += is && !found;
  }
  assert_true(world_sum(missed) <= corners && o.opening[0].nodes == world_sum(base - missed));
  free(has);
  iso_openings_free(&o);
}

/* A ring, and a plate with two holes. */
static void the_base_is_found_as_an_opening(void **state) {
  (void)state;
  spheroid s;
  chambers c;
  spheroid_new(&s, MPI_COMM_WORLD, 4, 0);
  assert_base(s.mesh, s.on, 0);
  spheroid_free(&s);
  chambers_new(&c, MPI_COMM_WORLD, CHAMBERS_PLAIN);
  assert_base(c.mesh, c.on, 4);
  chambers_free(&c);
}

/* Where lists leave out nodes of both sides, what is there goes round no hole: here the base is epicardium
 * but for a gap. */
static void a_gap_of_the_lists_is_no_opening(void **state) {
  (void)state;
  spheroid s;
  iso_openings o;
  spheroid_new(&s, MPI_COMM_WORLD, 4, 0);
  for (iso_lid i = 0; i < s.mesh->nowned; i++)
    if (s.on[i] & ISO_ON_BASE && s.mesh->xyz[i][0] < 0) s.on[i] |= ISO_ON_EPI;
  ASSERT_OK(iso_openings_find(&o, s.mesh, s.on, INNER, ISO_ON_EPI, &err));
  assert_int_equal(o.n, 0);
  ASSERT_REFUSED(iso_landmark_mark_opening(s.mesh, &o, "--base", "rings", ISO_ON_BASE, s.on, &err),
                 "--base: the outer surface has no opening");
  iso_openings_free(&o);
  spheroid_free(&s);
}

/* Nodes of the base that get the bit of the apex. */
static void assert_marked(const spheroid *s, iso_openings *o, const char *text, bool half) {
  for (iso_lid i = 0; i < s->mesh->nowned; i++) s->on[i] &= (uint8_t)~ISO_ON_APEX;
  ASSERT_OK(iso_landmark_mark_opening(s->mesh, o, "--mv", text, ISO_ON_APEX, s->on, &err));
  for (iso_lid i = 0; i < s->mesh->nowned; i++) {
    const double x = s->mesh->xyz[i][0];
    const bool is = s->on[i] & ISO_ON_BASE && !(half && x < 0);
    if (fabs(x) > 1e-6) assert_true(is == ((s->on[i] & ISO_ON_APEX) != 0));
  }
}

static void openings_are_named_by_places(void **state) {
  (void)state;
  spheroid s;
  iso_openings o;
  spheroid_new(&s, MPI_COMM_WORLD, 4, 0);
  ASSERT_OK(iso_openings_find(&o, s.mesh, s.on, INNER, ISO_ON_EPI, &err));
  assert_marked(&s, &o, "rings", false);
  assert_marked(&s, &o, "ring:1,2,30", false);
  assert_marked(&s, &o, "ring:1,2,30/4,5,-6", false);
  assert_marked(&s, &o, "half:50,0,15", true);
  static const struct {
    const char *text, *message;
  } wrong[] = {{"ring:", "--mv: which opening is meant? Give ring:X,Y,Z; there are, mm: ("},
               {"ring:1,2", "expected three numbers with commas after 'ring:', in mm, got '1,2'"},
               {"ring:1,2,3;4,5,6", "expected / between places, got ';4,5,6'"}};
  for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++)
    ASSERT_REFUSED(iso_landmark_mark_opening(s.mesh, &o, "--mv", wrong[k].text, ISO_ON_APEX, s.on, &err),
                   wrong[k].message);
  ASSERT_REFUSED(
      iso_landmark_mark_opening(s.mesh, &o, "--lpv", "ring:1,2,30", ISO_ON_APEX, s.on, &err),
      "--lpv: its place means the opening that --mv does; give one nearer to its own. There are, mm: (");
  iso_openings_free(&o);
  spheroid_free(&s);
}

/* The node of the axis on the epicardium. */
static void a_node_is_named_by_a_place(void **state) {
  (void)state;
  spheroid s;
  int64_t marked = 0;
  const double low = -SPHEROID_FOCUS * cosh(SPHEROID_EPI);
  spheroid_new(&s, MPI_COMM_WORLD, 4, 0);
  ASSERT_OK(iso_landmark_mark(s.mesh, "--apex", "near:0.1,0,-80", ISO_ON_APEX, s.on, &err));
  for (iso_lid i = 0; i < s.mesh->nowned; i++) {
    if (!(s.on[i] & ISO_ON_APEX)) continue;
    assert_true(fabs(s.mesh->xyz[i][2] - low) < 1e-9);
    marked++;
  }
  assert_true(world_sum(marked) == 1);
  spheroid_free(&s);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_base_is_found_as_an_opening),
    cmocka_unit_test(a_gap_of_the_lists_is_no_opening),
    cmocka_unit_test(openings_are_named_by_places),
    cmocka_unit_test(a_node_is_named_by_a_place),
};
RUN_ON_ALL_RANKS(tests)
