/* What a configuration becomes: its values, defaults, and what is set on the command line. */
#include "config/good.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static void test_values_and_defaults(void **state) {
  (void)state;
  iso_config c = parse_good(NULL);
  assert_string_equal(c.title, "a wave");
  assert_null(c.mesh.file);
  assert_true(c.mesh.has_slab);
  assert_true(c.mesh.slab.size_mm[0] == 4 && c.mesh.slab.size_mm[2] == 1);
  assert_true(c.mesh.slab.fibre[0] == 1 && c.mesh.slab.fibre[1] == 0);
  assert_int_equal(c.mesh.slab.shape, ISO_TETRAHEDRON);
  assert_int_equal(c.nregions, 2);
  assert_int_equal(c.regions[0].ntags, 2);
  assert_int_equal(c.regions[0].tags[1], 7);
  assert_int_equal(c.regions[1].ntags, 0);
  assert_string_equal(c.regions[1].name, "region1");
  assert_ptr_equal(c.regions[1].model, iso_model_find("luo_rudy_1991"));
  assert_true(c.regions[0].normal_S_per_m == 0.02);
  assert_true(c.regions[1].longitudinal_S_per_m == 0.1 && c.regions[1].normal_S_per_m == 0.1);
  assert_true(c.regions[0].chi_per_mm == 140 && c.regions[0].cm_uF_per_mm2 == 0.01);
  assert_true(c.regions[0].initial_vm_mV == -80 && isnan(c.regions[1].initial_vm_mV));
  assert_int_equal(c.regions[0].ninitial, 1);
  assert_int_equal(c.stimuli[0].pulses.count, 1);
  assert_true(c.stimuli[0].pulses.duration_ms == 2 && !c.stimuli[0].where.has_sphere &&
              !c.stimuli[0].where.nodes);
  assert_true(c.time.step_ms == 0.05);
  assert_true(isnan(c.outputs.activation_mV) && c.outputs.snapshot_stop_ms == 20);
  assert_int_equal(c.outputs.probes[0].node, -1);
  assert_int_equal(c.outputs.probes[1].node, 3);
  assert_string_equal(c.device, "auto");
  iso_config_free(&c);
}

static void test_parameters(void **state) {
  (void)state;
  iso_config c = parse_good("regions.0.parameters.g_to.value=0.1");
  const iso_config_region *r = &c.regions[0];
  assert_int_equal(r->nparameters, 3);
  assert_int_equal(r->parameters[0].index, iso_model_parameter(r->model, "g_Na"));
  assert_true(!r->parameters[0].scales && r->parameters[0].value == 7.4);
  assert_true(r->parameters[1].scales && r->parameters[1].value == 0.5);
  assert_true(!r->parameters[2].scales && r->parameters[2].value == 0.1);
  iso_config_free(&c);
}

/* As read, and as read again from its dump. */
static void test_courses_of_parameters(void **state) {
  (void)state;
  static const char text[] =
      "mesh: {file: a.vtu}\n"
      "regions:\n"
      "  - model: ten_tusscher_2006\n"
      "    conductivity: {isotropic_S_per_m: 0.1, scale: {by: apicobasal, from: 1, to: 0.5}}\n"
      "    parameters:\n"
      "      g_Na: {by: transmural, from: 1, to: 2}\n"
      "      g_Ks: {scale: {by: rotational, points: [{at: 0, value: 1}, {at: 0.5, value: 3}]}}\n"
      "time: {duration_ms: 1}\n";
  iso_error err = {0};
  char *dump = NULL;
  iso_config c;
  assert_int_equal(iso_config_parse(&c, "heart.yaml", text, strlen(text), 0, NULL, &err), ISO_OK);
  for (int k = 0; k < 2; k++) {
    const iso_setting *s = c.regions[0].parameters;
    assert_int_equal(c.regions[0].nparameters, 2);
    assert_string_equal(s[0].course.by, "transmural");
    assert_true(!s[0].scales && s[0].course.from == 1 && s[0].course.to == 2 && s[0].course.npoints == 0);
    assert_true(s[1].scales && s[1].course.npoints == 2 && s[1].course.points[1].value == 3);
    assert_true(c.regions[0].has_scale && c.regions[0].scale.to == 0.5);
    assert_string_equal(c.regions[0].scale.by, "apicobasal");
    if (k == 1) break;
    assert_int_equal(iso_config_dump(&c, &dump, &err), ISO_OK);
    iso_config_free(&c);
    assert_int_equal(iso_config_parse(&c, "heart.yaml", dump, strlen(dump), 0, NULL, &err), ISO_OK);
  }
  free(dump);
  iso_config_free(&c);
}

