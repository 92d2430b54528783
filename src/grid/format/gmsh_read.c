/* From the items of a file of Gmsh to a slice. */
#include "grid/format/gmsh_items.h"

#include "base/memory.h"
#include "grid/format/read_foreign.h"
#include "grid/share/blocks.h"
#include "grid/share/directory.h"

#include <stdlib.h>
#include <string.h>

typedef struct assembly {
  MPI_Comm comm;
  const iso_read_options *options;
  const iso_gmsh_index *index;
  iso_gmsh_items items;
  iso_gid *number; /* [items.nnode] of the nodes */
  int64_t nnodes;  /* that differ */
  iso_slice *slice;
  iso_error *err;
} assembly;

static iso_status read_items(assembly *a) {
  int rank, size;
  MPI_Comm_rank(a->comm, &rank);
  MPI_Comm_size(a->comm, &size);
  const int64_t nodes = a->index->nodes.total, elements = a->index->elements.total;
  const int64_t first = iso_block_first(nodes, size, rank);
  a->items.nnode = iso_block_first(nodes, size, rank + 1) - first;
  a->items.first_element = iso_block_first(elements, size, rank);
  a->items.nelem = iso_block_first(elements, size, rank + 1) - a->items.first_element;
  const iso_status status = iso_gmsh_items_read(a->options->path, a->index, first, &a->items, a->err);
  return iso_agree(a->comm, status, a->err);
}

/* Of the first element, over all ranks, with a node that is not there. */
static iso_status check_nodes(const assembly *a) {
  iso_status status = ISO_OK;
  for (int64_t e = 0; e < a->items.nelem && status == ISO_OK; e++) {
    iso_kind kind;
    if (!iso_kind_of_gmsh(a->items.element[e].type, &kind)) continue;
    for (int64_t k = 0; k < kind.nodes; k++)
      if (a->items.node[a->items.element[e].first + k] < 0) {
        status =
            iso_fail(a->err, ISO_EINPUT,
                     "%s: element %lld of $Elements (counted from 1%s) has a node that is not in $Nodes; "
                     "write the mesh again with all of its nodes",
                     a->options->path, (long long)(a->items.first_element + e + 1),
                     a->index->nfiles > 1 ? ", through all files of the set" : "");
        break;
      }
  }
  return iso_agree(a->comm, status, a->err);
}

/* Numbers for the nodes, and for those of the elements in place of their tags. */
static iso_status number(assembly *a) {
  iso_directory directory;
  int64_t repeated;
  iso_status status = iso_alloc(&a->number, (size_t)a->items.nnode, sizeof *a->number, "nodes", a->err);
  ISO_TRY(iso_agree(a->comm, status, a->err));
  ISO_TRY(iso_directory_new(&directory, a->comm, a->items.nnode, a->items.tag, a->number, &repeated, a->err));
  a->nnodes = directory.total;
  if (repeated > 0 && a->index->nfiles == 1) /* files of a set share nodes */
    status =
        iso_fail(a->err, ISO_EINPUT, "%s: %lld numbers of nodes are there more than once; write it again",
                 a->options->path, (long long)repeated);
  if (status == ISO_OK)
    status = iso_directory_find(&directory, a->items.nlisted, a->items.node, a->items.node, a->err);
  iso_directory_free(&directory);
  ISO_TRY(status);
  return check_nodes(a);
}

/* Item k of this rank's nodes is elsewhere in the set, too, with other coordinates. */
static iso_status fail_place(const assembly *a, int64_t k) {
  int rank, size;
  char path[ISO_GMSH_PATH] = "";
  const iso_gmsh_run *run = a->index->nodes.run;
  MPI_Comm_rank(a->comm, &rank);
  MPI_Comm_size(a->comm, &size);
  const int64_t item = iso_block_first(a->index->nodes.total, size, rank) + k;
  while (run->first + run->n <= item) run++;
  iso_gmsh_path_of(a->options->path, run->file, path);
  return iso_fail(
      a->err, ISO_EINPUT,
      "%s: node %lld has other coordinates further on in the set of files, which are of different "
      "meshes then; write the set again, all of one mesh",
      path, (long long)a->items.tag[k]);
}

/* Collective. Files of a set share nodes, of which the last one's coordinates were sent: those of the others
 * are the same bits where all are of one mesh. Says the first item of the set of which they are not. */
