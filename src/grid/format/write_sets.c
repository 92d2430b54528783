#include "grid/format/write_sets.h"

#include "base/memory.h"
#include "grid/share/renumber.h"
#include "grid/share/sides.h"

#include <stdlib.h>

/* Number of Exodus, from 1, of a face of a shape of ours; of a triangle itself, its front. */
static int side_number(int shape, int face) {
  static const int tetrahedron[] = {4, 1, 2, 3}, hexahedron[] = {5, 6, 1, 2, 3, 4};
  return shape == ISO_TETRAHEDRON ? tetrahedron[face] : shape == ISO_HEXAHEDRON ? hexahedron[face] : 1;
}

/* An element as iso_find_sides calls it: its place among the blocks, and its shape. */
static int64_t call(int64_t place, int shape) { return place * ISO_NSHAPES + shape; }

static iso_status make_sides(MPI_Comm comm, const iso_slice *slice, const iso_surface *surface,
                             const int64_t *name, iso_set *s, bool *all, iso_error *err) {
  iso_side *side = NULL;
  int found = 1;
  iso_status status = iso_alloc(&side, (size_t)surface->n, sizeof *side, "side sets", err);
  for (int k = 0; k < 2 && status == ISO_OK; k++)
    status = iso_alloc(&s->value[k], (size_t)surface->n, sizeof *s->value[k], "side sets", err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) status = iso_find_sides(comm, slice, surface, name, side, err);
  for (int64_t i = 0; i < surface->n && status == ISO_OK; i++) {
    const int shape = (int)(side[i].element % ISO_NSHAPES);
    if (side[i].element < 0 || shape == ISO_LINE) {
      found = 0;
      continue;
    }
    s->value[0][i] = side[i].element / ISO_NSHAPES + 1;
    s->value[1][i] = side_number(shape, side[i].face);
  }
  MPI_Allreduce(MPI_IN_PLACE, &found, 1, MPI_INT, MPI_LAND, comm);
  *all = found;
  s->n = surface->n;
  free(side);
  return status;
}

static iso_status make_nodes(MPI_Comm comm, const iso_slice *slice, const iso_surface *surface, iso_set *s,
                             iso_error *err) {
  iso_surface nodes = {0};
  iso_status status = ISO_OK;
  for (int64_t i = 0; i < surface->n; i++)
    for (int k = 0; k < iso_item_nodes(surface->item[i]) && status == ISO_OK; k++)
      status = iso_surface_put(&nodes, 1, &surface->item[i][k], err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK && surface->dimension > 0)
    status = iso_surface_unique(comm, &nodes, slice->nnodes, err);
  if (status == ISO_OK)
    status = iso_agree(
        comm, iso_realloc(&s->value[0], (size_t)nodes.n + 1, sizeof *s->value[0], "node sets", err), err);
  for (int64_t i = 0; i < nodes.n && status == ISO_OK; i++) s->value[0][i] = nodes.item[i][0] + 1;
  s->n = nodes.n;
  free(nodes.item);
  return status;
}

static iso_status make_set(MPI_Comm comm, const iso_slice *slice, const iso_surface *surface,
                           const int64_t *name, iso_set *s, iso_error *err) {
  *s = (iso_set){.name = surface->name};
  if (surface->dimension == 2) ISO_TRY(make_sides(comm, slice, surface, name, s, &s->sides, err));
  if (!s->sides) ISO_TRY(make_nodes(comm, slice, surface, s, err));
  int64_t through;
  MPI_Scan(&s->n, &through, 1, MPI_INT64_T, MPI_SUM, comm);
  MPI_Allreduce(&s->n, &s->total, 1, MPI_INT64_T, MPI_SUM, comm);
  s->first = through - s->n;
  return ISO_OK;
}

static void free_values(iso_set *s) {
  free(s->value[0]);
  free(s->value[1]);
}

/* Those of nodes first. NetCDF-4 has no dimension of nothing: empty sets are left out, and so are surfaces
 * that are elements, whose blocks have their names. */
static void sort_sets(iso_sets *sets, int n) {
  int kept = 0;
  for (int k = 0; k < n; k++)
    if (sets->set[k].total > 0) {
      const iso_set s = sets->set[k];
      int at = kept++;
      for (; at > 0 && !s.sides && sets->set[at - 1].sides; at--) sets->set[at] = sets->set[at - 1];
      sets->set[at] = s;
      sets->n[s.sides]++;
    } else {
      free_values(&sets->set[k]);
    }
}

iso_status iso_sets_new(iso_sets *out, MPI_Comm comm, const iso_slice *slice,
                        const iso_elements_blocks *blocks, iso_error *err) {
  const iso_surfaces *all = &slice->surfaces;
  int64_t *name = NULL;
  *out = (iso_sets){0};
  iso_status status = iso_alloc(&out->set, (size_t)all->n, sizeof *out->set, "sets", err);
  if (status == ISO_OK) status = iso_alloc(&name, (size_t)slice->nelem, sizeof *name, "sets", err);
  status = iso_agree(comm, status, err);
  for (int k = 0; k < blocks->n && status == ISO_OK; k++) {
    const iso_elements_block *b = &blocks->block[k];
    for (int64_t i = 0; i < b->n; i++) name[b->member[i]] = call(b->before + b->first + i, b->shape);
  }
  int n = 0;
  for (; n < all->n && status == ISO_OK; n++)
    if (!all->surface[n].of_elements)
      status = make_set(comm, slice, &all->surface[n], name, &out->set[n], err);
  sort_sets(out, n);
  free(name);
  return status;
}

int iso_sets_first(const iso_sets *sets, bool sides) { return sides ? sets->n[0] : 0; }

void iso_sets_free(iso_sets *sets) {
  for (int k = 0; k < sets->n[0] + sets->n[1]; k++) free_values(&sets->set[k]);
  free(sets->set);
  *sets = (iso_sets){0};
}
