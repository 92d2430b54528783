#include "solve/cells.h"

#include "base/assert.h"
#include "base/memory.h"
#include "grid/share/node_tags.h"
#include "kernels/plan.h"
#include "kernels/prepare.h"
#include "linear/device_memory.h"
#include "tissue/cell_rows.h"

#include <stdlib.h>
#include <string.h>

static bool is_idle(const iso_mesh *mesh, iso_lid node) { return mesh->node_tag[node] == ISO_ORPHAN_TAG; }

static iso_status find_groups(iso_tissue_cells *c, const iso_mesh *mesh, iso_error *err) {
  for (iso_lid i = 0; i < mesh->nowned;) {
    iso_lid end = i < mesh->ninner ? mesh->ninner : mesh->nowned, last = i + 1;
    int region = iso_tissue_of_node(c->tissue, mesh->node_tag[i]);
    while (last < end && is_idle(mesh, last) == is_idle(mesh, i) &&
           (mesh->node_tag[last] == mesh->node_tag[last - 1] ||
            iso_tissue_of_node(c->tissue, mesh->node_tag[last]) == region))
      last++;
    ISO_TRY(iso_realloc(&c->groups, (size_t)c->ngroups + 1, sizeof *c->groups, "cell groups", err));
    c->groups[c->ngroups++] = (iso_cell_group){.first = i,
                                               .count = last - i,
                                               .region = region,
                                               .idle = is_idle(mesh, i),
                                               .ld = iso_cell_row_distance(c->device, last - i)};
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

static bool takes(const iso_tissue_cells *c, const iso_model *model) {
  return c->step_ms <= (c->slow ? model->slow_step_ms : model->max_step_ms);
}

/* An earlier region whose cells read the same constants and tables, or NULL. */
static const iso_cell_region *find_alike(const iso_tissue_cells *c, int r) {
  const iso_region *of = &c->tissue->regions[r];
  for (int q = 0; q < r && of->nfields == 0; q++) {
    const iso_region *other = &c->tissue->regions[q];
    if (other->model == of->model && other->nfields == 0 &&
        !memcmp(other->parameters, of->parameters, (size_t)of->model->nparameters * sizeof *of->parameters))
      return &c->regions[q];
  }
  return NULL;
}

static iso_status prepare_region(iso_tissue_cells *c, int r, bool exact, iso_error *err) {
  const iso_region *from = &c->tissue->regions[r];
  iso_cell_region *region = &c->regions[r];
  const iso_varying *v = &region->varying;
  if (!takes(c, from->model) && c->slow) return ISO_OK;
  if (!takes(c, from->model))
    return iso_fail(err, ISO_EINPUT,
                    "time.step_ms: the model %s is unstable with steps of more than %g ms; reduce it",
                    from->model->name, from->model->max_step_ms);
  const iso_cell_region *alike = find_alike(c, r);
  region->lent = alike != NULL;
  if (alike) region->parameters = alike->parameters;
  if (alike) return ISO_OK;
  exact |= v->tables_vary;
  ISO_TRY(iso_cell_parameters_new(&region->parameters, c->device, from->model,
                                  v->parameters ? v->parameters : from->parameters, c->step_ms, exact, err));
  return iso_varying_row(v, c->device, &region->varying_row, err);
}

static iso_status upload_varying(iso_tissue_cells *c, iso_cell_group *group, iso_error *err) {
  return iso_varying_rows(&c->regions[group->region].varying, c->device, group->first, group->count,
                          group->ld, &group->varying, err);
}

iso_status iso_tissue_cells_new(iso_tissue_cells *out, iso_device *device, const iso_mesh *mesh,
                                const iso_tissue *tissue, iso_cell_steps steps, iso_error *err) {
  const bool exact = steps.exact;
  *out = (iso_tissue_cells){.device = device,
                            .tissue = tissue,
                            .ninner = mesh->ninner,
                            .step_ms = steps.length_ms,
                            .slow = steps.slow};
  iso_status status =
      iso_alloc(&out->regions, (size_t)tissue->nregions, sizeof *out->regions, "model parameters", err);
  ISO_TRY(iso_agree(mesh->comm, status, err));
  ISO_TRY(find_varying(out, mesh, err));
  status = find_groups(out, mesh, err);
  for (int r = 0; r < tissue->nregions && status == ISO_OK; r++) status = prepare_region(out, r, exact, err);
  for (int g = 0; g < out->ngroups && status == ISO_OK; g++)
    status = upload_varying(out, &out->groups[g], err);
  return iso_agree(mesh->comm, status, err);
}

void iso_tissue_cells_free(iso_tissue_cells *c) {
  for (int g = 0; g < c->ngroups; g++) iso_device_release(c->device, c->groups[g].varying);
  for (int r = 0; c->regions && r < c->tissue->nregions; r++) {
    if (!c->regions[r].lent) iso_device_release(c->device, c->regions[r].parameters);
    iso_device_release(c->device, c->regions[r].varying_row);
    iso_varying_free(&c->regions[r].varying);
  }
  free(c->groups);
  free(c->regions);
  memset(c, 0, sizeof *c);
}

/* The kernels know these two means by whether there is a second field. */
static bool kernels_have(const iso_mean *m) {
  return m->v[1] ? m->coefficient[0] == 1.5 && m->coefficient[1] == -0.5 : m->coefficient[0] == 1;
}

static const iso_model *model_of(const iso_tissue_cells *c, int g) {
  return c->tissue->regions[c->groups[g].region].model;
}

static iso_cells launch_of(const iso_tissue_cells *c, int g, iso_lid first, iso_lid count,
                           const iso_cell_fields *f) {
  const iso_cell_group *group = &c->groups[g];
  const iso_cell_region *region = &c->regions[group->region];
  const iso_model *model = model_of(c, g);
  const size_t skipped = (size_t)(first - group->first) * c->device->real_bytes;
  ISO_ASSERT(kernels_have(&f->vm) && region->parameters);
  return (iso_cells){.first = first,
                     .count = count,
                     .ld = group->ld,
                     .fast_ld = f->fast_ld,
                     .state = (char *)f->state[g] + skipped,
                     .vm = f->vm.v[0],
                     .vm_before = f->vm.v[1],
                     .extrapolated = f->extrapolated,
                     .iion = f->iion,
                     .fast = model->nfast && !model->own ? f->fast : NULL,
                     .parameters = region->parameters,
                     .varying = group->varying ? (char *)group->varying + skipped : NULL,
                     .varying_row = region->varying_row,
                     .step_ms = c->step_ms};
}

void iso_tissue_cells_step_some(const iso_tissue_cells *c, int g, iso_lid first, iso_lid count,
                                const iso_cell_fields *f) {
  if (c->groups[g].idle) return;
  const iso_cells launch = launch_of(c, g, first, count, f);
  iso_launch_cells(c->device, model_of(c, g), &launch);
}

void iso_tissue_cells_step_listed(const iso_tissue_cells *c, int g, const iso_lid (*run)[2], int32_t nruns,
                                  const iso_cell_list *list, const iso_cell_fields *f) {
  if (c->groups[g].idle) return;
  iso_cells launch = launch_of(c, g, c->groups[g].first, c->groups[g].count, f);
  launch.run = run, launch.nruns = nruns;
  iso_launch_listed_cells(c->device, model_of(c, g), &launch, list);
}

void iso_tissue_cells_step(const iso_tissue_cells *c, bool boundary, const iso_cell_fields *f) {
  for (int g = 0; g < c->ngroups; g++) {
    const iso_cell_group *group = &c->groups[g];
    if ((group->first >= c->ninner) != boundary) continue;
    iso_tissue_cells_step_some(c, g, group->first, group->count, f);
  }
}
