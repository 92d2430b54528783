/* Conductivities for velocities. */
#include "app/command.h"

#include "base/atomic.h"
#include "base/memory.h"
#include "base/share.h"
#include "base/text.h"
#include "config/config_edit.h"
#include "fit/twin_run.h"
#include "study/load.h"
#include "study/tune.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_ROOM = 4096 };

/* ---- where the result goes ---- */

/* "hearts/one_tuned.yaml" of "hearts/one.yaml": in its folder, where relative paths in it begin. */
static void beside(const char *config, char *path) {
  const char *slash = strrchr(config, '/'), *dot = strrchr(config, '.');
  const size_t stem = dot && dot > (slash ? slash + 1 : config) ? (size_t)(dot - config) : strlen(config);
  snprintf(path, PATH_ROOM, "%.*s_tuned%s", (int)stem, config, config + stem);
}

/* The folder of a file, with links resolved; "" where there is none. */
static void folder_of(const char *path, char folder[PATH_MAX]) {
  char text[PATH_ROOM];
  const char *slash = strrchr(path, '/');
  snprintf(text, sizeof text, "%.*s", slash ? (int)(slash - path) : 1, slash ? path : ".");
  if (!realpath(*text ? text : "/", folder)) folder[0] = '\0';
}

static bool same_file(const char *a, const char *b) {
  char one[PATH_MAX], two[PATH_MAX];
  return realpath(a, one) && realpath(b, two) && !strcmp(one, two);
}

/* Refuses to write over the input unless that is asked for. Rank 0's. */
static iso_status check_output(const iso_arguments *a, const char *output, const iso_log *log,
                               iso_error *err) {
  const char *config = a->positional[0];
  char from[PATH_MAX], to[PATH_MAX];
  const bool in_place = iso_argument(a, "in-place");
  if (in_place && iso_argument(a, "output"))
    return iso_fail(err, ISO_EINPUT, "--in-place and --output each say where the result goes; give one");
  if (!in_place && same_file(config, output))
    return iso_fail(err, ISO_EINPUT,
                    "--output %.200s is the configuration itself: --in-place writes over it, another name "
                    "leaves it as it is",
                    output);
  folder_of(config, from);
  folder_of(output, to);
  if (strcmp(from, to) != 0)
    iso_log_say(log, ISO_LOG_WARNING, "relative paths in %s start from its own folder, not from that of %s",
                output, config);
  return ISO_OK;
}

/* ---- the result ---- */

static void say_table(const iso_arguments *a, const iso_config *config, const iso_tuning *t) {
  char strip[ISO_TUNED_STRIP_TEXT];
  char text[32];
  iso_say(a, "%-20s %-20s %8s %8s %11s %11s %5s %8s\n", "region", "direction", "asked", "velocity", "from",
          "found", "runs", "time");
  iso_say(a, "%-20s %-20s %8s %8s %11s %11s\n", "", "", "m/s", "m/s", "S/m", "S/m");
  for (int k = 0; k < t->n; k++) {
    const iso_tuned *i = &t->item[k];
    iso_say(a, "%-20s %-20s %8.4g %8.4g %11.4g %11.4g %5d %8s\n", config->regions[i->region].name,
            iso_tune_direction_text(i->direction), i->asked_m_per_s, i->velocity_m_per_s, i->start_S_per_m,
            i->found_S_per_m, i->runs, iso_text_duration(i->seconds, text, sizeof text));
  }
  for (int k = 0; k < t->n; k++) {
    const iso_tuned *i = &t->item[k];
    if (k == 0 || i->region != t->item[k - 1].region)
      iso_say(a, "%s: %s\n", config->regions[i->region].name, iso_tuned_strip_text(i, strip));
  }
}

typedef struct bytes {
  char *at;
  size_t size;
} bytes;

static void print_bytes(const void *self, FILE *stream) {
  const bytes *text = self;
  fwrite(text->at, 1, text->size, stream);
}

/* Rank 0's. */
static iso_status write_config(const char *input, const char *output, const iso_tuning *t, iso_error *err) {
  iso_config_edit *edits;
  bytes text = {0};
  ISO_TRY(iso_alloc(&edits, (size_t)t->n, sizeof *edits, "edits", err));
  for (int k = 0; k < t->n; k++) {
    snprintf(edits[k].path, sizeof edits[k].path, "regions.%d.conductivity.%s", t->item[k].region,
             iso_tune_direction_key(t->item[k].direction));
    edits[k].value = t->item[k].found_S_per_m;
  }
  iso_status status = iso_config_edit_file(input, t->n, edits, &text.at, &text.size, err);
  if (status == ISO_OK) status = iso_atomic_write(output, false, print_bytes, &text, err);
  free(text.at);
  free(edits);
  return status;
}

