#include "app/job_script.h"

#include "base/atomic.h"
#include "base/path.h"
#include "base/print.h"
#include "base/text.h"
#include "base/version.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What is asked for beside what is expected. */
#define TIME_FACTOR 1.5
#define TIME_MORE_S 300.0
#define MEMORY_FACTOR 1.3

#define RANK_MB 100.0       /* of a rank without a mesh, with MPI's buffers */
#define RANK_MEASURED_MB 30 /* of that in the estimate, which is of one machine */
#define EFFICIENCY 0.8      /* of more cores than the estimate is of */

/* mpirun waits twice so long for its ranks when one of them has ended with an exit code. */
enum { GRACE_S = 10 };

/* Between the signal and the limit: Slurm sends it up to a minute early and looks every half a minute. */
#define LEAD_S (60.0 + 2 * GRACE_S)
#define LEAD_RESULTS 5 /* times what results take, for a checkpoint and the results up to then */

enum { LONGEST = 14 }; /* characters of a limit: 99999-00:00:00 */

/* Minutes and seconds behind the first number of a time are less than 60. */
static bool is_clock(int b, int c) { return b < 60 && c < 60; }

double iso_job_seconds(const char *limit) {
  int days = 0, a, b, c, used = 0;
  const char *rest = limit;
  if (sscanf(limit, "%d-%n", &days, &used) == 1 && used > 0) rest = limit + used;
  const bool has_days = rest != limit;
  const int length = (int)strlen(rest);
  const double before = has_days ? 86400.0 * days : 0; /* "%d" alone has read the hours of 4:00:00 */
  if (strspn(limit, "0123456789:-") != strlen(limit) || strlen(limit) > LONGEST || days < 0) return -1;
  if (sscanf(rest, "%d:%d:%d%n", &a, &b, &c, &used) == 3 && used == length)
    return !is_clock(b, c) ? -1 : before + 3600.0 * a + 60.0 * b + c;
  if (sscanf(rest, "%d:%d%n", &a, &b, &used) == 2 && used == length)
    return !is_clock(b, 0) ? -1 : has_days ? before + 3600.0 * a + 60.0 * b : 60.0 * a + b;
  if (sscanf(rest, "%d%n", &a, &used) == 1 && used == length)
    return has_days ? before + 3600.0 * a : 60.0 * a;
  return -1;
}

/* ---- what it takes ---- */

static int ranks_of(const iso_job *j) { return j->nodes * j->ranks_per_node; }

/* Groups of all jobs that work on members at the same time. */
static double groups_of(const iso_job *j) {
  const int groups = ranks_of(j) / j->member_ranks;
  return (double)groups * (j->shards > 0 ? j->shards : 1);
}

/* Cores that one run has in the job. */
static double cores_of(const iso_job *j) {
  return (double)(j->members > 0 ? j->member_ranks : ranks_of(j)) * j->threads;
}

/* Of the whole job, or of the longest one of an array. A GPU is taken for one core where none was measured:
 * it is faster. */
static double in_turns_s(const iso_job *j, double turns) {
  const iso_estimate *e = &j->estimate;
  const double more = cores_of(j) / j->cores;
  const double faster = more > 1 ? fmax(EFFICIENCY * more, 1) : more;
  return e->setup_s / faster + turns * (e->loop_s / faster + e->kept_s + e->output_s);
}

static double expected_s(const iso_job *j) {
  return in_turns_s(j, j->members == 0 ? 1 : ceil(j->members / groups_of(j)));
}

static double memory_MB(const iso_job *j) {
  const double mesh = fmax(1e-6 * j->estimate.peak_bytes - RANK_MEASURED_MB, 0);
  const double runs = j->members > 0 ? (double)ranks_of(j) / j->member_ranks : 1;
  const double all = MEMORY_FACTOR * mesh * runs / j->nodes + RANK_MB * j->ranks_per_node;
  return 100 * ceil(all / 100);
}

static double limit_s(const iso_job *j) {
  if (j->time) return iso_job_seconds(j->time);
  return 60 * ceil((TIME_FACTOR * expected_s(j) + TIME_MORE_S) / 60);
}

static int lead_s(const iso_job *j) {
  const double lead = 10 * ceil((LEAD_S + LEAD_RESULTS * j->estimate.output_s) / 10);
  return (int)fmin(lead, floor(limit_s(j) / 2));
}

