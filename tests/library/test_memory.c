/* library_memory STRIDE: a heart that is opened, paced, stepped, read, written and closed while its n-th
 * allocation fails, for n = 1, 1 + STRIDE and so on until none fails any more; on several ranks on the last
 * one, then on the first. Each time all ranks are told the same, by a message where there is a heart, nothing
 * that was allocated is left when it is closed, and the next heart opens.
 *
 * Allocations are those of the library: the linker puts the functions below between it and the C library
 * (--wrap), and what other libraries allocate is left alone. */
#include "library/isochrone.h"

#include <mpi.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

/* ---- the allocator ---- */

static long count, failing; /* allocations so far; the one that fails, or 0 */
static long alive;          /* blocks that are not freed */

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
char *__real_strdup(const char *text);
char *__real_realpath(const char *path, char *out);
FILE *__real_open_memstream(char **text, size_t *size);
int __real_vasprintf(char **out, const char *format, va_list values);
ssize_t __real_getline(char **line, size_t *size, FILE *file);
void __real_free(void *block);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_realpath(const char *path, char *out);
FILE *__wrap_open_memstream(char **text, size_t *size);
int __wrap_vasprintf(char **out, const char *format, va_list values);
ssize_t __wrap_getline(char **line, size_t *size, FILE *file);
void __wrap_free(void *block);

static bool fails(void) { return ++count == failing; }

static void *noted(void *block) {
  alive += block != NULL;
  return block;
}

void *__wrap_malloc(size_t size) { return fails() ? NULL : noted(__real_malloc(size)); }
void *__wrap_calloc(size_t n, size_t size) { return fails() ? NULL : noted(__real_calloc(n, size)); }
void *__wrap_realloc(void *old, size_t size) {
  if (fails()) return NULL;
  return old ? __real_realloc(old, size) : noted(__real_realloc(old, size));
}
void *__wrap_aligned_alloc(size_t alignment, size_t size) {
  return fails() ? NULL : noted(__real_aligned_alloc(alignment, size));
}
char *__wrap_strdup(const char *text) { return fails() ? NULL : noted(__real_strdup(text)); }
char *__wrap_realpath(const char *path, char *out) {
  if (out) return __real_realpath(path, out);
  return fails() ? NULL : noted(__real_realpath(path, NULL));
}
FILE *__wrap_open_memstream(char **text, size_t *size) {
  return fails() ? NULL : noted(__real_open_memstream(text, size)); /* for its text, which is freed */
}
int __wrap_vasprintf(char **out, const char *format, va_list values) {
  const int length = fails() ? -1 : __real_vasprintf(out, format, values);
  alive += length >= 0;
  return length;
}
ssize_t __wrap_getline(char **line, size_t *size, FILE *file) {
  const bool none = *line == NULL;
  const ssize_t length = __real_getline(line, size, file);
  if (none) noted(*line);
  return length;
}
void __wrap_free(void *block) {
  alive -= block != NULL;
  __real_free(block);
}

/* ---- a heart ---- */

enum { MOST = 100 }; /* nodes of a rank */

static int live(isochrone *heart) {
  static const char *const sites[] = {"right", "left"};
  int64_t node = 0, nodes[] = {1, 2};
  int lead, status = ISOCHRONE_OK;
  double vm[2], all[MOST], time_ms;
  for (int k = 0; k < 2 && !status; k++) status = isochrone_electrode(heart, sites[k], &lead);
  if (!status) status = isochrone_electrode_nodes(heart, 2, nodes, &lead);
  if (!status) status = isochrone_site_node(heart, "right", &node);
  if (!status) status = isochrone_advance(heart, 1);
  if (!status) status = isochrone_pulse(heart, lead, ISOCHRONE_NOW, 2, 50);
  if (!status) status = isochrone_advance(heart, 2);
  if (!status) status = isochrone_vm_at(heart, 2, nodes, vm);
  if (!status) status = isochrone_vm(heart, all);
  if (!status) status = isochrone_activation(heart, all);
  if (!status) status = isochrone_lead(heart, "a-b", &time_ms, vm);
  return status ? status : isochrone_write(heart);
}

static int failures;

static void complain(int rank, long n, const char *what, const char *said) {
  failures++;
  printf("FAILED on rank %d: allocation %ld: %s%s%s\n", rank, n, what, *said ? ": " : "", said);
  fflush(stdout);
}

/* Returns whether an allocation failed on some rank. alone: there are no others. */
static bool try_once(int rank, bool alone, long n, bool mine) {
  static const char *const set[] = {"mesh.slab.size_mm=[2, 1, 1]",
                                    "sites.right.box.min_mm=[1.5, 0, 0]",
                                    "sites.right.box.max_mm=[2, 1, 1]",
                                    "sites.left.box.max_mm=[0.5, 1, 1]",
                                    "time.duration_ms=3",
                                    "outputs.snapshots.interval_ms=1",
                                    "checkpoint.interval_ms=1"};
  const isochrone_options options = {.size = sizeof options,
                                     .nset = sizeof set / sizeof *set,
                                     .set = set,
                                     .output = "memory",
                                     .messages = ISOCHRONE_SILENT};
  const long before = alive;
  isochrone *heart;
  count = 0, failing = mine ? n : 0;
  int status = isochrone_open(&heart, DATA "/heart.yaml", &options);
  if (!status) status = live(heart);
  const bool failed = mine && count >= n;
  failing = 0;
  if (status && heart && !*isochrone_error(heart)) complain(rank, n, "there is no message", "");
  if (status == ISOCHRONE_INPUT) complain(rank, n, "it is no wrong input", isochrone_error(heart));
  int least = status, most = status;
  MPI_Allreduce(MPI_IN_PLACE, &least, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
  MPI_Allreduce(MPI_IN_PLACE, &most, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
  if (least != most) complain(rank, n, "ranks are told different things", isochrone_error(heart));
  isochrone_close(heart);
  if (alive != before && alone) {
    char blocks[32];
    snprintf(blocks, sizeof blocks, "%ld blocks", alive - before);
    complain(rank, n, "memory is left", blocks);
  }
  int some = failed;
  MPI_Allreduce(MPI_IN_PLACE, &some, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
  return some;
}

int main(int argc, char **argv) {
  int rank, ranks;
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  const long stride = argc > 1 ? strtol(argv[1], NULL, 10) : 1;
  try_once(rank, ranks == 1, 0, false); /* what is made once in a process */
  for (int victim = ranks - 1; victim >= 0; victim = victim == ranks - 1 && ranks > 1 ? 0 : -1) {
    long n = 1;
    while (try_once(rank, ranks == 1, n, rank == victim)) n += stride;
    if (rank == 0) printf("rank %d: %ld allocations failed\n", victim, (n - 1) / stride);
  }
  MPI_Allreduce(MPI_IN_PLACE, &failures, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
  MPI_Finalize();
  return failures > 0;
}
