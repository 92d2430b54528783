#include "grid/mpi_main.h"

#include "linear/fixture.h"

static iso_error err;

iso_mesh *linear_mesh(const iso_slab_options *slab) {
  iso_slice slice;
  iso_mesh *mesh;
  ASSERT_OK(iso_slab(MPI_COMM_WORLD, slab, &slice, &err));
  ASSERT_OK(iso_mesh_build(MPI_COMM_WORLD, &slice, NULL, &mesh, NULL, &err));
  return mesh;
}

iso_device *linear_device(const char *kind) {
  char message[256];
  iso_device *device = iso_device_open(&(iso_device_options){.kind = kind, .threads = 1, .simd = "auto"},
                                       message, sizeof message);
  if (!device) fail_msg("%s", message);
  return device;
}

void linear_assert_equal(double value, double expected) {
  if (value != expected) fail_msg("%.17g instead of %.17g", value, expected); /* NaN, too */
}

static const double nowhere = -1e300;

void *linear_field(iso_device *device, const iso_mesh *mesh, linear_value *value) {
  double *host;
  ASSERT_OK(iso_alloc(&host, (size_t)mesh->nlocal, sizeof *host, "test", &err));
  for (iso_lid i = 0; i < mesh->nlocal; i++) host[i] = i < mesh->nowned ? value(mesh->gid[i]) : nowhere;
  void *field = iso_device_copy_real(device, host, mesh->nlocal);
  assert_non_null(field);
  free(host);
  return field;
}

void linear_assert_fresh(iso_device *device, const iso_mesh *mesh, const void *field, linear_value *value) {
  double *host;
  ASSERT_OK(iso_alloc(&host, (size_t)mesh->nlocal, sizeof *host, "test", &err));
  iso_device_download_real(device, field, 0, mesh->nlocal, host);
  for (iso_lid i = 0; i < mesh->nlocal; i++) linear_assert_equal(host[i], value(mesh->gid[i]));
  free(host);
}
