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
        status = iso_fail(a->err, ISO_EINPUT,
                          "%s: element %lld of $Elements (counted from 1) has a node that is not in $Nodes; "
                          "write the mesh again with all of its nodes",
                          a->options->path, (long long)(a->items.first_element + e + 1));
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
  if (repeated > 0)
    status =
        iso_fail(a->err, ISO_EINPUT, "%s: %lld numbers of nodes are there more than once; write it again",
                 a->options->path, (long long)repeated);
  if (status == ISO_OK)
    status = iso_directory_find(&directory, a->items.nlisted, a->items.node, a->items.node, a->err);
  iso_directory_free(&directory);
  ISO_TRY(status);
  return check_nodes(a);
}

static iso_status place_nodes(assembly *a) {
  int rank, size;
  iso_slice *slice = a->slice;
  iso_block_plan *plan = NULL;
  MPI_Comm_rank(a->comm, &rank);
  MPI_Comm_size(a->comm, &size);
  slice->nnodes = a->index->nodes.total;
  slice->first_node = iso_block_first(slice->nnodes, size, rank);
  slice->nnode = iso_block_first(slice->nnodes, size, rank + 1) - slice->first_node;
  iso_status status = iso_alloc(&slice->xyz, (size_t)slice->nnode, sizeof *slice->xyz, "nodes", a->err);
  ISO_TRY(iso_agree(a->comm, status, a->err));
  ISO_TRY(iso_block_plan_new(&plan, a->comm, slice->nnodes, a->items.nnode, a->number, a->err));
  status = iso_block_plan_send(plan, a->items.xyz, sizeof *slice->xyz, slice->xyz, a->err);
  iso_block_plan_free(plan);
  return status;
}

/* ---- elements ---- */

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

/* Groups of points, which are sets of nodes; other groups name elements by their tags. */
static iso_status name_points(assembly *a) {
  for (int k = 0; k < a->index->names.n; k++) {
    const iso_tag_name *name = &a->index->names.name[k];
    int at;
    if (name->dimension != 0) {
      ISO_TRY(iso_tag_names_add(&a->slice->tag_names, name->dimension, name->tag, name->name, a->err));
      continue;
    }
    ISO_TRY(iso_surfaces_add(&a->slice->surfaces, name->name, name->tag, 0, &at, a->err));
    for (int64_t e = 0; e < a->items.nelem; e++) {
      const iso_gmsh_element *one = &a->items.element[e];
      iso_kind kind;
      iso_kind_of_gmsh(one->type, &kind);
      if (kind.form == ISO_FORM_POINTS && one->physical == name->tag)
        ISO_TRY(iso_surface_put(&a->slice->surfaces.surface[at], 1, a->items.node + one->first, a->err));
    }
  }
  return ISO_OK;
}

static void note(const assembly *a) {
  int several = 0;
  for (int k = 0; k < a->index->nentities; k++) several += a->index->entity[k].n > 1;
  if (several)
    iso_notes_add(a->options->notes,
                  "%d entities are in several physical groups: their elements have the tag of the first",
                  several);
  if (*a->index->passed) iso_notes_add(a->options->notes, "passed over: %.200s", a->index->passed);
}

static iso_status assemble(assembly *a) {
  ISO_TRY(read_items(a));
  ISO_TRY(number(a));
  ISO_TRY(place_nodes(a));
  ISO_TRY(make_elements(a));
  ISO_TRY(iso_agree(a->comm, name_points(a), a->err));
  note(a);
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
