/* A model of the user's own: a built-in one under another name has the same bits, and whatever is wrong with
 * a header is said, on every rank. Skipped without a C compiler. */
#include "plugin/process.h"
#include "study/own_line.h"
#include "study/provenance.h"
#include "study/setup.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUILT_IN "luo_rudy_1991"
#define OWN "my_cell_2020"

static iso_error err;

/* text with every from replaced by to, in room of its own that the next call keeps (one call feeds another).
 */
static char *replaced(const char *text, const char *from, const char *to) {
  static char rooms[2][1 << 16];
  static int room;
  char *out = rooms[room ^= 1], *at = out;
  assert_non_null(strstr(text, from));
  for (const char *next; (next = strstr(text, from)); text = next + strlen(from))
    at += sprintf(at, "%.*s%s", (int)(next - text), text, to);
  strcpy(at, text);
  return out;
}

/* cell.h: the built-in model under another name, with one more edit unless from is NULL. */
static void write_model(const char *from, const char *to) {
  MPI_Barrier(MPI_COMM_WORLD);
  if (world_rank() == 0) {
    char *text = replaced(read_text(SOURCES "/kernels/models/" BUILT_IN ".h"), BUILT_IN, OWN);
    write_text(in_folder("cell.h"), from ? replaced(text, from, to) : text);
  }
  MPI_Barrier(MPI_COMM_WORLD);
}

static iso_status load(iso_config *config, const char *model, const char *precision, const char *parameters) {
  return load_line(config, &(cell_line){model, precision, parameters, "cpu", 0.05, 0}, &err);
}

static double *solve(const char *model, const char *precision, const char *parameters, int *n) {
  return solve_line(&(cell_line){model, precision, parameters, "cpu", 0.05, 120}, n);
}

static void assert_same(const char *precision, const char *parameters) {
  int n, n_known;
  double *own = solve("./cell.h", precision, parameters, &n),
         *known = solve(BUILT_IN, precision, parameters, &n_known);
  assert_int_equal(n, n_known);
  assert_memory_equal(own, known, (size_t)n * sizeof *own);
  free(own);
  free(known);
}

static void has_the_same_bits(void **state) {
  (void)state;
  write_model(NULL, NULL);
  write_field();
  assert_same("double", "{}");
  assert_same("single", "{}");
  assert_same("double", "{g_si: {scale: 0.5}, g_K: {scale: {field: field.nc, variable: values}}}");
  assert_same("single", "{K_o: {scale: {field: field.nc, variable: values}}}");
}

/* "own_models" of the results of a run, or "" */
static void named_in_results(const char *model, char *name, size_t size) {
  iso_config config;
  iso_timer timer;
  iso_provenance provenance;
  ASSERT_OK(load(&config, model, "double", "{}"));
  iso_timer_start(&timer);
  iso_setup setup = {.config = &config, .timer = &timer};
  ASSERT_OK(iso_setup_all(&setup, MPI_COMM_WORLD, &err));
  ASSERT_OK(iso_provenance_new(&provenance, &setup, NAN, &err));
  *name = '\0';
  for (int k = 0; k < provenance.count; k++)
    if (!strcmp(provenance.attribute[k].name, "own_models"))
      snprintf(name, size, "%s", provenance.attribute[k].text);
  iso_provenance_free(&provenance);
  iso_setup_free(&setup);
  iso_config_free(&config);
}

static void results_tell_headers_apart(void **state) {
  (void)state;
  char none[128], first[128], second[128];
  named_in_results(BUILT_IN, none, sizeof none);
  assert_string_equal(none, "");
  write_model(NULL, NULL);
  named_in_results("cell.h", first, sizeof first);
  assert_non_null(strstr(first, OWN "-host-"));
  write_model("0.282", "0.283");
  named_in_results("cell.h", second, sizeof second);
  assert_string_not_equal(first, second);
}

static void is_dumped_as_a_file(void **state) {
  (void)state;
  iso_config config;
  char *text;
  write_model(NULL, NULL);
  ASSERT_OK(load(&config, "cell.h", "double", "{}"));
  assert_string_equal(config.regions[0].model->name, OWN);
  ASSERT_OK(iso_config_dump(&config, &text, &err));
  assert_non_null(strstr(text, "model: \"cell.h\""));
  /* Text alone makes no model known. */
  iso_config again;
  ASSERT_REFUSED(iso_config_parse(&again, "heart.yaml", text, strlen(text), 0, NULL, &err),
                 "regions.0.model (wall): a model of your own");
  free(text);
  iso_config_free(&config);
}

