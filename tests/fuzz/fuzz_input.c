#include "fuzz_input.h"

#include "grid/format/read.h"

#include <sanitizer/lsan_interface.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { NFILES = 3 };

static char folder[] = "fuzz_XXXXXX";
static int memory[NFILES];
static char path[NFILES][64];

static void require(int condition, const char *what) {
  if (condition) return;
  fprintf(stderr, "broken promise: %s\n", what);
  abort();
}

static void remove_links(void) {
  for (int i = 0; i < NFILES; i++) unlink(path[i]);
  rmdir(folder);
  __lsan_disable();
  MPI_Finalize();
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  __lsan_disable(); /* what MPI keeps, here and at its end, is not our leak */
  MPI_Init(argc, argv);
  __lsan_enable();
  require(mkdtemp(folder) != NULL, "a folder for links");
  for (int i = 0; i < NFILES; i++) memory[i] = memfd_create("mesh", 0);
  atexit(remove_links);
  return 0;
}

const char *fuzz_base(void) {
  static char base[64];
  snprintf(base, sizeof base, "%s/m", folder);
  return base;
}

const char *fuzz_file(int number, const char *extension, const uint8_t *data, size_t size) {
  if (!path[number][0]) {
    char target[64];
    snprintf(target, sizeof target, "/proc/%d/fd/%d", (int)getpid(), memory[number]);
    snprintf(path[number], sizeof path[number], "%s/m%s", folder, extension);
    require(symlink(target, path[number]) == 0, "a link");
  }
  require(ftruncate(memory[number], 0) == 0, "an empty file");
  require(pwrite(memory[number], data, size, 0) == (ssize_t)size, "a file in memory");
  return path[number];
}

static void check_slice(const iso_slice *slice) {
  require(slice->nnode == slice->nnodes && slice->nelem == slice->nelems, "one rank holds all");
  require(slice->nelem > 0 && slice->nnode > 0, "a mesh has nodes and elements");
  for (int64_t e = 0; e < slice->nelem; e++) {
    int n = iso_shape_nodes(slice->shape[e]);
    require(slice->shape[e] < ISO_NSHAPES && n <= slice->width, "shapes are known");
    for (int i = 0; i < slice->width; i++) {
      iso_gid node = slice->conn[e * slice->width + i];
      require(i < n ? node >= 0 && node < slice->nnodes : node == -1, "nodes are in range");
    }
  }
}

/* Numbers of the points of VTK files, apart from the mesh. */
static void read_node_data(const char *mesh, iso_gid nnodes) {
  iso_error err = {0};
  double *values = calloc((size_t)nnodes, sizeof *values);
  require(values != NULL, "memory");
  iso_status status = iso_vtk_read_node_data(MPI_COMM_SELF, mesh, "x", nnodes, values, &err);
  require(status == ISO_OK || (status == ISO_EINPUT && err.message[0]), "an error says what is wrong");
  free(values);
}

void fuzz_read(const char *format, const char *mesh) {
  iso_slice slice;
  iso_error err = {0};
  iso_notes notes = {0};
  iso_read_options options = {.path = mesh, .format = format, .notes = &notes};
  if (iso_slice_read(MPI_COMM_SELF, &options, &slice, &err) == ISO_OK) {
    check_slice(&slice);
    if (!strcmp(format, "vtk") || !strcmp(format, "vtu")) read_node_data(mesh, slice.nnodes);
  } else {
    require(err.status == ISO_EINPUT && err.message[0], "an error says what is wrong");
  }
  iso_slice_free(&slice);
  iso_notes_free(&notes);
}
