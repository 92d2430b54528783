#include "app/check.h"
#include "app/command.h"
#include "app/command_run.h"
#include "app/job_script.h"

#include "base/atomic.h"
#include "base/path.h"
#include "base/print.h"
#include "base/share.h"
#include "base/text.h"
#include "plan/members.h"
#include "plan/run_members.h"
#include "study/result_names.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const iso_option check_options[] = {
    {"set", 's', "KEY.PATH=VALUE", NULL, ISO_SET_HELP},
    {"device", 'd', "KIND", NULL, "auto, cpu or cuda"},
    {"threads", 't', "N", NULL, "threads of each rank"},
    {"slurm", 0, "FILE", NULL, "writes a job script for Slurm, too; the options below are for it"},
    {"output", 'o', "PREFIX", NULL, "results of the job, or a study's folder [the configuration's name]"},
    {"nodes", 0, "N", "1", "machines"},
    {"ranks-per-node", 0, "N", NULL, "[its GPUs, or the ranks of this check]"},
    {"gpus-per-node", 0, "N", "0", "for runs on GPUs"},
    {"shards", 0, "N", NULL, "of a study: an array of so many jobs that work on it"},
    {"time", 0, "LIMIT", NULL, "of a job, as Slurm takes it; what needs longer goes on [by the estimate]"},
    {"partition", 0, "NAME", NULL, "where it runs"},
    {"launcher", 0, "NAME", "mpirun", "mpirun, or srun (with PMIx)"},
    {"quiet", 'q', NULL, NULL, "only warnings and errors"},
    {"verbose", 'v', NULL, NULL, "more about what is going on"},
    {0}};

/* Beyond any cluster. */
enum { MOST_NODES = 100000, MOST_OF_NODE = 10000 };

/* A whole number from least to most; fallback where not given. */
static iso_status read_number(const iso_arguments *a, const char *name, int least, int most, int fallback,
                              int *out, iso_error *err) {
  const char *text = iso_argument(a, name);
  char *end;
  *out = fallback;
  if (!text) return ISO_OK;
  const long value = strtol(text, &end, 10);
  if (end == text || *end || value < least || value > most)
    return iso_fail(err, ISO_EINPUT, "--%s %.40s: expected a whole number from %d to %d", name, text, least,
                    most);
  *out = (int)value;
  return ISO_OK;
}

static iso_status read_launcher(const iso_arguments *a, bool *by_srun, iso_error *err) {
  const char *name = iso_argument(a, "launcher");
  *by_srun = !strcmp(name, "srun");
  if (*by_srun || !strcmp(name, "mpirun")) return ISO_OK;
  return iso_fail(err, ISO_EINPUT, "--launcher %.40s: expected mpirun or srun", name);
}

/* A name, or several with commas between. */
static iso_status check_partition(const char *name, iso_error *err) {
  static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.+,";
  if (!name || (*name && strspn(name, plain) == strlen(name))) return ISO_OK;
  return iso_fail(
      err, ISO_EINPUT,
      "--partition '%.60s': expected a name of letters, digits, '_', '-', '.' and '+', or several with "
      "commas between",
      name);
}

/* What the options say; the rest is the configuration's and the estimate's. */
static iso_status read_job(const iso_arguments *a, iso_job *out, iso_error *err) {
  int ranks;
  MPI_Comm_size(a->comm, &ranks);
  *out = (iso_job){.time = iso_argument(a, "time"), .partition = iso_argument(a, "partition")};
  ISO_TRY(read_number(a, "nodes", 1, MOST_NODES, 1, &out->nodes, err));
  ISO_TRY(read_number(a, "gpus-per-node", 0, MOST_OF_NODE, 0, &out->gpus_per_node, err));
  ISO_TRY(read_number(a, "ranks-per-node", 1, MOST_OF_NODE,
                      out->gpus_per_node > 0 ? out->gpus_per_node : ranks, &out->ranks_per_node, err));
  ISO_TRY(read_number(a, "shards", 1, ISO_MOST_MEMBERS, 0, &out->shards, err));
  ISO_TRY(read_launcher(a, &out->by_srun, err));
  ISO_TRY(check_partition(out->partition, err));
  if (out->time && !(iso_job_seconds(out->time) >= 60))
    return iso_fail(err, ISO_EINPUT,
                    "--time %.40s: expected minutes, one at least, or a time as Slurm takes it, with minutes "
                    "and seconds below "
                    "60: 90, 1:30:00, 2-12:00:00",
                    out->time);
  return ISO_OK;
}

/* Collective. Members of a study, which refuses here what it would refuse before it runs. */
static iso_status count_members(const iso_arguments *a, const iso_config *config, iso_job *job,
                                iso_error *err) {
  iso_study_options options = {.file = a->positional[0]};
  const char **set;
  if (config->study.naxes == 0 && job->shards == 0) return ISO_OK;
  ISO_TRY(iso_agree(a->comm, iso_argument_settings(a, &set, &options.nset, err), err));
  options.set = set;
  const iso_status status = iso_study_check(a->comm, &options, &job->members, err);
  job->member_ranks = config->study.ranks;
  free(set);
  return status;
}

