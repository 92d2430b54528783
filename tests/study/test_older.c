/* Checkpoints of a program that had fewer keys: what it did not know is as its default, and nothing else is.
 */
#include "grid/mpi_main.h"

#include "grid/make/slab.h"
#include "study/inputs.h"
#include "study/restart.h"

#include <stdio.h>
#include <unistd.h>

static iso_error err;

static iso_config configure(const char *set) {
  static const char text[] =
      "mesh: {slab: {size_mm: [2, 1, 1], spacing_mm: 1}}\n"
      "regions:\n"
      "  - {model: mitchell_schaeffer_2003, conductivity: {isotropic_S_per_m: 0.2}, initial: {paced: "
      "{cycle_length_ms: 500}}}\n"
      "stimuli: [{box: {min_mm: [0, 0, 0], max_mm: [1, 1, 1]}, amplitude_uA_per_uF: 50}]\n"
      "time: {duration_ms: 5}\n";
  iso_config config;
  ASSERT_OK(iso_config_parse(&config, "heart.yaml", text, sizeof text - 1, set != NULL, &set, &err));
  return config;
}

/* Takes the line that holds word, and the deeper ones below it, out of a dump. */
static void cut(char *dump, const char *word) {
  char *at = strstr(dump, word);
  if (!at) fail_msg("the dump holds no '%s'", word);
  while (at > dump && at[-1] != '\n') at--;
  const size_t depth = strspn(at, " ");
  char *end = strchr(at, '\n') + 1;
  while (*end && strspn(end, " ") > depth) end = strchr(end, '\n') + 1;
  memmove(at, end, strlen(end) + 1);
}

/* What the checkpoint of such a run, but of a program that knew nothing of word, is answered with now. */
static iso_status open_older(const char *word, const char *set) {
  static const char path[] = "older.ckpt.nc";
  iso_config then = configure(NULL), now = configure(set);
  iso_slab_options box = {.size_mm = {2, 1, 1}, .spacing_mm = 1, .shape = ISO_HEXAHEDRON};
  iso_slice slice;
  iso_mesh *mesh;
  iso_archive *archive;
  iso_checkpoint *file = NULL;
  char *dump;
  ASSERT_OK(iso_config_dump(&then, &dump, &err));
  cut(dump, word);
  ASSERT_OK(iso_slab(MPI_COMM_WORLD, &box, &slice, &err));
  ASSERT_OK(iso_mesh_build(MPI_COMM_WORLD, &slice, NULL, &mesh, NULL, &err));
  ASSERT_OK(iso_archive_new(&archive, mesh, &err));
  ASSERT_OK(iso_archive_put_number(archive, "time", "ms", "time", 1, &err));
  const iso_attribute attributes[] = {{"configuration", dump}, {ISO_INPUTS_ATTRIBUTE, "\n"}};
  const iso_checkpoint_spec spec = {.path = path, .keep = 1, .nattributes = 2, .attributes = attributes};
  ASSERT_OK(iso_checkpoint_write(&spec, archive, &err));
  err = (iso_error){0};
  iso_setup setup = {.config = &now};
  const iso_status status = iso_restart_open(&file, MPI_COMM_WORLD, path, &setup, &err);
  iso_checkpoint_close(file);
  iso_setup_free(&setup);
  unlink(path);
  iso_archive_free(archive);
  iso_mesh_free(mesh);
  free(dump);
  iso_config_free(&then);
  iso_config_free(&now);
  return status;
}

static void a_key_or_section_of_defaults_is_taken(void **state) {
  (void)state;
  static const char *const words[] = {"compression:", "activation:", "stop:"};
  for (size_t k = 0; k < sizeof words / sizeof *words; k++) ASSERT_OK(open_older(words[k], NULL));
}

static void another_value_is_refused(void **state) {
  (void)state;
  ASSERT_REFUSED(open_older("activation:", "outputs.activation.by_slope=true"), "outputs.activation");
  ASSERT_REFUSED(open_older("compression:", "outputs.compression=3"), "outputs.compression");
}

/* With the beats and tolerances that it has by default it would be pacing, too. */
static void pacing_that_was_not_there_is_refused(void **state) {
  (void)state;
  ASSERT_REFUSED(open_older("initial:", NULL), "regions.0.initial");
}

static const struct CMUnitTest tests[] = {cmocka_unit_test(a_key_or_section_of_defaults_is_taken),
                                          cmocka_unit_test(another_value_is_refused),
                                          cmocka_unit_test(pacing_that_was_not_there_is_refused)};
RUN_ON_ALL_RANKS(tests)