/* ---- the command ---- */

static iso_status read_edge(const iso_arguments *a, double *edge_mm, iso_error *err) {
  const char *text = iso_argument(a, "edge-mm");
  char *end;
  *edge_mm = NAN;
  if (!text) return ISO_OK;
  *edge_mm = strtod(text, &end);
  if (end != text && !*end && *edge_mm > 0 && *edge_mm <= 1e3) return ISO_OK;
  return iso_fail(err, ISO_EINPUT, "--edge-mm: expected a length in mm, like 0.4, got '%.60s'", text);
}

static iso_status tune_and_write(const iso_arguments *a, const iso_config *config, const char *output,
                                 const iso_tune_options *options, iso_error *err) {
  iso_tuning tuning;
  ISO_TRY(iso_tune(a->comm, config, options, &tuning, err));
  say_table(a, config, &tuning);
  iso_status status = iso_rank(a->comm) == 0 ? write_config(a->positional[0], output, &tuning, err) : ISO_OK;
  iso_tuning_free(&tuning);
  ISO_TRY(iso_agree(a->comm, status, err));
  iso_say(a, "written to %s\n", output);
  return ISO_OK;
}

static iso_status load(const iso_arguments *a, iso_config *config, iso_error *err) {
  const char **set;
  ISO_TRY(iso_alloc_all(a->comm, &set, (size_t)a->ngiven, sizeof *set, "the settings", err));
  const int n = iso_argument_all(a, "set", set);
  const iso_status status = iso_study_load(config, a->comm, a->positional[0], n, set, err);
  free(set);
  ISO_TRY(status);
  return iso_twin_refuse(config, "tune", err);
}

static iso_status tune(const iso_arguments *a, iso_error *err) {
  char output[PATH_ROOM];
  iso_config config = {0};
  const iso_log log = iso_log_new(a->comm, stderr, iso_argument(a, "quiet") ? ISO_LOG_WARNING : ISO_LOG_INFO);
  iso_tune_options options = {.no_cache = iso_argument(a, "no-cache"), .log = &log};
  ISO_TRY(read_edge(a, &options.edge_mm, err));
  beside(a->positional[0], output);
  if (iso_argument(a, "in-place")) snprintf(output, sizeof output, "%s", a->positional[0]);
  if (iso_argument(a, "output")) snprintf(output, sizeof output, "%s", iso_argument(a, "output"));
  iso_status status = iso_rank(a->comm) == 0 ? check_output(a, output, &log, err) : ISO_OK;
  ISO_TRY(iso_agree(a->comm, status, err));
  status = load(a, &config, err);
  if (status == ISO_OK) status = iso_output_check(a->comm, output, err);
  if (status == ISO_OK) status = tune_and_write(a, &config, output, &options, err);
  iso_config_free(&config);
  return status;
}

static const iso_option tune_options[] = {
    {"output", 'o', "FILE.yaml", NULL, "where the result goes [beside CONFIG, as CONFIG_tuned.yaml]"},
    {"in-place", 0, NULL, NULL, "write over CONFIG"},
    {"edge-mm", 0, "MM", NULL, "mean length of the elements' edges [that of the mesh, region by region]"},
    {"set", 's', "KEY.PATH=VALUE", NULL,
     "a value of the configuration, as often as wanted; the file that is written does not have it"},
    {"no-cache", 0, NULL, NULL, "initial.paced: pace anew, and keep nothing"},
    {"quiet", 'q', NULL, NULL, "only warnings and errors, beside the table"},
    {0}};

const iso_command iso_command_tune = {
    "tune",
    "CONFIG",
    1,
    1,
    "conductivities for velocities that are asked for",
    "Regions of CONFIG ask for them by the section velocity (isochrone keys). For each, plane waves run "
    "through\n"
    "a strip of tissue with the configuration's own model, scheme, step, elements and mean edge length, "
    "until\n"
    "the velocity is right to 0.2%. The result is CONFIG with these conductivities; comments and layout "
    "stay.\n"
    "With mpirun the velocities are shared among the ranks. See docs/tune.md.\n\n"
    "  isochrone tune heart.yaml --set 'regions.0.velocity={longitudinal_m_per_s: 0.6, "
    "transverse_m_per_s: 0.3}'\n"
    "  isochrone tune heart.yaml --edge-mm 0.4 --output heart_04.yaml\n",
    tune_options,
    tune,
};