static void print_study(const iso_job *job) {
  char text[32];
  const iso_estimate *e = &job->estimate;
  iso_print(stdout, "study        %d members like this one, one after the other: %s\n", job->members,
            iso_text_duration(e->setup_s + job->members * iso_estimate_member_seconds(e), text, sizeof text));
}

static void say_script(const char *path) {
  iso_print(stdout, "script       %s; start it with: sbatch ", path);
  iso_print_word(stdout, path);
  fputc('\n', stdout);
}

/* On rank 0. */
static iso_status write_script(const iso_arguments *a, const iso_config *config, iso_job *job,
                               iso_error *err) {
  char folder[PATH_MAX], file[PATH_MAX], output[PATH_MAX];
  const char *path = iso_argument(a, "slurm"), *asked = iso_argument(a, "output"), **set = NULL;
  if (!getcwd(folder, sizeof folder)) return iso_fail(err, ISO_EFAIL, "--slurm: the folder is gone");
  ISO_TRY(
      iso_path_from_root(a->positional[0], file, sizeof file, err)); /* links lead to other folders' files */
  iso_argument_stem(a->positional[0], output, sizeof output);
  if (asked && job->members > 0) snprintf(output, sizeof output, "%s", asked);
  if (asked && job->members == 0)
    ISO_TRY(
        iso_argument_prefix(asked, (const char *const[]){ISO_END_MAPS, NULL}, output, sizeof output, err));
  ISO_TRY(iso_argument_settings(a, &set, &job->nset, err));
  job->config = file, job->folder = folder, job->output = output, job->set = set;
  job->is_eikonal = config->method == ISO_METHOD_EIKONAL;
  job->has_checkpoints = config->checkpoint.interval_ms > 0 || config->checkpoint.every_minutes > 0;
  const iso_status status = iso_job_write(job, path, err);
  free(set);
  if (status == ISO_OK) say_script(path);
  return status;
}

static iso_status check_all(const iso_arguments *a, const iso_log *log, const iso_config *config,
                            iso_job *job, iso_error *err) {
  const bool quiet = log->level < ISO_LOG_INFO, first = iso_rank(a->comm) == 0;
  const char *path = iso_argument(a, "slurm");
  int ranks;
  MPI_Comm_size(a->comm, &ranks);
  ISO_TRY(count_members(a, config, job, err));
  if (path) ISO_TRY(iso_output_check(a->comm, path, err));
  ISO_TRY(iso_check(a->comm, config, log, path || !quiet ? &job->estimate : NULL, err));
  job->threads = config->threads;
  job->cores = ranks * config->threads;
  if (!quiet && first && job->members > 0) print_study(job);
  if (!path) return ISO_OK;
  if (job->gpus_per_node > 0 && !strcmp(config->device, "cpu"))
    return iso_fail(err, ISO_EINPUT, "--gpus-per-node: the device is to be the CPU; leave one of both out");
  if (!iso_job_holds_member(job))
    iso_log_say(
        log, ISO_LOG_WARNING,
        "--time %s: a member of the study is expected to take longer, and begins anew in each job: none "
        "would ever be done; allow more time",
        job->time);
  return iso_agree(a->comm, first ? write_script(a, config, job, err) : ISO_OK, err);
}

static iso_status check(const iso_arguments *a, iso_error *err) {
  const iso_log log = iso_argument_log(a);
  iso_config config;
  iso_job job;
  ISO_TRY(read_job(a, &job, err));
  ISO_TRY(iso_argument_is_new(a, "slurm", err));
  iso_status status = iso_argument_config(a, NULL, &log, &config, err);
  if (status == ISO_OK) status = check_all(a, &log, &config, &job, err);
  iso_config_free(&config);
  return status;
}

const iso_command iso_command_check = {
    "check",
    "CONFIG",
    1,
    1,
    "validates configuration and mesh, and says what would run and what it takes; writes no results",
    "What a run would refuse before its first step is refused here, and what a study would before its first\n"
    "member. Some first steps, for half as long as the set-up took, are the basis of the estimate. --slurm\n"
    "writes a job script from it, with memory and time: of a run, which stops with a checkpoint before the\n"
    "limit and goes on when Slurm starts the job again, or of a study, with --shards as an array.\n\n"
    "  isochrone check heart.yaml\n"
    "  mpirun -n 2 isochrone check heart.yaml --slurm heart.sh --ranks-per-node 32 --time 4:00:00\n"
    "  isochrone check heart.yaml --slurm heart.sh --nodes 2 --gpus-per-node 4 --partition gpu\n"
    "  isochrone check drugs.yaml --slurm drugs.sh --shards 20 --output drugs\n",
    check_options,
    check,
};