static int compilations(void) {
  int lines = 0;
  MPI_Barrier(MPI_COMM_WORLD);
  for (const char *at = read_text(in_folder("count")); *at; at++) lines += *at == '\n';
  return lines;
}

/* Through a compiler that counts: two libraries, once, whatever the number of ranks. */
static void is_compiled_once(void **state) {
  (void)state;
  int n;
  char cc[PATH_MAX], script[3 * PATH_MAX], folder[PATH_MAX];
  const char *before = getenv("CC");
  char *kept = before ? strdup(before) : NULL;
  snprintf(folder, sizeof folder, "%.4000s", in_folder("."));
  snprintf(cc, sizeof cc, "%.4000s/cc", folder);
  snprintf(script, sizeof script,
           "#!/bin/sh\ncase \"$*\" in *' -E '*) ;; *) echo >>'%s/count' ;; esac\nexec %s \"$@\"\n", folder,
           kept ? kept : "cc");
  if (world_rank() == 0) {
    write_text(in_folder("count"), "");
    write_text(cc, script);
    assert_int_equal(chmod(cc, 0700), 0);
  }
  write_model(NULL, NULL);
  setenv("CC", cc, 1);
  free(solve("cell.h", "double", "{}", &n));
  assert_int_equal(compilations(), 2);
  free(solve("cell.h", "double", "{}", &n));
  assert_int_equal(compilations(), 2);
  write_model("0.282", "0.283"); /* another text is another library */
  free(solve("cell.h", "double", "{}", &n));
  assert_int_equal(compilations(), 4);
  if (kept)
    setenv("CC", kept, 1);
  else
    unsetenv("CC");
  free(kept);
}

/* ---- what is refused ---- */

static void assert_refused(const char *text) {
  iso_config config;
  ASSERT_REFUSED(load(&config, "cell.h", "double", "{}"), text);
  assert_non_null(strstr(err.message, "heart.yaml:3: regions.0.model (wall): "));
}

static void bad_headers_are_refused(void **state) {
  (void)state;
  iso_config config;
  ASSERT_REFUSED(load(&config, "nowhere.h", "double", "{}"), "nowhere.h: the model's header cannot be read");
  ASSERT_REFUSED(load(&config, "/.h", "double", "{}"), "/.h: the model's header cannot be read");
  write_model("#define ISO_MODEL " OWN "\n", "\n");
  assert_refused("no line '#define ISO_MODEL NAME'");
  write_model("#define " OWN "_MAX_STEP", "#define " OWN "_LONGEST");
  assert_refused("it does not define " OWN "_MAX_STEP;");
  write_model("#include \"kernels/model_types.h\"\n", "\n");
  assert_refused("#include \"kernels/model_types.h\"");
  write_model(OWN "_step(const", OWN "_stop(const");
  assert_refused("there is no function " OWN "_step");
  write_model(OWN "_NFAST 4", OWN "_NFAST 5");
  assert_refused("NFAST is 5");
  write_model("_MAX_STEP", "_MAX_STEP 0.1, ISO_SLOW_STEP(0.05) // for");
  assert_refused("the ISO_SLOW_STEP of " OWN "_MAX_STEP is 0.05 ms");
}

static void steps_outside_upstrokes_are_at_least_the_others(void **state) {
  (void)state;
  iso_config config;
  write_model("_MAX_STEP", "_MAX_STEP 0.06 // for");
  ASSERT_OK(load(&config, "cell.h", "double", "{}"));
  assert_true(config.regions[0].model->max_step_ms == 0.06 && config.regions[0].model->slow_step_ms == 0.06);
  iso_config_free(&config);
  write_model("_MAX_STEP", "_MAX_STEP 0.06, ISO_SLOW_STEP(0.3) // for");
  ASSERT_OK(load(&config, "cell.h", "double", "{}"));
  assert_true(config.regions[0].model->max_step_ms == 0.06 && config.regions[0].model->slow_step_ms == 0.3);
  iso_config_free(&config);
}

static void compiler_errors_are_shown(void **state) {
  (void)state;
  write_model("#define ISO_MODEL", "#include \"nothing_here.h\"\n#define ISO_MODEL");
  assert_refused("nothing_here.h");
  assert_non_null(strstr(err.message, "cell.h:"));
  write_model("#include \"kernels/model_types.h\"\n",
              "#include \"kernels/model_types.h\"\nstatic inline real oops(void) { return nothing_such; }\n");
  assert_refused("nothing_such");
  assert_non_null(strstr(err.message, "cell.h:"));
  /* a call of the C library would undo vectorisation and the same bits */
  write_model("iso_exp(", "exp(");
  assert_refused("cell.h:");
  assert_non_null(strstr(err.message, "exp"));
  write_model("#include \"kernels/math.h\"\n", "#include \"kernels/math.h\"\n#include <math.h>\n");
  assert_refused("it includes <math.h>");
}