static void test_fields_of_parameters(void **state) {
  (void)state;
  iso_config c =
      parse_good("regions.0.parameters={g_Na: {field: a.nc, variable: b}, g_to: {value: {field: /a.vtu, "
                 "variable: b}}, g_Ks: {scale: {field: a.nc, variable: c d}}}");
  const iso_setting *s = c.regions[0].parameters;
  assert_int_equal(c.regions[0].nparameters, 3);
  assert_string_equal(s[0].field, "folder/a.nc");
  assert_string_equal(s[0].variable, "b");
  assert_string_equal(s[1].field, "/a.vtu");
  assert_true(!s[0].scales && !s[1].scales && s[2].scales);
  assert_string_equal(s[2].variable, "c d");
  iso_config_free(&c);
}

static void test_drugs(void **state) {
  (void)state;
  iso_config c = parse_good(two_drugs);
  assert_int_equal(c.ndrugs, 2);
  assert_string_equal(c.drugs[1].drug.name, "drug1");
  assert_true(c.drugs[1].concentration_nM == 10 && isnan(c.drugs[1].concentration_uM));
  assert_true(c.drugs[0].drug.blocks[1].ic50_nM == 30 && c.drugs[0].drug.blocks[0].hill == 1);
  const iso_model *wall = c.regions[0].model, *rest = c.regions[1].model;
  /* to rounding: 1 / (1 + 30/10), 1 / (1 + (30/30)^2) and 1 / (1 + sqrt(10/20)) */
  const double kr = 0.25, na = 0.5, other = 1 / (1 + sqrt(0.5));
  assert_true(fabs(iso_config_drugs_scale(&c, 0, iso_model_parameter(wall, "g_Kr")) - kr) < 1e-15);
  assert_true(fabs(iso_config_drugs_scale(&c, 0, iso_model_parameter(wall, "g_Na")) - na * other) < 1e-15);
  assert_true(fabs(iso_config_drugs_scale(&c, 1, iso_model_parameter(rest, "g_Na")) - other) < 1e-15);
  assert_true(iso_config_drugs_scale(&c, 0, iso_model_parameter(wall, "g_Ks")) == 1);
  assert_true(iso_config_drug_scale(&c, &c.drugs[0], 1, iso_model_parameter(rest, "g_Na")) == 1);
  iso_config_free(&c);
  c = parse_good("drugs=[{concentration_nM: 0, block: {g_Na: {ic50_nM: 20, hill: 0.5}}}]");
  assert_true(iso_config_drugs_scale(&c, 0, iso_model_parameter(wall, "g_Na")) == 1);
  iso_config_free(&c);
}

static void test_set(void **state) {
  (void)state;
  iso_config c = parse_good("stimuli.0.amplitude_uA_per_uF=40");
  assert_true(c.stimuli[0].pulses.amplitude == 40);
  iso_config_free(&c);
  c = parse_good(
      "stimuli.1={name: second, sphere: {centre_mm: [1, 2, 3], radius_mm: 2}, amplitude_uA_per_uF: 9}");
  assert_int_equal(c.nstimuli, 2);
  assert_true(c.stimuli[1].where.has_sphere && c.stimuli[1].where.sphere.centre_mm[2] == 3);
  iso_config_free(&c);
  c = parse_good("outputs.snapshots.interval_ms=1"); /* makes the section on the way */
  assert_true(c.outputs.snapshot_interval_ms == 1);
  iso_config_free(&c);
  c = parse_good("regions.0.tags=5");
  assert_int_equal(c.regions[0].ntags, 1);
  iso_config_free(&c);
  c = parse_good("title=null"); /* not given after all */
  assert_string_equal(c.title, "heart");
  iso_config_free(&c);
}

