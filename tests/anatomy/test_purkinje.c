/* Trees grown on a bent sheet: 60 mm along a half pipe of 20 mm radius. */
#include "grid/mpi_main.h"

#include "anatomy/bundles.h"
#include "grid/geometry.h"
#include "grid/make/slab.h"

static iso_error err;

static const double radius = 20;

static const iso_growth usual = {.root_mm = {2, 0, 25},
                                 .toward_mm = {60, 0, 25},
                                 .initial_mm = 15,
                                 .branch_mm = 6,
                                 .segment_mm = 1,
                                 .angle_degree = 20,
                                 .repulsion = 0.1,
                                 .generations = 8,
                                 .seed = 1};

static void pipe_of(iso_sheet *sheet, double mm) {
  static const iso_slab_options flat = {{60, 60, 0}, 2, ISO_TRIANGLE, ISO_ALTERNATING, {0, 0, 0}, 0};
  iso_slice slice;
  ASSERT_OK(iso_slab(MPI_COMM_WORLD, &flat, &slice, &err));
  for (int64_t i = 0; i < slice.nnode; i++) {
    const double angle = (slice.xyz[i][1] - 30) / mm;
    slice.xyz[i][1] = mm * sin(angle), slice.xyz[i][2] = mm * cos(angle);
  }
  ASSERT_OK(iso_sheet_new(sheet, MPI_COMM_WORLD, &slice, "pipe", &err));
  iso_slice_free(&slice);
}

static void pipe_new(iso_sheet *sheet) { pipe_of(sheet, radius); }

static void grow(const iso_growth *how, iso_grown *tree) {
  iso_sheet sheet;
  pipe_new(&sheet);
  ASSERT_OK(iso_purkinje_grow(tree, &sheet, how, &err));
  iso_sheet_free(&sheet);
}

static void nearest_places_are_feet_edges_and_rims(void **state) {
  (void)state;
  iso_sheet sheet;
  pipe_new(&sheet);
  iso_foot above = iso_sheet_nearest(&sheet, (double[3]){31, 0, 30});
  assert_false(above.on_rim);
  /* Chords of 2 mm are up to 0.025 mm inside the circle. */
  assert_true(fabs(above.distance - 10) < 0.03 && fabs(above.x[0] - 31) < 1e-12);
  assert_true(fabs(fabs(above.normal[2]) - 1) < 0.01);
  iso_foot beyond = iso_sheet_nearest(&sheet, (double[3]){70, 0, 20});
  assert_true(beyond.on_rim && beyond.x[0] == 60 && beyond.distance > 9.9);
  iso_sheet_free(&sheet);
}

static void a_tree_stays_on_its_surface_and_forks_in_two(void **state) {
  (void)state;
  iso_sheet sheet;
  iso_grown tree;
  int *children;
  pipe_new(&sheet);
  ASSERT_OK(iso_purkinje_grow(&tree, &sheet, &usual, &err));
  assert_true(tree.n > 200);
  ASSERT_OK(iso_alloc(&children, (size_t)tree.n, sizeof *children, "children", &err));
  for (int64_t i = 0; i < tree.n; i++) {
    assert_true(iso_sheet_nearest(&sheet, tree.xyz[i]).distance < 1e-12 * radius);
    assert_true(i == 0 ? tree.from[i] == -1 : tree.from[i] >= 0 && tree.from[i] < i);
    if (i == 0) continue;
    children[tree.from[i]]++;
    const double length = iso_distance(tree.xyz[i], tree.xyz[tree.from[i]]);
    assert_true(length <= 1.01 &&
                length > 0.8); /* projected on facets that meet at 6 degrees, or a bit more */
  }
  for (int64_t i = 0; i < tree.n; i++) assert_true(children[i] <= 2);
  assert_int_equal(children[0], 1);
  for (int k = 1; k < 15; k++) assert_int_equal(tree.branch[k], 0); /* the first branch goes straight on */
  assert_true(fabs(tree.xyz[15][0] - 17) < 0.1 && fabs(tree.xyz[15][1]) < 0.1);
  free(children);
  iso_grown_free(&tree);
  iso_sheet_free(&sheet);
}

