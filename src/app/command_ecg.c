/* The ECG of a run that is done, at new electrodes; and one that was measured. */
#include "app/command.h"
#include "app/ecg_facts.h"

#include "base/atomic.h"
#include "base/memory.h"
#include "base/path.h"
#include "base/share.h"
#include "fit/twin_run.h"
#include "study/ecg_again.h"
#include "study/result_names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ISO_END_BEAT "_beat.csv"

static const iso_option ecg_options[] = {
    {"electrodes", 'e', "FILE.csv", NULL, "in place of outputs.ecg.electrodes; from the folder you are in"},
    {"output", 'o', "PREFIX", NULL,
     "PREFIX_ecg.nc and PREFIX_ecg.csv [that of the snapshots]; of a recording, PREFIX_beat.csv"},
    {"set", 's', "KEY.PATH=VALUE", NULL, "a value of the configuration; as often as wanted"},
    {"quiet", 'q', NULL, NULL, "only warnings and errors"},
    {0}};

/* "heart" of "out/heart_vm.e.nc", with its folder. */
static iso_status prefix_of(const iso_arguments *a, char *prefix, size_t size, iso_error *err) {
  static const char *const endings[] = {ISO_END_SERIES, ISO_END_ECG, ISO_END_ECG_CSV, NULL};
  const char *output = iso_argument(a, "output");
  return iso_argument_prefix(output ? output : a->positional[1], endings, prefix, size, err);
}

/* Paths in settings begin where the configuration is, and this one where the user is. */
static iso_status electrodes_setting(const char *file, char *text, size_t size, iso_error *err) {
  char whole[3000];
  ISO_TRY(iso_path_from_root(file, whole, sizeof whole, err));
  const int n = snprintf(text, size, "outputs.ecg.electrodes='%s'", whole);
  if (n > 0 && (size_t)n < size && !strchr(file, '\'')) return ISO_OK;
  return iso_fail(err, ISO_EINPUT, "--electrodes %.100s: the name is too long, or has a quote in it", file);
}

/* The heart of a twin where the configuration has one, as a run takes it. */
static iso_status load(const iso_arguments *a, iso_config *config, const char *prefix, const iso_log *log,
                       iso_error *err) {
  const char **set, *electrodes = iso_argument(a, "electrodes");
  char text[4096];
  ISO_TRY(iso_alloc_all(a->comm, &set, (size_t)a->ngiven + 1, sizeof *set, "the settings", err));
  int n = iso_argument_all(a, "set", set);
  iso_status status = electrodes ? electrodes_setting(electrodes, text, sizeof text, err) : ISO_OK;
  if (electrodes) set[n++] = text;
  if (status == ISO_OK) status = iso_twin_load(config, a->comm, a->positional[0], n, set, prefix, log, err);
  free(set);
  return status;
}

/* A file that was measured; with --output its average beat as a table. */
static iso_status recording(const iso_arguments *a, iso_error *err) {
  static const char *const endings[] = {ISO_END_BEAT, NULL};
  const char *output = iso_argument(a, "output");
  char prefix[4000], csv[4020];
  if (iso_argument(a, "electrodes") || iso_argument(a, "set"))
    return iso_fail(err, ISO_EINPUT, "--electrodes and --set belong to a configuration and its snapshots");
  if (!output) return iso_ecg_facts(a, a->positional[0], NULL, err);
  ISO_TRY(iso_argument_prefix(output, endings, prefix, sizeof prefix, err));
  snprintf(csv, sizeof csv, "%s" ISO_END_BEAT, prefix);
  iso_status status = ISO_OK;
  if (a->out && iso_path_is_same(csv, a->positional[0])) /* the first rank's look at the disk counts */
    status = iso_fail(err, ISO_EINPUT, "--output %.300s: %.300s is the recording itself; choose another name",
                      output, csv);
  ISO_TRY(iso_agree(a->comm, status, err));
  ISO_TRY(iso_output_check(a->comm, csv, err));
  return iso_ecg_facts(a, a->positional[0], csv, err);
}

static iso_status ecg(const iso_arguments *a, iso_error *err) {
  char prefix[4000];
  iso_config config = {0};
  iso_log log = iso_log_new(a->comm, stderr, iso_argument(a, "quiet") ? ISO_LOG_WARNING : ISO_LOG_INFO);
  if (a->npositional == 1) return recording(a, err);
  ISO_TRY(prefix_of(a, prefix, sizeof prefix, err));
  iso_status status = load(a, &config, prefix, &log, err);
  if (status == ISO_OK) status = iso_ecg_again(a->comm, &config, a->positional[1], prefix, &log, err);
  iso_config_free(&config);
  if (status == ISO_OK && !iso_argument(a, "quiet"))
    iso_say(a, "%s%s and %s%s\n", prefix, ISO_END_ECG, prefix, ISO_END_ECG_CSV);
  return status;
}

const iso_command iso_command_ecg = {
    "ecg",
    "CONFIG NAME_vm.e.nc | FILE",
    1,
    2,
    "ECG and electrograms from the snapshots of a run, at new electrodes; what a recording says",
    "CONFIG is the run's configuration: its mesh and conductivities, and outputs.ecg as it may be now.\n"
    "Samples are at the times of the snapshots.\n\n"
    "  isochrone ecg heart.yaml heart_vm.e.nc --electrodes catheter.csv --output catheter\n\n"
    "FILE is an ECG that was measured: WFDB (.hea), EDF or a CSV. Its beats are found and averaged, and "
    "measures, noise\n"
    "and what may be wrong with it are printed; --output keeps the average beat, which a fit reads, too.\n\n"
    "  isochrone ecg s0010_re.hea --output s0010\n",
    ecg_options,
    ecg,
};