static iso_status check_places(const assembly *a, iso_block_plan *plan) {
  double(*sent)[3] = NULL;
  if (a->index->nfiles == 1) return ISO_OK;
  iso_status status = iso_alloc(&sent, (size_t)a->items.nnode, sizeof *sent, "nodes", a->err);
  status = iso_agree(a->comm, status, a->err);
  if (status == ISO_OK) status = iso_block_plan_fetch(plan, a->slice->xyz, sizeof *sent, sent, a->err);
  for (int64_t k = 0; k < a->items.nnode && status == ISO_OK; k++)
    if (memcmp(sent[k], a->items.xyz[k], sizeof *sent) != 0) status = fail_place(a, k);
  free(sent);
  return iso_agree(a->comm, status, a->err);
}

static iso_status place_nodes(assembly *a) {
  int rank, size;
  iso_slice *slice = a->slice;
  iso_block_plan *plan = NULL;
  MPI_Comm_rank(a->comm, &rank);
  MPI_Comm_size(a->comm, &size);
  slice->nnodes = a->nnodes;
  slice->first_node = iso_block_first(slice->nnodes, size, rank);
  slice->nnode = iso_block_first(slice->nnodes, size, rank + 1) - slice->first_node;
  iso_status status = iso_alloc(&slice->xyz, (size_t)slice->nnode, sizeof *slice->xyz, "nodes", a->err);
  ISO_TRY(iso_agree(a->comm, status, a->err));
  ISO_TRY(iso_block_plan_new(&plan, a->comm, slice->nnodes, a->items.nnode, a->number, a->err));
  status = iso_block_plan_send(plan, a->items.xyz, sizeof *slice->xyz, slice->xyz, a->err);
  if (status == ISO_OK) status = check_places(a, plan);
  iso_block_plan_free(plan);
  return status;
}

/* ---- elements ---- */

/* Whether an element is one of the mesh. */
static bool belongs(const iso_gmsh_element *one) { return one->role == ISO_GMSH_OWN && !one->again; }

static bool any_physical(const assembly *a) {
  int any = 0;
  for (int64_t e = 0; e < a->items.nelem && !any; e++) any = a->items.element[e].physical != 0;
  MPI_Allreduce(MPI_IN_PLACE, &any, 1, MPI_INT, MPI_LOR, a->comm);
  return any;
}

static iso_status put_elements(assembly *a, iso_foreign *f, bool physical) {
  for (int64_t e = 0; e < a->items.nelem; e++) {
    const iso_gmsh_element *one = &a->items.element[e];
    iso_kind kind;
    if (!belongs(one)) continue;
    iso_kind_of_gmsh(one->type, &kind);
    ISO_TRY(iso_foreign_put(f, &kind, kind.nodes, a->items.node + one->first,
                            physical ? one->physical : one->entity, a->err));
  }
  return ISO_OK;
}

static iso_status make_elements(assembly *a) {
  iso_foreign f = {0};
  for (int64_t e = 0; e < a->items.nelem; e++) {
    iso_kind kind;
    iso_kind_of_gmsh(a->items.element[e].type, &kind);
    iso_foreign_see(&f, &kind);
  }
  iso_foreign_begin(&f, a->comm, a->slice, a->options->cut_second_order);
  const iso_status status = put_elements(a, &f, any_physical(a));
  ISO_TRY(iso_agree(a->comm, status, a->err));
  return iso_foreign_end(&f, a->comm, a->options->path, a->options->notes, a->err);
}

/* ---- names ---- */

/* Whether an element is in a group besides the one that is its tag. */
static bool is_also_in(const assembly *a, const iso_gmsh_element *one, int32_t group) {
  if (one->again) return one->physical == group;
  for (int k = 0; k < one->nmore; k++)
    if (a->index->group[one->more_first + k] == group) return true;
  return false;
}

/* The lines or triangles that a side of the mesh becomes, as elements do. */
static iso_status put_side(const assembly *a, iso_surface *surface, const iso_kind *kind,
                           const iso_gmsh_element *one) {
  iso_gid few[ISO_MOST_PARTS][ISO_MAX_NODES];
  iso_shape shape;
  const int64_t n =
      iso_kind_parts(kind, kind->nodes, a->items.node + one->first,
                     a->options->cut_second_order && kind->second_order ? ISO_PARTS_CUT : 0u, &shape, few);
  for (int64_t k = 0; k < n; k++) ISO_TRY(iso_surface_put(surface, iso_shape_nodes(shape), few[k], a->err));
  return ISO_OK;
}

