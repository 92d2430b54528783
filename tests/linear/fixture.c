#include "grid/mpi_main.h"

#include "grid/share/blocks.h"
#include "linear/fixture.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static iso_error err;

iso_mesh *linear_mesh(MPI_Comm comm, const iso_slab_options *slab) {
  return linear_mesh_linked(comm, slab, 0, NULL);
}

iso_mesh *linear_mesh_linked(MPI_Comm comm, const iso_slab_options *slab, int64_t n, const iso_link *link) {
  iso_slice slice;
  iso_mesh *mesh;
  int rank, size;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  const iso_gid first = iso_block_first(n, size, rank), end = iso_block_first(n, size, rank + 1);
  ASSERT_OK(iso_slab(comm, slab, &slice, &err));
  ASSERT_OK(iso_links_new(&slice.links, comm, slice.nnodes, end - first, link ? link + first : NULL, &err));
  ASSERT_OK(iso_mesh_build(comm, &slice, NULL, &mesh, NULL, &err));
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

iso_field linear_field(iso_device *device, const iso_mesh *mesh, linear_value *value) {
  iso_field field;
  double *host;
  ASSERT_OK(iso_field_new(&field, device, mesh, "test", "mV", &err));
  ASSERT_OK(iso_alloc(&host, (size_t)mesh->nlocal, sizeof *host, "test", &err));
  for (iso_lid i = 0; i < mesh->nlocal; i++) host[i] = i < mesh->nowned ? value(mesh->gid[i]) : nowhere;
  iso_device_upload_real(device, field.real, 0, mesh->nlocal, host);
  free(host);
  return field;
}

void linear_assert_fresh(const iso_field *field, linear_value *value) {
  const iso_mesh *mesh = field->mesh;
  double *host;
  ASSERT_OK(iso_alloc(&host, (size_t)mesh->nlocal, sizeof *host, "test", &err));
  iso_device_download_real(field->device, iso_field_with_ghosts(field), 0, mesh->nlocal, host);
  for (iso_lid i = 0; i < mesh->nlocal; i++) linear_assert_equal(host[i], value(mesh->gid[i]));
  free(host);
}

void linear_assert_aborts(void (*mistake)(void)) {
  int status;
  fflush(stderr);
  const pid_t child = fork();
  if (child == 0) {
    if (!freopen("/dev/null", "w", stderr)) _exit(1);
    signal(SIGABRT, SIG_DFL);
    mistake();
    _exit(0);
  }
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

/* ---- Laplace problems ---- */

static iso_status conduct(void *self, const iso_mesh *mesh, iso_lid e, iso_conduction *out, iso_error *why) {
  (void)mesh, (void)e, (void)why;
  *out = (iso_conduction){.capacity = 1, .extent = 1};
  memcpy(out->conductivity, self, sizeof out->conductivity);
  return ISO_OK;
}

static double stiffness(const void *self, iso_lid row, int64_t k) {
  (void)row;
  return ((const iso_system *)self)->stiffness[k];
}

static void find_given(laplace *l, linear_place *given) {
  const iso_mesh *mesh = l->mesh;
  ASSERT_OK(iso_alloc(&l->node, (size_t)mesh->nowned, sizeof *l->node, "test", &err));
  ASSERT_OK(iso_alloc(&l->value, (size_t)mesh->nowned, sizeof *l->value, "test", &err));
  int64_t n = 0;
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    const double value = given(mesh->xyz[i]);
    if (!isnan(value)) l->node[n] = i, l->value[n++] = value;
  }
  l->constraints = (iso_constraints){n, l->node, l->value};
}

void laplace_new(laplace *l, iso_mesh *mesh, const double conductivity[3][3], linear_place *given,
                 iso_solver_options options) {
  *l = (laplace){.mesh = mesh, .device = linear_device("cpu")};
  find_given(l, given);
  ASSERT_OK(iso_exchange_new(&l->exchange, l->device, mesh, 1, 0, &l->timer, &err));
  const iso_conductor conductor = {(void *)conductivity, conduct};
  ASSERT_OK(iso_system_new(&l->system, mesh, conductor, false, &err));
  ASSERT_OK(iso_solver_new(&l->solver, l->device, mesh, &l->system,
                           (iso_entries){&l->system, stiffness, NULL}, &l->constraints, options, &l->exchange,
                           &err));
  ASSERT_OK(iso_field_new(&l->b, l->device, mesh, "load", "uA", &err));
  ASSERT_OK(iso_field_new(&l->u, l->device, mesh, "u", "mV", &err));
  ASSERT_OK(iso_constrain(&l->constraints, &l->u, &err));
}

void laplace_free(laplace *l) {
  iso_field_free(&l->b);
  iso_field_free(&l->u);
  iso_solver_free(&l->solver);
  iso_system_free(&l->system);
  iso_exchange_free(&l->exchange);
  iso_device_close(l->device);
  iso_mesh_free(l->mesh);
  free(l->node);
  free(l->value);
}

bool laplace_solve(laplace *l) { return iso_solver_solve(&l->solver, &l->b, &l->u); }

double *laplace_gather(const laplace *l) {
  const iso_mesh *mesh = l->mesh;
  double *all, *owned;
  ASSERT_OK(iso_alloc(&all, (size_t)mesh->nnodes, sizeof *all, "test", &err));
  ASSERT_OK(iso_alloc(&owned, (size_t)mesh->nowned, sizeof *owned, "test", &err));
  iso_field_get(&l->u, owned);
  for (iso_lid i = 0; i < mesh->nowned; i++) all[mesh->gid[i]] = owned[i];
  MPI_Allreduce(MPI_IN_PLACE, all, (int)mesh->nnodes, MPI_DOUBLE, MPI_SUM, mesh->comm); /* adds zeros */
  free(owned);
  return all;
}

void laplace_errors(const laplace *l, linear_place *exact, double *rms, double *most) {
  const iso_mesh *mesh = l->mesh;
  double *owned, sum = 0, largest = 0;
  ASSERT_OK(iso_alloc(&owned, (size_t)mesh->nowned, sizeof *owned, "test", &err));
  iso_field_get(&l->u, owned);
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    const double error = owned[i] - exact(mesh->xyz[i]);
    sum += error * error;
    largest = fmax(largest, fabs(error));
    if (isnan(error)) largest = INFINITY;
  }
  free(owned);
  MPI_Allreduce(MPI_IN_PLACE, &sum, 1, MPI_DOUBLE, MPI_SUM, mesh->comm);
  MPI_Allreduce(MPI_IN_PLACE, &largest, 1, MPI_DOUBLE, MPI_MAX, mesh->comm);
  *rms = sqrt(sum / (double)mesh->nnodes);
  *most = largest;
}
