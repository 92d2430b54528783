#include "anatomy/atria.h"

#include "anatomy/gradient.h"
#include "anatomy/poisson.h"
#include "base/memory.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

const char *const iso_atrial_field_names[ISO_ATRIAL_FIELDS] = {"trans", "ab", "v", "r", "w"};

int iso_atrial_fields(iso_atrium atrium) {
  return atrium == ISO_LEFT_ATRIUM ? ISO_ATRIAL_W : ISO_ATRIAL_FIELDS;
}

/* ---- fields ---- */

typedef struct given {
  int bit; /* 0 ends a list */
  double value;
} given;

/* Where a node is on several, the first of a list counts. */
static const given conditions[2][ISO_ATRIAL_FIELDS][6] = {
    {{{ISO_ON_ATRIAL_ENDO, 0}, {ISO_ON_ATRIAL_EPI, 1}},
     {{ISO_ON_LPV, 0}, {ISO_ON_RPV, 2}, {ISO_ON_MV, 1}, {ISO_ON_LAA, -1}},
     {{ISO_ON_LPV, 0}, {ISO_ON_RPV, 1}},
     {{ISO_ON_LPV, 0}, {ISO_ON_RPV, 0}, {ISO_ON_LAA, 0}, {ISO_ON_MV, 1}},
     {{0}}},
    {{{ISO_ON_ATRIAL_ENDO, 0}, {ISO_ON_ATRIAL_EPI, 1}},
     {{ISO_ON_SVC, 0}, {ISO_ON_IVC, 2}, {ISO_ON_TV_SEPTAL, 1}, {ISO_ON_TV_FREE, 1}, {ISO_ON_RAA, -1}},
     {{ISO_ON_SVC, 0}, {ISO_ON_RAA, 0}, {ISO_ON_IVC, 1}},
     {{ISO_ON_TOP, 0}, {ISO_ON_TV_SEPTAL, 1}, {ISO_ON_TV_FREE, 1}},
     {{ISO_ON_TOP, 0}, {ISO_ON_TV_SEPTAL, 1}, {ISO_ON_TV_FREE, -1}}},
};

static double given_value(const given *list, uint8_t on) {
  for (; list->bit; list++)
    if (on & list->bit) return list->value;
  return NAN;
}

static iso_status solve_all(iso_anatomy *anatomy, iso_atrium atrium, const uint8_t *on, double *value,
                            double *fields[ISO_ATRIAL_FIELDS], iso_error *err) {
  const iso_mesh *mesh = anatomy->mesh;
  iso_poisson unit = {0};
  iso_status status = iso_poisson_new(&unit, anatomy, err);
  for (int f = 0; f < iso_atrial_fields(atrium) && status == ISO_OK; f++) {
    char what[64];
    snprintf(what, sizeof what, "the atrial field '%s'", iso_atrial_field_names[f]);
    for (iso_lid i = 0; i < mesh->nowned; i++) value[i] = given_value(conditions[atrium][f], on[i]);
    status = iso_poisson_solve(&unit, value, NULL, what, fields[f], err);
  }
  iso_poisson_free(&unit);
  return status;
}

iso_status iso_atrial_fields_new(iso_anatomy *anatomy, iso_atrium atrium, const uint8_t *on,
                                 double *fields[ISO_ATRIAL_FIELDS], iso_error *err) {
  const iso_mesh *mesh = anatomy->mesh;
  double *value = NULL;
  iso_status status = iso_alloc(&value, (size_t)mesh->nowned, sizeof *value, "atrial fields", err);
  for (int f = 0; f < ISO_ATRIAL_FIELDS; f++) fields[f] = NULL;
  for (int f = 0; f < iso_atrial_fields(atrium) && status == ISO_OK; f++)
    status = iso_alloc(&fields[f], (size_t)mesh->nlocal, sizeof *fields[f], "atrial fields", err);
  status = iso_agree(mesh->comm, status, err);
  if (status == ISO_OK) status = solve_all(anatomy, atrium, on, value, fields, err);
  free(value);
  return status;
}

/* ---- fibres ---- */

iso_atrial_bundles iso_atrial_bundles_of(iso_atrium atrium) {
  return atrium == ISO_LEFT_ATRIUM
             ? (iso_atrial_bundles){.valve = 0.65, .low_veins = 0.35, .high_veins = 0.65}
             : (iso_atrial_bundles){.valve = 0.9,
                                    .low_veins = 0.1,
                                    .high_veins = 0.95,
                                    .low_crista = -0.13,
                                    .high_crista = -0.06,
                                    .wall = 0.55};
}

/* The field whose levels the fibres of a place run along. value: of the fields there. */
static int field_of_bundle(iso_atrium atrium, const iso_atrial_bundles *b,
                           const double value[ISO_ATRIAL_FIELDS]) {
  if (value[ISO_ATRIAL_R] >= b->valve) return ISO_ATRIAL_R;
  if (value[ISO_ATRIAL_V] <= b->low_veins || value[ISO_ATRIAL_V] >= b->high_veins) return ISO_ATRIAL_V;
  const bool crista = atrium == ISO_RIGHT_ATRIUM && value[ISO_ATRIAL_R] < b->wall &&
                      value[ISO_ATRIAL_W] >= b->low_crista && value[ISO_ATRIAL_W] <= b->high_crista;
  return crista ? ISO_ATRIAL_W : ISO_ATRIAL_AB;
}

typedef double gradients[3];

static void make_frames(const iso_mesh *mesh, iso_atrium atrium, const iso_atrial_bundles *bundles,
                        double *const fields[ISO_ATRIAL_FIELDS], gradients *const slope[ISO_ATRIAL_FIELDS],
                        iso_frame *frames) {
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    double value[ISO_ATRIAL_FIELDS] = {0}, across[3], along[3];
    if (!iso_anatomy_has_volume(mesh, e)) continue;
    for (int f = 0; f < iso_atrial_fields(atrium); f++) value[f] = iso_mean_of_nodes(mesh, e, fields[f]);
    const int k = field_of_bundle(atrium, bundles, value);
    iso_gradient_mean(mesh, e, (const double(*)[3])slope[ISO_ATRIAL_TRANS], across);
    iso_gradient_mean(mesh, e, (const double(*)[3])slope[k], along);
    frames[e] = iso_frame_on_wall(along, across);
  }
}

iso_status iso_atrial_fibres(iso_anatomy *anatomy, iso_atrium atrium, const iso_atrial_bundles *bundles,
                             double *const fields[ISO_ATRIAL_FIELDS], iso_frame *frames, iso_error *err) {
  const iso_mesh *mesh = anatomy->mesh;
  gradients *slope[ISO_ATRIAL_FIELDS] = {NULL};
  iso_status status = ISO_OK;
  for (int f = 0; f < iso_atrial_fields(atrium) && status == ISO_OK; f++)
    status = iso_alloc(&slope[f], (size_t)mesh->nlocal, sizeof *slope[f], "gradients", err);
  status = iso_agree(mesh->comm, status, err);
  for (int f = 0; f < iso_atrial_fields(atrium) && status == ISO_OK; f++)
    status = iso_gradient_at_nodes(mesh, fields[f], slope[f], err);
  if (status == ISO_OK) make_frames(mesh, atrium, bundles, fields, slope, frames);
  for (int f = 0; f < ISO_ATRIAL_FIELDS; f++) free(slope[f]);
  return status;
}
