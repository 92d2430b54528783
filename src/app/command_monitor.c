/* New data beside what a twin predicts. */
#include "app/command.h"
#include "app/new_files.h"

#include "base/share.h"
#include "base/signals.h"
#include "fit/monitor.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PAUSE_MS 500

static const iso_option monitor_options[] = {
    {"alarm", 0, "P", "0.05", "p below which data are not what was predicted; more than 1 / (members + 1)"},
    {"map", 0, "NAME", NULL, "the twin's map that DATA are like: unit, errors, clock [the first]"},
    {"unit", 0, "UNIT", NULL, "of the places in DATA: um, mm, cm or m [that map's]"},
    {"sd-ms", 0, "MS", NULL, "standard deviation of the times' errors, where DATA have none [that map's]"},
    {"array", 0, "NAME", NULL, "of a VTK file, with the times in ms [lat_ms]"},
    {"ecg", 0, "NAME", NULL, "the twin's ECG that DATA are like: leads, errors, times [the first]"},
    {"sd-mV", 0, "MV", NULL, "standard deviation of the samples' errors [that ECG's]"},
    {"electrodes", 0, "FILE", NULL, "where they were for DATA [that ECG's]"},
    {"folder", 0, "DIR", ".", "of the twin's configuration, where paths to its mesh start from"},
    {"follow", 'f', NULL, NULL,
     "DATA is a folder: wait for files that arrive there, until a signal says stop"},
    {"until-idle", 0, "S", NULL, "with --follow: end when none has arrived for so many seconds"},
    {"quiet", 'q', NULL, NULL, "only warnings and errors besides the results"},
    {0}};

static iso_status read_number(const iso_arguments *a, const char *name, double least, double most,
                              double *out, iso_error *err) {
  const char *text = iso_argument(a, name);
  char *end = NULL;
  *out = NAN;
  if (!text) return ISO_OK;
  *out = strtod(text, &end);
  if (end != text && !*end && *out > least && *out <= most) return ISO_OK;
  return iso_fail(err, ISO_EINPUT, "--%s: expected a number above %g, up to %g, got '%.60s'", name, least,
                  most, text);
}

static iso_status read_unit(const iso_arguments *a, const char **out, iso_error *err) {
  static const char *const units[] = {"um", "mm", "cm", "m"};
  *out = iso_argument(a, "unit");
  for (int k = 0; k < 4 && *out; k++)
    if (!strcmp(units[k], *out)) return ISO_OK;
  return *out ? iso_fail(err, ISO_EINPUT, "--unit: expected um, mm, cm or m, got '%.60s'", *out) : ISO_OK;
}

static iso_status read_options(const iso_arguments *a, iso_monitor_options *o, double *idle_s,
                               iso_error *err) {
  o->twin = a->positional[0];
  o->map = iso_argument(a, "map");
  o->array = iso_argument(a, "array");
  o->ecg = iso_argument(a, "ecg");
  o->electrodes = iso_argument(a, "electrodes");
  o->out = a->out;
  ISO_TRY(read_unit(a, &o->unit, err));
  ISO_TRY(read_number(a, "sd-ms", 0, 1e6, &o->sd_ms, err));
  ISO_TRY(read_number(a, "sd-mV", 0, 1e3, &o->sd_mV, err));
  ISO_TRY(read_number(a, "alarm", 0, 1, &o->alarm, err));
  ISO_TRY(read_number(a, "until-idle", 0, 1e9, idle_s, err));
  if (!isnan(*idle_s) && !iso_argument(a, "follow"))
    return iso_fail(err, ISO_EINPUT, "--until-idle belongs to --follow");
  return ISO_OK;
}

/* The same on all ranks. */
static bool is_stopped(MPI_Comm comm) {
  int ask = (int)iso_signals_take();
  MPI_Allreduce(MPI_IN_PLACE, &ask, 1, MPI_INT, MPI_MAX, comm);
  return ask == ISO_ASK_STOP;
}

typedef struct watch {
  const iso_arguments *a;
  const iso_monitor_options *options;
  const iso_config *config;
  int files, changed;
} watch;

static bool takes(const void *config, const char *name) { return iso_monitor_takes(config, name); }

static iso_status look(watch *w, const char *path, iso_error *err) {
  double p = 1;
  ISO_TRY(iso_fit_monitor(w->a->comm, w->config, w->options, path, &p, err));
  if (w->a->out) fflush(w->a->out);
  w->files++;
  w->changed += p < w->options->alarm;
  return ISO_OK;
}

