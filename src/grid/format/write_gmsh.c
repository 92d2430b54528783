#include "grid/format/write_gmsh.h"

#include "base/memory.h"
#include "grid/format/write_file.h"
#include "grid/format/write_gmsh_groups.h"
#include "grid/geometry.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Gmsh's types of our shapes, and of items of a surface by their number of nodes. */
static const int type_of_shape[ISO_NSHAPES] = {1, 2, 4, 5}, type_of_item[] = {0, 15, 1, 2, 3};

typedef struct job {
  const iso_slice *slice;
  iso_atomic file;
  bool four, binary; /* version 4.1, not 2.2 */
  iso_gmsh_groups groups;
  double box[6];
  /* Runs of elements that are alike: whether this rank's first goes on from a rank before, how many elements
   * of its last are on ranks behind, and how many runs all ranks have. */
  bool continues;
  int64_t behind, nruns;
  int64_t nitems; /* of surfaces to be written, over all ranks */
  /* The surface that is written now: items with so many nodes, over all ranks, and the number of this rank's
   * first element. */
  const iso_surface *surface;
  int item_nodes;
  int32_t item_tag;
  int64_t item_total, item_number;
} job;

/* ---- numbers ---- */

static void put_int(FILE *f, const job *j, int32_t value) {
  if (j->binary)
    fwrite(&value, sizeof value, 1, f);
  else
    fprintf(f, "%d ", (int)value);
}

/* Of version 2 the integers have four bytes. */
static void put_size(FILE *f, const job *j, int64_t value) {
  if (!j->binary)
    fprintf(f, "%lld ", (long long)value);
  else if (j->four)
    fwrite(&value, sizeof value, 1, f);
  else
    put_int(f, j, (int32_t)value);
}

static void put_reals(FILE *f, const job *j, int n, const double *value) {
  if (j->binary) {
    fwrite(value, sizeof *value, (size_t)n, f);
    return;
  }
  for (int i = 0; i < n; i++) fprintf(f, "%.17g ", value[i]);
}

static void end_line(FILE *f, const job *j) {
  if (!j->binary) fputc('\n', f);
}

/* ---- the head ---- */

static void put_names(FILE *f, const job *j) {
  int n = 0;
  for (int k = 0; k < j->groups.n; k++) n += j->groups.group[k].name != NULL;
  if (n == 0) return;
  fprintf(f, "$PhysicalNames\n%d\n", n);
  for (int k = 0; k < j->groups.n; k++) {
    const iso_gmsh_group *g = &j->groups.group[k];
    if (g->name) fprintf(f, "%d %d \"%s\"\n", g->dimension, (int)g->tag, g->name);
  }
  fputs("$EndPhysicalNames\n", f);
}

static void put_entity(FILE *f, const job *j, const iso_gmsh_group *g) {
  put_int(f, j, g->tag);
  put_reals(f, j, g->dimension == 0 ? 3 : 6, j->box);
  put_size(f, j, g->tag != 0);
  if (g->tag) put_int(f, j, g->tag);
  if (g->dimension > 0) put_size(f, j, 0);
  end_line(f, j);
}

static void put_entities(FILE *f, const job *j) {
  fputs("$Entities\n", f);
  for (int d = 0; d < 4; d++) {
    int64_t n = 0;
    for (int k = 0; k < j->groups.n; k++) n += j->groups.group[k].dimension == d;
    put_size(f, j, n);
  }
  end_line(f, j);
  for (int d = 0; d < 4; d++)
    for (int k = 0; k < j->groups.n; k++)
      if (j->groups.group[k].dimension == d) put_entity(f, j, &j->groups.group[k]);
  fputs(j->binary ? "\n$EndEntities\n" : "$EndEntities\n", f);
}

static void put_head(FILE *f, const void *context, int rank, int size) {
  const job *j = context;
  (void)size;
  if (rank > 0) return;
  fprintf(f, "$MeshFormat\n%s %d 8\n", j->four ? "4.1" : "2.2", j->binary);
  if (j->binary) {
    put_int(f, j, 1);
    fputc('\n', f);
  }
  fputs("$EndMeshFormat\n", f);
  put_names(f, j);
  if (j->four) put_entities(f, j);
  fputs("$Nodes\n", f);
  if (!j->four) {
    fprintf(f, "%lld\n", (long long)j->slice->nnodes);
    return;
  }
  put_size(f, j, 1), put_size(f, j, j->slice->nnodes), put_size(f, j, 1), put_size(f, j, j->slice->nnodes);
  end_line(f, j);
  const iso_gmsh_group *of = &j->groups.group[j->groups.nelements - 1];
  put_int(f, j, of->dimension), put_int(f, j, of->tag), put_int(f, j, 0), put_size(f, j, j->slice->nnodes);
  end_line(f, j);
}

/* ---- nodes ---- */

static void put_node_tags(FILE *f, const void *context, int rank, int size) {
  const job *j = context;
  (void)rank, (void)size;
  for (int64_t i = 0; i < j->slice->nnode && j->four; i++) {
    put_size(f, j, j->slice->first_node + i + 1);
    end_line(f, j);
  }
}

