/* Lesions: tissue that is burned before the run begins. Which elements that is, follows from the mesh as it
 * would be without them. */
#include "study/setup.h"

#include "base/memory.h"
#include "grid/geometry.h"
#include "grid/share/whole.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Volumes are summed as whole multiples of this, mm3 (of sheets mm2, of cables mm), so that their sum does
 * not depend on its order. */
#define UNIT 1e-6

/* Marks in burned [nelem] the elements with all nodes in lesion number k. hit: room for [nlocal]. */
static iso_status mark(const iso_setup *setup, int k, uint8_t *hit, uint8_t *burned, iso_error *err) {
  const iso_mesh *mesh = setup->mesh;
  iso_selection found;
  char path[64];
  int any = 0;
  ISO_TRY(iso_setup_lesion_nodes(setup, k, &found, err));
  const iso_status status = iso_setup_mark(mesh, &found, hit, err);
  iso_selection_free(&found);
  ISO_TRY(status);
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    if (!iso_setup_is_inside(mesh, e, hit)) continue;
    burned[e] = 1;
    any = 1;
  }
  MPI_Allreduce(MPI_IN_PLACE, &any, 1, MPI_INT, MPI_LOR, mesh->comm);
  if (any) return ISO_OK;
  snprintf(path, sizeof path, "lesions.%d", k);
  return iso_config_fail(
      setup->config, err, path,
      "no element of the mesh has all its nodes in the lesion '%s'; enlarge it to at least "
      "an edge in every direction, or refine the mesh",
      setup->config->lesions[k].name);
}

static bool is_mine(const iso_mesh *mesh, iso_lid e) {
  return mesh->conn[(int64_t)e * mesh->width] < mesh->nowned;
}

/* Of the elements of the highest dimension. ISO_EINPUT where nothing is left. */
static iso_status measure(iso_setup *setup, const uint8_t *burned, iso_error *err) {
  const iso_mesh *mesh = setup->mesh;
  int dimension = 0;
  int64_t sum[2] = {0, 0}; /* burned, all */
  for (iso_lid e = 0; e < mesh->nelem; e++)
    if (iso_shape_dimension(mesh->shape[e]) > dimension) dimension = iso_shape_dimension(mesh->shape[e]);
  MPI_Allreduce(MPI_IN_PLACE, &dimension, 1, MPI_INT, MPI_MAX, mesh->comm);
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    double x[ISO_MAX_NODES][3];
    if (!is_mine(mesh, e) || iso_shape_dimension(mesh->shape[e]) < dimension) continue;
    iso_mesh_corners(mesh, e, x);
    const int64_t part = llround(iso_element_measure(mesh->shape[e], (const double(*)[3])x) / UNIT);
    sum[0] += burned[e] ? part : 0, sum[1] += part;
  }
  MPI_Allreduce(MPI_IN_PLACE, sum, 2, MPI_INT64_T, MPI_SUM, mesh->comm);
  setup->burned_percent = 100 * (double)sum[0] / (double)sum[1];
  setup->burned_mL = dimension == 3 ? 1e-3 * UNIT * (double)sum[0] : NAN;
  if (sum[0] < sum[1]) return ISO_OK;
  return iso_config_fail(setup->config, err, "lesions", "they leave no tissue; make them smaller");
}

static int by_number(const void *a, const void *b) {
  const iso_gid x = *(const iso_gid *)a, y = *(const iso_gid *)b;
  return (x > y) - (x < y);
}

/* The numbers mine [n] of all ranks, ascending. */
static iso_status gather(MPI_Comm comm, int64_t n, const iso_gid *mine, int64_t *total, iso_gid **out,
                         iso_error *err) {
  ISO_TRY(iso_gather_whole(comm, n, mine, sizeof *mine, "lesions", total, out, err));
  qsort(*out, (size_t)*total, sizeof **out, by_number);
  return ISO_OK;
}

/* number: room for [nelem]. */
static iso_status list_elements(iso_setup *setup, const uint8_t *burned, iso_gid *number, iso_error *err) {
  const iso_mesh *mesh = setup->mesh;
  int64_t n = 0;
  for (iso_lid e = 0; e < mesh->nelem; e++)
    if (burned[e] && is_mine(mesh, e)) number[n++] = mesh->elem_gid[e];
  return gather(mesh->comm, n, number, &setup->burned.nelem, &setup->burned.elem, err);
}

/* Nodes all of whose elements are burned. state: room for [nlocal]; number: for [nowned]. */
static iso_status list_nodes(iso_setup *setup, const uint8_t *burned, uint8_t *state, iso_gid *number,
                             iso_error *err) {
  enum { ORPHAN, BURNED, LIVING };
  const iso_mesh *mesh = setup->mesh;
  int64_t n = 0;
  for (iso_lid i = 0; i < mesh->nlocal; i++) state[i] = ORPHAN;
  for (iso_lid e = 0; e < mesh->nelem; e++)
    for (int k = 0; k < iso_shape_nodes(mesh->shape[e]); k++) {
      uint8_t *at = &state[mesh->conn[(int64_t)e * mesh->width + k]];
      if (*at != LIVING) *at = burned[e] ? BURNED : LIVING;
    }
  for (iso_lid i = 0; i < mesh->nowned; i++)
    if (state[i] == BURNED) number[n++] = mesh->gid[i];
  return gather(mesh->comm, n, number, &setup->burned.nnode, &setup->burned.node, err);
}

iso_status iso_setup_find_burned(iso_setup *setup, iso_error *err) {
  const iso_mesh *mesh = setup->mesh;
  const size_t nelem = (size_t)mesh->nelem, nlocal = (size_t)mesh->nlocal;
  uint8_t *burned = NULL, *at = NULL;
  iso_gid *number = NULL;
  iso_status status = iso_alloc(&burned, nelem, 1, "lesions", err);
  if (status == ISO_OK) status = iso_alloc(&at, nlocal, 1, "lesions", err);
  if (status == ISO_OK) status = iso_alloc(&number, nelem + nlocal, sizeof *number, "lesions", err);
  status = iso_agree(mesh->comm, status, err);
  for (int k = 0; k < setup->config->nlesions && status == ISO_OK; k++)
    status = mark(setup, k, at, burned, err);
  if (status == ISO_OK) status = measure(setup, burned, err);
  if (status == ISO_OK) status = list_elements(setup, burned, number, err);
  if (status == ISO_OK) status = list_nodes(setup, burned, at, number, err);
  free(burned);
  free(at);
  free(number);
  return status;
}
