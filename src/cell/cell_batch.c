#include "cell/cell_batch.h"

#include "base/assert.h"
#include "base/memory.h"
#include "cell/batch_groups.h"
#include "linear/device_memory.h"
#include "tissue/cell_rows.h"
#include "tissue/varying.h"

#include <stdlib.h>
#include <string.h>

/* ---- groups ---- */

/* Groups of lanes by those of their sets, and the lanes' places in them. */
static iso_status place_lanes(iso_cell_batch *b, int nsets, const int *set, const int *of_set, int nnumbers,
                              iso_error *err) {
  ISO_TRY(iso_alloc(&b->groups, (size_t)nnumbers, sizeof *b->groups, "single cells", err));
  for (int i = 0; i < b->nlanes; i++) {
    ISO_ASSERT(set[i] >= 0 && set[i] < nsets);
    b->groups[of_set[set[i]]].count++;
  }
  for (int g = 1; g < nnumbers; g++) b->groups[g].first = b->groups[g - 1].first + b->groups[g - 1].count;
  for (int i = 0; i < b->nlanes; i++) {
    iso_batch_group *group = &b->groups[of_set[set[i]]];
    b->place[i] = group->first + (iso_lid)group->ld++; /* which counts to count for now */
  }
  for (int g = 0; g < nnumbers; g++)
    if (b->groups[g].count > 0) b->groups[b->ngroups++] = b->groups[g];
  return ISO_OK;
}

typedef struct lanes {
  const iso_cell_options *options;
  const int *set, *at; /* [nlanes] of each lane; lane of each place */
} lanes;

static void parameters_of(const void *cells, iso_lid place, double *parameters) {
  const lanes *l = cells;
  const iso_cell_options *o = l->options;
  memcpy(parameters, o->parameters[l->set[l->at[place]]], (size_t)o->model->nparameters * sizeof *parameters);
}

static iso_status upload_varying(iso_cell_batch *b, iso_batch_group *group, iso_varying *v, iso_error *err) {
  for (iso_lid i = 1; i < group->count; i++) iso_varying_compare(v, group->first + i);
  iso_varying_end(v);
  ISO_TRY(iso_varying_row(v, b->device, &group->varying_row, err));
  return iso_varying_rows(v, b->device, group->first, group->count, group->ld, &group->varying, err);
}

static iso_status new_group(iso_cell_batch *b, iso_batch_group *group, const lanes *l, iso_error *err) {
  const iso_cell_options *o = l->options;
  const double *parameters = o->parameters[l->set[l->at[group->first]]];
  iso_varying varying;
  group->ld = iso_cell_row_distance(b->device, group->count);
  ISO_TRY(iso_cell_parameters_new(&group->parameters, b->device, o->model, parameters, o->step_ms, o->exact,
                                  err));
  iso_status status = iso_varying_begin(&varying, o->model, o->step_ms, parameters, parameters_of, l, err);
  if (status == ISO_OK) status = upload_varying(b, group, &varying, err);
  iso_varying_free(&varying);
  ISO_TRY(status);
  return iso_cell_rows_new(&group->state, b->device, o->model, group->ld, err);
}

static iso_status new_groups(iso_cell_batch *b, const iso_cell_options *o, const int *set, iso_error *err) {
  int *at, *of_set = NULL, nnumbers;
  ISO_TRY(iso_alloc(&b->place, (size_t)b->nlanes, sizeof *b->place, "single cells", err));
  ISO_TRY(iso_alloc(&at, (size_t)b->nlanes, sizeof *at, "single cells", err));
  iso_status status = iso_alloc(&of_set, (size_t)o->nsets, sizeof *of_set, "single cells", err);
  if (status == ISO_OK)
    status =
        iso_batch_groups(o->model, o->step_ms, o->exact, o->nsets, o->parameters, of_set, &nnumbers, err);
  if (status == ISO_OK) status = place_lanes(b, o->nsets, set, of_set, nnumbers, err);
  for (int i = 0; i < b->nlanes && status == ISO_OK; i++) at[b->place[i]] = i;
  for (int g = 0; g < b->ngroups && status == ISO_OK; g++)
    status = new_group(b, &b->groups[g], &(lanes){o, set, at}, err);
  free(of_set);
  free(at);
  return status;
}

static iso_status new_fields(iso_cell_batch *b, iso_error *err) {
  const size_t n = (size_t)b->nlanes, bytes = n * b->device->real_bytes;
  ISO_TRY(iso_alloc(&b->current, n, sizeof *b->current, "single cells", err));
  b->vm = iso_device_alloc(b->device, bytes);
  b->before = iso_device_alloc(b->device, bytes);
  b->iion = iso_device_alloc(b->device, bytes);
  b->stimulus = iso_device_alloc(b->device, bytes);
  b->samples = iso_device_alloc(b->device, bytes * ISO_BATCH_STEPS);
  b->pending = iso_device_alloc(b->device, sizeof *b->pending);
  b->node = iso_device_copy(b->device, b->place, n * sizeof *b->place);
  if (b->vm && b->before && b->iion && b->stimulus && b->samples && b->pending && b->node) return ISO_OK;
  return iso_fail_device(err, b->device, bytes * (ISO_BATCH_STEPS + 5), "single cells");
}

/* ---- begin and end ---- */

iso_status iso_cell_batch_new(iso_cell_batch *out, const iso_cell_options *o, int nlanes, const int *set,
                              iso_error *err) {
  *out = (iso_cell_batch){.device = o->device,
                          .model = o->model,
                          .step_ms = o->step_ms,
                          .nlanes = nlanes,
                          .carrier = iso_model_carrier(o->model)};
  if (o->step_ms > o->model->max_step_ms)
    return iso_fail(err, ISO_EINPUT,
                    "%s is unstable with steps of more than %g ms; shorten the step of %g ms", o->model->name,
                    o->model->max_step_ms, o->step_ms);
  if (out->carrier >= 0) out->carried = o->model->states[out->carrier].carried;
  ISO_TRY(new_groups(out, o, set, err));
  return new_fields(out, err);
}

