#include "result/layout.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

/* Tag and shape of an element: what makes a block. */
typedef struct {
  int32_t tag, shape;
} kind;

static int by_kind(const void *a, const void *b) {
  const kind *x = a, *y = b;
  if (x->tag != y->tag) return x->tag < y->tag ? -1 : 1;
  return (x->shape > y->shape) - (x->shape < y->shape);
}

/* Removes what equals its predecessor; returns how many are left. */
static int64_t squeeze(kind *kinds, int64_t n) {
  int64_t m = 0;
  for (int64_t i = 0; i < n; i++)
    if (m == 0 || by_kind(&kinds[m - 1], &kinds[i]) != 0) kinds[m++] = kinds[i];
  return m;
}

/* Sorts and removes repetitions. Files list elements by region, so few are left to sort. */
static int64_t distinct(kind *kinds, int64_t n) {
  n = squeeze(kinds, n);
  qsort(kinds, (size_t)n, sizeof *kinds, by_kind);
  return squeeze(kinds, n);
}

/* Whether this rank owns the element's node of lowest global number: exactly one rank does. */
static int is_own(const iso_mesh *mesh, iso_lid e) {
  const iso_lid *conn = mesh->conn + (size_t)e * mesh->width;
  iso_lid lowest = conn[0];
  for (int k = 1; k < iso_shape_nodes(mesh->shape[e]); k++)
    if (mesh->gid[conn[k]] < mesh->gid[lowest]) lowest = conn[k];
  return lowest < mesh->nowned;
}

static iso_status find_own(iso_layout *layout, iso_error *err) {
  const iso_mesh *mesh = layout->mesh;
  ISO_TRY(iso_alloc(&layout->own, (size_t)mesh->nelem, sizeof *layout->own, "an element list", err));
  for (iso_lid e = 0; e < mesh->nelem; e++)
    if (is_own(mesh, e)) layout->own[layout->nown++] = e;
  return ISO_OK;
}

static iso_status plan_elems(iso_layout *layout, iso_error *err) {
  const iso_mesh *mesh = layout->mesh;
  iso_gid *held = NULL;
  iso_status status = iso_alloc(&held, (size_t)layout->nown, sizeof *held, "element numbers", err);
  for (int64_t i = 0; status == ISO_OK && i < layout->nown; i++)
    held[i] = iso_mesh_elem(mesh, layout->own[i]);
  status = iso_agree(mesh->comm, status, err);
  if (status == ISO_OK)
    status = iso_block_plan_new(&layout->elem_plan, mesh->comm, mesh->nelems, layout->nown, held, err);
  free(held);
  return status;
}

/* Kinds of this rank's file range [nelem], in file order. */
static iso_status fetch_kinds(const iso_layout *layout, kind *kinds, iso_error *err) {
  const iso_mesh *mesh = layout->mesh;
  kind *own = NULL;
  iso_status status = iso_alloc(&own, (size_t)layout->nown, sizeof *own, "element tags", err);
  for (int64_t i = 0; status == ISO_OK && i < layout->nown; i++)
    own[i] = (kind){iso_mesh_tag(mesh, layout->own[i]), mesh->shape[layout->own[i]]};
  status = iso_agree(mesh->comm, status, err);
  if (status == ISO_OK) status = iso_block_plan_send(layout->elem_plan, own, sizeof *own, kinds, err);
  free(own);
  return status;
}

/* The distinct kinds of all ranks from each rank's own distinct ones [n]. */
static iso_status gather_kinds(MPI_Comm comm, int n, const kind *mine, kind **out, int *nout,
                               iso_error *err) {
  int size;
  MPI_Comm_size(comm, &size);
  int *count = NULL, total = 0;
  ISO_TRY(iso_alloc_all(comm, &count, 2 * (size_t)size, sizeof *count, "block counts", err));
  int *offset = count + size;
  n *= 2; /* in integers */
  MPI_Allgather(&n, 1, MPI_INT, count, 1, MPI_INT, comm);
  for (int r = 0; r < size; total += count[r++]) offset[r] = total;
  iso_status status = iso_alloc(out, (size_t)total / 2, sizeof **out, "block kinds", err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) {
    MPI_Allgatherv(mine, n, MPI_INT32_T, *out, count, offset, MPI_INT32_T, comm);
    *nout = (int)distinct(*out, total / 2);
  }
  free(count);
  return status;
}

