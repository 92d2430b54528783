#include "solve/cells.h"

#include "base/memory.h"
#include "kernels/prepare.h"
#include "linear/device_memory.h"
#include "solve/archive_field.h"
#include "tissue/cell_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static iso_status find_groups(iso_tissue_cells *c, const iso_mesh *mesh, iso_error *err) {
  for (iso_lid i = 0; i < mesh->nowned;) {
    iso_lid end = i < mesh->ninner ? mesh->ninner : mesh->nowned, last = i + 1;
    int region = iso_tissue_of_node(c->tissue, mesh->node_tag[i]);
    while (last < end && (mesh->node_tag[last] == mesh->node_tag[last - 1] ||
                          iso_tissue_of_node(c->tissue, mesh->node_tag[last]) == region))
      last++;
    ISO_TRY(iso_realloc(&c->groups, (size_t)c->ngroups + 1, sizeof *c->groups, "cell groups", err));
    c->groups[c->ngroups++] = (iso_cell_group){
        .first = i, .count = last - i, .region = region, .ld = iso_cell_row_distance(c->device, last - i)};
    i = last;
  }
  return ISO_OK;
}

/* Collective. Which parameters differ from node to node, and what the kernels make of that. */
static iso_status find_varying(iso_tissue_cells *c, const iso_mesh *mesh, iso_error *err) {
  for (int r = 0; r < c->tissue->nregions; r++)
    if (c->tissue->regions[r].nfields > 0)
      ISO_TRY(iso_varying_region(&c->regions[r].varying, mesh, c->tissue, r, c->step_ms, err));
  return ISO_OK;
}

static iso_status prepare_region(iso_tissue_cells *c, int r, bool exact, iso_error *err) {
  const iso_region *from = &c->tissue->regions[r];
  iso_cell_region *region = &c->regions[r];
  const iso_varying *v = &region->varying;
  if (c->step_ms > from->model->max_step_ms)
    return iso_fail(err, ISO_EINPUT,
                    "time.step_ms: the model %s is unstable with steps of more than %g ms; reduce it",
                    from->model->name, from->model->max_step_ms);
  exact |= v->tables_vary;
  ISO_TRY(iso_cell_parameters_new(&region->parameters, c->device, from->model,
                                  v->parameters ? v->parameters : from->parameters, c->step_ms, exact, err));
  return iso_varying_row(v, c->device, &region->varying_row, err);
}

static iso_status upload_varying(iso_tissue_cells *c, iso_cell_group *group, iso_error *err) {
  return iso_varying_rows(&c->regions[group->region].varying, c->device, group->first, group->count,
                          group->ld, &group->varying, err);
}

static iso_status set_initial_states(iso_tissue_cells *c, iso_error *err) {
  for (int g = 0; g < c->ngroups; g++) {
    iso_cell_group *group = &c->groups[g];
    const iso_region *region = &c->tissue->regions[group->region];
    ISO_TRY(iso_cell_rows_new(&group->state, c->device, region->model, group->ld, err));
    for (int s = 0; s < region->model->nstates; s++)
      iso_device_fill_real(c->device, group->state, s * group->ld, group->count, region->states[s]);
  }
  return ISO_OK;
}

iso_status iso_tissue_cells_new(iso_tissue_cells *out, iso_device *device, const iso_mesh *mesh,
                                const iso_tissue *tissue, double step_ms, bool exact, iso_error *err) {
  *out = (iso_tissue_cells){.device = device, .tissue = tissue, .ninner = mesh->ninner, .step_ms = step_ms};
  iso_status status =
      iso_alloc(&out->regions, (size_t)tissue->nregions, sizeof *out->regions, "model parameters", err);
  ISO_TRY(iso_agree(mesh->comm, status, err));
  ISO_TRY(find_varying(out, mesh, err));
  status = find_groups(out, mesh, err);
  for (int r = 0; r < tissue->nregions && status == ISO_OK; r++) status = prepare_region(out, r, exact, err);
  for (int g = 0; g < out->ngroups && status == ISO_OK; g++)
    status = upload_varying(out, &out->groups[g], err);
  if (status == ISO_OK) status = set_initial_states(out, err);
  return iso_agree(mesh->comm, status, err);
}

void iso_tissue_cells_free(iso_tissue_cells *c) {
  for (int g = 0; g < c->ngroups; g++) {
    iso_device_release(c->device, c->groups[g].state);
    iso_device_release(c->device, c->groups[g].varying);
  }
  for (int r = 0; c->regions && r < c->tissue->nregions; r++) {
    iso_device_release(c->device, c->regions[r].parameters);
    iso_device_release(c->device, c->regions[r].varying_row);
    iso_varying_free(&c->regions[r].varying);
  }
  free(c->groups);
  free(c->regions);
  memset(c, 0, sizeof *c);
}