/* Of files that arrive, one that is none is passed over. */
static iso_status look_on(watch *w, const char *path, iso_error *err) {
  iso_error own = {0};
  const iso_status status = look(w, path, &own);
  if (status == ISO_EINPUT) iso_log_say(w->options->log, ISO_LOG_WARNING, "passed over: %s", own.message);
  return status == ISO_EINPUT || status == ISO_OK ? ISO_OK : iso_fail(err, status, "%s", own.message);
}

static iso_status follow(watch *w, const char *folder, double idle_s, iso_error *err) {
  const struct timespec pause = {PAUSE_MS / 1000, PAUSE_MS % 1000 * 1000000L};
  iso_new_files *files;
  char path[ISO_PATH_ROOM];
  int idle = 0;
  iso_status status = iso_new_files_open(&files, w->a->comm, folder, true, takes, w->config, err);
  iso_signals_watch();
  while (status == ISO_OK && !is_stopped(w->a->comm) && !(idle * (PAUSE_MS / 1000.0) > idle_s)) {
    status = iso_new_files_next(files, path, err);
    idle = status == ISO_OK && *path ? 0 : idle + 1;
    if (status == ISO_OK && *path) status = look_on(w, path, err);
    if (idle > 0) nanosleep(&pause, NULL);
  }
  iso_new_files_close(files);
  return status;
}

static iso_status look_at_all(watch *w, const char *data, iso_error *err) {
  iso_new_files *files;
  char path[ISO_PATH_ROOM] = "-";
  if (!iso_is_folder(data)) return look(w, data, err);
  iso_status status = iso_new_files_open(&files, w->a->comm, data, false, takes, w->config, err);
  while (status == ISO_OK && *path) {
    status = iso_new_files_next(files, path, err);
    if (status == ISO_OK && *path) status = look(w, path, err);
  }
  iso_new_files_close(files);
  if (status == ISO_OK && w->files == 0)
    return iso_fail(err, ISO_EINPUT, "%s: there is no .csv%s%s in it; --follow waits for them", data,
                    w->config->fit.nmaps > 0 ? ", .vtp, .vtu or .vtk" : "",
                    w->config->fit.necgs > 0 ? ", .hea or .edf" : "");
  return status;
}

static iso_status monitor(const iso_arguments *a, iso_error *err) {
  const iso_log log = iso_log_new(a->comm, stderr, iso_argument(a, "quiet") ? ISO_LOG_WARNING : ISO_LOG_INFO);
  iso_monitor_options options = {.log = &log};
  iso_config config = {0};
  double idle_s;
  watch w = {.a = a, .options = &options, .config = &config};
  ISO_TRY(read_options(a, &options, &idle_s, err));
  iso_status status = iso_monitor_load(&config, a->comm, &options, iso_argument(a, "folder"), err);
  if (status == ISO_OK)
    status = iso_argument(a, "follow") ? follow(&w, a->positional[1], idle_s, err)
                                       : look_at_all(&w, a->positional[1], err);
  iso_config_free(&config);
  if (status != ISO_OK || w.changed == 0) return status;
  return iso_fail(err, ISO_EFAIL, "%d of %d files are not what %s predicted", w.changed, w.files,
                  options.twin);
}

const iso_command iso_command_monitor = {
    "monitor",
    "TWIN.twin.nc DATA",
    2,
    2,
    "whether new data are what a twin predicted, and what has changed",
    "DATA is a map of local activation times of the beat that the twin is of (CSV, or VTK points), an ECG "
    "(WFDB .hea,\n"
    "EDF, or CSV with a column t_ms) where the twin was fitted to one, or a folder of them. Each is compared "
    "with\n"
    "what the twin's members predict there, errors included; where data so far from it would be less likely "
    "than\n"
    "--alarm, members are fitted to the new data alone, and each quantity is printed before and now, with "
    "the 90%\n"
    "interval of its change. Exit code 0: all are as predicted; 1: one is not (or the program failed, which "
    "the\n"
    "message says); 2: the input is wrong. See docs/fit.md.\n\n"
    "  isochrone monitor atrium.twin.nc today.csv --folder configs\n"
    "  isochrone monitor ventricles.twin.nc today.hea --folder configs\n"
    "  isochrone monitor atrium.twin.nc arriving --follow\n",
    monitor_options,
    monitor,
};
