/* What reading a mesh takes: no rank ever holds much more than its share, in any format.
 *
 * grid_read_memory FILE...: reads these instead and prints the time and the most that a rank held. */
#include "read_sample.h"

#include "grid/format/write.h"
#include "grid/make/slab.h"

#include <malloc.h>

static iso_error err;

/* In kB, of /proc/self/status (proc(5)); the most since it was last reset for VmHWM. */
static long status_kb(const char *key) {
  char line[256];
  long kb = -1;
  FILE *file = fopen("/proc/self/status", "r");
  while (file && fgets(line, sizeof line, file))
    if (!strncmp(line, key, strlen(key))) kb = strtol(line + strlen(key) + 1, NULL, 10);
  if (file) fclose(file);
  return kb;
}

/* Whether the kernel lets a process begin its peak anew. */
static bool reset_peak(void) {
  FILE *file = fopen("/proc/self/clear_refs", "w");
  if (!file) return false;
  const bool done = fputs("5", file) >= 0;
  return fclose(file) == 0 && done;
}

typedef struct {
  double seconds, most_mb; /* most: of any rank, beyond what it had before */
  double share_mb;         /* of the mesh that was read, an even share */
} measure;

static double slice_mb(const iso_slice *s) {
  double bytes = 24. * (double)s->nnodes + (5. + 8. * s->width) * (double)s->nelems;
  if (s->fibre) bytes += 12. * (double)s->nelems;
  if (s->sheet) bytes += 12. * (double)s->nelems;
  return bytes / 1e6;
}

static measure read_mesh(const char *path) {
  iso_slice slice;
  iso_read_options options = {.path = path};
  measure m;
  MPI_Barrier(MPI_COMM_WORLD);
  reset_peak();
  const long before = status_kb("VmRSS:");
  m.seconds = -MPI_Wtime();
  ASSERT_OK(iso_slice_read(MPI_COMM_WORLD, &options, &slice, &err));
  m.most_mb = (double)(status_kb("VmHWM:") - before) * 1024 / 1e6;
  MPI_Allreduce(MPI_IN_PLACE, &m.most_mb, 1, MPI_DOUBLE, MPI_MAX, MPI_COMM_WORLD);
  m.seconds += MPI_Wtime();
  m.share_mb = slice_mb(&slice) / world_size();
  iso_slice_free(&slice);
  return m;
}

enum { SIDE = 44 }; /* 511,104 tetrahedra: 31 MB of slices */

/* A rank's peak is its share, with what is on the way into it: an array of cells beside that of elements, a
 * part that grows, windows on files. All that falls with the number of ranks but the windows. */
static void a_rank_holds_little_more_than_its_share(void **state) {
  (void)state;
  static const char *const formats[][2] = {
      {"block.vtu", NULL}, {"block.vtk", NULL}, {"block", "carp"}, {"binary", "carp_binary"}};
  const double windows_mb = 3;
  iso_slab_options options = {
      .size_mm = {SIDE, SIDE, SIDE}, .spacing_mm = 1, .shape = ISO_TETRAHEDRON, .fibre = {1, 0, 0}};
  iso_slice slice;
  if (!reset_peak()) skip();
  ASSERT_OK(iso_slab(MPI_COMM_WORLD, &options, &slice, &err));
  for (size_t f = 0; f < sizeof formats / sizeof *formats; f++)
    ASSERT_OK(iso_slice_write_as(MPI_COMM_WORLD, &slice, scratch_path(formats[f][0]), formats[f][1], &err));
  iso_slice_free(&slice);
  for (size_t f = 0; f < sizeof formats / sizeof *formats; f++) {
    const measure m = read_mesh(scratch_path(formats[f][0]));
    if (m.most_mb > 1.3 * m.share_mb + windows_mb)
      fail_msg("%s: a rank held %.1f MB, its share being %.1f MB", formats[f][0], m.most_mb, m.share_mb);
  }
  scratch_remove();
}

static const struct CMUnitTest tests[] = {cmocka_unit_test(a_rank_holds_little_more_than_its_share)};

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  mallopt(M_MMAP_THRESHOLD, 1 << 16); /* what is freed is given back, and does not hide what comes after */
  int failed = 0;
  for (int i = 1; i < argc; i++) {
    const measure m = read_mesh(argv[i]);
    if (world_rank() == 0)
      printf("%s: %.1f s, at most %.0f MB beyond the start on a rank, whose share is %.0f MB\n", argv[i],
             m.seconds, m.most_mb, m.share_mb);
  }
  if (argc == 1) failed = cmocka_run_group_tests(tests, NULL, NULL);
  MPI_Finalize();
  return failed;
}