static void put_places(FILE *f, const void *context, int rank, int size) {
  const job *j = context;
  (void)rank, (void)size;
  for (int64_t i = 0; i < j->slice->nnode; i++) {
    if (!j->four) put_size(f, j, j->slice->first_node + i + 1);
    put_reals(f, j, 3, j->slice->xyz[i]);
    end_line(f, j);
  }
}

/* ---- elements ---- */

/* Elements with the same key are a block: of one shape and, in version 4, of one group. */
static int64_t key_of(const job *j, int64_t e) {
  return (int64_t)j->slice->shape[e] << 32 | (j->four ? (uint32_t)j->slice->tag[e] : 0u);
}

static int64_t run_length(const job *j, int64_t e) {
  int64_t n = 1;
  while (e + n < j->slice->nelem && key_of(j, e + n) == key_of(j, e)) n++;
  return n;
}

static void put_block_head(FILE *f, const job *j, int dimension, int32_t tag, int type, int64_t n) {
  if (j->four)
    put_int(f, j, dimension), put_int(f, j, tag), put_int(f, j, type), put_size(f, j, n);
  else if (j->binary)
    put_int(f, j, type), put_int(f, j, (int32_t)n), put_int(f, j, 2);
  else
    return;
  end_line(f, j);
}

static void put_element(FILE *f, const job *j, int64_t number, int type, int32_t tag, int nodes,
                        const iso_gid *node) {
  put_size(f, j, number);
  if (!j->four) {
    if (!j->binary) put_int(f, j, type), put_int(f, j, 2);
    put_int(f, j, tag), put_int(f, j, tag);
  }
  for (int k = 0; k < nodes; k++) put_size(f, j, node[k] + 1);
  end_line(f, j);
}

static void put_elements_head(FILE *f, const void *context, int rank, int size) {
  const job *j = context;
  const int64_t total = j->slice->nelems + j->nitems;
  (void)size;
  if (rank > 0) return;
  fputs(j->binary ? "\n$EndNodes\n$Elements\n" : "$EndNodes\n$Elements\n", f);
  if (!j->four) {
    fprintf(f, "%lld\n", (long long)total);
    return;
  }
  put_size(f, j, j->nruns), put_size(f, j, total), put_size(f, j, 1), put_size(f, j, total);
  end_line(f, j);
}

static void put_elements(FILE *f, const void *context, int rank, int size) {
  const job *j = context;
  const iso_slice *s = j->slice;
  (void)rank, (void)size;
  for (int64_t e = 0, n; e < s->nelem; e += n) {
    const int shape = s->shape[e];
    n = run_length(j, e);
    if (e > 0 || !j->continues)
      put_block_head(f, j, iso_shape_dimension(shape), s->tag[e], type_of_shape[shape],
                     n + (e + n == s->nelem ? j->behind : 0));
    for (int64_t k = e; k < e + n; k++)
      put_element(f, j, s->first_elem + k + 1, type_of_shape[shape], s->tag[k], iso_shape_nodes(shape),
                  s->conn + k * s->width);
  }
}

static void put_items(FILE *f, const void *context, int rank, int size) {
  const job *j = context;
  (void)size;
  if (rank == 0)
    put_block_head(f, j, j->surface->dimension, j->item_tag, type_of_item[j->item_nodes], j->item_total);
  int64_t number = j->item_number;
  for (int64_t i = 0; i < j->surface->n; i++)
    if (iso_item_nodes(j->surface->item[i]) == j->item_nodes)
      put_element(f, j, number++, type_of_item[j->item_nodes], j->item_tag, j->item_nodes,
                  j->surface->item[i]);
}

static void put_tail(FILE *f, const void *context, int rank, int size) {
  const job *j = context;
  (void)size;
  if (rank == 0) fputs(j->binary ? "\n$EndElements\n" : "$EndElements\n", f);
}

/* ---- what has to be known before ---- */

typedef struct {
  int64_t n, first_key, last_key, first_run;
} ends;

/* Where runs go on from rank to rank. */
static iso_status join_runs(MPI_Comm comm, job *j, iso_error *err) {
  int rank, size;
  const iso_slice *s = j->slice;
  ends mine = {.n = s->nelem}, *all = NULL;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  ISO_TRY(iso_alloc_all(comm, &all, (size_t)size, sizeof *all, "writing a mesh", err));
  if (s->nelem > 0)
    mine.first_key = key_of(j, 0), mine.last_key = key_of(j, s->nelem - 1), mine.first_run = run_length(j, 0);
  MPI_Allgather(&mine, sizeof mine, MPI_BYTE, all, sizeof mine, MPI_BYTE, comm);
  int before = rank - 1;
  while (before >= 0 && all[before].n == 0) before--;
  j->continues = s->nelem > 0 && before >= 0 && all[before].last_key == mine.first_key;
  for (int r = rank + 1; r < size && s->nelem > 0; r++) {
    if (all[r].n == 0) continue;
    if (all[r].first_key != mine.last_key) break;
    j->behind += all[r].first_run;
    if (all[r].first_run < all[r].n) break;
  }
  int64_t runs = 0;
  for (int64_t e = 0; e < s->nelem; e += run_length(j, e)) runs++;
  runs -= j->continues;
  MPI_Allreduce(&runs, &j->nruns, 1, MPI_INT64_T, MPI_SUM, comm);
  free(all);
  return ISO_OK;
}

