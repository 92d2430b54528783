/* Sites, named surfaces and coordinates. */
#include "config/good.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Each twice the one before: 2^20 sets, which nobody waits for. */
static void test_sites_upon_sites(void **state) {
  (void)state;
  char text[2000];
  int n = snprintf(text, sizeof text, "sites={s0: {surface: true}");
  for (int i = 1; i <= 20; i++)
    n += snprintf(text + n, sizeof text - (size_t)n, ", s%d: {or: [{site: s%d}, {site: s%d}]}", i, i - 1,
                  i - 1);
  snprintf(text + n, sizeof text - (size_t)n, "}");
  assert_refused(good, text, "made of more than 1000 sets");
}

static void test_sites(void **state) {
  (void)state;
  iso_config c;
  iso_error err = {0};
  const char *const set[] = {some_sites, "stimuli.0={site: both, amplitude_uA_per_uF: 1}",
                             "outputs.probes.1={name: b, site: rim}"};
  if (iso_config_parse(&c, "folder/heart.yaml", good, strlen(good), 3, set, &err) != ISO_OK)
    fail_msg("%s", err.message);
  assert_int_equal(c.nsites, 3);
  const iso_select *apex = &c.sites[0].where, *rim = &c.sites[1].where, *both = &c.sites[2].where;
  assert_true(apex->has_sphere && !apex->has_box && apex->sphere.centre_mm[2] == 1);
  assert_string_equal(rim->surface, "");
  assert_int_equal(rim->nnone, 1);
  assert_ptr_equal(rim->none[0].same, apex);
  assert_int_equal(both->nany, 2);
  assert_ptr_equal(both->any[0].same, rim);
  assert_true(both->any[1].ntags == 2 && both->any[1].tags[1] == 7);
  assert_string_equal(both->all[0].surface, "folder/endo.surf");
  assert_string_equal(both->all[1].nodes, "folder/a.vtx");
  assert_ptr_equal(c.stimuli[0].where.same, both);
  assert_null(c.stimuli[0].where.surface);
  assert_ptr_equal(c.outputs.probes[1].where.same, rim);
  assert_false(iso_select_given(&c.outputs.probes[0].where));
  iso_config_free(&c);
}

/* Survive their own dump, too. */
static void test_named_surfaces(void **state) {
  (void)state;
  iso_config c, again;
  iso_error err = {0};
  char *text;
  const char *const set[] = {
      "mesh.surfaces={epi: epi.stl, lid: {file: lid.vtx, tolerance_mm: 0.1, unit: cm}}",
      "mesh.second_order=cut", "sites={a: {surface: LV endo}, b: {surface: x.surf.gz}}"};
  assert_int_equal(iso_config_parse(&c, "folder/heart.yaml", good, strlen(good), 3, set, &err), ISO_OK);
  assert_int_equal(iso_config_dump(&c, &text, &err), ISO_OK);
  assert_int_equal(iso_config_parse(&again, "folder/heart.yaml", text, strlen(text), 0, NULL, &err), ISO_OK);
  free(text);
  for (int k = 0; k < 2; k++) {
    const iso_config *of = k ? &again : &c;
    const iso_config_surface *surface = of->mesh.surfaces;
    assert_int_equal(of->mesh.nsurfaces, 2);
    assert_int_equal(of->mesh.second_order, ISO_SECOND_ORDER_CUT);
    assert_string_equal(surface[0].name, "epi");
    assert_string_equal(surface[0].file, "folder/epi.stl");
    assert_string_equal(surface[0].unit, "auto");
    assert_true(isnan(surface[0].tolerance_mm) && surface[1].tolerance_mm == 0.1);
    assert_string_equal(surface[1].unit, "cm");
    assert_string_equal(of->sites[0].where.surface_name, "LV endo");
    assert_null(of->sites[0].where.surface);
    assert_string_equal(of->sites[1].where.surface, "folder/x.surf.gz");
    assert_null(of->sites[1].where.surface_name);
  }
  iso_config_free(&c);
  iso_config_free(&again);
}

/* Coordinates and segments come from the mesh's file, and survive their own dump. */
static void test_coordinates(void **state) {
  (void)state;
  iso_config c, again;
  iso_error err = {0};
  char *text;
  const char *const set[] = {"mesh={file: heart.vtu}",
                             "sites={a: {coordinates: {transmural: [0.25, 1], rotational: [0.9, 0.1]}}, b: "
                             "{or: {segment: [7, 17]}}}"};
  assert_int_equal(iso_config_parse(&c, "folder/heart.yaml", good, strlen(good), 2, set, &err), ISO_OK);
  assert_int_equal(iso_config_dump(&c, &text, &err), ISO_OK);
  assert_int_equal(iso_config_parse(&again, "folder/heart.yaml", text, strlen(text), 0, NULL, &err), ISO_OK);
  free(text);
  for (int k = 0; k < 2; k++) {
    const iso_select *a = &(k ? &again : &c)->sites[0].where, *b = (k ? &again : &c)->sites[1].where.any;
    assert_true(a->has_coordinates && a->nsegments == 0 && !b->has_coordinates && b->nsegments == 2);
    assert_true(a->coordinates.transmural[0] == 0.25 && a->coordinates.transmural[1] == 1);
    assert_true(a->coordinates.rotational[0] == 0.9 && a->coordinates.rotational[1] == 0.1);
    assert_true(isnan(a->coordinates.apicobasal[0]) && isnan(a->coordinates.transventricular[0]));
    assert_true(b->segments[0] == 7 && b->segments[1] == 17);
    assert_string_equal(a->fields, "folder/heart.vtu");
    assert_string_equal(b->fields, "folder/heart.vtu");
  }
  iso_config_free(&c);
  iso_config_free(&again);
}

int config_places(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_sites),
      cmocka_unit_test(test_named_surfaces),
      cmocka_unit_test(test_coordinates),
      cmocka_unit_test(test_sites_upon_sites),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