bool iso_job_holds_member(const iso_job *j) {
  return !j->time || j->members == 0 || in_turns_s(j, 1) < limit_s(j) - lead_s(j);
}

/* ---- the script ---- */

/* The last part of a name, as far as logs and lists of jobs take it. */
static void put_name(const char *output, FILE *stream) {
  for (const char *c = iso_path_name(output); *c; c++) fputc(strchr(" \t\"'\\%/#", *c) ? '_' : *c, stream);
}

static void put_limit(double seconds, FILE *stream) {
  const long s = lround(seconds);
  fprintf(stream, "%ld-%02ld:%02ld:%02ld", s / 86400, s / 3600 % 24, s / 60 % 60, s % 60);
}

static void put_head(const iso_job *j, FILE *stream) {
  fputs("#SBATCH --job-name=", stream);
  put_name(j->output, stream);
  fputs("\n#SBATCH --output=", stream);
  put_name(j->output, stream);
  fputs(j->shards > 0 ? ".%A_%a.log" : ".%j.log", stream);
  fprintf(stream, "\n#SBATCH --open-mode=append\n#SBATCH --chdir=\"%s\"\n", j->folder);
  if (j->partition) fprintf(stream, "#SBATCH --partition=%s\n", j->partition);
  if (j->shards > 0) fprintf(stream, "#SBATCH --array=1-%d\n", j->shards);
  fprintf(stream, "#SBATCH --nodes=%d\n#SBATCH --ntasks-per-node=%d\n#SBATCH --cpus-per-task=%d\n", j->nodes,
          j->ranks_per_node, j->threads);
  if (j->gpus_per_node > 0) fprintf(stream, "#SBATCH --gpus-per-node=%d\n", j->gpus_per_node);
  fprintf(stream, "#SBATCH --mem=%.0fM\n#SBATCH --time=", memory_MB(j));
  put_limit(limit_s(j), stream);
  fprintf(stream, "\n#SBATCH --signal=B:USR1@%d\n#SBATCH --requeue\n\n", lead_s(j));
}

static void put_estimate(const iso_job *j, FILE *stream) {
  char a[32], b[32];
  const double parts = ceil(expected_s(j) / fmax(limit_s(j) - lead_s(j), 1));
  fputs("# Expected: ", stream);
  if (j->members > 0)
    fprintf(stream, "%d members of %s each on %d rank%s, ", j->members,
            iso_text_duration(iso_estimate_member_seconds(&j->estimate), a, sizeof a), j->member_ranks,
            j->member_ranks == 1 ? "" : "s");
  fprintf(stream, "%s", iso_text_duration(expected_s(j), b, sizeof b));
  if (parts > 1) fprintf(stream, ", so about %.0f parts of this limit", parts);
  fprintf(stream, "; from a sample on %d core%s%s.\n", j->cores, j->cores == 1 ? "" : "s",
          j->gpus_per_node > 0 && !j->by_gpu ? ", a GPU taken for one of them: set --time when you know more"
                                             : "");
}

static void put_command(const iso_job *j, FILE *stream) {
  fputs("isochrone=${ISOCHRONE:-isochrone}\nconfig=", stream);
  iso_put_word(stream, j->config);
  fputs("\noutput=", stream);
  if (j->output[0] == '-') fputs("./", stream); /* which commands would take for an option */
  iso_put_word(stream, j->output);
  fputs("\noptions=(", stream);
  for (int k = 0; k < j->nset; k++) {
    fputs(k ? " --set " : "--set ", stream);
    iso_put_word(stream, j->set[k]);
  }
  const char *gap = j->nset > 0 ? " " : "";
  if (j->gpus_per_node > 0) fprintf(stream, "%s--set device=cuda", gap), gap = " ";
  if (!j->has_checkpoints && !j->is_eikonal && j->members == 0)
    fprintf(stream, "%s--set checkpoint.every_minutes=10", gap);
  fputs(")\n", stream);
  if (j->by_srun)
    fputs("launch=(srun --mpi=pmix)\n", stream);
  else
    fprintf(
        stream,
        "# Open MPI kills its ranks a second after it was asked to end, and waits twice as long for ranks "
        "that ended.\nlaunch=(mpirun --mca odls_base_sigkill_timeout %d%s)\n",
        GRACE_S, j->threads > 1 ? " --map-by slot:PE=\"$SLURM_CPUS_PER_TASK\"" : "");
}