static int64_t count_items(MPI_Comm comm, const iso_surface *s, int nodes, int64_t *before) {
  int64_t n = 0, total;
  for (int64_t i = 0; i < s->n; i++) n += iso_item_nodes(s->item[i]) == nodes;
  MPI_Scan(&n, before, 1, MPI_INT64_T, MPI_SUM, comm);
  *before -= n;
  MPI_Allreduce(&n, &total, 1, MPI_INT64_T, MPI_SUM, comm);
  return total;
}

static void find_box(MPI_Comm comm, job *j) {
  for (int k = 0; k < 6; k++) j->box[k] = INFINITY;
  for (int64_t i = 0; i < j->slice->nnode; i++)
    for (int a = 0; a < 3; a++) {
      j->box[a] = fmin(j->box[a], j->slice->xyz[i][a]);
      j->box[a + 3] = fmin(j->box[a + 3], -j->slice->xyz[i][a]);
    }
  MPI_Allreduce(MPI_IN_PLACE, j->box, 6, MPI_DOUBLE, MPI_MIN, comm);
  for (int a = 3; a < 6; a++) j->box[a] = 0.0 - j->box[a];
}

static iso_status prepare(MPI_Comm comm, job *j, const char *path, iso_error *err) {
  int64_t before;
  ISO_TRY(iso_gmsh_groups_new(&j->groups, comm, j->slice, path, err));
  ISO_TRY(join_runs(comm, j, err));
  find_box(comm, j);
  for (int k = j->groups.nelements; k < j->groups.n; k++)
    for (int nodes = 1; nodes <= ISO_FACE_NODES; nodes++) {
      const int64_t n = count_items(comm, j->groups.group[k].surface, nodes, &before);
      j->nitems += n;
      j->nruns += n > 0;
    }
  if (!j->four && (j->slice->nnodes > INT32_MAX || j->slice->nelems + j->nitems > INT32_MAX))
    return iso_fail(err, ISO_EINPUT, "%s: the mesh is too large for version 2 of Gmsh; write version 4.1",
                    path);
  return ISO_OK;
}

static iso_status write_surfaces(MPI_Comm comm, job *j, iso_error *err) {
  int64_t next = j->slice->nelems + 1, before;
  for (int k = j->groups.nelements; k < j->groups.n; k++) {
    j->surface = j->groups.group[k].surface;
    j->item_tag = j->groups.group[k].tag;
    for (int nodes = 1; nodes <= ISO_FACE_NODES; nodes++) {
      j->item_nodes = nodes;
      j->item_total = count_items(comm, j->surface, nodes, &before);
      j->item_number = next + before;
      next += j->item_total;
      if (j->item_total > 0) ISO_TRY(iso_write_in_turn(&j->file, put_items, j, err));
    }
  }
  return ISO_OK;
}

static iso_status write_all(MPI_Comm comm, job *j, iso_error *err) {
  static const iso_write_part parts[] = {put_head, put_node_tags, put_places, put_elements_head,
                                         put_elements};
  for (size_t k = 0; k < sizeof parts / sizeof *parts; k++)
    ISO_TRY(iso_write_in_turn(&j->file, parts[k], j, err));
  ISO_TRY(write_surfaces(comm, j, err));
  return iso_write_in_turn(&j->file, put_tail, j, err);
}

static iso_status write_as(MPI_Comm comm, const iso_slice *slice, const char *path, bool four, bool binary,
                           iso_error *err) {
  job j = {.slice = slice, .four = four, .binary = binary};
  iso_status status = prepare(comm, &j, path, err);
  if (status == ISO_OK) status = iso_atomic_begin(&j.file, comm, path, err);
  if (status == ISO_OK) {
    status = write_all(comm, &j, err);
    if (status == ISO_OK)
      status = iso_atomic_commit(&j.file, err);
    else
      iso_atomic_abandon(&j.file);
  }
  iso_gmsh_groups_free(&j.groups);
  return status;
}

iso_status iso_gmsh_write(MPI_Comm comm, const iso_slice *slice, const char *path, iso_error *err) {
  return write_as(comm, slice, path, true, true, err);
}

iso_status iso_gmsh_write_text(MPI_Comm comm, const iso_slice *slice, const char *path, iso_error *err) {
  return write_as(comm, slice, path, true, false, err);
}

iso_status iso_gmsh_write_2(MPI_Comm comm, const iso_slice *slice, const char *path, iso_error *err) {
  return write_as(comm, slice, path, false, true, err);
}

iso_status iso_gmsh_write_2_text(MPI_Comm comm, const iso_slice *slice, const char *path, iso_error *err) {
  return write_as(comm, slice, path, false, false, err);
}
