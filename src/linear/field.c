#include "linear/field.h"

#include "base/assert.h"
#include "linear/device_memory.h"

iso_status iso_field_new(iso_field *out, iso_device *device, const iso_mesh *mesh, const char *name,
                         const char *unit, iso_error *err) {
  const size_t bytes = (size_t)mesh->nlocal * device->real_bytes;
  *out = (iso_field){.device = device, .mesh = mesh, .name = name, .unit = unit};
  out->real = iso_device_alloc(device, bytes);
  return out->real ? ISO_OK : iso_fail_device(err, device, bytes, name);
}

void iso_field_free(iso_field *field) {
  if (field->real) iso_device_release(field->device, field->real);
  *field = (iso_field){0};
}

void iso_field_put(iso_field *field, const double *owned) {
  iso_device_upload_real(field->device, iso_field_write(field, ISO_ALL_ROWS), 0, field->mesh->nowned, owned);
}

void iso_field_get(const iso_field *field, double *owned) {
  iso_device_download_real(field->device, field->real, 0, field->mesh->nowned, owned);
}

void *iso_field_write(iso_field *field, int part) {
  if (part == ISO_INNER_ROWS) return field->real;
  ISO_ASSERT(field->ghosts != ISO_GHOSTS_TRAVELLING);
  field->ghosts = ISO_GHOSTS_STALE;
  return field->real;
}

const void *iso_field_with_ghosts(const iso_field *field) {
  ISO_ASSERT(field->ghosts == ISO_GHOSTS_FRESH);
  return field->real;
}

void iso_field_combine(iso_field *out, double a, const iso_field *x, double b, const iso_field *y) {
  iso_launch_combine(out->device, &(iso_combine){.count = out->mesh->nowned,
                                                 .nterms = 2,
                                                 .coefficient = {a, b},
                                                 .term = {x->real, y->real},
                                                 .out = iso_field_write(out, ISO_ALL_ROWS)});
}

void iso_field_scale(iso_field *out, const void *factor, const iso_field *x) {
  iso_launch_multiply(out->device, out->mesh->nowned, factor, x->real, iso_field_write(out, ISO_ALL_ROWS));
}

double iso_field_dot(const iso_field *x, const iso_field *y) {
  int64_t limb[ISO_LIMBS] = {0};
  iso_launch_dot(x->device, x->mesh->nowned, x->real, y->real, limb);
  MPI_Allreduce(MPI_IN_PLACE, limb, ISO_LIMBS, MPI_INT64_T, MPI_SUM, x->mesh->comm);
  return iso_limbs_value(limb);
}
