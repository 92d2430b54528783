/* Coordinates of the ventricles. */
#include "app/command.h"

#include "anatomy/coordinates.h"
#include "anatomy/landmarks.h"
#include "app/command_anatomy.h"
#include "base/memory.h"
#include "base/text.h"
#include "grid/format/write.h"
#include "grid/share/blocks.h"

#include <stdlib.h>
#include <string.h>

enum { NFIELDS = 5 };

/* The fields of nodes in the order of the file, as they are written. */
typedef struct columns {
  int n;
  iso_point_field field[NFIELDS];
  double *value[NFIELDS]; /* [slice nnode] */
} columns;

static iso_status add(columns *c, const iso_mesh *mesh, iso_block_plan *plan, int64_t nnode, const char *name,
                      const double *owned, iso_error *err) {
  double **value = &c->value[c->n];
  iso_status status = iso_alloc(value, (size_t)nnode, sizeof **value, "fields of nodes", err);
  ISO_TRY(iso_agree(mesh->comm, status, err));
  ISO_TRY(iso_block_plan_send(plan, owned, sizeof *owned, *value, err));
  c->field[c->n++] = (iso_point_field){name, *value};
  return ISO_OK;
}

static iso_status collect(columns *out, const iso_mesh *mesh, int64_t nnode, const iso_coordinates *c,
                          iso_error *err) {
  const struct {
    const char *name;
    const double *value;
  } fields[NFIELDS] = {{"transmural", c->transmural},
                       {"apicobasal", c->apicobasal},
                       {"transventricular", c->transventricular},
                       {"rotational", c->rotational},
                       {"aha_segment", c->segment}};
  iso_block_plan *plan = NULL;
  iso_status status = iso_block_plan_new(&plan, mesh->comm, mesh->nnodes, mesh->nowned, mesh->gid, err);
  for (int f = 0; f < (c->two ? NFIELDS : 2) && status == ISO_OK; f++)
    status = add(out, mesh, plan, nnode, fields[f].name, fields[f].value, err);
  iso_block_plan_free(plan);
  return status;
}

static iso_status write_slice(const iso_arguments *a, const iso_mesh *mesh, const iso_slice *slice,
                              const iso_coordinates *c, iso_error *err) {
  columns all = {0};
  char nodes[32], names[200] = "";
  iso_status status = collect(&all, mesh, slice->nnode, c, err);
  if (status == ISO_OK)
    status = iso_slice_write_vtu_fields(a->comm, slice, all.n, all.field, a->positional[1], err);
  for (int f = 0; f < all.n; f++)
    iso_text_append(names, sizeof names, "%s%s", f ? ", " : "", all.field[f].name);
  if (status == ISO_OK)
    iso_say(a, "%s: %s nodes with %s\n", a->positional[1], iso_text_count(slice->nnodes, nodes, sizeof nodes),
            names);
  for (int f = 0; f < NFIELDS; f++) free(all.value[f]);
  return status;
}

static iso_status write(const iso_arguments *a, const iso_mesh *mesh, const iso_coordinates *c,
                        iso_error *err) {
  iso_slice slice = {0};
  iso_status status = iso_slice_of_mesh(mesh, &slice, err);
  if (status == ISO_OK) status = write_slice(a, mesh, &slice, c, err);
  iso_slice_free(&slice);
  return status;
}

static iso_status make(void *self, const iso_arguments *a, iso_anatomy *anatomy, iso_mesh *mesh,
                       iso_error *err) {
  iso_coordinates found = {0};
  uint8_t *on;
  (void)self;
  iso_status status = iso_alloc(&on, (size_t)mesh->nowned, 1, "surfaces", err);
  ISO_TRY(iso_agree(a->comm, status, err));
  status = iso_command_mark_ventricles(a, mesh, on, err);
  if (status == ISO_OK) status = iso_coordinates_new(&found, anatomy, on, err);
  if (status == ISO_OK) status = write(a, mesh, &found, err);
  iso_coordinates_free(&found);
  free(on);
  return status;
}

static iso_status check_ending(const char *path, iso_error *err) {
  const size_t n = strlen(path);
  if (n > 4 && !strcmp(path + n - 4, ".vtu")) return ISO_OK;
  return iso_fail(err, ISO_EINPUT, "%s: fields of nodes are written as .vtu; give a name with that ending",
                  path);
}

static iso_status coordinates(const iso_arguments *a, iso_error *err) {
  ISO_TRY(check_ending(a->positional[1], err));
  return iso_command_anatomy(a, make, NULL, err);
}

static const iso_option options[] = {ISO_VENTRICLE_OPTIONS, {0}};

const iso_command iso_command_mesh_coordinates = {
    "mesh coordinates",
    "IN OUT.vtu",
    2,
    2,
    "ventricular coordinates and the 17 AHA segments as fields",
    "Surfaces are given as " ISO_LANDMARK_FORMS ".\n"
    "Without --rv-endo the mesh is a left ventricle alone, which gets transmural and apicobasal.\n",
    options,
    coordinates,
};
