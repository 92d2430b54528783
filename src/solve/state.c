#include "solve/state.h"

#include "base/memory.h"
#include "linear/device_memory.h"
#include "tissue/cell_rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const iso_region *region_of(const iso_state *s, int group) {
  return &s->cells->tissue->regions[s->cells->groups[group].region];
}

static int nstates_of(const iso_state *s, int group) { return region_of(s, group)->model->nstates; }

/* ---- life ---- */

static iso_status new_vm(iso_field *vm, const iso_state *s, iso_error *err) {
  return iso_field_new(vm, s->device, s->mesh, "Vm", "mV", err);
}

static iso_status new_owned(void **field, const iso_state *s, iso_error *err) {
  const size_t bytes = (size_t)s->mesh->nowned * s->device->real_bytes;
  *field = iso_device_alloc(s->device, bytes);
  return *field ? ISO_OK : iso_fail_device(err, s->device, bytes, "Vm");
}

static iso_status new_rows(iso_state *s, iso_error *err) {
  const iso_tissue_cells *c = s->cells;
  ISO_TRY(iso_alloc(&s->rows, (size_t)c->ngroups, sizeof *s->rows, "cell states", err));
  for (int g = 0; g < c->ngroups; g++) {
    const iso_cell_group *group = &c->groups[g];
    const iso_region *region = region_of(s, g);
    ISO_TRY(iso_cell_rows_new(&s->rows[g], s->device, region->model, group->ld, err));
    for (int k = 0; k < region->model->nstates; k++)
      iso_device_fill_real(s->device, s->rows[g], k * group->ld, group->count, region->states[k]);
  }
  return ISO_OK;
}

/* Of the regions; nobody is active, and rest is the initial Vm. */
static void set_initial_vm(iso_state *s) {
  for (int g = 0; g < s->cells->ngroups; g++) {
    const iso_cell_group *group = &s->cells->groups[g];
    void *fields[] = {s->now.real, s->before.real, s->rest, s->unreacted.real};
    for (size_t k = 0; k < sizeof fields / sizeof *fields; k++)
      if (fields[k])
        iso_device_fill_real(s->device, fields[k], group->first, group->count, region_of(s, g)->vm);
  }
  iso_device_fill_real(s->device, s->peak, 0, s->mesh->nowned, ISO_RESTING);
}

iso_status iso_state_new(iso_state *out, const iso_mesh *mesh, const iso_tissue_cells *cells, bool unreacted,
                         iso_error *err) {
  *out = (iso_state){.device = cells->device, .mesh = mesh, .cells = cells};
  ISO_TRY(new_vm(&out->now, out, err));
  ISO_TRY(new_vm(&out->before, out, err));
  if (unreacted) ISO_TRY(new_vm(&out->unreacted, out, err));
  ISO_TRY(new_owned(&out->rest, out, err));
  ISO_TRY(new_owned(&out->peak, out, err));
  ISO_TRY(new_rows(out, err));
  set_initial_vm(out);
  return ISO_OK;
}

void iso_state_free(iso_state *s) {
  if (!s->device) return;
  iso_field *fields[] = {&s->now, &s->before, &s->unreacted};
  for (size_t k = 0; k < sizeof fields / sizeof *fields; k++) iso_field_free(fields[k]);
  iso_device_release(s->device, s->rest);
  iso_device_release(s->device, s->peak);
  for (int g = 0; s->rows && g < s->cells->ngroups; g++) iso_device_release(s->device, s->rows[g]);
  free(s->rows);
  memset(s, 0, sizeof *s);
}

void iso_state_turn(iso_state *s) {
  const iso_field made = s->before;
  s->before = s->now;
  s->now = made;
  s->turned = !s->turned;
  s->step++;
}

/* ---- values ---- */

void iso_state_get_vm(const iso_state *s, double *vm) { iso_field_get(&s->now, vm); }

void iso_state_set_vm(iso_state *s, const double *vm) {
  iso_field *fields[] = {&s->now, &s->before, &s->unreacted};
  for (size_t k = 0; k < sizeof fields / sizeof *fields; k++)
    if (fields[k]->real) iso_field_put(fields[k], vm);
}

void iso_state_get(const iso_state *s, int k, double *values) {
  for (int g = 0; g < s->cells->ngroups; g++) {
    const iso_cell_group *group = &s->cells->groups[g];
    if (k < nstates_of(s, g))
      iso_device_download_real(s->device, s->rows[g], k * group->ld, group->count, values + group->first);
    else
      for (iso_lid i = 0; i < group->count; i++) values[group->first + i] = NAN;
  }
}

void iso_state_set(iso_state *s, int k, const double *values) {
  for (int g = 0; g < s->cells->ngroups; g++) {
    const iso_cell_group *group = &s->cells->groups[g];
    if (k < nstates_of(s, g))
      iso_device_upload_real(s->device, s->rows[g], k * group->ld, group->count, values + group->first);
  }
}