/* Of groups of points all, of groups of sides those that have another group's tag. */
static iso_status put_group(const assembly *a, const iso_tag_name *name, iso_surface *surface) {
  for (int64_t e = 0; e < a->items.nelem; e++) {
    const iso_gmsh_element *one = &a->items.element[e];
    iso_kind kind;
    iso_kind_of_gmsh(one->type, &kind);
    if (one->role != ISO_GMSH_OWN || iso_form_dimension(kind.form) != name->dimension) continue;
    const bool other = is_also_in(a, one, name->tag);
    if (name->dimension == 0 && (other || one->physical == name->tag))
      ISO_TRY(iso_surface_put(surface, 1, a->items.node + one->first, a->err));
    else if (name->dimension > 0 && other)
      ISO_TRY(put_side(a, surface, &kind, one));
  }
  return ISO_OK;
}

static int highest_dimension(const assembly *a) {
  int most = 0;
  for (int64_t e = 0; e < a->items.nelem; e++) {
    iso_kind kind;
    iso_kind_of_gmsh(a->items.element[e].type, &kind);
    if (iso_form_dimension(kind.form) > most) most = iso_form_dimension(kind.form);
  }
  MPI_Allreduce(MPI_IN_PLACE, &most, 1, MPI_INT, MPI_MAX, a->comm);
  return most;
}

/* Groups of points are sets of nodes; other groups name elements by their tags, and sides of the mesh that
 * are in several are put into the surfaces of the others here. */
static iso_status name_groups(assembly *a) {
  const int most = highest_dimension(a);
  iso_status status = ISO_OK;
  for (int k = 0; k < a->index->names.n && status == ISO_OK; k++) {
    const iso_tag_name *name = &a->index->names.name[k];
    iso_surfaces *surfaces = &a->slice->surfaces;
    int at;
    if (name->dimension > 0)
      status = iso_tag_names_add(&a->slice->tag_names, name->dimension, name->tag, name->name, a->err);
    if (status != ISO_OK || name->dimension >= most) continue;
    status = iso_surfaces_add(surfaces, name->name, name->tag, name->dimension, &at, a->err);
    if (status == ISO_OK) status = put_group(a, name, &surfaces->surface[at]);
  }
  return iso_agree(a->comm, status, a->err);
}

/* Collective. What is left out, and why. */
static void note_left_out(const assembly *a) {
  static const char *const why[] = {
      "on the borders of partitions were left out", "of other partitions, ghosts, were left out",
      "in several groups have the tag of the first; sides are in the surfaces of all"};
  long long n[3] = {0};
  for (int64_t e = 0; e < a->items.nelem; e++) {
    const iso_gmsh_element *one = &a->items.element[e];
    n[0] += one->role == ISO_GMSH_BORDER, n[1] += one->role == ISO_GMSH_GHOST, n[2] += one->again;
  }
  MPI_Allreduce(MPI_IN_PLACE, n, 3, MPI_LONG_LONG, MPI_SUM, a->comm);
  for (int k = 0; k < 3; k++)
    if (n[k]) iso_notes_add(a->options->notes, "%lld elements %s", n[k], why[k]);
  if (a->index->nhere < a->index->nparts)
    iso_notes_add(
        a->options->notes,
        "only %d of %d partitions of the mesh are in this file; name the first file of the set, NAME_1.msh, "
        "to have them all",
        a->index->nhere, a->index->nparts);
}

static void note(const assembly *a) {
  int several = 0;
  for (int k = 0; k < a->index->nentities; k++) several += a->index->entity[k].n > 1;
  if (several)
    iso_notes_add(
        a->options->notes,
        "%d entities are in several groups: their elements have the tag of the first, sides are in the "
        "surfaces of all",
        several);
  if (*a->index->passed) iso_notes_add(a->options->notes, "passed over: %.200s", a->index->passed);
}

static iso_status assemble(assembly *a) {
  ISO_TRY(read_items(a));
  ISO_TRY(number(a));
  ISO_TRY(place_nodes(a));
  ISO_TRY(make_elements(a));
  ISO_TRY(name_groups(a));
  note(a);
  note_left_out(a);
  return ISO_OK;
}

iso_status iso_gmsh_read(MPI_Comm comm, const iso_read_options *options, iso_slice *slice, iso_error *err) {
  int rank;
  iso_gmsh_index index = {0};
  MPI_Comm_rank(comm, &rank);
  iso_status status =
      iso_agree(comm, rank == 0 ? iso_gmsh_index_make(options->path, &index, err) : ISO_OK, err);
  if (status == ISO_OK) status = iso_gmsh_index_share(comm, &index, err);
  assembly a = {.comm = comm, .options = options, .index = &index, .slice = slice, .err = err};
  if (status == ISO_OK) status = assemble(&a);
  iso_gmsh_items_free(&a.items);
  free(a.number);
  iso_gmsh_index_free(&index);
  return status;
}
