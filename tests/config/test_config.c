/* Configurations: defaults, overrides, messages and the dump. */
#include "config/config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char good[] = "title: a wave\n"                                   /* 1 */
                           "mesh:\n"                                           /* 2 */
                           "  slab: {size_mm: [4, 2, 1], spacing_mm: 0.5}\n"   /* 3 */
                           "regions:\n"                                        /* 4 */
                           "  - name: wall\n"                                  /* 5 */
                           "    tags: [1, 7]\n"                                /* 6 */
                           "    model: ten_tusscher_2006\n"                    /* 7 */
                           "    conductivity:\n"                               /* 8 */
                           "      longitudinal_S_per_m: 0.13\n"                /* 9 */
                           "      transverse_S_per_m: 0.02\n"                  /* 10 */
                           "    parameters: {g_Na: 7.4, g_Ks: {scale: 0.5}}\n" /* 11 */
                           "    initial: {V: -80, m: 0.01}\n"                  /* 12 */
                           "  - model: luo_rudy_1991\n"                        /* 13 */
                           "    conductivity: {isotropic_S_per_m: 0.1}\n"      /* 14 */
                           "stimuli:\n"                                        /* 15 */
                           "  - box: {min_mm: [0, 0, 0], max_mm: [1, 1, 1]}\n" /* 16 */
                           "    amplitude_uA_per_uF: 50\n"                     /* 17 */
                           "time:\n"                                           /* 18 */
                           "  duration_ms: 20\n"                               /* 19 */
                           "outputs:\n"                                        /* 20 */
                           "  probes: [{name: a, at_mm: [1, 1, 1]}, {name: b, node: 3}]\n" /* 21 */;

static iso_status parse(const char *text, const char *set, iso_config *config, iso_error *err) {
  *err = (iso_error){0};
  return iso_config_parse(config, "folder/heart.yaml", text, strlen(text), set ? 1 : 0, &set, err);
}

static iso_config parse_good(const char *set) {
  iso_config config;
  iso_error err;
  if (parse(good, set, &config, &err) != ISO_OK) fail_msg("%s", err.message);
  return config;
}

/* The message holds every word of expected, which are separated by '|'. */
static void assert_words(const char *message, const char *expected) {
  char words[512];
  snprintf(words, sizeof words, "%s", expected);
  for (char *word = strtok(words, "|"); word; word = strtok(NULL, "|"))
    if (!strstr(message, word)) fail_msg("'%s' is not in: %s", word, message);
}

static void assert_refused(const char *text, const char *set, const char *expected) {
  iso_config config;
  iso_error err;
  iso_status status = parse(text, set, &config, &err);
  iso_config_free(&config);
  if (status != ISO_EINPUT) fail_msg("accepted with %s: %.200s", set ? set : "nothing set", text);
  assert_words(err.message, expected);
}

/* good with the first occurrence of old replaced. */
static void edit(const char *old, const char *replacement, char *out, size_t size) {
  const char *at = strstr(good, old);
  assert_non_null(at);
  snprintf(out, size, "%.*s%s%s", (int)(at - good), good, replacement, at + strlen(old));
}

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

/* Two drugs on wall, of which one reaches the other region, too, by a parameter that both models have. */
static const char two_drugs[] =
    "drugs=[{name: a, concentration_nM: 30, regions: [wall], block: {g_Kr: {ic50_nM: 10}, g_Na: {ic50_uM: "
    "0.03, "
    "hill: 2}}}, {concentration_uM: 0.01, block: {g_Na: {ic50_nM: 20, hill: 0.5}}}]";

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

static const char some_sites[] =
    "sites={apex: {sphere: {centre_mm: [0, 0, 1], radius_mm: 2}}, rim: {surface: true, not: {site: apex}}, "
    "both: {or: "
    "[{site: rim}, {site: apex, tag: [1, 7]}], and: [{surface: endo.surf}, {nodes: a.vtx}]}}";

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

