/* Many simulations as one job. */
#include "app/command.h"

#include "base/memory.h"
#include "base/version.h"
#include "plan/members.h"
#include "plan/run_members.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const iso_option study_options[] = {
    {"output", 'o', "DIR", NULL, "the study's folder [the configuration's name]"},
    {"set", 's', "KEY.PATH=VALUE", NULL, "a value for all members, as often as wanted"},
    {"shard", 0, "I/N", NULL, "only every Nth member, from the Ith on, for arrays of jobs on one folder"},
    {"status", 0, NULL, NULL, "how far it is; runs nothing"},
    {"again", 0, NULL, NULL, "members that failed run again, and those of which files are missing"},
    {"quiet", 'q', NULL, NULL, "only warnings and errors"},
    {0}};

/* A whole number from 1 to most, of digits alone; 0: it is none. *end: what comes behind it. */
static int read_count(const char *text, int most, const char **end) {
  long long value = 0;
  for (*end = text; isdigit((unsigned char)**end); ++*end)
    if (value <= most) value = 10 * value + (**end - '0');
  return value <= most ? (int)value : 0;
}

static iso_status read_shard(const char *text, iso_study_options *out, iso_error *err) {
  const char *rest;
  if (!text) return ISO_OK;
  out->shard = read_count(text, ISO_MOST_MEMBERS, &rest);
  if (out->shard > 0 && *rest == '/') {
    out->nshards = read_count(rest + 1, ISO_MOST_MEMBERS, &rest);
    if (!*rest && out->shard <= out->nshards) return ISO_OK;
  }
  return iso_fail(err, ISO_EINPUT, "--shard %.60s: expected a number of how many, from 1 to %d, like 3/8",
                  text, (int)ISO_MOST_MEMBERS);
}

static iso_status study(const iso_arguments *a, iso_error *err) {
  char folder[4000];
  const char **set, *output = iso_argument(a, "output");
  const iso_log log = iso_log_new(a->comm, stderr, iso_argument(a, "quiet") ? ISO_LOG_WARNING : ISO_LOG_INFO);
  iso_study_options options = {.file = a->positional[0], .shard = 1, .nshards = 1, .log = &log};
  ISO_TRY(read_shard(iso_argument(a, "shard"), &options, err));
  if (output && strlen(output) >= sizeof folder)
    return iso_fail(err, ISO_EINPUT, "--output: the name is longer than %zu characters", sizeof folder - 1);
  if (output)
    snprintf(folder, sizeof folder, "%s", output);
  else
    iso_argument_stem(a->positional[0], folder, sizeof folder);
  if (!*folder) return iso_fail(err, ISO_EINPUT, "--output: give the name of a folder");
  options.folder = folder;
  options.again = iso_argument(a, "again");
  ISO_TRY(iso_alloc_all(a->comm, &set, (size_t)a->ngiven + 1, sizeof *set, "the settings", err));
  options.nset = iso_argument_all(a, "set", set);
  options.set = set;
  iso_log_say(&log, ISO_LOG_INFO, "Isochrone " ISO_VERSION " (" ISO_NOT_A_DEVICE ")");
  const iso_status status = iso_argument(a, "status") ? iso_study_status(a->comm, &options, err)
                                                      : iso_study_run(a->comm, &options, err);
  free(set);
  return status;
}

const iso_command iso_command_study = {
    "study",
    "CONFIG",
    1,
    1,
    "many simulations as one job that can be stopped and goes on, with a table of what they come to",
    "The configuration's section study says what members differ in: its axes. There is a member for every\n"
    "combination; DIR/table.csv has a row for each, DIR/members their results. Groups of study.ranks ranks\n"
    "each take the next member that nobody has; so do other jobs on the same folder. After a kill, the same\n"
    "command goes on; a finished member never runs twice. A member that fails stops nobody: its row says "
    "why.\n\n"
    "isochrone keys study lists its keys and the outcomes that a table can have; docs/study.md says more.\n\n"
    "  mpirun -n 4 isochrone study configs/crt.yaml --output crt\n"
    "  isochrone study configs/crt.yaml --output crt --status\n"
    "  isochrone study configs/crt.yaml --output crt --shard $SLURM_ARRAY_TASK_ID/20\n",
    study_options,
    study,
};
