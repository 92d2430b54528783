#include "app/command_run.h"
#include "app/command.h"

#include "base/memory.h"
#include "base/version.h"
#include "fit/twin_run.h"
#include "study/result_names.h"

#include <stdlib.h>
#include <string.h>

static const iso_option run_options[] = {
    {"output", 'o', "PREFIX", NULL, "results are PREFIX.e.nc and PREFIX_vm.e.nc [the configuration's name]"},
    {"set", 's', "KEY.PATH=VALUE", NULL, ISO_SET_HELP},
    {"restart", 0, "NAME.ckpt.nc", NULL,
     "go on from a checkpoint of this configuration, on any ranks and device"},
    {"summary", 0, "FILE.json", NULL, "the summary as JSON, too"},
    {"device", 'd', "KIND", NULL, "auto, cpu or cuda; short for --set device=KIND"},
    {"threads", 't', "N", NULL, "threads of each rank; short for --set threads=N"},
    {"no-cache", 0, NULL, NULL, "initial.paced: pace anew, and keep nothing"},
    {"quiet", 'q', NULL, NULL, "only warnings and errors"},
    {"verbose", 'v', NULL, NULL, "more about what is going on"},
    {"no-progress", 0, NULL, NULL, "no lines of progress (there are none where output is not a terminal)"},
    {0}};

/* --device and --threads are settings, too, and as options they win over --set. */
static const char *const shortcuts[] = {"device", "threads"};

enum { NSHORTCUTS = sizeof shortcuts / sizeof *shortcuts, SHORTCUT_BYTES = 64 };

iso_status iso_argument_settings(const iso_arguments *a, const char ***set, int *n, iso_error *err) {
  char *text; /* behind the names */
  const size_t names = (size_t)a->ngiven + NSHORTCUTS;
  ISO_TRY(
      iso_alloc(set, names + NSHORTCUTS * SHORTCUT_BYTES / sizeof **set, sizeof **set, "the settings", err));
  text = (char *)(*set + names);
  *n = iso_argument_all(a, "set", *set);
  for (int i = 0; i < NSHORTCUTS; i++, text += SHORTCUT_BYTES) {
    const char *value = iso_argument(a, shortcuts[i]);
    if (!value) continue;
    snprintf(text, SHORTCUT_BYTES, "%s=%s", shortcuts[i], value);
    (*set)[(*n)++] = text;
  }
  return ISO_OK;
}

iso_log iso_argument_log(const iso_arguments *a) {
  iso_log_level level = iso_argument(a, "quiet")     ? ISO_LOG_WARNING
                        : iso_argument(a, "verbose") ? ISO_LOG_DETAIL
                                                     : ISO_LOG_INFO;
  iso_log log = iso_log_new(a->comm, stderr, level);
  log.stages = true;
  return log;
}

iso_status iso_argument_config(const iso_arguments *a, const char *prefix, const iso_log *log,
                               iso_config *out, iso_error *err) {
  const char **set;
  int n;
  *out = (iso_config){0};
  iso_log_say(log, ISO_LOG_INFO, "Isochrone " ISO_VERSION " (" ISO_NOT_A_DEVICE ")");
  ISO_TRY(iso_agree(a->comm, iso_argument_settings(a, &set, &n, err), err));
  const iso_status status = iso_twin_load(out, a->comm, a->positional[0], n, set, prefix, log, err);
  free(set);
  return status;
}

static iso_status run(const iso_arguments *a, iso_error *err) {
  char prefix[4000];
  iso_log log = iso_argument_log(a);
  const char *output = iso_argument(a, "output");
  if (output)
    ISO_TRY(
        iso_argument_prefix(output, (const char *const[]){ISO_END_MAPS, NULL}, prefix, sizeof prefix, err));
  else
    iso_argument_stem(a->positional[0], prefix, sizeof prefix);
  iso_run_options options = {.output = prefix,
                             .restart = iso_argument(a, "restart"),
                             .summary = iso_argument(a, "summary"),
                             .log = &log,
                             .no_cache = iso_argument(a, "no-cache"),
                             .progress = !iso_argument(a, "no-progress") && !iso_argument(a, "quiet")};
  iso_config config;
  log.shows = log.shows && options.progress;
  ISO_TRY(iso_argument_is_new(a, "summary", err));
  iso_status status = iso_argument_config(a, prefix, &log, &config, err);
  if (status == ISO_OK) status = iso_run(a->comm, &config, &options, err);
  iso_config_free(&config);
  return status;
}

const iso_command iso_command_run = {
    "run",
    "CONFIG",
    1,
    1,
    "one simulation: activation and repolarisation maps, snapshots, probes",
    "CONFIG is a YAML file; configs/ holds examples and isochrone keys lists every key. A summary is printed "
    "at\n"
    "the end. Ctrl-C and the signals of batch systems (SIGTERM, SIGHUP, SIGXCPU, SIGUSR2) end the run with "
    "what there\n"
    "is, and a checkpoint where the configuration asks for them, exit code 3; a second Ctrl-C ends it at "
    "once.\n"
    "SIGUSR1 asks for a checkpoint, from which --restart goes on. mpirun kills a second after Ctrl-C and "
    "answers with a "
    "code of its\n"
    "own: for large hearts give it --mca odls_base_sigkill_timeout 60, or send it SIGUSR2, which it passes "
    "on.\n\n"
    "  isochrone run configs/slab-first.yaml --output first\n"
    "  isochrone run heart.yaml --set checkpoint.every_minutes=10\n"
    "  isochrone run heart.yaml --set 'twin={file: heart.twin.nc, member: median}'\n"
    "  mpirun -n 4 isochrone run heart.yaml --set checkpoint.every_minutes=10 --restart heart.ckpt.nc\n"
    "  mpirun -n 2 isochrone run configs/niederer.yaml --set time.step_ms=0.05 --set stimuli.0.start_ms=1\n",
    run_options,
    run,
};