/* A device that cannot compile kernels at run time, as a GPU of a program made with an old CUDA. */
static void other_devices_are_refused(void **state) {
  (void)state;
  iso_config config;
  iso_timer timer;
  write_model(NULL, NULL);
  ASSERT_OK(load(&config, "cell.h", "double", "{}"));
  iso_timer_start(&timer);
  iso_setup setup = {.config = &config, .timer = &timer};
  ASSERT_OK(iso_setup_device(&setup, MPI_COMM_WORLD, &err));
  iso_device_ops ops = *setup.device->ops;
  ops.load_own = NULL;
  setup.device->ops = &ops;
  err = (iso_error){0};
  assert_int_equal(iso_setup_own(&setup, MPI_COMM_WORLD, &err), ISO_EFAIL);
  assert_non_null(strstr(err.message, "choose --device cpu"));
  iso_setup_free(&setup);
  iso_config_free(&config);
}

/* Links to all that a folder of the sources holds but one, in another folder. */
static void link_all_but(const char *one, const char *sources, const char *folder) {
  char from[PATH_MAX], to[PATH_MAX];
  DIR *all = opendir(sources);
  assert_non_null(all);
  assert_int_equal(mkdir(in_folder(folder), 0700), 0);
  for (struct dirent *entry; (entry = readdir(all));) {
    if (entry->d_name[0] == '.' || !strcmp(entry->d_name, one)) continue;
    snprintf(from, sizeof from, "%.3000s/%.255s", sources, entry->d_name);
    snprintf(to, sizeof to, "%.3000s/%.255s", in_folder(folder), entry->d_name);
    assert_int_equal(symlink(from, to), 0);
  }
  closedir(all);
}

/* The program's kernels, with another number of the contract. */
static void make_other_kernels(void) {
  assert_int_equal(mkdir(in_folder("other"), 0700), 0);
  link_all_but("own", SOURCES "/kernels", "other/kernels");
  link_all_but("own.h", SOURCES "/kernels/own", "other/kernels/own");
  write_text(
      in_folder("other/kernels/own/own.h"),
      replaced(read_text(SOURCES "/kernels/own/own.h"), "ISO_OWN_VERSION = ", "ISO_OWN_VERSION = 1000 + "));
}

static void other_kernels_are_refused(void **state) {
  (void)state;
  write_model(NULL, NULL);
  setenv("ISOCHRONE_KERNELS", in_folder("nowhere"), 1);
  assert_refused("set ISOCHRONE_KERNELS");
  if (world_rank() == 0) make_other_kernels();
  setenv("ISOCHRONE_KERNELS", in_folder("other/kernels"), 1);
  assert_refused("kernels of another version");
  unsetenv("ISOCHRONE_KERNELS");
}

static void a_missing_compiler_is_named(void **state) {
  (void)state;
  const char *cc = getenv("CC");
  char *path = strdup(getenv("PATH")), *kept = cc ? strdup(cc) : NULL;
  write_model(NULL, NULL);
  setenv("CC", "no-such-compiler -m64", 1);
  assert_refused("'no-such-compiler', which the environment's CC names");
  unsetenv("CC");
  setenv("PATH", in_folder("."), 1);
  unlink(in_folder("cc"));
  assert_refused("needs a C compiler");
  setenv("PATH", path, 1);
  if (kept) setenv("CC", kept, 1);
  free(kept);
  free(path);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(has_the_same_bits),
      cmocka_unit_test(results_tell_headers_apart),
      cmocka_unit_test(is_dumped_as_a_file),
      cmocka_unit_test(is_compiled_once),
      cmocka_unit_test(bad_headers_are_refused),
      cmocka_unit_test(compiler_errors_are_shown),
      cmocka_unit_test(steps_outside_upstrokes_are_at_least_the_others),
      cmocka_unit_test(other_kernels_are_refused),
      cmocka_unit_test(other_devices_are_refused),
      cmocka_unit_test(a_missing_compiler_is_named),
  };
  MPI_Init(&argc, &argv);
  int failed = 0, found = has_compiler();
  if (found) failed = cmocka_run_group_tests(tests, make_folder, remove_folder);
  if (failed) MPI_Abort(MPI_COMM_WORLD, 1);
  MPI_Finalize();
  return found ? 0 : 77;
}