void iso_tissue_cells_step(const iso_tissue_cells *c, bool boundary, const iso_cell_fields *f) {
  for (int g = 0; g < c->ngroups; g++) {
    const iso_cell_group *group = &c->groups[g];
    if ((group->first >= c->ninner) != boundary) continue;
    const iso_model *model = c->tissue->regions[group->region].model;
    iso_launch_cells(c->device, model,
                     &(iso_cells){.first = group->first,
                                  .count = group->count,
                                  .ld = group->ld,
                                  .fast_ld = f->fast_ld,
                                  .state = group->state,
                                  .vm = f->vm,
                                  .vm_before = f->vm_before,
                                  .extrapolated = f->extrapolated,
                                  .iion = f->iion,
                                  .fast = model->nfast && !model->own ? f->fast : NULL,
                                  .parameters = c->regions[group->region].parameters,
                                  .varying = group->varying,
                                  .varying_row = c->regions[group->region].varying_row,
                                  .step_ms = c->step_ms});
  }
}

/* ---- saving ---- */

static const iso_model *model_of(const iso_tissue_cells *cells, int region) {
  return cells->tissue->regions[region].model;
}

/* Whether no region before this one has its model: each model's states are saved once. */
static bool comes_first(const iso_tissue_cells *cells, int region) {
  for (int r = 0; r < region; r++)
    if (model_of(cells, r) == model_of(cells, region)) return false;
  return true;
}

/* Moves a state of all cells of a model between the device and values [nowned], in the device's precision. */
static void move_state(const iso_tissue_cells *cells, const iso_model *model, int k, char *values,
                       bool to_device) {
  const size_t bytes = cells->device->real_bytes;
  for (int g = 0; g < cells->ngroups; g++) {
    const iso_cell_group *group = &cells->groups[g];
    if (model_of(cells, group->region) != model) continue;
    char *const host = values + (size_t)group->first * bytes;
    const size_t offset = (size_t)(k * group->ld) * bytes, count = (size_t)group->count * bytes;
    if (to_device)
      iso_device_upload(cells->device, group->state, offset, host, count);
    else
      iso_device_download(cells->device, group->state, offset, host, count);
  }
}

/* "cells0.m": the first region's model's m. Models may be the user's own, and of one name. */
static void name_state(char *name, size_t size, int region, const iso_model *model, int k) {
  snprintf(name, size, "cells%d.%s", region, model->states[k].name);
}

static iso_status save_state(const iso_tissue_cells *cells, int region, int k, iso_archive *archive,
                             iso_error *err) {
  const iso_model *model = model_of(cells, region);
  char name[128];
  void *values;
  name_state(name, sizeof name, region, model, k);
  const iso_archive_array array = {.name = name,
                                   .unit = model->states[k].unit,
                                   .meaning = model->states[k].meaning,
                                   .place = ISO_ARCHIVE_NODES,
                                   .type = iso_archive_real(cells->device),
                                   .count = iso_archive_mesh(archive)->nowned};
  ISO_TRY(iso_archive_room(archive, &array, &values, err));
  move_state(cells, model, k, values, false);
  return ISO_OK;
}

iso_status iso_tissue_cells_save(const iso_tissue_cells *cells, iso_archive *archive, iso_error *err) {
  for (int r = 0; r < cells->tissue->nregions; r++)
    for (int k = 0; comes_first(cells, r) && k < model_of(cells, r)->nstates; k++)
      ISO_TRY(save_state(cells, r, k, archive, err));
  return ISO_OK;
}

static iso_status restore_state(iso_tissue_cells *cells, int region, int k, const iso_archive *archive,
                                iso_error *err) {
  const iso_model *model = model_of(cells, region);
  const iso_archive_array *array;
  char name[128];
  name_state(name, sizeof name, region, model, k);
  ISO_TRY(iso_archive_get(archive, name, ISO_ARCHIVE_NODES, iso_archive_real(cells->device), &array, err));
  move_state(cells, model, k, array->values, true);
  return ISO_OK;
}

iso_status iso_tissue_cells_restore(iso_tissue_cells *cells, const iso_archive *archive, iso_error *err) {
  for (int r = 0; r < cells->tissue->nregions; r++)
    for (int k = 0; comes_first(cells, r) && k < model_of(cells, r)->nstates; k++)
      ISO_TRY(restore_state(cells, r, k, archive, err));
  return ISO_OK;
}