/* No branch passes a point of another family within branch_mm / 5, so none crosses another. */
static void branches_keep_their_distance(void **state) {
  (void)state;
  iso_grown tree;
  grow(&usual, &tree);
  for (int64_t i = 0; i < tree.n; i++)
    for (int64_t j = 0; j < i; j++) {
      const int32_t a = tree.branch[i], b = tree.branch[j];
      const int64_t origin = tree.from[i] < 0 ? 0 : tree.from[i];
      bool related = a == b || tree.branch[origin] == b;
      /* sisters are 2k + 1 and 2k + 2; a mother is the branch of the point that the first segment comes from
       */
      related |= a > 0 && b > 0 && (a - 1) / 2 == (b - 1) / 2;
      for (int64_t k = i; k >= 0 && tree.branch[k] >= 0; k = tree.from[k]) {
        if (tree.branch[k] == a) continue;
        related |= tree.branch[k] == b;
        break;
      }
      if (!related) assert_true(iso_distance(tree.xyz[i], tree.xyz[j]) >= usual.branch_mm / 5);
    }
  iso_grown_free(&tree);
}

static void the_seed_makes_the_tree(void **state) {
  (void)state;
  iso_grown one, again, other;
  iso_growth changed = usual;
  changed.seed = 2;
  grow(&usual, &one);
  grow(&usual, &again);
  grow(&changed, &other);
  assert_int_equal(one.n, again.n);
  assert_memory_equal(one.xyz, again.xyz, (size_t)one.n * sizeof *one.xyz);
  assert_memory_equal(one.from, again.from, (size_t)one.n * sizeof *one.from);
  assert_true(other.n != one.n || memcmp(one.xyz, other.xyz, (size_t)one.n * sizeof *one.xyz));
  iso_grown_free(&one);
  iso_grown_free(&again);
  iso_grown_free(&other);
}

static void what_cannot_set_off_is_refused(void **state) {
  (void)state;
  iso_sheet sheet;
  iso_grown tree;
  iso_growth how = usual;
  pipe_new(&sheet);
  how.initial_mm = 100;
  ASSERT_REFUSED(iso_purkinje_grow(&tree, &sheet, &how, &err), "reaches the rim of the surface after 5");
  how = usual;
  memcpy(how.root_mm, (double[3]){31, 0, 30}, sizeof how.root_mm);
  memcpy(how.toward_mm, iso_sheet_nearest(&sheet, how.root_mm).x, sizeof how.toward_mm);
  ASSERT_REFUSED(iso_purkinje_grow(&tree, &sheet, &how, &err), "straight above");
  iso_sheet_free(&sheet);
}

/* The number of points whose line has a tag. */
static int64_t count(const iso_grown *tree, int32_t tag) {
  int64_t n = 0;
  for (int64_t i = 1; i < tree->n; i++) n += tree->tag[i] == tag;
  return n;
}

static void fascicles_go_where_they_are_sent(void **state) {
  (void)state;
  iso_sheet sheet;
  iso_grown tree;
  iso_growth how = usual;
  how.nfascicles = 2, how.fascicle_tag[0] = 6, how.fascicle_tag[1] = 7, how.tag = 4;
  memcpy(how.fascicle_mm, (double[2][3]){{30, -14, 14.3}, {35, 14, 14.3}}, sizeof how.fascicle_mm);
  pipe_new(&sheet);
  ASSERT_OK(iso_purkinje_grow(&tree, &sheet, &how, &err));
  for (int k = 0; k < 2; k++) {
    const iso_foot foot = iso_sheet_nearest(&sheet, how.fascicle_mm[k]);
    int64_t last = 0, first = 0, out = 0;
    for (int64_t i = 1; i < tree.n; i++)
      if (tree.tag[i] == 6 + k) last = i, first = first ? first : i;
    assert_int_equal(tree.from[first], 15); /* the end of the first branch */
    assert_memory_equal(tree.xyz[last], foot.x, sizeof foot.x);
    /* on a pipe the shortest way is that of the flat sheet: (13 or 18, 15.5) mm, 20.2 or 23.8 mm */
    assert_in_range(count(&tree, 6 + k), k ? 24 : 20, k ? 26 : 23);
    for (int64_t i = 1; i < tree.n; i++) out += tree.from[i] == last;
    assert_int_equal(out, 2);
  }
  assert_true(count(&tree, 4) > 200);
  for (int64_t i = 1; i < tree.n; i++) assert_true(iso_sheet_nearest(&sheet, tree.xyz[i]).distance < 1e-11);
  memcpy(how.fascicle_mm[0], tree.xyz[15], sizeof how.fascicle_mm[0]);
  iso_grown_free(&tree);
  ASSERT_REFUSED(iso_purkinje_grow(&tree, &sheet, &how, &err), "ends where it begins");
  iso_sheet_free(&sheet);
}

