/* Numbers on the nodes of a CARP mesh: a .dat file, a line for each node and no header. */
#include "base/memory.h"
#include "grid/format/carp.h"
#include "grid/format/carp_lines.h"
#include "grid/format/formats.h"
#include "grid/format/text.h"
#include "grid/share/blocks.h"

#include <stdlib.h>
#include <string.h>

typedef struct numbers {
  double *value; /* [room] */
  int64_t n, room;
  iso_gid most; /* of the mesh: what a file may have beside is not kept */
} numbers;

static iso_status take(void *context, const char *begin, const char *end, iso_error *err) {
  numbers *all = context;
  if (all->n == all->most)
    return iso_fail(err, ISO_EINPUT, "the mesh has %lld nodes, and no more numbers are needed",
                    (long long)all->most);
  if (all->n == all->room) {
    all->room = 2 * all->room + 4096;
    ISO_TRY(iso_realloc(&all->value, (size_t)all->room, sizeof *all->value, "numbers of nodes", err));
  }
  const char *behind = iso_text_real(begin, end, &all->value[all->n]);
  if (!behind || iso_text_skip(behind, end) != end)
    return iso_fail(err, ISO_EINPUT, "expected one number, that of a node");
  all->n++;
  return ISO_OK;
}

/* From the lines of this rank into the blocks of all nodes. */
static iso_status place(MPI_Comm comm, const char *path, const numbers *mine, iso_gid nnodes, double *values,
                        iso_error *err) {
  int64_t before = 0, total = 0;
  iso_gid *held;
  iso_block_plan *plan = NULL;
  MPI_Scan(&mine->n, &before, 1, MPI_INT64_T, MPI_SUM, comm);
  MPI_Allreduce(&mine->n, &total, 1, MPI_INT64_T, MPI_SUM, comm);
  if (total != nnodes)
    return iso_fail(err, ISO_EINPUT, "%s has %lld numbers, but the mesh has %lld nodes", path,
                    (long long)total, (long long)nnodes);
  ISO_TRY(iso_alloc_all(comm, &held, (size_t)mine->n, sizeof *held, "numbers of nodes", err));
  for (int64_t i = 0; i < mine->n; i++) held[i] = before - mine->n + i;
  iso_status status = iso_block_plan_new(&plan, comm, nnodes, mine->n, held, err);
  if (status == ISO_OK) status = iso_block_plan_send(plan, mine->value, sizeof *values, values, err);
  iso_block_plan_free(plan);
  free(held);
  return status;
}

static iso_status read_file(MPI_Comm comm, const char *base, const char *extension, iso_gid nnodes,
                            double *values, iso_error *err) {
  iso_carp_file file;
  numbers mine = {.most = nnodes};
  ISO_TRY(iso_carp_open(comm, &file, base, extension, err));
  file.body = 0, file.header_line = 0; /* one whole number on the first line is that of the first node */
  iso_status status = iso_carp_parse(comm, &file, nnodes, take, &mine, err);
  if (status == ISO_OK) status = place(comm, file.path, &mine, nnodes, values, err);
  free(mine.value);
  return status;
}

static bool ends_in(const char *path, const char *ending) {
  const size_t n = strlen(path), m = strlen(ending);
  return n > m && !strcmp(path + n - m, ending);
}

iso_status iso_read_node_data(MPI_Comm comm, const char *path, const char *name, iso_gid nnodes,
                              double *values, iso_error *err) {
  static const char ending[] = ".dat";
  const iso_format *format = iso_format_by_ending(path, false);
  char base[4096], extension[300];
  if (ends_in(path, ending)) {
    const int n = (int)(strlen(path) - (sizeof ending - 1));
    if (snprintf(base, sizeof base, "%.*s", n, path) >= (int)sizeof base)
      return iso_fail(err, ISO_EINPUT, "the path of numbers of nodes is too long");
    return read_file(comm, base, ending, nnodes, values, err);
  }
  if (format && strncmp(format->name, "carp", 4))
    return iso_vtk_read_node_data(comm, path, name, nnodes, values, err);
  ISO_TRY(iso_carp_base(base, sizeof base, path, err));
  snprintf(extension, sizeof extension, "_%.250s%s", name, ending);
  return read_file(comm, base, extension, nnodes, values, err);
}

iso_status iso_count_nodes(MPI_Comm comm, const char *path, iso_gid given, iso_gid *nnodes, iso_error *err) {
  const iso_format *format = iso_format_by_ending(path, false);
  iso_carp_file file;
  iso_error none = {0};
  char base[4096];
  *nnodes = given;
  if (ends_in(path, ".dat")) return ISO_OK;
  if (format && strncmp(format->name, "carp", 4)) return iso_vtk_count_points(comm, path, nnodes, err);
  ISO_TRY(iso_carp_base(base, sizeof base, path, err));
  const bool announced = iso_carp_open(comm, &file, base, ".pts", &none) == ISO_OK && file.header_line;
  if (announced && file.header > 0) *nnodes = file.header; /* the binary files have no header to read here */
  return ISO_OK;
}
