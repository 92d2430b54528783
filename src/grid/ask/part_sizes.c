#include "grid/ask/part_sizes.h"

#include "base/memory.h"
#include "grid/ask/components.h"

#include <stdlib.h>

/* Nodes of a part on one rank, or on all. */
typedef struct tally {
  iso_gid label;
  int64_t nodes;
} tally;

static int by_label(const void *a, const void *b) {
  const iso_gid x = ((const tally *)a)->label, y = ((const tally *)b)->label;
  return (x > y) - (x < y);
}

/* Sorts, and adds up those of equal labels; returns how many are left. */
static int add_up(tally *list, int64_t n) {
  int left = 0;
  qsort(list, (size_t)n, sizeof *list, by_label);
  for (int64_t i = 0; i < n; i++) {
    const tally one = list[i];
    if (left > 0 && list[left - 1].label == one.label)
      list[left - 1].nodes += one.nodes;
    else
      list[left++] = one;
  }
  return left;
}

/* The lists of all ranks in one, *all [*n], to be freed. */
static iso_status gather(MPI_Comm comm, const tally *mine, int count, tally **all, int64_t *n,
                         iso_error *err) {
  int ranks, *counts = NULL, *places = NULL, total = 0;
  const int words = 2 * count;
  MPI_Comm_size(comm, &ranks);
  ISO_TRY(iso_alloc_all(comm, &counts, 2 * (size_t)ranks, sizeof *counts, "parts of the mesh", err));
  places = counts + ranks;
  MPI_Allgather(&words, 1, MPI_INT, counts, 1, MPI_INT, comm);
  for (int r = 0; r < ranks; r++) places[r] = total, total += counts[r];
  iso_status status =
      iso_agree(comm, iso_alloc(all, (size_t)total / 2, sizeof **all, "parts of the mesh", err), err);
  if (status == ISO_OK) MPI_Allgatherv(mine, words, MPI_INT64_T, *all, counts, places, MPI_INT64_T, comm);
  free(counts);
  *n = total / 2;
  return status;
}

static iso_status count(const iso_mesh *mesh, const iso_gid *label, tally *mine, int64_t *size,
                        iso_error *err) {
  tally *all = NULL;
  int64_t n;
  for (iso_lid i = 0; i < mesh->nowned; i++) mine[i] = (tally){label[i], 1};
  iso_status status = gather(mesh->comm, mine, add_up(mine, mesh->nowned), &all, &n, err);
  if (status == ISO_OK) {
    const int parts = add_up(all, n);
    for (iso_lid i = 0; i < mesh->nowned; i++) {
      const tally *found = bsearch(&(tally){label[i], 0}, all, (size_t)parts, sizeof *all, by_label);
      size[i] = found->nodes;
    }
  }
  free(all);
  return status;
}

iso_status iso_part_sizes(const iso_mesh *mesh, int64_t *size, iso_error *err) {
  iso_gid *label = NULL;
  tally *mine = NULL;
  iso_status status = iso_alloc(&label, (size_t)mesh->nlocal, sizeof *label, "parts of the mesh", err);
  if (status == ISO_OK)
    status = iso_alloc(&mine, (size_t)mesh->nowned, sizeof *mine, "parts of the mesh", err);
  status = iso_agree(mesh->comm, status, err);
  if (status == ISO_OK) status = iso_components(mesh, label, err);
  if (status == ISO_OK) status = count(mesh, label, mine, size, err);
  free(label);
  free(mine);
  return status;
}
