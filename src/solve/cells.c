#include "solve/cells.h"

#include "base/memory.h"
#include "solve/device_memory.h"

#include <stdlib.h>
#include <string.h>

/* Region of an owned node. A node without elements has the tag 0; it belongs to the first region then. */
static int region_of(const iso_tissue *tissue, const iso_mesh *mesh, iso_lid i) {
  int r = iso_tissue_region(tissue, mesh->node_tag[i]);
  return r < 0 ? 0 : r;
}

/* Rows an odd number of cache lines apart: at multiples of 4 KiB all states of a cell would share one cache
 * set. */
static int64_t row_distance(iso_lid count, size_t real_bytes) {
  int64_t per_line = 64 / (int64_t)real_bytes;
  return ((count + per_line - 1) / per_line | 1) * per_line;
}

static iso_status find_groups(iso_tissue_cells *c, const iso_mesh *mesh, iso_error *err) {
  for (iso_lid i = 0; i < mesh->nowned;) {
    iso_lid end = i < mesh->ninner ? mesh->ninner : mesh->nowned, last = i + 1;
    int region = region_of(c->tissue, mesh, i);
    while (last < end &&
           (mesh->node_tag[last] == mesh->node_tag[last - 1] || region_of(c->tissue, mesh, last) == region))
      last++;
    ISO_TRY(iso_realloc(&c->groups, (size_t)c->ngroups + 1, sizeof *c->groups, "cell groups", err));
    c->groups[c->ngroups++] = (iso_cell_group){
        .first = i, .count = last - i, .region = region, .ld = row_distance(last - i, c->device->real_bytes)};
    i = last;
  }
  return ISO_OK;
}

static iso_status prepare_parameters(iso_tissue_cells *c, bool exact, iso_error *err) {
  ISO_TRY(
      iso_alloc(&c->parameters, (size_t)c->tissue->nregions, sizeof *c->parameters, "model parameters", err));
  for (int r = 0; r < c->tissue->nregions; r++) {
    const iso_region *region = &c->tissue->regions[r];
    if (c->step_ms > region->model->max_step_ms)
      return iso_fail(err, ISO_EINPUT,
                      "time.step_ms: the model %s is unstable with steps of more than %g ms; reduce it",
                      region->model->name, region->model->max_step_ms);
    size_t bytes = c->device->cells->prepared_bytes(region->model, exact);
    void *host;
    ISO_TRY(iso_alloc(&host, bytes, 1, "model parameters", err));
    c->device->cells->prepare(region->model, region->parameters, c->step_ms, exact, host);
    c->parameters[r] = iso_device_alloc(c->device, bytes);
    if (c->parameters[r]) iso_device_upload(c->device, c->parameters[r], 0, host, bytes);
    free(host);
    if (!c->parameters[r]) return iso_fail_device(err, c->device, bytes, "model parameters");
  }
  return ISO_OK;
}

static iso_status set_initial_states(iso_tissue_cells *c, iso_error *err) {
  enum { PART = 1024 };
  double part[PART];
  for (int g = 0; g < c->ngroups; g++) {
    iso_cell_group *group = &c->groups[g];
    const iso_region *region = &c->tissue->regions[group->region];
    size_t bytes = (size_t)region->model->nstates * (size_t)group->ld * c->device->real_bytes;
    group->state = iso_device_alloc(c->device, bytes);
    if (!group->state) return iso_fail_device(err, c->device, bytes, "the state of the cells");
    for (int s = 0; s < region->model->nstates; s++) {
      for (int k = 0; k < PART; k++) part[k] = region->states[s];
      for (int64_t i = 0; i < group->count; i += PART)
        iso_device_upload_real(c->device, group->state, s * group->ld + i,
                               group->count - i < PART ? group->count - i : PART, part);
    }
  }
  return ISO_OK;
}

iso_status iso_tissue_cells_new(iso_tissue_cells *out, iso_device *device, const iso_mesh *mesh,
                                const iso_tissue *tissue, double step_ms, bool exact, iso_error *err) {
  *out = (iso_tissue_cells){.device = device, .tissue = tissue, .ninner = mesh->ninner, .step_ms = step_ms};
  ISO_TRY(find_groups(out, mesh, err));
  ISO_TRY(prepare_parameters(out, exact, err));
  return set_initial_states(out, err);
}

void iso_tissue_cells_free(iso_tissue_cells *c) {
  for (int g = 0; g < c->ngroups; g++) iso_device_release(c->device, c->groups[g].state);
  for (int r = 0; c->parameters && r < c->tissue->nregions; r++)
    iso_device_release(c->device, c->parameters[r]);
  free(c->groups);
  free(c->parameters);
  memset(c, 0, sizeof *c);
}

void iso_tissue_cells_step(const iso_tissue_cells *c, bool boundary, const void *vm, const void *vm_before,
                           void *iion, void *fast, int64_t fast_ld) {
  for (int g = 0; g < c->ngroups; g++) {
    const iso_cell_group *group = &c->groups[g];
    if ((group->first >= c->ninner) != boundary) continue;
    const iso_model *model = c->tissue->regions[group->region].model;
    iso_launch_cells(c->device, model,
                     &(iso_cells){.first = group->first,
                                  .count = group->count,
                                  .ld = group->ld,
                                  .fast_ld = fast_ld,
                                  .state = group->state,
                                  .vm = vm,
                                  .vm_before = vm_before,
                                  .iion = iion,
                                  .fast = model->nfast ? fast : NULL,
                                  .parameters = c->parameters[group->region],
                                  .step_ms = c->step_ms});
  }
}
