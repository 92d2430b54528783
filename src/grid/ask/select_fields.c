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

static iso_status say_why(iso_status status, const iso_error *why, iso_error *err) {
  if (status == ISO_EINPUT)
    return iso_fail(err, status, "%.1500s ('isochrone mesh coordinates' writes a mesh with coordinates)",
                    why->message);
  return status == ISO_OK ? ISO_OK : iso_fail(err, status, "%s", why->message);
}

/* What owned nodes [n] of the file get from their blocks, and where. */
typedef struct work {
  iso_gid npoints; /* of the file */
  int64_t n;
  iso_gid *number; /* [n] */
  iso_lid *node;   /* [n] */
  double *block, *value;
} work;

static iso_status prepare(work *k, const iso_mesh *mesh, iso_error *err) {
  int rank, size;
  MPI_Comm_rank(mesh->comm, &rank);
  MPI_Comm_size(mesh->comm, &size);
  const iso_gid block = iso_block_first(k->npoints, size, rank + 1) - iso_block_first(k->npoints, size, rank);
  const size_t owned = (size_t)mesh->nowned;
  ISO_TRY(iso_alloc(&k->block, (size_t)block, sizeof *k->block, "a coordinate", err));
  ISO_TRY(iso_alloc(&k->value, owned, sizeof *k->value, "a coordinate", err));
  ISO_TRY(iso_alloc(&k->number, owned, sizeof *k->number, "a coordinate", err));
  ISO_TRY(iso_alloc(&k->node, owned, sizeof *k->node, "a coordinate", err));
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    if (mesh->gid[i] >= k->npoints) continue; /* of a network, which comes after the mesh's file */
    k->number[k->n] = mesh->gid[i];
    k->node[k->n++] = i;
  }
  return ISO_OK;
}

static iso_status read_block(work *k, const iso_mesh *mesh, const char *file, const char *name, double *owned,
                             iso_error *err) {
  iso_block_plan *plan;
  iso_error why = {0};
  iso_status status = iso_read_node_data(mesh->comm, file, name, k->npoints, k->block, &why);
  ISO_TRY(say_why(status, &why, err));
  ISO_TRY(iso_block_plan_new(&plan, mesh->comm, k->npoints, k->n, k->number, err));
  status = iso_block_plan_fetch(plan, k->block, sizeof *k->value, k->value, err);
  iso_block_plan_free(plan);
  for (iso_lid i = 0; i < mesh->nowned; i++) owned[i] = NAN;
  for (int64_t i = 0; i < k->n; i++) owned[k->node[i]] = k->value[i];
  return status;
}

iso_status iso_coordinate_read(const iso_mesh *mesh, const char *file, const char *name, double *owned,
                               iso_error *err) {
  work k = {0};
  iso_error why = {0};
  ISO_TRY(say_why(iso_count_nodes(mesh->comm, file, mesh->nnodes, &k.npoints, &why), &why, err));
  if (k.npoints > mesh->nnodes)
    return iso_fail(err, ISO_EINPUT, "%s has %lld points, but the mesh has %lld nodes", file,
                    (long long)k.npoints, (long long)mesh->nnodes);
  iso_status status = iso_agree(mesh->comm, prepare(&k, mesh, err), err);
  if (status == ISO_OK) status = read_block(&k, mesh, file, name, owned, err);
  free(k.block);
  free(k.value);
  free(k.number);
  free(k.node);
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
