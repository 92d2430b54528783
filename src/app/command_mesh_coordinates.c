/* Coordinates of the ventricles. */
#include "app/command.h"

#include "anatomy/coordinates.h"
#include "anatomy/landmarks.h"
#include "app/command_anatomy.h"
#include "app/node_columns.h"
#include "base/memory.h"
#include "grid/format/write.h"

#include <stdlib.h>

static iso_status write(const iso_arguments *a, const iso_mesh *mesh, const iso_coordinates *c,
                        iso_error *err) {
  const iso_node_column columns[] = {{"transmural", c->transmural},
                                     {"apicobasal", c->apicobasal},
                                     {"transventricular", c->transventricular},
                                     {"rotational", c->rotational},
                                     {"aha_segment", c->segment}};
  return iso_command_write_columns(a, mesh, c->has_round ? 5 : 2, columns, a->positional[1], err);
}

/* Of a left ventricle alone; NULL where it is not given. */
static iso_status read_septum(const iso_arguments *a, double place[3], const double **out, iso_error *err) {
  const char *text = iso_argument(a, "septum");
  *out = text ? place : NULL;
  if (text && iso_argument(a, "rv-endo"))
    return iso_fail(
        err, ISO_EINPUT,
        "--septum is for a left ventricle alone; with --rv-endo the septum is known: leave one out");
  return text ? iso_landmark_place("--septum", text, place, err) : ISO_OK;
}

static iso_status make(void *self, const iso_arguments *a, iso_anatomy *anatomy, iso_mesh *mesh,
                       iso_error *err) {
  iso_coordinates found = {0};
  double place[3];
  const double *septum;
  uint8_t *on;
  (void)self;
  ISO_TRY(read_septum(a, place, &septum, err));
  ISO_TRY(iso_alloc_all(a->comm, &on, (size_t)mesh->nowned, 1, "surfaces", err));
  iso_status status = iso_command_mark_ventricles(a, mesh, false, on, err);
  if (status == ISO_OK) status = iso_coordinates_new(&found, anatomy, on, septum, err);
  if (status == ISO_OK) status = write(a, mesh, &found, err);
  iso_coordinates_free(&found);
  free(on);
  return status;
}

static iso_status coordinates(const iso_arguments *a, iso_error *err) {
  ISO_TRY(iso_slice_check_fields_target(a->positional[1], err));
  return iso_command_anatomy(a, make, NULL, err);
}

static const iso_option options[] = {
    ISO_VENTRICLE_OPTIONS,
    {"septum", 0, "at:X,Y,Z", NULL,
     "of a left ventricle alone: a place in the middle of its septum or beyond it, mm"},
    {0}};

const iso_command iso_command_mesh_coordinates = {
    "mesh coordinates",
    "IN OUT",
    2,
    2,
    "ventricular coordinates and the 17 AHA segments as fields",
    "Surfaces are given as " ISO_LANDMARK_FORMS ".\n"
    "Without --rv-endo the mesh is a left ventricle alone, which gets transmural and apicobasal, and with "
    "--septum\n"
    "the others, too.\n",
    options,
    coordinates,
};
