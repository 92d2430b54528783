/* A twin from what was measured. */
#include "app/command.h"

#include "base/memory.h"
#include "base/text.h"
#include "base/version.h"
#include "fit/fit.h"
#include "study/load.h"

#include <stdlib.h>
#include <string.h>

enum { PATH_ROOM = 4000, MOST_HEARTS = 100000 };

static const iso_option fit_options[] = {
    {"output", 'o', "NAME", NULL, "results are NAME.twin.nc and NAME.e.nc [the configuration's name]"},
    {"set", 's', "KEY.PATH=VALUE", NULL, "a value of the configuration, as often as wanted"},
    {"calibrate", 0, "N", NULL,
     "instead: make N hearts, measure each where the data are, and tell how often they are found again; "
     "NAME.calibration.csv"},
    {"update", 0, "TWIN.twin.nc", NULL,
     "go on from this twin: CONFIG is its heart, with maps that are new, and all data count"},
    {"predict", 0, "TWIN.twin.nc", NULL,
     "instead: pace the twin's members at the sites of CONFIG, with which it was fitted; "
     "NAME.predictions.csv, "
     "NAME.e.nc"},
    {"site", 0, "SITE", NULL, "with --predict: pace this one alone, as often as wanted [all]"},
    {"with-own-beat", 0, NULL, NULL, "with --predict: the twin's own waves go on beside the paced one"},
    {"quiet", 'q', NULL, NULL, "only warnings and errors"},
    {0}};

static iso_status read_hearts(const iso_arguments *a, int *hearts, iso_error *err) {
  const char *text = iso_argument(a, "calibrate");
  char *end = NULL;
  *hearts = 0;
  if (!text) return ISO_OK;
  const long n = strtol(text, &end, 10);
  if (end == text || *end || n < 1 || n > MOST_HEARTS)
    return iso_fail(err, ISO_EINPUT, "--calibrate: expected how many hearts, from 1 to %d, got '%.60s'",
                    MOST_HEARTS, text);
  *hearts = (int)n;
  return ISO_OK;
}

static iso_status load(const iso_arguments *a, iso_config *config, iso_error *err) {
  const char **set;
  ISO_TRY(iso_alloc(&set, (size_t)a->ngiven + 1, sizeof *set, "the settings", err));
  const int n = iso_argument_all(a, "set", set);
  const iso_status status = iso_study_load(config, a->comm, a->positional[0], n, set, err);
  free(set);
  return status;
}

/* sites [a->ngiven]: room. */
static iso_status read_prediction(const iso_arguments *a, iso_fit_options *options, const char **sites,
                                  iso_error *err) {
  options->twin = iso_argument(a, "predict");
  options->nsites = iso_argument_all(a, "site", sites);
  options->sites = sites;
  options->with_own = iso_argument(a, "with-own-beat") != NULL;
  if ((options->twin != NULL) + (options->hearts > 0) + (options->update != NULL) > 1)
    return iso_fail(err, ISO_EINPUT,
                    "--calibrate, --predict and --update exclude each other; give one of them");
  if (!options->twin && (options->nsites > 0 || options->with_own))
    return iso_fail(err, ISO_EINPUT,
                    "--site and --with-own-beat belong to a prediction: give --predict, too");
  return ISO_OK;
}

/* "--update a.twin.nc": what the results need beside their configuration, to be made again. */
static void say_again(const iso_fit_options *o, char *text, size_t size) {
  if (o->update) iso_text_append(text, size, "--update %s", o->update);
  if (o->twin) iso_text_append(text, size, "--predict %s", o->twin);
  for (int k = 0; k < o->nsites; k++) iso_text_append(text, size, " --site '%s'", o->sites[k]);
  if (o->with_own) iso_text_append(text, size, " --with-own-beat");
}

static iso_status run(const iso_arguments *a, iso_config *config, iso_fit_options *options, iso_error *err) {
  const char **sites;
  char again[PATH_ROOM] = "";
  ISO_TRY(iso_alloc(&sites, (size_t)a->ngiven + 1, sizeof *sites, "sites", err));
  options->update = iso_argument(a, "update");
  iso_status status = read_prediction(a, options, sites, err);
  if (status == ISO_OK && options->update)
    status = iso_agree(a->comm, iso_fit_join(config, options->update, err), err);
  say_again(options, again, sizeof again);
  if (*again) options->again = again;
  if (status == ISO_OK) status = iso_fit(a->comm, config, options, err);
  free(sites);
  return status;
}

static iso_status fit(const iso_arguments *a, iso_error *err) {
  static const char *const endings[] = {ISO_END_TWIN, ".e.nc", ".calibration.csv", ".predictions.csv", NULL};
  const char *output = iso_argument(a, "output");
  const iso_log log = iso_log_new(a->comm, stderr, iso_argument(a, "quiet") ? ISO_LOG_WARNING : ISO_LOG_INFO);
  char prefix[PATH_ROOM];
  iso_fit_options options = {.output = prefix, .log = &log};
  iso_config config = {0};
  ISO_TRY(read_hearts(a, &options.hearts, err));
  if (output)
    ISO_TRY(iso_argument_prefix(output, endings, prefix, sizeof prefix, err));
  else
    iso_argument_stem(a->positional[0], prefix, sizeof prefix);
  iso_log_say(&log, ISO_LOG_INFO, "Isochrone " ISO_VERSION " (" ISO_NOT_A_DEVICE ")");
  iso_status status = load(a, &config, err);
  config.has_twin = false; /* it makes twins, and takes none */
  if (status == ISO_OK) status = run(a, &config, &options, err);
  iso_config_free(&config);
  return status;
}

const iso_command iso_command_fit = {
    "fit",
    "CONFIG",
    1,
    1,
    "a twin: hearts that go with what was measured of one, and how sure that is",
    "The configuration's section fit says what was measured (maps of local activation times, ECGs), and what "
    "is\n"
    "known beforehand of velocities and of where waves begin, with who says so. NAME.twin.nc has the hearts "
    "that "
    "go with\n"
    "both, NAME.e.nc maps of activation and velocity with their standard deviations. isochrone info "
    "NAME.twin.nc\n"
    "prints each number with its median and 90% interval, and whether the data identify it. Ranks share the "
    "hearts,\n"
    "and the results are the same on any number of them. See docs/fit.md.\n\n"
    "  mpirun -n 2 isochrone fit configs/fit-left-atrium.yaml --output atrium\n"
    "  isochrone info atrium.twin.nc\n"
    "  isochrone fit followup.yaml --update atrium.twin.nc --output later\n"
    "  isochrone fit heart.yaml --predict atrium.twin.nc --output paced\n"
    "  mpirun -n 2 isochrone fit heart.yaml --calibrate 200\n",
    fit_options,
    fit,
};