/* The tag where it is positive and not taken by another shape, else the next number after all tags (or simply
 * 1, 2, ... where none are left there). */
static void number_blocks(iso_elem_block *blocks, int n) {
  int32_t highest = n ? blocks[n - 1].tag : 0;
  int by_tag = highest <= INT32_MAX - n;
  int32_t next = by_tag && highest > 0 ? highest : 0;
  for (int b = 0; b < n; b++) {
    int taken = b > 0 && blocks[b - 1].tag == blocks[b].tag;
    blocks[b].id = by_tag && blocks[b].tag > 0 && !taken ? blocks[b].tag : ++next;
  }
}

static int block_of(const iso_layout *layout, kind k) {
  int low = 0, high = layout->nblocks - 1;
  while (low < high) {
    int middle = (low + high) / 2;
    const iso_elem_block *b = &layout->blocks[middle];
    if (by_kind(&(kind){b->tag, b->shape}, &k) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* Sizes of all blocks and where this rank's part of each begins. */
static iso_status size_blocks(iso_layout *layout, iso_error *err) {
  int n = layout->nblocks;
  int64_t *mine = NULL;
  ISO_TRY(iso_alloc_all(layout->mesh->comm, &mine, 3 * (size_t)n, sizeof *mine, "block sizes", err));
  int64_t *first = mine + n, *total = first + n;
  for (int b = 0; b < n; b++) mine[b] = layout->blocks[b].nelem;
  MPI_Exscan(mine, first, n, MPI_INT64_T, MPI_SUM, layout->mesh->comm); /* rank 0 keeps its zeros */
  MPI_Allreduce(mine, total, n, MPI_INT64_T, MPI_SUM, layout->mesh->comm);
  for (int b = 0; b < n; b++) {
    layout->blocks[b].first = first[b];
    layout->blocks[b].total = total[b];
  }
  free(mine);
  return ISO_OK;
}

static iso_status make_blocks(iso_layout *layout, const kind *all, int n, iso_error *err) {
  iso_status status = iso_alloc(&layout->blocks, (size_t)n, sizeof *layout->blocks, "element blocks", err);
  ISO_TRY(iso_agree(layout->mesh->comm, status, err));
  layout->nblocks = n;
  for (int b = 0; b < n; b++) layout->blocks[b] = (iso_elem_block){.tag = all[b].tag, .shape = all[b].shape};
  number_blocks(layout->blocks, n);
  return ISO_OK;
}

/* Counts this rank's elements by block and sorts them (a stable counting sort, so global order stays). */
static iso_status sort_elems(iso_layout *layout, const kind *kinds, iso_error *err) {
  iso_lid *end = NULL, sum = 0;
  ISO_TRY(iso_alloc(&end, (size_t)layout->nblocks, sizeof *end, "block sizes", err));
  for (int64_t i = 0; i < layout->nelem; i++) layout->blocks[block_of(layout, kinds[i])].nelem++;
  for (int b = 0; b < layout->nblocks; sum += (iso_lid)layout->blocks[b++].nelem) end[b] = sum;
  for (int64_t i = 0; i < layout->nelem; i++) layout->place[i] = end[block_of(layout, kinds[i])]++;
  free(end);
  return ISO_OK;
}

static iso_status group(iso_layout *layout, const kind *kinds, kind *mine, iso_error *err) {
  kind *all = NULL;
  int n = 0;
  memcpy(mine, kinds, (size_t)layout->nelem * sizeof *mine);
  iso_status status =
      gather_kinds(layout->mesh->comm, (int)distinct(mine, layout->nelem), mine, &all, &n, err);
  if (status == ISO_OK) status = make_blocks(layout, all, n, err);
  free(all);
  ISO_TRY(status);
  ISO_TRY(iso_agree(layout->mesh->comm, sort_elems(layout, kinds, err), err));
  return size_blocks(layout, err);
}

static iso_status group_elems(iso_layout *layout, iso_error *err) {
  kind *kinds = NULL; /* [2][nelem]: as they come, and scratch */
  size_t n = (size_t)layout->nelem;
  iso_status status = iso_alloc(&kinds, 2 * n, sizeof *kinds, "element tags", err);
  if (status == ISO_OK) status = iso_alloc(&layout->place, n, sizeof *layout->place, "an element order", err);
  status = iso_agree(layout->mesh->comm, status, err);
  if (status == ISO_OK) status = fetch_kinds(layout, kinds, err);
  if (status == ISO_OK) status = group(layout, kinds, kinds + n, err);
  free(kinds);
  return status;
}

int64_t iso_layout_first(int64_t length, int64_t unit, int size, int rank) {
  const int64_t first = iso_block_first((length + unit - 1) / unit, size, rank) * unit;
  return first < length ? first : length;
}

static iso_status plan_nodes(iso_layout *layout, int64_t unit, int size, int rank, iso_error *err) {
  const iso_mesh *mesh = layout->mesh;
  iso_gid *cut;
  ISO_TRY(iso_alloc_all(mesh->comm, &cut, (size_t)size + 1, sizeof *cut, "parts of a file", err));
  for (int r = 0; r <= size; r++) cut[r] = iso_layout_first(mesh->nnodes, unit, size, r);
  layout->first_node = cut[rank];
  layout->nnode = cut[rank + 1] - cut[rank];
  iso_status status =
      iso_block_plan_new_sorted(&layout->node_plan, mesh->comm, cut, mesh->nowned, mesh->gid, err);
  free(cut);
  return status;
}

static iso_status build(iso_layout *layout, int64_t unit, iso_error *err) {
  const iso_mesh *mesh = layout->mesh;
  int rank, size;
  MPI_Comm_rank(mesh->comm, &rank);
  MPI_Comm_size(mesh->comm, &size);
  layout->first_elem = iso_block_first(mesh->nelems, size, rank);
  layout->nelem = iso_block_first(mesh->nelems, size, rank + 1) - layout->first_elem;
  ISO_TRY(plan_nodes(layout, unit, size, rank, err));
  ISO_TRY(iso_agree(mesh->comm, find_own(layout, err), err));
  ISO_TRY(plan_elems(layout, err));
  return group_elems(layout, err);
}

iso_status iso_layout_new(iso_layout *layout, const iso_mesh *mesh, int64_t unit, iso_error *err) {
  *layout = (iso_layout){.mesh = mesh};
  iso_status status = build(layout, unit, err);
  if (status != ISO_OK) iso_layout_free(layout);
  return status;
}

iso_status iso_layout_nodes(const iso_layout *layout, const void *owned, size_t bytes, void *part,
                            iso_error *err) {
  return iso_block_plan_send(layout->node_plan, owned, bytes, part, err);
}

iso_status iso_layout_keep_nodes(iso_layout *layout, size_t bytes, iso_error *err) {
  return iso_block_plan_keep(layout->node_plan, bytes, err);
}

iso_status iso_layout_elems(const iso_layout *layout, const void *own, size_t bytes, void *part,
                            iso_error *err) {
  char *sorted = part, *unsorted = NULL;
  iso_status status = iso_alloc(&unsorted, (size_t)layout->nelem, bytes, "element values", err);
  status = iso_agree(layout->mesh->comm, status, err);
  if (status == ISO_OK) status = iso_block_plan_send(layout->elem_plan, own, bytes, unsorted, err);
  for (int64_t i = 0; status == ISO_OK && i < layout->nelem; i++)
    memcpy(sorted + (size_t)layout->place[i] * bytes, unsorted + (size_t)i * bytes, bytes);
  free(unsorted);
  return status;
}

void iso_layout_drop_elems(iso_layout *layout) {
  iso_block_plan_free(layout->elem_plan);
  free(layout->own);
  free(layout->place);
  layout->elem_plan = NULL;
  layout->own = NULL, layout->place = NULL;
}

void iso_layout_free(iso_layout *layout) {
  iso_layout_drop_elems(layout);
  iso_block_plan_free(layout->node_plan);
  free(layout->blocks);
  *layout = (iso_layout){0};
}
