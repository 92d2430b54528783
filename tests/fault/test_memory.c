/* fault_memory COMMAND STRIDE [FIRST]: a command on a tiny heart, or with "mesh" all those on meshes, whose
 * n-th allocation fails, for n = FIRST [1], FIRST + STRIDE and so on until none fails any more, so that
 * FIRST = 1 to STRIDE are the parts of a walk through all; on several ranks on the last one, then on the
 * first. Each time the command ends with one
 * message and exit code 1, or goes on without what it can do without and says so, and leaves no half of a
 * file.
 *
 * Allocations are those of the program: the linker puts the functions below between it and the C library
 * (--wrap), and what other libraries allocate is left alone. */
#include "app/command.h"

#include <execinfo.h>
#include <fcntl.h>
#include <glob.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- the allocator ---- */

static long count, failing; /* allocations of the command so far; the one that fails, or 0 */

/* Who asked goes to the file "where". */
static bool fails(void) {
  void *caller[24];
  if (++count != failing) return false;
  const int file = open("where", O_WRONLY | O_CREAT | O_TRUNC, 0600);
  backtrace_symbols_fd(caller, backtrace(caller, 24), file);
  close(file);
  return true;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
char *__real_strdup(const char *text);
FILE *__real_open_memstream(char **text, size_t *size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
char *__wrap_strdup(const char *text);
FILE *__wrap_open_memstream(char **text, size_t *size);

void *__wrap_malloc(size_t size) { return fails() ? NULL : __real_malloc(size); }
void *__wrap_calloc(size_t n, size_t size) { return fails() ? NULL : __real_calloc(n, size); }
void *__wrap_realloc(void *old, size_t size) { return fails() ? NULL : __real_realloc(old, size); }
void *__wrap_aligned_alloc(size_t alignment, size_t size) {
  return fails() ? NULL : __real_aligned_alloc(alignment, size);
}
char *__wrap_strdup(const char *text) { return fails() ? NULL : __real_strdup(text); }
FILE *__wrap_open_memstream(char **text, size_t *size) {
  return fails() ? NULL : __real_open_memstream(text, size);
}

/* ---- commands ---- */

static const char heart[] =
    "mesh: {slab: {size_mm: [2, 1, 1], spacing_mm: 0.5}, fibre: [1, 0, 0]}\n"
    "regions:\n"
    "  - {name: tissue, model: mitchell_schaeffer_2003,\n"
    "     conductivity: {longitudinal_S_per_m: 0.1334, transverse_S_per_m: 0.0176}}\n"
    "sites: {end: {box: {min_mm: [1.5, 0, 0], max_mm: [2, 1, 1]}}}\n"
    "stimuli:\n"
    "  - {box: {min_mm: [0, 0, 0], max_mm: [0.5, 1, 1]}, duration_ms: 2, amplitude_uA_per_uF: 50}\n"
    "time: {duration_ms: 2, step_ms: 0.05}\n"
    "outputs: {snapshots: {interval_ms: 1}, probes: [{name: p, at_mm: [1, 0.5, 0.5]}], csv: true, vtu: "
    "true}\n"
    "checkpoint: {interval_ms: 1}\n"
    "study: {axes: [{name: heart, draws: 2, drawn: [{key: stimuli.0.amplitude_uA_per_uF, uniform: [40, "
    "50]}]}]}\n";

typedef struct command {
  const char *name, *before; /* of another command that has to run once, or NULL */
  int argc;
  const char *argv[18];
  const char *results; /* pattern of what it leaves */
} command;

static const command commands[] = {
    {"run", NULL, 7, {"isochrone", "run", "heart.yaml", "--output", "one", "--summary", "one.json"}, "one*"},
    {"restart",
     "run",
     7,
     {"isochrone", "run", "heart.yaml", "--output", "two", "--restart", "one.ckpt.nc"},
     "two*"},
    {"study", NULL, 5, {"isochrone", "study", "heart.yaml", "--output", "many"}, "many"},
    {"stages",
     NULL,
     13,
     {"isochrone", "study", "heart.yaml", "--output", "many", "--set",
      "stimuli.1={site: end, start_ms: 1.5, duration_ms: 0.2, amplitude_uA_per_uF: 9}", "--set",
      "study.axes=[{key: stimuli.1.amplitude_uA_per_uF, values: [40, 50]}]", "--set", "study.shared_ms=1",
      "--set", "numerics.pace=fixed"},
     "many"},
    {"eikonal",
     NULL,
     11,
     {"isochrone", "run", "heart.yaml", "--output", "wave", "--set", "method=eikonal", "--set",
      "outputs={csv: true, ecg: {electrodes: electrodes.csv}}", "--set", "checkpoint=null"},
     "wave*"},
    {"check", NULL, 5, {"isochrone", "check", "heart.yaml", "--slurm", "job.sh"}, "job.sh"},
    {"slab",
     NULL,
     8,
     {"isochrone", "mesh", "slab", "slab.vtu", "--size", "2,1,1", "--spacing", "0.5"},
     "slab.vtu"},
    {"refine", "slab", 5, {"isochrone", "mesh", "refine", "slab.vtu", "fine.vtu"}, "fine.vtu"},
    {"info", "slab", 4, {"isochrone", "mesh", "info", "slab.vtu"}, "none"},
    {"convert", "slab", 5, {"isochrone", "mesh", "convert", "slab.vtu", "slab.msh"}, "slab.msh"},
    {"repair",
     "slab",
     7,
     {"isochrone", "mesh", "repair", "slab.vtu", "mended.vtu", "--merge", "--orphans"},
     "mended.vtu"},
    {"coordinates",
     "slab",
     13,
     {"isochrone", "mesh", "coordinates", "slab.vtu", "placed.vtu", "--lv-endo", "at:1,0.5,0", "--epi",
      "at:1,0.5,1", "--base", "at:0,0.5,0.5", "--septum", "at:1,0,0.5"},
     "placed.vtu"},
    {"fibres",
     "slab",
     11,
     {"isochrone", "mesh", "fibres", "slab.vtu", "turned.vtu", "--lv-endo", "at:1,0.5,0", "--epi",
      "at:1,0.5,1", "--base", "at:0,0.5,0.5"},
     "turned.vtu"},
    {"transfer",
     "coordinates",
     7,
     {"isochrone", "mesh", "transfer", "placed.vtu", "placed.vtu", "moved.vtu", "--places"},
     "moved.vtu"},
    {"sheet",
     NULL,
     10,
     {"isochrone", "mesh", "slab", "sheet.vtu", "--element", "triangle", "--size", "2,1", "--spacing", "0.5"},
     "sheet.vtu"},
    {"purkinje",
     "sheet",
     17,
     {"isochrone", "mesh", "purkinje", "sheet.vtu", "tree.vtu", "--root", "0,0.5,0", "--toward", "2,0.5,0",
      "--initial-mm", "0.5", "--branch-mm", "0.5", "--segment-mm", "0.25", "--generations", "2"},
     "tree.vtu"},
};
enum { NCOMMANDS = sizeof commands / sizeof *commands };

static const command *find(const char *name) {
  for (int k = 0; k < NCOMMANDS; k++)
    if (!strcmp(commands[k].name, name)) return &commands[k];
  return NULL;
}

/* ---- walking ---- */

static int rank, ranks, failures;

static void complain(const command *c, long n, const char *what) {
  failures++;
  if (rank == 0) printf("FAILED: %s, allocation %ld: %s\n", c->name, n, what);
  if (rank == 0 && system("sed 's/^/    /' said where")) puts("    nothing was said");
  fflush(stdout);
}

static int matches(const char *pattern) {
  glob_t found;
  const int n = glob(pattern, 0, NULL, &found) == 0 ? (int)found.gl_pathc : 0;
  globfree(&found);
  return n;
}

static void clear(const command *c) {
  char line[200];
  snprintf(line, sizeof line, "rm -rf %s", c->results);
  MPI_Barrier(MPI_COMM_WORLD);
  if (rank == 0 && system(line)) failures++;
  MPI_Barrier(MPI_COMM_WORLD);
}

/* Standard output and error of the program go to the file "said", the first rank's alone. */
static int run(const command *c, long n, bool mine) {
  fflush(NULL);
  const int kept[2] = {dup(1), dup(2)};
  const int said = open(rank == 0 ? "said" : "/dev/null", O_WRONLY | O_CREAT | O_TRUNC, 0600);
  const int nothing = open("/dev/null", O_WRONLY);
  dup2(nothing, 1);
  dup2(said, 2);
  count = 0, failing = mine ? n : 0;
  const int code = iso_command_line(MPI_COMM_WORLD, c->argc, (char *const *)c->argv);
  failing = 0;
  fflush(NULL);
  for (int k = 0; k < 2; k++) dup2(kept[k], k + 1), close(kept[k]);
  close(said);
  close(nothing);
  return code;
}

static bool says(const char *text) {
  char line[300];
  snprintf(line, sizeof line, "grep -q '%s' said", text);
  return system(line) == 0;
}

/* Whether all results of a command that never failed, which were kept, are there again: tables, meshes and
 * VTU of the same bytes, others by their names. A warning, of a member in its log, may say that something is
 * missing, a checkpoint or a kept state. */
static bool is_whole(const command *c) {
  char line[400];
  snprintf(
      line, sizeof line,
      "for f in $(find %s -type f 2>/dev/null); do g=good/$f; case $f in *.vtu|*.msh|*.csv) cmp -s \"$f\" "
      "\"$g\" || exit 1 ;; esac; done; cd good; for f in $(find . -type f); do [ -e \"../$f\" ] || exit 1; "
      "done",
      c->results);
  return system(line) == 0 || says("warning") || system("grep -qs warning many/members/*.log") == 0;
}

/* What is left of a command whose allocation failed. On rank 0. */
static void judge(const command *c, long n, int code) {
  if (matches("*.part") || matches("many/*.part") || matches("many/members/*.part"))
    complain(c, n, "an unfinished file is left");
  if (code == 0 && !is_whole(c)) complain(c, n, "it is done, and its results are others");
  if (code == 0) return;
  if (code != 1) complain(c, n, "the exit code is not 1");
  if (system("test \"$(grep -c 'isochrone: error:' said)\" = 1")) complain(c, n, "there is not one message");
  if (!says("memory\\|members failed")) complain(c, n, "the message does not speak of memory");
}

/* Returns how many allocations a rank makes; from the first on every stride-th fails. */
static long walk(const command *c, long stride, long first, int who) {
  long most = 0;
  for (long n = first, fired = 1; fired; n += stride) {
    clear(c);
    alarm(120); /* a rank that waits for ever */
    const int code = run(c, n, rank == who);
    alarm(0);
    fired = rank == who ? count >= n : 0;
    MPI_Allreduce(MPI_IN_PLACE, &fired, 1, MPI_LONG, MPI_MAX, MPI_COMM_WORLD);
    int codes[2] = {code, -code};
    MPI_Allreduce(MPI_IN_PLACE, codes, 2, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
    if (codes[0] != -codes[1]) complain(c, n, "ranks end with different exit codes");
    if (fired && rank == 0) judge(c, n, code);
    if (!fired && code != 0) complain(c, n, "it fails with all of its memory");
    if (fired) most = n;
  }
  return most;
}

static void put(const char *name, const char *text) {
  FILE *f = fopen(name, "w");
  fputs(text, f);
  fclose(f);
}

static void put_files(void) {
  if (rank == 0) {
    put("heart.yaml", heart);
    put("electrodes.csv", "name,x_mm,y_mm,z_mm\na,-5,0,0\nb,9,3,0\n");
  }
  MPI_Barrier(MPI_COMM_WORLD);
}

/* Those that have to run before, the first of them first. */
static void run_before(const command *c) {
  if (!c->before) return;
  const command *before = find(c->before);
  run_before(before);
  if (run(before, 0, false) != 0) complain(before, 0, "it fails");
}

static void prepare(const command *c) {
  run_before(c);
  clear(c);
  if (run(c, 0, false) != 0) complain(c, 0, "it fails");
  char line[200];
  snprintf(line, sizeof line, "rm -rf good; mkdir good; for f in %s; do [ ! -e $f ] || cp -r $f good; done",
           c->results);
  if (rank == 0 && system(line)) failures++;
}

/* On several ranks on the last one, then on the first. */
static void walk_ranks(const command *c, long stride, long first) {
  prepare(c);
  for (int who = ranks - 1; who >= 0; who -= ranks > 1 ? ranks - 1 : 1) {
    const long most = walk(c, stride, first, who);
    if (rank == 0)
      printf("%s: about %ld allocations of rank %d, every %ldth failed\n", c->name, most, who, stride);
  }
}

int main(int argc, char **argv) {
  char folder[] = "memory.XXXXXX";
  int threads;
  MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &threads);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  const char *name = argc == 3 || argc == 4 ? argv[1] : "";
  const bool all = !strcmp(name, "mesh");
  const long stride = argc > 2 ? atol(argv[2]) : 0, first = argc == 4 ? atol(argv[3]) : 1;
  if (rank == 0 && ((!all && !find(name)) || stride < 1 || first < 1 || !mkdtemp(folder)))
    MPI_Abort(MPI_COMM_WORLD, 2);
  MPI_Bcast(folder, sizeof folder, MPI_CHAR, 0, MPI_COMM_WORLD);
  if (chdir(folder)) MPI_Abort(MPI_COMM_WORLD, 2);
  put_files();
  for (int k = 0; k < NCOMMANDS; k++)
    if (!strcmp(all ? commands[k].argv[1] : commands[k].name, name)) walk_ranks(&commands[k], stride, first);
  MPI_Allreduce(MPI_IN_PLACE, &failures, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
  MPI_Barrier(MPI_COMM_WORLD);
  if (chdir("..")) failures++;
  char line[64];
  snprintf(line, sizeof line, "rm -rf %s", folder);
  if (rank == 0 && system(line)) failures++;
  MPI_Finalize();
  return failures > 0;
}
