/* The dump, which reads back as the same configuration. */
#include "config/good.h"

#include <stdio.h>
#include <stdlib.h>

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

/* Whether the dump of a study with these axes has a text, with absolute folders as they are or without. */
static bool study_shows(const char *axes, bool whole, const char *text) {
  iso_error err = {0};
  char *dump;
  iso_config c = parse_good(axes);
  assert_int_equal((whole ? iso_config_dump_whole : iso_config_dump)(&c, &dump, &err), ISO_OK);
  const bool shows = strstr(dump, text);
  free(dump);
  iso_config_free(&c);
  return shows;
}

/* Values and settings that are paths, or hold some, show no folders; others are as they were written. */
static void test_settings_of_a_study_leave_them_out(void **state) {
  static const struct {
    const char *axis, *shown;
  } known[] = {
      {"{key: mesh.file, values: [/home/Surname/a.vtk, b/c.vtk]}", "[\"a.vtk\", \"b/c.vtk\"]"},
      {"{key: mesh.file, values: ['/home/Surname/of hearts: b, c/']}", "[\"of hearts: b, c/\"]"},
      {"{key: sites.a, values: [{nodes: /home/Surname/a.vtx}, [1,2]]}",
       "{\\\"nodes\\\": a.vtx}\", \"[1, 2]\"]"},
      {"{cases: [{set: [mesh.file=/home/Surname/a.vtk, 'title=m/s']}]}",
       "name: \"mesh.file=a.vtk title=m/s\""},
      {"{cases: [{set: [mesh.file=/home/Surname/a.vtk]}]}", "set: [\"mesh.file=a.vtk\"]"},
      {"{cases: [{set: ['mesh={file: \"/home/Surname/a.vtk\", unit: mm}']}]}",
       "{\\\"file\\\": \\\"a.vtk\\\", \\\"unit\\\": mm}"},
      {"{cases: [{set: ['mesh={file: [/home/Surname/a.vtk']}]}", "mesh={file: [a.vtk"},
  };
  (void)state;
  for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
    char axes[256];
    snprintf(axes, sizeof axes, "study.axes=[%s]", known[k].axis);
    if (!study_shows(axes, false, known[k].shown)) fail_msg("%s does not show as %s", axes, known[k].shown);
    assert_false(study_shows(axes, false, "Surname"));
    assert_true(study_shows(axes, true, "Surname"));
  }
  assert_false(
      study_shows("study.screen={sample: 1, set: [mesh.file=/home/Surname/a.vtk]}", false, "Surname"));
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

int config_dump(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_dump_loads_again),
      cmocka_unit_test(test_dump_knows_every_key),
      cmocka_unit_test(test_dump_keeps_relative_paths),
      cmocka_unit_test(test_dump_leaves_absolute_folders_out),
      cmocka_unit_test(test_settings_of_a_study_leave_them_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
