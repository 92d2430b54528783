#include "grid/ask/select_fields.h"

#include "base/memory.h"
#include "grid/format/read.h"
#include "grid/share/blocks.h"

#include <math.h>
#include <stdlib.h>

/* Bounds are decimal numbers, and 1 is meant to be in up to 1. */
#define ROOM 1e-9

static bool is_in(double value, const double range[2]) {
  if (range[0] <= range[1]) return value >= range[0] - ROOM && value <= range[1] + ROOM;
  return value >= range[0] - ROOM || value <= range[1] + ROOM; /* through 1, where rotation begins anew */
}

static bool has_segment(const iso_select *s, double value) {
  for (int k = 0; k < s->nsegments; k++)
    if (value == s->segments[k]) return true;
  return false;
}

/* block: room for this rank's block of the file's order. */
static iso_status read_block(const iso_mesh *mesh, const char *file, const char *name, double *block,
                             double *owned, iso_error *err) {
  iso_block_plan *plan;
  iso_error why = {0};
  iso_status status = iso_read_node_data(mesh->comm, file, name, mesh->nnodes, block, &why);
  if (status == ISO_EINPUT)
    return iso_fail(err, status, "%.1500s ('isochrone mesh coordinates' writes a mesh with coordinates)",
                    why.message);
  if (status != ISO_OK) return iso_fail(err, status, "%s", why.message);
  ISO_TRY(iso_block_plan_new(&plan, mesh->comm, mesh->nnodes, mesh->nowned, mesh->gid, err));
  status = iso_block_plan_fetch(plan, block, sizeof *owned, owned, err);
  iso_block_plan_free(plan);
  return status;
}

iso_status iso_coordinate_read(const iso_mesh *mesh, const char *file, const char *name, double *owned,
                               iso_error *err) {
  int rank, size;
  double *block = NULL;
  MPI_Comm_rank(mesh->comm, &rank);
  MPI_Comm_size(mesh->comm, &size);
  const iso_gid n = iso_block_first(mesh->nnodes, size, rank + 1) - iso_block_first(mesh->nnodes, size, rank);
  iso_status status = iso_alloc(&block, (size_t)n, sizeof *block, "a coordinate", err);
  status = iso_agree(mesh->comm, status, err);
  if (status == ISO_OK) status = read_block(mesh, file, name, block, owned, err);
  free(block);
  return status;
}

static iso_status meet(const iso_mesh *mesh, const iso_select *s, double *owned, double *lack,
                       iso_error *err) {
  const iso_select_coordinates *c = &s->coordinates;
  const struct {
    const char *name;
    const double *range;
  } fields[] = {{"transmural", c->transmural},
                {"apicobasal", c->apicobasal},
                {"rotational", c->rotational},
                {"transventricular", c->transventricular}};
  for (size_t f = 0; s->has_coordinates && f < sizeof fields / sizeof *fields; f++) {
    if (isnan(fields[f].range[0])) continue;
    ISO_TRY(iso_coordinate_read(mesh, s->fields, fields[f].name, owned, err));
    for (iso_lid i = 0; i < mesh->nowned; i++)
      if (!is_in(owned[i], fields[f].range)) lack[i] = INFINITY;
  }
  if (s->nsegments == 0) return ISO_OK;
  ISO_TRY(iso_coordinate_read(mesh, s->fields, "aha_segment", owned, err));
  for (iso_lid i = 0; i < mesh->nowned; i++)
    if (!has_segment(s, owned[i])) lack[i] = INFINITY;
  return ISO_OK;
}

iso_status iso_meet_fields(const iso_mesh *mesh, const iso_select *s, double *lack, iso_error *err) {
  double *owned = NULL;
  iso_status status = iso_alloc(&owned, (size_t)mesh->nowned, sizeof *owned, "a selection", err);
  status = iso_agree(mesh->comm, status, err);
  if (status == ISO_OK) status = meet(mesh, s, owned, lack, err);
  free(owned);
  return status;
}
