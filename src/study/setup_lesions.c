/* Lesions: tissue that is burned before the run begins, or later. Which elements that is, follows from the
 * mesh as it would be without them. */
#include "study/setup.h"

#include "base/memory.h"
#include "grid/geometry.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Volumes are summed as whole multiples of this, mm3 (of sheets mm2, of cables mm), so that their sum does
 * not depend on its order, nor on how many times something is burned: a restart burns at once what was burned
 * before it. */
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
      "no element of the mesh%s has all its nodes in the lesion '%s'; enlarge it to at least "
      "an edge in every direction, or refine the mesh",
      setup->burned.nelem > 0 ? " that other lesions left" : "", setup->config->lesions[k].name);
}

/* The same of all lesions that are burned after after_ms and until until_ms. */
static iso_status mark_from(const iso_setup *setup, double after_ms, double until_ms, uint8_t *hit,
                            uint8_t *burned, iso_error *err) {
  for (int k = 0; k < setup->config->nlesions; k++) {
    const double from_ms = setup->config->lesions[k].from_ms;
    if (from_ms > after_ms && from_ms <= until_ms) ISO_TRY(mark(setup, k, hit, burned, err));
  }
  return ISO_OK;
}

static bool is_mine(const iso_mesh *mesh, iso_lid e) {
  return mesh->conn[(int64_t)e * mesh->width] < mesh->nowned;
}

static bool is_alive(const iso_setup *setup, iso_lid e) { return !setup->boost || setup->boost[e] > 0; }

/* Of the elements of the highest dimension, on top of what has left the mesh or was burned later. ISO_EINPUT
 * where nothing is left. */
static iso_status measure(iso_setup *setup, const uint8_t *burned, iso_error *err) {
  const iso_mesh *mesh = setup->mesh;
  int dimension = 0;
  int64_t sum[2] = {0, 0}; /* burned now, all until now */
  for (iso_lid e = 0; e < mesh->nelem; e++)
    if (iso_shape_dimension(mesh->shape[e]) > dimension) dimension = iso_shape_dimension(mesh->shape[e]);
  MPI_Allreduce(MPI_IN_PLACE, &dimension, 1, MPI_INT, MPI_MAX, mesh->comm);
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    double x[ISO_MAX_NODES][3];
    if (!is_mine(mesh, e) || !is_alive(setup, e) || iso_shape_dimension(mesh->shape[e]) < dimension) continue;
    iso_mesh_corners(mesh, e, x);
    const int64_t part = llround(iso_element_measure(mesh->shape[e], (const double(*)[3])x) / UNIT);
    sum[0] += burned[e] ? part : 0, sum[1] += part;
  }
  MPI_Allreduce(MPI_IN_PLACE, sum, 2, MPI_INT64_T, MPI_SUM, mesh->comm);
  const int64_t whole = setup->burned_units + sum[1];
  setup->burned_units += sum[0];
  setup->burned_percent = 100 * (double)setup->burned_units / (double)whole;
  setup->burned_mL = dimension == 3 ? 1e-3 * UNIT * (double)setup->burned_units : NAN;
  if (sum[0] < sum[1]) return ISO_OK;
  return iso_config_fail(setup->config, err, "lesions", "they leave no tissue; make them smaller");
}

iso_status iso_setup_burn(iso_setup *setup, iso_error *err) {
  iso_mesh *mesh = setup->mesh;
  uint8_t *burned = NULL, *hit = NULL;
  iso_status status = iso_alloc(&burned, (size_t)mesh->nelem, 1, "lesions", err);
  if (status == ISO_OK) status = iso_alloc(&hit, (size_t)mesh->nlocal, 1, "lesions", err);
  status = iso_agree(mesh->comm, status, err);
  if (status == ISO_OK) status = mark_from(setup, -1, 0, hit, burned, err);
  if (status == ISO_OK) status = measure(setup, burned, err);
  free(hit);
  if (status == ISO_OK) status = iso_mesh_burn(mesh, burned, &setup->burned, err);
  free(burned);
  return status;
}

/* ---- later ---- */

bool iso_setup_burns(const iso_config *config, double after_ms, double until_ms) {
  for (int k = 0; k < config->nlesions; k++)
    if (config->lesions[k].from_ms > after_ms && config->lesions[k].from_ms <= until_ms) return true;
  return false;
}

static iso_status find_late(const iso_setup *setup, double after_ms, double until_ms, uint8_t **burned,
                            iso_error *err) {
  uint8_t *hit = NULL;
  *burned = NULL;
  iso_status status = iso_alloc(burned, (size_t)setup->mesh->nelem, 1, "lesions", err);
  if (status == ISO_OK) status = iso_alloc(&hit, (size_t)setup->mesh->nlocal, 1, "lesions", err);
  status = iso_agree(setup->mesh->comm, status, err);
  if (status == ISO_OK) status = mark_from(setup, after_ms, until_ms, hit, *burned, err);
  free(hit);
  return status;
}

iso_status iso_setup_check_late(const iso_setup *setup, iso_error *err) {
  uint8_t *burned;
  iso_setup measured = *setup; /* of which nothing but the two measures is written */
  if (!iso_setup_burns(setup->config, 0, INFINITY)) return ISO_OK;
  iso_status status = find_late(setup, 0, INFINITY, &burned, err);
  if (status == ISO_OK) status = measure(&measured, burned, err);
  free(burned);
  return status;
}

static iso_status boost_all(iso_setup *setup, iso_error *err) {
  if (setup->boost) return ISO_OK;
  ISO_TRY(iso_alloc(&setup->boost, (size_t)setup->mesh->nelem, sizeof *setup->boost, "lesions", err));
  for (iso_lid e = 0; e < setup->mesh->nelem; e++) setup->boost[e] = 1;
  setup->tissue.boost = setup->boost;
  return ISO_OK;
}

/* The simulation anew, which conducts as the tissue does now. */
static iso_status make_again(iso_setup *setup, iso_error *err) {
  const bool no_pacing = setup->no_pacing;
  iso_setup_drop_cells(setup, true);
  setup->no_pacing = true; /* its state comes from the one before */
  const iso_status status = iso_setup_simulation(setup, err);
  setup->no_pacing = no_pacing;
  return status;
}

iso_status iso_setup_burn_late(iso_setup *setup, double after_ms, double until_ms, iso_error *err) {
  uint8_t *burned;
  iso_status status = find_late(setup, after_ms, until_ms, &burned, err);
  if (status == ISO_OK) status = iso_agree(setup->mesh->comm, boost_all(setup, err), err);
  if (status == ISO_OK) status = measure(setup, burned, err);
  for (iso_lid e = 0; e < setup->mesh->nelem && status == ISO_OK; e++)
    if (burned[e]) setup->boost[e] = 0;
  free(burned);
  return status == ISO_OK ? make_again(setup, err) : status;
}