/* Each edit of the good configuration is refused, with file, line, key and remedy. */
static void test_bad_files(void **state) {
  (void)state;
  static const char *const cases[][3] = {
      {"  duration_ms: 20", "  duratoin_ms: 20",
       "folder/heart.yaml:19: time.duratoin_ms|did you mean 'duration_ms'|step_ms"},
      {"  duration_ms: 20", "  duration_s: 20",
       "folder/heart.yaml:19: time.duration_s|did you mean 'duration_ms'|convert"},
      {"  duration_ms: 20", "  duration: 20", "heart.yaml:19: time.duration:|did you mean 'duration_ms'"},
      {"size_mm", "size_um", "heart.yaml:3: mesh.slab.size_um|did you mean 'size_mm'"},
      {"title: a wave", "colour: red", "heart.yaml:1: colour: unknown key|allowed here: title, method, mesh"},
      {"  duration_ms: 20", "  duration_ms: 20\n  duration_ms: 30",
       "heart.yaml:20: |duplicate key 'duration_ms'|line 19|keep one"},
      {"  duration_ms: 20", "  duration_ms: long",
       "heart.yaml:19: time.duration_ms|expected a number, got 'long'"},
      {"  duration_ms: 20", "  duration_ms: 20 ms",
       "heart.yaml:19: time.duration_ms|number alone|units belong to the keys"},
      {"  duration_ms: 20", "  duration_ms: \"20\"", "heart.yaml:19: time.duration_ms|without quotes"},
      {"  duration_ms: 20", "  duration_ms: [20]", "heart.yaml:19: time.duration_ms|got a list"},
      {"  duration_ms: 20", "  duration_ms: .nan", "heart.yaml:19: time.duration_ms|expected a number"},
      {"  duration_ms: 20", "  duration_ms: 1e999", "heart.yaml:19: time.duration_ms|too large"},
      {"  duration_ms: 20", "  duration_ms: 0", "heart.yaml:19: time.duration_ms|out of range|above 0"},
      {"  duration_ms: 20", "  duration_ms:", "heart.yaml:18: time|'duration_ms' is missing"},
      {"time:\n  duration_ms: 20\n", "", "heart.yaml:1: |'time' is missing"},
      {"[4, 2, 1]", "[4, 2]", "heart.yaml:3: mesh.slab.size_mm|three numbers"},
      {"[4, 2, 1]", "[4, x, 1]", "heart.yaml:3: mesh.slab.size_mm.1|got 'x'"},
      {"[4, 2, 1]", "[0.1, 2, 1]", "heart.yaml:3: mesh.slab.size_mm|less than one spacing"},
      {"  slab:", "  file: a.vtk\n  slab:", "heart.yaml:2: mesh|either"},
      {"  slab: {size_mm: [4, 2, 1], spacing_mm: 0.5}", "  refine: 1", "heart.yaml:2: mesh|there is no mesh"},
      {"  slab:", "  fibre: [0, 0, 0]\n  slab:", "heart.yaml:3: mesh.fibre|all zeros"},
      {"  slab:", "  refine: 99\n  slab:", "heart.yaml:3: mesh.refine|at most 6"},
      {"  slab:", "  refine: 1.5\n  slab:", "heart.yaml:3: mesh.refine|whole number"},
      {"  slab:", "  unit: inch\n  slab:", "heart.yaml:3: mesh.unit|um, mm, cm, m"},
      {"[1, 7]", "[1, one]", "heart.yaml:6: regions.0.tags.1|whole number, got 'one'"},
      {"[1, 7]", "[]", "heart.yaml:6: regions.0.tags|empty"},
      {"[1, 7]", "[99999999999]", "heart.yaml:6: regions.0.tags.0|too large"},
      {"    tags: [1, 7]\n", "", "heart.yaml:12: regions.1|remaining tags|regions.0"},
      {"  - model: luo", "  - tags: [7]\n    model: luo", "heart.yaml:13: regions.1.tags|tag 7|regions.0"},
      {"  - model: luo", "  - name: wall\n    model: luo", "heart.yaml:13: regions.1.name|'wall'"},
      {"ten_tusscher_2006", "ten_tuscher_2006",
       "heart.yaml:7: regions.0.model|did you mean 'ten_tusscher_2006'"},
      {"    model: ten_tusscher_2006", "    model: ten_tusscher_2006\n    variant: endoo",
       "heart.yaml:8: regions.0.variant|'endo'"},
      {"g_Na", "gNa", "heart.yaml:11: regions.0.parameters.gNa|did you mean 'g_Na'|There are: g_Na, g_CaL"},
      {"{scale: 0.5}", "{scale: 0.5, value: 1}", "heart.yaml:11: regions.0.parameters.g_Ks|{scale: number}"},
      {"{scale: 0.5}", "{field: a.nc}", "heart.yaml:11: regions.0.parameters.g_Ks|'variable' is missing"},
      {"{scale: 0.5}", "{scale: {feild: a.nc, variable: b}}",
       "heart.yaml:11: regions.0.parameters.g_Ks.scale.feild|did you mean 'field'"},
      {"{scale: 0.5}", "{by: transmural, from: 1, to: 2}",
       "heart.yaml:11: regions.0.parameters.g_Ks|a slab has no coordinates"},
      {"{scale: 0.5}", "{by: transmural, from: 1}",
       "heart.yaml:11: regions.0.parameters.g_Ks|both from and to"},
      {"{scale: 0.5}", "{by: transmural, from: 1, points: [{at: 0, value: 1}, {at: 1, value: 1}]}",
       "heart.yaml:11: regions.0.parameters.g_Ks|both from and to"},
      {"{scale: 0.5}", "{by: transmural, points: [{at: 0, value: 1}]}",
       "heart.yaml:11: regions.0.parameters.g_Ks|one point is no course"},
      {"{scale: 0.5}", "{by: transmural, points: [{at: 0.5, value: 1}, {at: 0.5, value: 2}]}",
       "heart.yaml:11: regions.0.parameters.g_Ks|sort them"},
      {"m: 0.01", "m: {field: a.nc, variable: m}", "heart.yaml:12: regions.0.initial.m|{scale: number}"},
      {"m: 0.01", "m: {scale: {field: a.nc, variable: m}}",
       "heart.yaml:12: regions.0.initial.m.scale|a number"},
      {"{V: -80, m", "{V: -80, mm", "heart.yaml:12: regions.0.initial.mm|no state"},
      {"{V: -80, m", "{paced: {beats: 9}, m", "heart.yaml:12: regions.0.initial.paced|'cycle_length_ms'"},
      {"{V: -80, m", "{paced: {cycle_length_s: 1}, m", "initial.paced.cycle_length_s|'cycle_length_ms'"},
      {"{V: -80, m", "{paced: {cycle_length_ms: 600.01}, m",
       "heart.yaml:12: regions.0.initial.paced.cycle_length_ms|whole number"},
      {"{V: -80, m", "{paced: {cycle_length_ms: 2}, m", "regions.0.initial.paced|does not fit"},
      {"      transverse_S_per_m: 0.02\n", "", "heart.yaml:8: regions.0.conductivity|transverse_S_per_m"},
      {"{isotropic_S_per_m: 0.1}", "{isotropic_S_per_m: 0.1, normal_S_per_m: 1}",
       "heart.yaml:14: regions.1.conductivity|alone"},
      {"{isotropic_S_per_m: 0.1}", "{isotropic_S_per_m: 0}",
       "heart.yaml:14: regions.1.conductivity.isotropic_S_per_m|above 0"},
      {"{isotropic_S_per_m: 0.1}", "0.1", "heart.yaml:14: regions.1.conductivity|expected keys and values"},
      {"  - box: {min_mm: [0, 0, 0], max_mm: [1, 1, 1]}", "  - start_ms: 1",
       "heart.yaml:16: stimuli.0|box, sphere"},
      {"min_mm: [0, 0, 0]", "min_mm: [0, 3, 0]", "heart.yaml:16: stimuli.0.box|exceeds max_mm in y"},
      {"    amplitude_uA_per_uF: 50\n", "", "heart.yaml:16: stimuli.0|'amplitude_uA_per_uF' is missing"},
      {"    amplitude_uA_per_uF: 50\n", "    amplitude_uA_per_uF: 50\n    count: 3\n",
       "heart.yaml:18: stimuli.0.count|period_ms"},
      {"    amplitude_uA_per_uF: 50\n", "    amplitude_uA_per_uF: 50\n    period_ms: 1\n",
       "heart.yaml:18: stimuli.0.period_ms|2 ms does not fit"},
      {"time:", "time:\n  step_ms: 30", "heart.yaml:19: time.step_ms|longer than the run"},
      {"time:", "time:\n  step_ms: 1e-9", "heart.yaml:19: time.step_ms|out of range|at least 1e-06"},
      {"    amplitude_uA_per_uF: 50\n",
       "    amplitude_uA_per_uF: 50\n    duration_ms: 1e-9\n    period_ms: 1e-9\n",
       "heart.yaml:19: stimuli.0.period_ms|shorter than a time step"},
      {"time:", "time:\n  step_ms: 5", "heart.yaml:19: time.step_ms|too long for ten_tusscher_2006|lower"},
      {"outputs:", "numerics: {mass: consistent}\noutputs:", "heart.yaml:20: numerics.mass|implicit"},
      {"outputs:", "numerics: {mass: consistent, diffusion: implicit}\noutputs:",
       "heart.yaml:20: numerics.fast_current|set it to nodal"},
      {"outputs:", "numerics: {accuracy: best}\noutputs:",
       "heart.yaml:20: numerics.accuracy|draft, standard, reference"},
      {"outputs:", "numerics: {accuracy: draft, pace: adaptive, splitting: strang}\noutputs:",
       "heart.yaml:20: numerics.pace|numerics.splitting to staggered"},
      {"outputs:", "numerics: {pace: slow}\noutputs:", "heart.yaml:20: numerics.pace|fixed, adaptive"},
      {"outputs:", "numerics: {pace: adaptive, diffusion: implicit}\noutputs:",
       "heart.yaml:20: numerics.pace|numerics.diffusion to explicit"},
      {"outputs:",
       "numerics: {pace: adaptive, diffusion: implicit, mass: consistent, fast_current: nodal}\noutputs:",
       "heart.yaml:20: numerics.pace|numerics.mass to lumped"},
      {"outputs:", "numerics: {pace: adaptive, splitting: godunov}\noutputs:",
       "heart.yaml:20: numerics.pace|numerics.splitting to staggered"},
      {"outputs:", "numerics: {pace: adaptive, splitting: strang}\noutputs:",
       "heart.yaml:20: numerics.pace|numerics.splitting to staggered"},
      {"outputs:", "numerics: {pace: adaptive, product: library}\noutputs:",
       "heart.yaml:20: numerics.pace|numerics.product to own"},
      {"outputs:", "numerics: {theta: 0.2}\noutputs:", "heart.yaml:20: numerics.theta|at least 0.5"},
      {"outputs:", "stop: {all_activated: 1}\noutputs:", "heart.yaml:20: stop.all_activated|true or false"},
      {"outputs:", "outputs:\n  compression: 12", "heart.yaml:21: outputs.compression|at most 9"},
      {"outputs:", "outputs:\n  probe_interval_ms: 0.001",
       "heart.yaml:21: outputs.probe_interval_ms|shorter than a time step"},
      {"outputs:", "outputs:\n  snapshots: {interval_ms: 1, start_ms: 9, stop_ms: 8}",
       "heart.yaml:21: outputs.snapshots|start"},
      {"outputs:", "outputs:\n  repolarisation: {level_percent: 80, threshold_mV: -60}",
       "heart.yaml:21: outputs.repolarisation|leave one out"},
      {"name: b, node: 3", "name: a, node: 3", "heart.yaml:21: outputs.probes.1.name|'a'"},
      {"name: b, node: 3", "name: b", "heart.yaml:21: outputs.probes.1|at_mm, node or site"},
      {"name: b, node: 3", "name: b, node: -3", "heart.yaml:21: outputs.probes.1.node|at least 0"},
      {"title: a wave", "device: gpu", "heart.yaml:1: device|auto, cpu, cuda"},
      {"title: a wave", "title: *a", "heart.yaml:1: |alias *a stands for nothing"},
      {"title: a wave", "title: &a [*a]", "heart.yaml:1: |alias *a stands for nothing"},
      {"title: a wave", "title: !!str wave", "heart.yaml:1: |tags"},
      {"name: b, node: 3", "name: '', node: 3", "heart.yaml:21: outputs.probes.1.name|0 bytes|1 to 32"},
      {"name: b, node: 3", "name: a234567890b234567890c234567890def, node: 3",
       "heart.yaml:21: outputs.probes.1.name|33 bytes|1 to 32"},
      {"title: a wave", "title: {a: {a: {a: b}}}", "heart.yaml:1: title|expected text"},
      {"title: a wave", "title: a: wave", "heart.yaml:1: |not YAML"},
      {"title: a wave", "\ttitle: a wave", "heart.yaml:1: |not YAML"},
      {"regions:\n", "regions: []\nregion:\n", "heart.yaml:5: region|did you mean 'regions'"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char text[4096];
    edit(cases[i][0], cases[i][1], text, sizeof text);
    assert_refused(text, NULL, cases[i][2]);
  }
}

static void test_bad_settings(void **state) {
  (void)state;
  static const char *const cases[][2] = {
      {"time.step_ms", "--set time.step_ms|key.path=value"},
      {"=1", "--set =1|key.path=value"},
      {"time..step_ms=1", "single dots"},
      {"time.step_s=1", "--set time.step_s=1|did you mean 'step_ms'"},
      {"time.step_ms=fast", "--set time.step_ms=fast|expected a number"},
      {"stimuli.7.start_ms=1", "stimuli.7|holds 1 item|0 to 1"},
      {"stimuli.first.start_ms=1", "stimuli.first|numbered from 0"},
      {"drugs=[{concentration_nM: 1, block: {g_Kr: {ic50_nM: 1}}}]",
       "drugs.0.block.g_Kr: luo_rudy_1991|'region1'|one of: g_Na"},
      {"drugs=[{concentration_nM: 1, regions: [wall], block: {gKr: {ic50_nM: 1}}}]",
       "drugs.0.block.gKr|ten_tusscher_2006|g_Kr"},
      {"drugs=[{concentration_nM: 1, regions: [wal], block: {g_Kr: {ic50_nM: 1}}}]",
       "drugs.0.regions|'wal'|wall"},
      {"drugs=[{concentration_nM: 1, regions: wall, block: {g_Kr: {ic50_nM: 1}}}]", "drugs.0.regions|a list"},
      {"drugs=[{block: {g_Na: {ic50_nM: 1}}}]", "drugs.0: concentration is missing|concentration_nM"},
      {"drugs=[{concentration_nM: 1, concentration_uM: 1, block: {g_Na: {ic50_nM: 1}}}]",
       "drugs.0: concentration is given twice"},
      {"drugs=[{concentration_mM: 1, block: {g_Na: {ic50_nM: 1}}}]",
       "drugs.0.concentration_mM|did you mean 'concentration_nM'"},
      {"drugs=[{concentration_nM: -1, block: {g_Na: {ic50_nM: 1}}}]",
       "drugs.0.concentration_nM|out of range"},
      {"drugs=[{concentration_nM: 1, block: {g_Na: {}}}]", "drugs.0.block.g_Na: ic50 is missing"},
      {"drugs=[{concentration_nM: 1, block: {}}]", "drugs.0.block: nothing is in it|one name at least"},
      {"drugs=[{concentration_nM: 1, block: {g_Na: {ic50_nM: 0}}}]",
       "drugs.0.block.g_Na.ic50_nM|out of range"},
      {"drugs=[{concentration_nM: 1, block: {g_Na: {ic50_nM: 1, hill: 0}}}]",
       "drugs.0.block.g_Na.hill|above 0"},
      {"drugs=[{concentration_nM: 1, block: [g_Na]}]", "drugs.0.block|names and what belongs to them"},
      {"drugs=[{concentration_nM: 1}]", "drugs.0|'block' is missing"},
      {"stimuli.0.site=apex", "stimuli.0.site: there is no site 'apex'|under sites"},
      {"outputs.probes.1.site=apex", "outputs.probes.1|once: at_mm, node or site"},
      {"sites={a: {site: b}, b: {surface: true}}", "sites.a.site: there is no site 'b' before this one"},
      {"sites={a: {surface: true}, b: {not: {site: b}}}",
       "sites.b.not.0.site: there is no site 'b' before|There are: a"},
      {"sites={apex: {surface: true}, b: {not: [{site: apxe}]}}", "sites.b.not.0.site|did you mean 'apex'"},
      {"sites={a: {}}", "sites.a: it reaches nothing|site, box, sphere"},
      {"sites={a: {segment: 7}}", "sites.a: a slab has no coordinates and segments"},
      {"sites={a: {coordinates: {transmural: [0, 2]}}}", "sites.a.coordinates.transmural|out of range"},
      {"sites={a: {coordinates: {transmural: 0.5}}}",
       "sites.a.coordinates.transmural|two numbers, like [0, 1]"},
      {"sites={a: {surface: false}}", "sites.a.surface: false is no condition"},
      {"stimuli.0.surface=false", "stimuli.0.surface: false is no condition"},
      {"stimuli.0.surface=[a]", "stimuli.0.surface: expected true, the name of a surface"},
      {"mesh.surfaces={epi: {unit: cm}}", "mesh.surfaces.epi|'file' is missing"},
      {"stimuli.0.or=[]", "stimuli.0.or: the list is empty"},
      {"stimuli.0.and=[]", "stimuli.0.and: the list is empty"},
      {"sites={a: {tag: 1, not: []}}", "sites.a.not: the list is empty"},
      {"sites={a: {tag: 1, not: {tag: 2, or: []}}}", "sites.a.not.or: the list is empty"},
      {"sites={a: {tag: []}}", "sites.a.tag: the list is empty"},
      {"sites={a: {and: [{box: {min_mm: [1, 0, 0], max_mm: [0, 0, 0]}}]}}",
       "sites.a.and.0.box: min_mm exceeds"},
      {"sites={a: {shpere: {}}}", "sites.a.shpere|did you mean 'sphere'"},
      {"regions.0.site=apex", "regions.0.site (wall): its tags are given"},
      {"outputs.probes.1.nod=3", "outputs.probes.1.nod (b): unknown key"},
      {"regions.0.conductivity.longitudinal_S_per_m=-1",
       "regions.0.conductivity.longitudinal_S_per_m (wall): -1 is out of range"},
      {"regions.0.conductivity.isotropic_S_per_m=1",
       "heart.yaml:8: regions.0.conductivity (wall): isotropic"},
      {"regions.1.site=apex", "regions.1.site: there is no site 'apex'"},
      {"sites=[{surface: true}]", "sites|names and what belongs to them"},
      {"title=[", "--set title=[|not YAML"},
      {"regions=3", "regions|expected a list"},
      {"stimuli.0.box.min_mm=[5,0,0]", "heart.yaml:16: stimuli.0.box|exceeds"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) assert_refused(good, cases[i][0], cases[i][1]);
}

static void test_garbage(void **state) {
  (void)state;
  iso_config config;
  iso_error err = {0};
  static const char binary[] = "\x89HDF\r\n\x1a\n\0\0\0\0";
  assert_int_equal(iso_config_parse(&config, "x", binary, sizeof binary, 0, NULL, &err), ISO_EINPUT);
  assert_words(err.message, "x:|not YAML");
  assert_refused("", NULL, "heart.yaml:1: |'mesh' is missing");
  assert_refused("just words", NULL, "heart.yaml:1: |keys and values");
  assert_refused("- a\n- b\n", NULL, "heart.yaml:1: |keys and values");
  assert_refused("a: 1\n---\nb: 2\n", NULL, "heart.yaml:2: |second document");
  assert_refused("? [a]\n: b\n", NULL, "heart.yaml:1: |single word");
  char deep[4001] = "title: ";
  memset(deep + 7, '[', sizeof deep - 8);
  assert_refused(deep, NULL, "heart.yaml:1: |too deeply");
}

/* Every prefix and every one-byte change of a good file is either accepted or refused with a message. */
static void test_damaged_files(void **state) {
  (void)state;
  char text[sizeof good];
  for (size_t i = 0; i < strlen(good); i++)
    for (int kind = 0; kind < 3; kind++) {
      iso_config config;
      iso_error err = {0};
      memcpy(text, good, sizeof good);
      if (kind) text[i] = kind == 1 ? '\x01' : ':';
      iso_status status = iso_config_parse(&config, "x", text, kind ? strlen(good) : i, 0, NULL, &err);
      if (status != ISO_OK && (status != ISO_EINPUT || strlen(err.message) < 20))
        fail_msg("%zu: %s", i, err.message);
      iso_config_free(&config);
    }
}

/* What is set differs from what is not, and the dump says so: a key that it left out would be lost twice and
 * compare equal. */
static void assert_in_dump(const char *set, const char *dump) {
  iso_error err = {0};
  char *plain;
  iso_config config = parse_good(NULL);
  assert_int_equal(iso_config_dump(&config, &plain, &err), ISO_OK);
  if (strcmp(plain, dump) == 0) fail_msg("the dump does not know of %s", set);
  free(plain);
  iso_config_free(&config);
}

static void assert_same_dump(const char *set) {
  iso_error err = {0};
  char *first, *second;
  iso_config a = parse_good(set), b;
  assert_int_equal(iso_config_dump(&a, &first, &err), ISO_OK);
  if (iso_config_parse(&b, "folder/heart.yaml", first, strlen(first), 0, NULL, &err) != ISO_OK)
    fail_msg("%s\n%s", err.message, first);
  assert_int_equal(iso_config_dump(&b, &second, &err), ISO_OK);
  assert_string_equal(first, second);
  if (set) assert_in_dump(set, first);
  assert_int_equal(a.regions[0].nparameters, b.regions[0].nparameters);
  assert_true(a.regions[0].initial_vm_mV == b.regions[0].initial_vm_mV);
  assert_int_equal(a.nstimuli, b.nstimuli);
  free(first);
  free(second);
  iso_config_free(&a);
  iso_config_free(&b);
}

static void test_dump_loads_again(void **state) {
  (void)state;
  assert_same_dump(NULL);
  assert_same_dump("title='12'");
  assert_same_dump("title=\"quotes \\\" and \\\\ and \\n \\u00e9 \\u0085\"");
  assert_same_dump("stimuli.0.nodes=apex.vtx");
  assert_same_dump(some_sites);
  assert_same_dump(
      "stimuli.0={surface: true, not: [{tag: 3}, {box: {min_mm: [0, 0, 0], max_mm: [1, 1, 1]}}], "
      "amplitude_uA_per_uF: 1}");
  assert_same_dump("stimuli.0.period_ms=0.1e3");
  assert_same_dump("time.duration_ms=20.1000000000000001");
  assert_same_dump("outputs.snapshots.interval_ms=0.30000000000000004");
  assert_same_dump("stimuli.0.tag=-3");
  assert_same_dump(
      "regions.0.parameters={g_Na: {field: a.nc, variable: b}, g_to: {scale: {field: a, variable: b}}}");
  assert_same_dump(two_drugs);
  assert_same_dump("regions.0.initial.paced.cycle_length_ms=600");
  assert_same_dump("outputs.probes=[{name: first, node: 0}]");
  assert_same_dump("outputs.probes=[{name: first, node: 3}]");
}

/* One value that is not the default for each key that has none above. */
static void test_dump_knows_every_key(void **state) {
  (void)state;
  static const char *const sets[] = {
      "mesh.pieces=3",
      "stimuli.0.duration_ms=3",
      "mesh.slab.diagonals=five",
      "mesh.partition=hilbert",
      "regions.0.chi_per_mm=100",
      "regions.0.cm_uF_per_mm2=0.02",
      "regions.0.thickness_mm=0.5",
      "regions.0.cross_section_mm2=0.5",
      "stimuli.0.start_ms=3",
      "time.step_ms=0.01",
      "stop.all_activated=true",
      "stop.quiescent_ms=7",
      "stop.quiescent_mV=-50",
      "numerics.precision=double",
      "numerics.accuracy=draft",
      "numerics.accuracy=reference",
      "numerics.pace=fixed",
      "numerics.splitting=strang",
      "numerics.diffusion=implicit",
      "numerics.theta=0.75",
      "numerics.fast_current=nodal",
      "numerics.smoothing=0.3",
      "numerics.interpolation=0.9",
      "numerics.rates=exact",
      "numerics.cg_tolerance=1e-7",
      "numerics.cg_iterations=10",
      "outputs.beats=3",
      "outputs.probe_interval_ms=2",
      "outputs.compression=3",
      "outputs.activation.threshold_mV=-30",
      "outputs.repolarisation.level_percent=80",
      "outputs.repolarisation.threshold_mV=-40",
      "outputs.csv=true",
      "outputs.vtu=true",
      "outputs.snapshots={interval_ms: 3, start_ms: 2}",
      "outputs.snapshots={interval_ms: 3, stop_ms: 9}",
      "checkpoint.interval_ms=4",
      "checkpoint.every_minutes=5",
      "checkpoint.keep=6",
      "device=cuda",
      "threads=2",
  };
  for (size_t k = 0; k < sizeof sets / sizeof *sets; k++) assert_same_dump(sets[k]);
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

/* Numbers that no cell has: of the region, what, and the range. */
static void test_values_out_of_range(void **state) {
  (void)state;
  static const char *const cases[][2] = {
      {"regions.0.initial.V=501",
       "regions.0.initial.V: in region 'wall', 501 mV is out of range|-500 to 500 mV"},
      {"regions.0.initial.V=-501", "out of range"},
      {"regions.0.initial.m=1.001", "regions.0.initial.m: |1.001 is out of range|from 0 to 1"},
      {"regions.0.initial.R_prime=-0.1", "from 0 to 1"},
      {"regions.0.initial.m={scale: 600}", "regions.0.initial.m: |1.032 is out of range"},
      {"regions.0.initial.m={scale: -0.5}", "a scale of -0.5 is out of range|at least 0"},
      {"regions.0.initial.Ca_i=-1e-9", "regions.0.initial.Ca_i: |-1e-09 mM is out of range|at least 0 mM"},
      {"regions.0.initial.K_i_shift=-500", "-500 mM|difference to 136.89 mM|at least -136.89 mM"},
      {"regions.1={model: ohara_rudy_2011, conductivity: {isotropic_S_per_m: 1}, initial: {Na_ss_excess: "
       "-9}}",
       "regions.1.initial.Na_ss_excess: |at least -7.267"},
      {"regions.1={model: bueno_orovio_2008, conductivity: {isotropic_S_per_m: 1}, initial: {v: 1.5}}",
       "regions.1.initial.v: |from 0 to 1"},
      {"regions.0.parameters.g_Na=-5",
       "regions.0.parameters.g_Na: in region 'wall', -5 mS/uF is|at least 0 mS/uF"},
      {"regions.0.parameters.K_o=-5", "at least 0 mM"},
      {"regions.0.parameters.P_NaK=-5", "at least 0 uA/uF"},
      {"regions.0.parameters.g_Na={scale: -1}", "regions.0.parameters.g_Na: |a scale of -1 is out of range"},
      {"regions.1={model: mitchell_schaeffer_2003, conductivity: {isotropic_S_per_m: 1}, parameters: "
       "{tau_in: -1}}",
       "regions.1.parameters.tau_in: |at least 0 ms"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) assert_refused(good, cases[i][0], cases[i][1]);
}

/* The ends of the ranges, and what has a sign. */
static void test_values_in_range(void **state) {
  (void)state;
  static const char *const cases[] = {
      "regions.0.initial.V=-500",
      "regions.0.initial.m=1",
      "regions.0.initial.Ca_i=0",
      "regions.0.initial.K_i_shift=-136",
      "regions.0.parameters={g_Na: 0, g_to: {scale: 0}}",
      "regions.1={model: mitchell_schaeffer_2003, conductivity: {isotropic_S_per_m: 1}, parameters: "
      "{V_min: -90, V_max: -5, u_gate: -0.1}}",
      "regions.1={model: aliev_panfilov_1996, conductivity: {isotropic_S_per_m: 1}, initial: {v: 1.8}}",
      "regions.1={model: ohara_rudy_2011, conductivity: {isotropic_S_per_m: 1}, initial: {Ca_i_rate: -1e-4, "
      "K_ss_excess: -0.1}}",
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    iso_config c = parse_good(cases[i]);
    iso_config_free(&c);
  }
}

/* What every model starts from is in range. */
static void test_defaults_are_in_range(void **state) {
  (void)state;
  for (int m = 0; m < iso_nmodels; m++)
    for (int v = 0; v < iso_models[m]->nvariants; v++) {
      char set[6000];
      int n =
          snprintf(set, sizeof set, "regions.0={model: %s, variant: %s, conductivity: {isotropic_S_per_m: 1}",
                   iso_models[m]->name, iso_models[m]->variants[v].name);
      n += snprintf(set + n, sizeof set - (size_t)n, ", tags: 1, parameters: {");
      for (int p = 0; p < iso_models[m]->nparameters; p++)
        n += snprintf(set + n, sizeof set - (size_t)n, "%s: {scale: 1}, ", iso_models[m]->parameters[p].name);
      n += snprintf(set + n, sizeof set - (size_t)n, "}, initial: {");
      for (int s = 0; s < iso_models[m]->nstates; s++)
        n += snprintf(set + n, sizeof set - (size_t)n, "%s: {scale: 1}, ", iso_models[m]->states[s].name);
      n += snprintf(set + n, sizeof set - (size_t)n, "}}");
      assert_true(n < (int)sizeof set);
      iso_config config;
      iso_error err = {0};
      const char *sets[] = {set, "time.step_ms=0.001"};
      if (iso_config_parse(&config, "a.yaml", good, strlen(good), 2, sets, &err) != ISO_OK)
        fail_msg("%.200s: %s", iso_models[m]->name, err.message);
      iso_config_free(&config);
    }
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

/* Each list holds the one before it nine times: nine to the ninth in the end. */
static void test_aliases_do_not_explode(void **state) {
  (void)state;
  char text[4096] = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 10; i++) {
    char line[200];
    int n = snprintf(line, sizeof line, "a%d: &a%d [", i, i);
    for (int k = 0; k < 9; k++) n += snprintf(line + n, sizeof line - (size_t)n, "*a%d, ", i - 1);
    snprintf(line + n, sizeof line - (size_t)n, "]\n");
    strcat(text, line);
  }
  assert_refused(text, NULL, "the aliases stand for more than any configuration has");
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

/* Folders may name people. */
static void test_dump_leaves_absolute_folders_out(void **state) {
  (void)state;
  iso_error err = {0};
  char *text;
  iso_config c = parse_good("stimuli.0.nodes=/home/somebody/Surname/apex.vtx");
  assert_int_equal(iso_config_dump(&c, &text, &err), ISO_OK);
  assert_non_null(strstr(text, "nodes: \"apex.vtx\""));
  assert_null(strstr(text, "Surname"));
  free(text);
  iso_config_free(&c);
}

/* The dump goes into results, so it does not hold folders that the user did not write. */
static void test_dump_keeps_relative_paths(void **state) {
  (void)state;
  iso_error err = {0};
  char *text;
  iso_config c = parse_good("stimuli.0.nodes=apex.vtx");
  assert_int_equal(iso_config_dump(&c, &text, &err), ISO_OK);
  assert_non_null(strstr(text, "apex.vtx"));
  assert_null(strstr(text, "folder"));
  free(text);
  iso_config_free(&c);
}

static void test_fail_names_the_nearest_place(void **state) {
  (void)state;
  iso_error err = {0};
  iso_config c = parse_good("stimuli.0.start_ms=1");
  assert_int_equal(iso_config_fail(&c, &err, "stimuli.0", "it hits no node"), ISO_EINPUT);
  assert_string_equal(err.message, "folder/heart.yaml:16: stimuli.0: it hits no node");
  err = (iso_error){0};
  iso_config_fail(&c, &err, "numerics.splitting", "odd");
  assert_string_equal(err.message, "folder/heart.yaml:1: numerics.splitting: odd");
  err = (iso_error){0};
  iso_config_fail(&c, &err, "stimuli.0.start_ms", "odd");
  assert_words(err.message, "--set stimuli.0.start_ms=1: ");
  iso_config_free(&c);
}

int main(void) {
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
      cmocka_unit_test(test_sites),
      cmocka_unit_test(test_named_surfaces),
      cmocka_unit_test(test_coordinates),
      cmocka_unit_test(test_sites_upon_sites),
      cmocka_unit_test(test_bad_files),
      cmocka_unit_test(test_bad_settings),
      cmocka_unit_test(test_garbage),
      cmocka_unit_test(test_damaged_files),
      cmocka_unit_test(test_dump_loads_again),
      cmocka_unit_test(test_dump_knows_every_key),
      cmocka_unit_test(test_dump_keeps_relative_paths),
      cmocka_unit_test(test_dump_leaves_absolute_folders_out),
      cmocka_unit_test(test_accuracy),
      cmocka_unit_test(test_defaults_are_known),
      cmocka_unit_test(test_values_out_of_range),
      cmocka_unit_test(test_values_in_range),
      cmocka_unit_test(test_defaults_are_in_range),
      cmocka_unit_test(test_aliases),
      cmocka_unit_test(test_aliases_do_not_explode),
      cmocka_unit_test(test_words_of_truth),
      cmocka_unit_test(test_fail_names_the_nearest_place),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