void iso_cell_batch_free(iso_cell_batch *b) {
  if (!b->device) return;
  for (int g = 0; g < b->ngroups; g++) {
    iso_device_release(b->device, b->groups[g].state);
    iso_device_release(b->device, b->groups[g].parameters);
    iso_device_release(b->device, b->groups[g].varying);
    iso_device_release(b->device, b->groups[g].varying_row);
  }
  void *buffers[] = {b->vm, b->before, b->iion, b->stimulus, b->samples, b->pending, b->node};
  for (size_t k = 0; k < sizeof buffers / sizeof *buffers; k++) iso_device_release(b->device, buffers[k]);
  free(b->groups);
  free(b->place);
  free(b->current);
  memset(b, 0, sizeof *b);
}

/* ---- lanes ---- */

static const iso_batch_group *group_at(const iso_cell_batch *b, iso_lid place) {
  int low = 0, high = b->ngroups - 1;
  while (low < high) {
    const int middle = (low + high + 1) / 2;
    if (b->groups[middle].first <= place)
      low = middle;
    else
      high = middle - 1;
  }
  return &b->groups[low];
}

void iso_cell_batch_put(iso_cell_batch *b, int lane, double vm, const double *states) {
  ISO_ASSERT(lane >= 0 && lane < b->nlanes);
  const iso_lid place = b->place[lane];
  const iso_batch_group *group = group_at(b, place);
  iso_device_upload_real(b->device, b->vm, place, 1, &vm);
  iso_device_upload_real(b->device, b->before, place, 1, &vm);
  for (int s = 0; s < b->model->nstates; s++)
    iso_device_upload_real(b->device, group->state, s * group->ld + place - group->first, 1, &states[s]);
}

void iso_cell_batch_get(const iso_cell_batch *b, int lane, double *vm, double *states) {
  ISO_ASSERT(lane >= 0 && lane < b->nlanes);
  const iso_lid place = b->place[lane];
  const iso_batch_group *group = group_at(b, place);
  iso_device_download_real(b->device, b->vm, place, 1, vm);
  for (int s = 0; s < b->model->nstates; s++)
    iso_device_download_real(b->device, group->state, s * group->ld + place - group->first, 1, &states[s]);
}

void iso_cell_batch_settle(iso_cell_batch *b, int lane) {
  ISO_ASSERT(lane >= 0 && lane < b->nlanes);
  iso_launch_combine(b->device, &(iso_combine){.first = b->place[lane],
                                               .count = 1,
                                               .nterms = 1,
                                               .coefficient = {1},
                                               .term = {b->vm},
                                               .out = b->before});
}

void iso_cell_batch_stimulate(iso_cell_batch *b, const double *current) {
  b->stimulated = false;
  for (int i = 0; i < b->nlanes; i++) {
    b->stimulated |= current[i] != 0;
    b->current[b->place[i]] = current[i];
  }
  iso_device_upload_real(b->device, b->stimulus, 0, b->nlanes, b->current);
}

/* ---- steps ---- */

static void add_ions(const iso_cell_batch *b) {
  for (int g = 0; g < b->ngroups; g++) {
    const iso_batch_group *group = &b->groups[g];
    void *row = (char *)group->state + (size_t)(b->carrier * group->ld) * b->device->real_bytes;
    const void *stimulus = (const char *)b->stimulus + (size_t)group->first * b->device->real_bytes;
    iso_launch_combine(b->device, &(iso_combine){.count = group->count,
                                                 .nterms = 2,
                                                 .coefficient = {1, b->carried * b->step_ms},
                                                 .term = {row, stimulus},
                                                 .out = row});
  }
}

static void step(iso_cell_batch *b) {
  for (int g = 0; g < b->ngroups; g++) {
    const iso_batch_group *group = &b->groups[g];
    iso_launch_cells(b->device, b->model,
                     &(iso_cells){.first = group->first,
                                  .count = group->count,
                                  .ld = group->ld,
                                  .state = group->state,
                                  .vm = b->vm,
                                  .vm_before = b->before,
                                  .iion = b->iion,
                                  .parameters = group->parameters,
                                  .varying = group->varying,
                                  .varying_row = group->varying_row,
                                  .step_ms = b->step_ms});
  }
  iso_launch_combine(b->device, &(iso_combine){.count = b->nlanes,
                                               .nterms = b->stimulated ? 3 : 2,
                                               .coefficient = {1, -b->step_ms, b->step_ms},
                                               .term = {b->vm, b->iion, b->stimulus},
                                               .out = b->before});
  void *after = b->before;
  b->before = b->vm;
  b->vm = after;
  if (b->stimulated && b->carrier >= 0) add_ions(b);
}

void iso_cell_batch_run(iso_cell_batch *b, int count, double *vm) {
  ISO_ASSERT(count >= 0 && count <= ISO_BATCH_STEPS);
  const iso_pending none = {0};
  iso_device_upload(b->device, b->pending, 0, &none, sizeof none);
  for (int k = 0; k < count; k++) {
    step(b);
    iso_launch_sample(
        b->device,
        &(iso_sample){
            .count = b->nlanes, .node = b->node, .field = b->vm, .out = b->samples, .pending = b->pending});
  }
  iso_device_download_real(b->device, b->samples, 0, (int64_t)count * b->nlanes, vm);
}
