/* The ECG of a run that is done, at new electrodes. */
#include "app/command.h"

#include "base/memory.h"
#include "study/ecg_again.h"
#include "study/load.h"
#include "study/result_names.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const iso_option ecg_options[] = {
    {"electrodes", 'e', "FILE.csv", NULL, "in place of outputs.ecg.electrodes; from the folder you are in"},
    {"output", 'o', "PREFIX", NULL, "PREFIX_ecg.nc and PREFIX_ecg.csv [that of the snapshots]"},
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
  char folder[3000] = "";
  if (*file != '/' && !getcwd(folder, sizeof folder))
    return iso_fail(err, ISO_EFAIL, "the folder that this is started in cannot be named; give %s from / on",
                    file);
  const int n = snprintf(text, size, "outputs.ecg.electrodes='%s%s%s'", folder, *folder ? "/" : "", file);
  if (n > 0 && (size_t)n < size && !strchr(file, '\'')) return ISO_OK;
  return iso_fail(err, ISO_EINPUT, "--electrodes %.100s: the name is too long, or has a quote in it", file);
}

static iso_status load(const iso_arguments *a, iso_config *config, iso_error *err) {
  const char **set, *electrodes = iso_argument(a, "electrodes");
  char text[4096];
  ISO_TRY(iso_alloc(&set, (size_t)a->ngiven + 1, sizeof *set, "the settings", err));
  int n = iso_argument_all(a, "set", set);
  iso_status status = electrodes ? electrodes_setting(electrodes, text, sizeof text, err) : ISO_OK;
  if (electrodes) set[n++] = text;
  if (status == ISO_OK) status = iso_study_load(config, a->comm, a->positional[0], n, set, err);
  free(set);
  return status;
}

static iso_status ecg(const iso_arguments *a, iso_error *err) {
  char prefix[4000];
  iso_config config = {0};
  iso_log log = iso_log_new(a->comm, stderr, iso_argument(a, "quiet") ? ISO_LOG_WARNING : ISO_LOG_INFO);
  ISO_TRY(prefix_of(a, prefix, sizeof prefix, err));
  iso_status status = load(a, &config, err);
  if (status == ISO_OK) status = iso_ecg_again(a->comm, &config, a->positional[1], prefix, &log, err);
  iso_config_free(&config);
  if (status == ISO_OK && !iso_argument(a, "quiet"))
    iso_say(a, "%s%s and %s%s\n", prefix, ISO_END_ECG, prefix, ISO_END_ECG_CSV);
  return status;
}

const iso_command iso_command_ecg = {
    "ecg",
    "CONFIG NAME_vm.e.nc",
    2,
    2,
    "ECG and electrograms from the snapshots of a run, at new electrodes",
    "CONFIG is the run's configuration: its mesh and conductivities, and outputs.ecg as it may be now.\n"
    "Samples are at the times of the snapshots.\n\n"
    "  isochrone ecg heart.yaml heart_vm.e.nc --electrodes catheter.csv --output catheter\n",
    ecg_options,
    ecg,
};