/* What of a part is kept, and so whether another one gets farther. */
static void put_progress(const iso_job *j, FILE *stream) {
  fputs("\nbegan=$(mktemp)\ntrap 'rm -f \"$began\"' EXIT\n", stream);
  if (j->members > 0)
    fputs("got_farther() { [ -n \"$(find \"$output/members\" -name '*.csv' -newer \"$began\" -print -quit)\" "
          "]; "
          "}\n",
          stream);
  else
    fputs("got_farther() { [ \"$output.ckpt.nc\" -nt \"$began\" ]; }\n", stream);
  fputs("work=(", stream);
  if (j->members > 0)
    fputs("study \"$config\" --output \"$output\"", stream);
  else
    fputs("run \"$config\" --output \"$output\" --summary \"$output.json\"", stream);
  fputs(" \"${options[@]}\"", stream);
  if (j->shards > 0) fprintf(stream, " --shard \"$SLURM_ARRAY_TASK_ID/%d\"", j->shards);
  fputs(")\n", stream);
  if (j->members == 0 && !j->is_eikonal)
    fputs("[ ! -e \"$output.ckpt.nc\" ] || work+=(--restart \"$output.ckpt.nc\")\n", stream);
}

static const char ending[] =
    "\n# Slurm tells this script alone that time is nearly over. SIGUSR2 has the run keep what it has and "
    "end\n"
    "# with exit code 3.\n"
    "again=no\n"
    "trap 'again=yes; kill -USR2 \"$run\"' USR1\n"
    "trap 'kill -USR2 \"$run\"' TERM\n"
    "\"${launch[@]}\" \"$isochrone\" \"${work[@]}\" &\n"
    "run=$!\n"
    "while :; do\n"
    "  wait \"$run\"\n"
    "  code=$?\n"
    "  kill -0 \"$run\" 2>/dev/null || break # else it was a signal that ended the wait\n"
    "done\n"
    "\n"
    "# A rank or its machine that is lost ends the others by a signal.\n"
    "[ \"$code\" -lt 128 ] || again=yes\n"
    "if [ \"$code\" -ne 0 ] && [ $again = yes ]; then\n"
    "  if got_farther; then\n"
    "    echo \"exit code $code: this job goes on from what is kept\"\n"
    "    scontrol requeue \"$SLURM_JOB_ID\"\n"
    "  else\n"
    "    echo \"exit code $code, and nothing new was kept: not again; more time (--time) or more ranks?\"\n"
    "  fi\n"
    "fi\n"
    "exit \"$code\"\n";

static void put_script(const void *self, FILE *stream) {
  const iso_job *j = self;
  fputs("#!/bin/bash\n# Made by isochrone " ISO_VERSION " (" ISO_NOT_A_DEVICE ") for ", stream);
  put_name(j->config, stream);
  fputs("; isochrone's docs/cluster.md says more.\n# Load here, or before sbatch, what isochrone needs: its "
        "Open MPI above all; ISOCHRONE names another program.\n",
        stream);
  put_head(j, stream);
  put_estimate(j, stream);
  put_command(j, stream);
  put_progress(j, stream);
  fputs(ending, stream);
}

static bool has_end_of_line(const iso_job *j) {
  return strpbrk(j->config, "\n\r") || strpbrk(j->folder, "\n\r\"\\") || strpbrk(j->output, "\n\r");
}

iso_status iso_job_write(const iso_job *j, const char *path, iso_error *err) {
  if (has_end_of_line(j))
    return iso_fail(err, ISO_EINPUT,
                    "--slurm: a name of the configuration, the results or this folder has a "
                    "character that a line of a job script cannot hold; rename it");
  if (j->members > 0 && ranks_of(j) < j->member_ranks)
    return iso_fail(err, ISO_EINPUT,
                    "--slurm: study.ranks is %d, and the job has %d rank%s; give it more by --ranks-per-node",
                    j->member_ranks, ranks_of(j), ranks_of(j) == 1 ? "" : "s");
  return iso_atomic_write(path, false, put_script, j, err);
}
