#include "grid/format/vtk.h"

#include "grid/format/read_cells.h"
#include "grid/format/read_runs.h"
#include "grid/format/vtk_share.h"

#include <stdlib.h>

static int64_t block_start(int64_t total, int rank, int size) {
  return (int64_t)((__int128)total * rank / size);
}

static iso_status read_own(iso_vtk_share *s) {
  ISO_TRY(iso_vtk_read_ghosts(s));
  ISO_TRY(iso_vtk_read_cells(s));
  return iso_vtk_read_points(s);
}

static iso_status settle(iso_vtk_share *s, iso_notes *notes) {
  int64_t ghosts = s->nghosts;
  iso_slice *slice = s->slice;
  MPI_Allreduce(MPI_IN_PLACE, &ghosts, 1, MPI_INT64_T, MPI_SUM, s->comm);
  iso_runs_place(s->comm, slice->nelem, &slice->first_elem, &slice->nelems);
  if (slice->nelems == 0)
    return iso_fail(s->err, ISO_EINPUT, "%s holds points but no elements; write the cells of the mesh too",
                    s->path);
  ISO_TRY(iso_cells_settle(s->comm, slice, s->err));
  iso_kinds_note(s->comm, &s->met, notes);
  if (s->index->nlater > 0)
    iso_notes_add(notes, "%d arrays of later time steps were passed over: the first step is read",
                  s->index->nlater);
  if (ghosts > 0)
    iso_notes_add(notes, "%lld cells are ghosts, which other pieces have, too, and were left out",
                  (long long)ghosts);
  return ISO_OK;
}

static iso_status read_share(iso_vtk_share *s, const iso_read_options *options) {
  int rank, size;
  iso_slice *slice = s->slice;
  MPI_Comm_rank(s->comm, &rank);
  MPI_Comm_size(s->comm, &size);
  s->first_cell = block_start(s->index->ncells, rank, size);
  s->ncells = block_start(s->index->ncells, rank + 1, size) - s->first_cell;
  slice->nnodes = s->index->npoints;
  slice->first_node = block_start(s->index->npoints, rank, size);
  slice->nnode = block_start(s->index->npoints, rank + 1, size) - slice->first_node;
  ISO_TRY(iso_vtk_choose_parts(s, options->cut_second_order));
  ISO_TRY(iso_agree(s->comm, read_own(s), s->err));
  ISO_TRY(iso_vtk_read_data(s, options));
  return settle(s, options->notes);
}

typedef iso_status (*indexer)(const char *path, iso_vtk_index *index, iso_error *err);

static iso_status read_with(MPI_Comm comm, const iso_read_options *options, indexer make, iso_slice *slice,
                            iso_error *err) {
  int rank;
  iso_vtk_index index = {0};
  iso_vtk_share share = {.comm = comm, .path = options->path, .index = &index, .slice = slice, .err = err};
  MPI_Comm_rank(comm, &rank);
  iso_status status = iso_agree(comm, rank == 0 ? make(options->path, &index, err) : ISO_OK, err);
  if (status == ISO_OK) status = iso_vtk_index_share(comm, &index, err);
  if (status == ISO_OK) status = read_share(&share, options);
  free(share.cell);
  free(share.ghost);
  iso_vtk_index_free(&index);
  return status;
}

iso_status iso_vtk_read(MPI_Comm comm, const iso_read_options *options, iso_slice *slice, iso_error *err) {
  return read_with(comm, options, iso_vtk_index_legacy, slice, err);
}

iso_status iso_vtu_read(MPI_Comm comm, const iso_read_options *options, iso_slice *slice, iso_error *err) {
  return read_with(comm, options, iso_vtk_index_xml, slice, err);
}
