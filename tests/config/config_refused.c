/* Configurations that are refused, and what the messages say. */
#include "config/good.h"

#include <stdio.h>
#include <stdlib.h>

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
  const size_t length = strlen(good);
  char *text = malloc(length);
  for (size_t i = 0; i < length; i++)
    for (int kind = 0; kind < 3; kind++) {
      iso_config config;
      iso_error err = {0};
      memcpy(text, good, length);
      if (kind) text[i] = kind == 1 ? '\x01' : ':';
      iso_status status = iso_config_parse(&config, "x", text, kind ? length : i, 0, NULL, &err);
      if (status != ISO_OK && (status != ISO_EINPUT || strlen(err.message) < 20))
        fail_msg("%zu: %s", i, err.message);
      iso_config_free(&config);
    }
  free(text);
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

int config_refused(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_bad_files),
      cmocka_unit_test(test_bad_settings),
      cmocka_unit_test(test_garbage),
      cmocka_unit_test(test_damaged_files),
      cmocka_unit_test(test_values_out_of_range),
      cmocka_unit_test(test_values_in_range),
      cmocka_unit_test(test_defaults_are_in_range),
      cmocka_unit_test(test_aliases_do_not_explode),
      cmocka_unit_test(test_fail_names_the_nearest_place),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
