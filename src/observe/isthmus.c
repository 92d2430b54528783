#include "observe/isthmus.h"

#include "base/memory.h"
#include "grid/share/whole.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PARTS = 20, WIDE = 3, MOST = 4000 };

typedef struct spot {
  iso_gid node;
  double at_mm[3], time_ms;
} spot;

iso_isthmus iso_isthmus_none(void) { return (iso_isthmus){-1, {NAN, NAN, NAN}, NAN}; }

/* The part of the cycle that a time falls into; -1: none. */
static int part_of(double time_ms, double end_ms, double cycle_ms) {
  const double back = (end_ms - time_ms) / cycle_ms;
  if (!(back >= 0 && back < 1)) return -1;
  return PARTS - 1 - (int)(back * PARTS);
}

/* The first of the parts in a row with the fewest nodes; -1: there are no nodes. */
static int emptiest(const int64_t count[PARTS]) {
  int64_t fewest = INT64_MAX;
  int best = -1;
  for (int k = 0; k < PARTS; k++) {
    int64_t n = 0;
    for (int i = 0; i < WIDE; i++) n += count[(k + i) % PARTS];
    if (n > 0 && n < fewest) fewest = n, best = k;
  }
  return best;
}

static bool is_within(int part, int first) { return part >= 0 && (part - first + PARTS) % PARTS < WIDE; }

static int by_node(const void *a, const void *b) {
  const iso_gid x = ((const spot *)a)->node, y = ((const spot *)b)->node;
  return (x > y) - (x < y);
}

/* Of spots [n] in the order of nodes; of very many some. */
static const spot *middle(const spot *all, int64_t n) {
  const int64_t stride = 1 + (n - 1) / MOST;
  const spot *best = NULL;
  double least = INFINITY;
  for (int64_t i = 0; i < n; i += stride) {
    double sum = 0;
    for (int64_t k = 0; k < n; k += stride) {
      const double x = all[k].at_mm[0] - all[i].at_mm[0], y = all[k].at_mm[1] - all[i].at_mm[1],
                   z = all[k].at_mm[2] - all[i].at_mm[2];
      sum += sqrt(x * x + y * y + z * z);
    }
    if (sum < least) least = sum, best = &all[i];
  }
  return best;
}

iso_status iso_isthmus_find(iso_isthmus *out, const iso_mesh *mesh, const double *last, double end_ms,
                            double cycle_ms, iso_error *err) {
  int64_t count[PARTS] = {0}, n = 0, total = 0;
  spot *mine = NULL, *all = NULL;
  *out = iso_isthmus_none();
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    const int part = part_of(last[i], end_ms, cycle_ms);
    if (part >= 0) count[part]++;
  }
  MPI_Allreduce(MPI_IN_PLACE, count, PARTS, MPI_INT64_T, MPI_SUM, mesh->comm);
  const int first = emptiest(count);
  if (first < 0) return ISO_OK;
  ISO_TRY(iso_alloc_all(mesh->comm, &mine, (size_t)mesh->nowned, sizeof *mine, "an isthmus", err));
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    if (!is_within(part_of(last[i], end_ms, cycle_ms), first)) continue;
    spot *s = &mine[n++];
    *s = (spot){.node = mesh->gid[i], .time_ms = last[i]};
    memcpy(s->at_mm, mesh->xyz[i], sizeof s->at_mm);
  }
  const iso_status gathered =
      iso_gather_whole(mesh->comm, n, mine, sizeof *mine, "an isthmus", &total, &all, err);
  free(mine);
  ISO_TRY(gathered);
  qsort(all, (size_t)total, sizeof *all, by_node);
  const spot *found = middle(all, total);
  out->node = found->node, out->time_ms = found->time_ms;
  memcpy(out->at_mm, found->at_mm, sizeof out->at_mm);
  free(all);
  return ISO_OK;
}