static void test_later_set_wins(void **state) {
  (void)state;
  iso_config c;
  iso_error err = {0};
  const char *set[] = {"time.step_ms=0.01", "time.step_ms=0.02"};
  assert_int_equal(iso_config_parse(&c, "a.yaml", good, strlen(good), 2, set, &err), ISO_OK);
  assert_true(c.time.step_ms == 0.02);
  iso_config_free(&c);
}

static void test_paths_start_from_the_configuration(void **state) {
  (void)state;
  iso_config c = parse_good("stimuli.0.nodes=../apex.vtx");
  assert_string_equal(c.stimuli[0].where.nodes, "folder/../apex.vtx");
  iso_config_free(&c);
  c = parse_good("stimuli.0.nodes=/data/apex.vtx");
  assert_string_equal(c.stimuli[0].where.nodes, "/data/apex.vtx");
  iso_config_free(&c);
}

static void test_smoothing_follows_the_fast_current(void **state) {
  (void)state;
  iso_config interpolated = parse_good(NULL), smoothed = parse_good("numerics.fast_current=smoothed");
  assert_true(interpolated.numerics.scheme.smoothing < smoothed.numerics.scheme.smoothing);
  iso_config_free(&interpolated);
  iso_config_free(&smoothed);
}

/* What accuracy sets, and what is given beside it. */
static void test_accuracy(void **state) {
  (void)state;
  static const struct {
    const char *numerics;
    iso_precision precision;
    iso_pace pace;
    double cg_tolerance;
  } cases[] = {
      {"numerics={accuracy: draft}", ISO_PRECISION_SINGLE, ISO_PACE_ADAPTIVE, 1e-6},
      {"numerics={accuracy: standard}", ISO_PRECISION_SINGLE, ISO_PACE_ADAPTIVE, 1e-6},
      {"numerics={accuracy: reference}", ISO_PRECISION_DOUBLE, ISO_PACE_FIXED, 1e-10},
      {"numerics={accuracy: draft, precision: double, pace: fixed, cg_tolerance: 1e-3}", ISO_PRECISION_DOUBLE,
       ISO_PACE_FIXED, 1e-3},
      {"numerics={accuracy: draft, precision: null}", ISO_PRECISION_SINGLE, ISO_PACE_ADAPTIVE, 1e-6},
      {"numerics={accuracy: draft, splitting: strang}", ISO_PRECISION_SINGLE, ISO_PACE_FIXED, 1e-6},
      {"numerics={accuracy: draft, diffusion: implicit}", ISO_PRECISION_SINGLE, ISO_PACE_FIXED, 1e-6},
      {"numerics={}", ISO_PRECISION_SINGLE, ISO_PACE_ADAPTIVE, 1e-6},
      {"numerics={fast_current: nodal}", ISO_PRECISION_SINGLE, ISO_PACE_ADAPTIVE, 1e-6},
      {"numerics={precision: double}", ISO_PRECISION_DOUBLE, ISO_PACE_ADAPTIVE, 1e-6},
      {"numerics={pace: adaptive}", ISO_PRECISION_SINGLE, ISO_PACE_ADAPTIVE, 1e-6},
      {"numerics={pace: fixed}", ISO_PRECISION_DOUBLE, ISO_PACE_FIXED, 1e-8},
      {"numerics={pace: fixed, precision: single}", ISO_PRECISION_SINGLE, ISO_PACE_FIXED, 1e-8},
      {"numerics={splitting: godunov}", ISO_PRECISION_DOUBLE, ISO_PACE_FIXED, 1e-8},
      {"numerics={diffusion: implicit, mass: consistent, fast_current: nodal}", ISO_PRECISION_DOUBLE,
       ISO_PACE_FIXED, 1e-8},
      {"numerics={product: library}", ISO_PRECISION_DOUBLE, ISO_PACE_FIXED, 1e-8},
  };
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    iso_config config = parse_good(cases[k].numerics);
    assert_int_equal(config.numerics.precision, cases[k].precision);
    assert_int_equal(config.numerics.scheme.pace, cases[k].pace);
    assert_true(config.numerics.scheme.cg_tolerance == cases[k].cg_tolerance);
    const bool asked = strstr(cases[k].numerics, "accuracy");
    assert_int_equal(config.numerics.step_follows, asked || cases[k].pace == ISO_PACE_ADAPTIVE);
    assert_true(config.time.step_ms == 0.05);
    iso_config_free(&config);
  }
}

