#include "grid/pack.h"

#include "base/memory.h"

#include <string.h>

static bool differs(float (*rows)[3], iso_lid e) {
  return rows && memcmp(rows[e], rows[e - 1], sizeof *rows);
}

static bool turns(const void *self, iso_lid e) {
  const iso_mesh *mesh = self;
  return differs(mesh->fibres, e) || differs(mesh->sheets, e);
}

static bool is_of_other_kind(const void *self, iso_lid e) {
  const iso_mesh *mesh = self;
  return mesh->tag[e] != mesh->tag[e - 1];
}

static bool skips(const void *self, iso_lid e) {
  const iso_mesh *mesh = self;
  return mesh->elem_numbers[e] != mesh->elem_numbers[e - 1] + 1;
}

static iso_status shrink(void *rows, iso_lid nruns, size_t bytes, iso_error *err) {
  return iso_realloc(rows, (size_t)nruns, bytes, "a mesh's elements", err);
}

/* Of each run the first row. */
static iso_status pack_rows(float (**rows)[3], const iso_steps *steps, iso_lid n, iso_error *err) {
  if (!*rows) return ISO_OK;
  for (iso_lid e = 0, k = 0; e < n; e++)
    if (iso_steps_begins(steps, e)) memmove((*rows)[k++], (*rows)[e], sizeof **rows);
  return shrink(rows, steps->nruns, sizeof **rows, err);
}

static iso_status pack_directions(iso_mesh *mesh, iso_error *err) {
  iso_steps steps;
  if (!mesh->fibres && !mesh->sheets) return ISO_OK;
  ISO_TRY(iso_steps_new(&steps, mesh->nelem, turns, mesh, err));
  mesh->turns = steps;
  if (!steps.bits) return ISO_OK;
  ISO_TRY(pack_rows(&mesh->fibres, &steps, mesh->nelem, err));
  return pack_rows(&mesh->sheets, &steps, mesh->nelem, err);
}

static iso_status pack_tags(iso_mesh *mesh, iso_error *err) {
  iso_steps steps;
  ISO_TRY(iso_steps_new(&steps, mesh->nelem, is_of_other_kind, mesh, err));
  if (!steps.bits) return ISO_OK;
  for (iso_lid e = 0, k = 0; e < mesh->nelem; e++)
    if (iso_steps_begins(&steps, e)) mesh->tag[k++] = mesh->tag[e];
  mesh->kinds = steps;
  return shrink(&mesh->tag, steps.nruns, sizeof *mesh->tag, err);
}

/* Less the element's own place, so that the number is that and its place. */
static iso_status pack_numbers(iso_mesh *mesh, iso_error *err) {
  iso_steps steps;
  ISO_TRY(iso_steps_new(&steps, mesh->nelem, skips, mesh, err));
  if (!steps.bits) return ISO_OK;
  for (iso_lid e = 0, k = 0; e < mesh->nelem; e++)
    if (iso_steps_begins(&steps, e)) mesh->elem_numbers[k++] = mesh->elem_numbers[e] - e;
  mesh->skips = steps;
  return shrink(&mesh->elem_numbers, steps.nruns, sizeof *mesh->elem_numbers, err);
}

iso_status iso_mesh_pack(iso_mesh *mesh, iso_error *err) {
  iso_status status = mesh->turns.bits ? ISO_OK : pack_directions(mesh, err);
  if (status == ISO_OK && !mesh->kinds.bits) status = pack_tags(mesh, err);
  if (status == ISO_OK && !mesh->skips.bits) status = pack_numbers(mesh, err);
  return iso_agree(mesh->comm, status, err);
}