/* Of a system on two pipes of 20 and 24 mm radius. */
static void system_new(iso_grown *out, iso_sheet sheet[2], iso_growth growth[2]) {
  static const iso_bundles bundles = {{-10, 0, 22}, {0, 0, 22}, 1};
  pipe_of(&sheet[0], 20);
  pipe_of(&sheet[1], 24);
  growth[0] = growth[1] = usual;
  growth[0].root_mm[0] = 12, growth[1].root_mm[0] = 14;
  ASSERT_OK(iso_bundles_grow(out, &bundles, sheet, growth, &err));
}

static void a_system_is_one_tree_of_tagged_bundles(void **state) {
  (void)state;
  iso_sheet sheet[2];
  iso_growth growth[2];
  iso_grown all, left;
  system_new(&all, sheet, growth);
  assert_int_equal(all.from[0], -1);
  assert_int_equal(count(&all, ISO_TAG_HIS), 10);
  assert_in_range(count(&all, ISO_TAG_LEFT_BUNDLE), 14, 15); /* 2 mm to the sheet, 12 mm along it */
  assert_in_range(count(&all, ISO_TAG_RIGHT_BUNDLE), 16, 17);
  for (int64_t i = 1; i < all.n; i++) {
    assert_in_range(all.from[i], 0, i - 1);
    assert_true(iso_distance(all.xyz[i], all.xyz[all.from[i]]) <= 1.01);
    if (all.tag[i] == ISO_TAG_LEFT_TREE)
      assert_true(iso_sheet_nearest(&sheet[0], all.xyz[i]).distance < 1e-11);
    if (all.tag[i] == ISO_TAG_RIGHT_TREE)
      assert_true(iso_sheet_nearest(&sheet[1], all.xyz[i]).distance < 1e-11);
    /* into the left tree one comes by the left bundle alone */
    const int32_t before = all.tag[all.from[i]];
    if (all.tag[i] == ISO_TAG_LEFT_TREE)
      assert_true(before == ISO_TAG_LEFT_TREE || before == ISO_TAG_LEFT_BUNDLE);
  }
  ASSERT_OK(iso_purkinje_grow(&left, &sheet[0], &growth[0], &err));
  assert_int_equal(count(&all, ISO_TAG_LEFT_TREE), left.n - 1); /* the tree of the same seed alone */
  iso_grown_free(&left);
  iso_grown_free(&all);
  for (int k = 0; k < 2; k++) iso_sheet_free(&sheet[k]);
}

static void a_bundle_without_a_way_is_refused(void **state) {
  (void)state;
  /* From one rim of the half pipe to the other the straight way is through the air. */
  const iso_bundles bundles = {{-10, -25, 0}, {5, -25, 0}, 1};
  iso_sheet sheet[2];
  iso_growth growth[2] = {usual, usual};
  iso_grown out;
  for (int k = 0; k < 2; k++) {
    pipe_new(&sheet[k]);
    memcpy(growth[k].root_mm, (double[3]){5, 19.5, 2}, sizeof growth[k].root_mm);
  }
  ASSERT_REFUSED(iso_bundles_grow(&out, &bundles, sheet, growth, &err),
                 "left side: the way along the surface");
  for (int k = 0; k < 2; k++) iso_sheet_free(&sheet[k]);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(nearest_places_are_feet_edges_and_rims),
    cmocka_unit_test(a_tree_stays_on_its_surface_and_forks_in_two),
    cmocka_unit_test(branches_keep_their_distance),
    cmocka_unit_test(the_seed_makes_the_tree),
    cmocka_unit_test(what_cannot_set_off_is_refused),
    cmocka_unit_test(fascicles_go_where_they_are_sent),
    cmocka_unit_test(a_system_is_one_tree_of_tagged_bundles),
    cmocka_unit_test(a_bundle_without_a_way_is_refused),
};
RUN_ON_ALL_RANKS(tests)
