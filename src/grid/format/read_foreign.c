#include "grid/format/read_foreign.h"

#include "base/memory.h"
#include "grid/format/read_cells.h"
#include "grid/format/read_runs.h"

#include <stdlib.h>
#include <string.h>

void iso_foreign_see(iso_foreign *f, const iso_kind *kind) {
  f->split |= kind->form == ISO_FORM_PYRAMID || kind->form == ISO_FORM_WEDGE;
  f->whole |= kind->degree > 1 && !kind->second_order;
}

void iso_foreign_begin(iso_foreign *f, MPI_Comm comm, iso_slice *slice, bool cut_second_order) {
  int seen[2] = {f->split, f->whole};
  MPI_Allreduce(MPI_IN_PLACE, seen, 2, MPI_INT, MPI_LOR, comm);
  f->slice = slice;
  f->how = (seen[0] ? ISO_PARTS_ALL_TETRAHEDRA : 0u) | (cut_second_order && !seen[1] ? ISO_PARTS_CUT : 0u);
}

iso_status iso_foreign_put(iso_foreign *f, const iso_kind *kind, int64_t nodes, const iso_gid *node,
                           int32_t tag, iso_error *err) {
  iso_slice *slice = f->slice;
  iso_gid few[ISO_MOST_PARTS][ISO_MAX_NODES], (*part)[ISO_MAX_NODES] = few, *many = NULL;
  iso_shape shape;
  const int64_t room = iso_kind_room(kind, nodes);
  if (room > ISO_MOST_PARTS) {
    ISO_TRY(iso_alloc(&many, (size_t)room, sizeof *part, "elements", err));
    part = (iso_gid(*)[ISO_MAX_NODES])(void *)many;
  }
  const int64_t n = iso_kind_parts(kind, nodes, node, f->how, &shape, part);
  const int width = iso_shape_nodes(shape);
  iso_kind_count(&f->tally, kind, f->how);
  iso_status status = ISO_OK;
  if (n > 0 && (slice->nelem + n > f->capacity || width > slice->width)) {
    const int64_t more = slice->nelem + n > f->capacity ? slice->nelem + n + f->capacity / 2 : f->capacity;
    status = iso_cells_reserve(slice, &f->capacity, more, width, err);
  }
  for (int64_t k = 0; k < n && status == ISO_OK; k++) {
    const int64_t e = slice->nelem++;
    slice->shape[e] = (uint8_t)shape;
    slice->tag[e] = tag;
    memcpy(slice->conn + e * slice->width, part[k], (size_t)slice->width * sizeof *slice->conn);
  }
  free(many);
  return status;
}

iso_status iso_foreign_end(iso_foreign *f, MPI_Comm comm, const char *path, iso_notes *notes,
                           iso_error *err) {
  iso_slice *slice = f->slice;
  iso_runs_place(comm, slice->nelem, &slice->first_elem, &slice->nelems);
  if (slice->nelems == 0)
    return iso_fail(err, ISO_EINPUT,
                    "%s holds points but no elements; write the lines, triangles or volumes of the mesh too",
                    path);
  ISO_TRY(iso_cells_settle(comm, slice, err));
  iso_kinds_note(comm, &f->tally, notes);
  return ISO_OK;
}
