#include "solve/cell_batch.h"

#include "base/memory.h"
#include "kernels/carrier.h"
#include "solve/cell_rows.h"
#include "solve/device_memory.h"

#include <stdlib.h>
#include <string.h>

static iso_status new_group(iso_cell_batch *b, iso_batch_group *group, const iso_batch_options *o,
                            const double *parameters, iso_error *err) {
  group->ld = iso_cell_row_distance(b->device, group->count);
  ISO_TRY(iso_cell_parameters_new(&group->parameters, b->device, o->model, parameters, o->step_ms, o->exact,
                                  err));
  return iso_cell_rows_new(&group->state, b->device, o->model, group->ld, err);
}

static iso_status new_groups(iso_cell_batch *b, const iso_batch_options *o, iso_error *err) {
  ISO_TRY(iso_alloc(&b->groups, (size_t)o->nlanes, sizeof *b->groups, "single cells", err));
  for (int first = 0, last; first < o->nlanes; first = last) {
    for (last = first; last < o->nlanes && o->set[last] == o->set[first];) last++;
    iso_batch_group *group = &b->groups[b->ngroups++];
    *group = (iso_batch_group){.first = first, .count = last - first};
    ISO_TRY(new_group(b, group, o, o->parameters[o->set[first]], err));
  }
  return ISO_OK;
}

static iso_status new_fields(iso_cell_batch *b, iso_error *err) {
  const size_t n = (size_t)b->nlanes, bytes = n * b->device->real_bytes;
  iso_lid *lane;
  b->vm = iso_device_alloc(b->device, bytes);
  b->before = iso_device_alloc(b->device, bytes);
  b->iion = iso_device_alloc(b->device, bytes);
  b->stimulus = iso_device_alloc(b->device, bytes);
  b->samples = iso_device_alloc(b->device, bytes * ISO_BATCH_STEPS);
  b->pending = iso_device_alloc(b->device, sizeof *b->pending);
  ISO_TRY(iso_alloc(&lane, n, sizeof *lane, "single cells", err));
  for (int i = 0; i < b->nlanes; i++) lane[i] = i;
  b->lane = iso_device_copy(b->device, lane, n * sizeof *lane);
  free(lane);
  if (b->vm && b->before && b->iion && b->stimulus && b->samples && b->pending && b->lane) return ISO_OK;
  return iso_fail_device(err, b->device, bytes * (ISO_BATCH_STEPS + 5), "single cells");
}

iso_status iso_cell_batch_new(iso_cell_batch *out, const iso_batch_options *o, iso_error *err) {
  *out = (iso_cell_batch){
      .device = o->device, .model = o->model, .step_ms = o->step_ms, .nlanes = o->nlanes, .carrier = -1};
  if (o->step_ms > o->model->max_step_ms)
    return iso_fail(err, ISO_EINPUT,
                    "%s is unstable with steps of more than %g ms; shorten the step of %g ms", o->model->name,
                    o->model->max_step_ms, o->step_ms);
  const iso_carrier *carrier = iso_model_carrier(o->model);
  if (carrier) {
    out->carrier = iso_model_state(o->model, carrier->state);
    out->carried = carrier->carried;
  }
  ISO_TRY(new_groups(out, o, err));
  return new_fields(out, err);
}

void iso_cell_batch_free(iso_cell_batch *b) {
  if (!b->device) return;
  for (int g = 0; g < b->ngroups; g++) {
    iso_device_release(b->device, b->groups[g].state);
    iso_device_release(b->device, b->groups[g].parameters);
  }
  void *buffers[] = {b->vm, b->before, b->iion, b->stimulus, b->samples, b->pending, b->lane};
  for (size_t k = 0; k < sizeof buffers / sizeof *buffers; k++) iso_device_release(b->device, buffers[k]);
  free(b->groups);
  memset(b, 0, sizeof *b);
}

static const iso_batch_group *group_of(const iso_cell_batch *b, int lane) {
  const iso_batch_group *group = b->groups;
  while (lane >= group->first + group->count) group++;
  return group;
}

void iso_cell_batch_put(iso_cell_batch *b, int lane, double vm, const double *states) {
  const iso_batch_group *group = group_of(b, lane);
  iso_device_upload_real(b->device, b->vm, lane, 1, &vm);
  iso_device_upload_real(b->device, b->before, lane, 1, &vm);
  for (int s = 0; s < b->model->nstates; s++)
    iso_device_upload_real(b->device, group->state, s * group->ld + lane - group->first, 1, &states[s]);
}

void iso_cell_batch_get(const iso_cell_batch *b, int lane, double *vm, double *states) {
  const iso_batch_group *group = group_of(b, lane);
  iso_device_download_real(b->device, b->vm, lane, 1, vm);
  for (int s = 0; s < b->model->nstates; s++)
    iso_device_download_real(b->device, group->state, s * group->ld + lane - group->first, 1, &states[s]);
}

void iso_cell_batch_settle(iso_cell_batch *b, int lane) {
  iso_launch_combine(
      b->device,
      &(iso_combine){
          .first = lane, .count = 1, .nterms = 1, .coefficient = {1}, .term = {b->vm}, .out = b->before});
}

void iso_cell_batch_stimulate(iso_cell_batch *b, const double *current) {
  b->stimulated = false;
  for (int i = 0; i < b->nlanes; i++) b->stimulated |= current[i] != 0;
  iso_device_upload_real(b->device, b->stimulus, 0, b->nlanes, current);
}

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
  const iso_pending none = {0};
  iso_device_upload(b->device, b->pending, 0, &none, sizeof none);
  for (int k = 0; k < count; k++) {
    step(b);
    iso_launch_sample(
        b->device,
        &(iso_sample){
            .count = b->nlanes, .node = b->lane, .field = b->vm, .out = b->samples, .pending = b->pending});
  }
  iso_device_download_real(b->device, b->samples, 0, (int64_t)count * b->nlanes, vm);
}