static void test_defaults_are_known(void **state) {
  (void)state;
  assert_true(iso_config_is_default("numerics.rates", "tabulated"));
  assert_true(iso_config_is_default("numerics.cg_tolerance", "1e-08"));
  assert_true(iso_config_is_default("regions.3.chi_per_mm", "140"));
  assert_true(iso_config_is_default("drugs.0.block.g_Kr.hill", "1"));
  assert_false(iso_config_is_default("sites.a.box", "x"));
  assert_false(iso_config_is_default("numerics.rates", "exact"));
  assert_false(iso_config_is_default("numerics.pace", "adaptive")); /* depends on the scheme */
  assert_false(iso_config_is_default("time.step_ms", "0.05"));      /* depends on the model */
  assert_false(iso_config_is_default("numerics", "tabulated"));
  assert_false(iso_config_is_default("numerics.rates.exact", "exact"));
  assert_false(iso_config_is_default("", ""));
}

/* As yaml.safe_dump writes what occurs twice. Copies are apart: --set changes one. */
static void test_aliases(void **state) {
  (void)state;
  char text[4096];
  iso_config c;
  iso_error err;
  edit("{g_Na: 7.4, g_Ks: {scale: 0.5}}", "&id001 {g_Na: 7.4, g_Ks: {scale: &half 0.5}}", text, sizeof text);
  char *second = strstr(text, "luo_rudy_1991"), tail[4096];
  strcpy(tail, strchr(second, '\n') + 1);
  strcpy(second, "ten_tusscher_2006\n    parameters: *id001\n    chi_per_mm: *half\n");
  strcat(text, tail);
  if (parse(text, "regions.1.parameters.g_Na=9", &c, &err) != ISO_OK) fail_msg("%s", err.message);
  assert_true(c.regions[0].parameters[0].value == 7.4 && c.regions[1].parameters[0].value == 9);
  assert_true(c.regions[1].parameters[1].scales && c.regions[1].parameters[1].value == 0.5);
  assert_true(c.regions[1].chi_per_mm == 0.5);
  iso_config_free(&c);
}

static void test_words_of_truth(void **state) {
  (void)state;
  static const char *const words[] = {"false", "False", "FALSE", "true", "True", "TRUE"};
  for (int i = 0; i < 6; i++) {
    char set[64];
    snprintf(set, sizeof set, "stop.all_activated=%s", words[i]);
    iso_config c = parse_good(set);
    assert_int_equal(c.stop.all_activated, i >= 3);
    iso_config_free(&c);
  }
}

int config_values(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_values_and_defaults),
      cmocka_unit_test(test_parameters),
      cmocka_unit_test(test_courses_of_parameters),
      cmocka_unit_test(test_fields_of_parameters),
      cmocka_unit_test(test_drugs),
      cmocka_unit_test(test_set),
      cmocka_unit_test(test_later_set_wins),
      cmocka_unit_test(test_paths_start_from_the_configuration),
      cmocka_unit_test(test_smoothing_follows_the_fast_current),
      cmocka_unit_test(test_accuracy),
      cmocka_unit_test(test_defaults_are_known),
      cmocka_unit_test(test_aliases),
      cmocka_unit_test(test_words_of_truth),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
