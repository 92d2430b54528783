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

iso_status iso_state_new(iso_state *out, const iso_mesh *mesh, const iso_tissue_cells *cells,
                         iso_state_needs needs, iso_error *err) {
  *out = (iso_state){.device = cells->device, .mesh = mesh, .cells = cells, .is_adaptive = needs.adaptive};
  ISO_TRY(new_vm(&out->now, out, err));
  ISO_TRY(new_vm(&out->before, out, err));
  if (needs.unreacted) ISO_TRY(new_vm(&out->unreacted, out, err));
  if (needs.adaptive) ISO_TRY(iso_levels_new(&out->levels, mesh->patches, err));
  if (needs.adaptive) ISO_TRY(iso_field_new(&out->slope, out->device, mesh, "the slope of Vm", "mV", err));
  if (needs.adaptive && !iso_device_is_host(out->device)) {
    const size_t bytes = (size_t)mesh->patches->nowned * sizeof *out->stands;
    out->stands = iso_device_alloc(out->device, bytes);
    if (!out->stands) return iso_fail_device(err, out->device, bytes, "patches");
  }
  ISO_TRY(new_owned(&out->rest, out, err));
  ISO_TRY(new_owned(&out->peak, out, err));
  ISO_TRY(new_rows(out, err));
  set_initial_vm(out);
  return ISO_OK;
}

void iso_state_free(iso_state *s) {
  if (!s->device) return;
  iso_field *fields[] = {&s->now, &s->before, &s->unreacted, &s->slope};
  for (size_t k = 0; k < sizeof fields / sizeof *fields; k++) iso_field_free(fields[k]);
  iso_levels_free(&s->levels);
  iso_device_release(s->device, s->stands);
  iso_device_release(s->device, s->rest);
  iso_device_release(s->device, s->peak);
  for (int g = 0; s->rows && g < s->cells->ngroups; g++) iso_device_release(s->device, s->rows[g]);
  free(s->rows);
  memset(s, 0, sizeof *s);
}

void iso_state_turn(iso_state *s) {
  s->step++;
  if (s->is_adaptive) return;
  const iso_field made = s->before;
  s->before = s->now;
  s->now = made;
  s->turned = !s->turned;
}

/* ---- values ---- */

static void extrapolate(const iso_state *s, iso_lid first, iso_lid count, double steps) {
  iso_launch_combine(s->device, &(iso_combine){.first = first,
                                               .count = count,
                                               .nterms = 2,
                                               .coefficient = {1, steps},
                                               .term = {s->now.real, s->slope.real},
                                               .out = s->before.real});
}

/* Whether the device knows better than the host where patches stand. */
static bool is_away(const iso_state *s) { return s->levels.away && s->levels.away->is_newer; }

/* Vm at a base step that no patch's last step ends before: the device's present one, where it plans. */
static const void *vm_at(const iso_state *s, int64_t step) {
  const iso_patches *p = s->levels.patches;
  const int64_t *due = s->levels.due;
  if (is_away(s)) {
    iso_launch_pace_show(s->device, s->levels.away->pace, s->before.real);
    return s->before.real;
  }
  for (iso_lid a = 0, b; a < p->nowned; a = b) {
    for (b = a + 1; b < p->nowned && due[b] == due[a];) b++;
    extrapolate(s, p->first[a], p->first[b] - p->first[a], (double)(step - due[a]));
  }
  return s->before.real;
}

const void *iso_state_vm(const iso_state *s) { return s->is_adaptive ? vm_at(s, s->step) : s->now.real; }

const void *iso_state_made(const iso_state *s) {
  return s->is_adaptive ? vm_at(s, s->step + 1) : s->before.real;
}

const int64_t *iso_state_stands(const iso_state *s) {
  if (is_away(s)) return s->levels.away->pace->levels.due;
  if (iso_device_is_host(s->device)) return s->levels.due;
  iso_device_upload(s->device, s->stands, 0, s->levels.due,
                    (size_t)s->levels.patches->nowned * sizeof *s->stands);
  return s->stands;
}

iso_lid iso_state_patch(const iso_state *s, iso_lid node) {
  const iso_patches *p = s->levels.patches;
  iso_lid low = 0, high = p->nowned; /* first[low] <= node < first[high] */
  while (high - low > 1) {
    const iso_lid middle = low + (high - low) / 2;
    *(node < p->first[middle] ? &high : &low) = middle;
  }
  return low;
}

int iso_state_behind(const iso_state *s, iso_lid node) {
  if (!s->is_adaptive) return 0;
  iso_levels_fetch(&s->levels);
  return (int)(s->step - s->levels.due[iso_state_patch(s, node)]);
}

void iso_state_get_vm(const iso_state *s, double *vm) {
  iso_device_download_real(s->device, iso_state_vm(s), 0, s->mesh->nowned, vm);
}

void iso_state_get_vm_single(const iso_state *s, float *vm) {
  iso_device_download_single(s->device, iso_state_vm(s), 0, s->mesh->nowned, vm);
}

void iso_state_get_vm_at(const iso_state *s, int64_t n, const iso_lid *nodes, double *out) {
  for (int64_t k = 0; k < n; k++) {
    double slope = 0;
    iso_device_download_real(s->device, s->now.real, nodes[k], 1, &out[k]);
    if (s->is_adaptive) iso_device_download_real(s->device, s->slope.real, nodes[k], 1, &slope);
    out[k] += iso_state_behind(s, nodes[k]) * slope;
  }
}

void iso_state_set_vm(iso_state *s, const double *vm) {
  iso_field *fields[] = {&s->now, &s->before, &s->unreacted};
  for (size_t k = 0; k < sizeof fields / sizeof *fields; k++)
    if (fields[k]->real) iso_field_put(fields[k], vm);
  if (!s->is_adaptive) return;
  iso_device_fill_real(s->device, s->slope.real, 0, s->mesh->nowned, 0);
  iso_levels_reset(&s->levels, s->step);
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
