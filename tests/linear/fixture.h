/* A mesh, a device, fields and a Laplace problem on them, for tests of linear/. */
#ifndef ISO_TESTS_LINEAR_FIXTURE_H
#define ISO_TESTS_LINEAR_FIXTURE_H

#include "grid/make/slab.h"
#include "grid/mesh.h"
#include "linear/solver.h"

/* Collective over comm. The mesh of a slab. */
iso_mesh *linear_mesh(MPI_Comm comm, const iso_slab_options *slab);

/* Collective over comm. The same with links [n], of which all ranks give the same list: each takes a part. */
iso_mesh *linear_mesh_linked(MPI_Comm comm, const iso_slab_options *slab, int64_t n, const iso_link *link);

/* A double-precision device of that kind ("cpu", "cuda") with one thread. */
iso_device *linear_device(const char *kind);

/* A field whose owned values are value(gid), and its ghosts a number that none is. */
typedef double linear_value(iso_gid gid);
iso_field linear_field(iso_device *device, const iso_mesh *mesh, linear_value *value);

/* Fails unless the two are the same number: for what is copied, and so exact. */
void linear_assert_equal(double value, double expected);

/* Fails unless owned values and ghosts are value(gid). */
void linear_assert_fresh(const iso_field *field, linear_value *value);

/* Fails unless the mistake ends its process by SIGABRT. */
void linear_assert_aborts(void (*mistake)(void));

/* ---- Laplace problems: -div (sigma grad u) = 0 ---- */

typedef double linear_place(const double x[3]);

typedef struct laplace {
  iso_mesh *mesh;
  iso_device *device;
  iso_timer timer;
  iso_exchange exchange;
  iso_system system;
  iso_solver solver;
  iso_lid *node; /* constrained */
  double *value;
  iso_constraints constraints;
  iso_field b, u;
} laplace;

/* Collective. On a mesh that becomes the problem's, with a conductivity (mS/mm); nodes where given(x) is not
 * NAN are constrained to it. */
void laplace_new(laplace *out, iso_mesh *mesh, const double conductivity[3][3], linear_place *given,
                 iso_solver_options options);
void laplace_free(laplace *l);

/* Collective. Solves from u = 0; whether the tolerance was reached. */
bool laplace_solve(laplace *l);

/* Collective. Values of u by global number on every rank [nnodes]; to be freed. */
double *laplace_gather(const laplace *l);

/* Collective. Root of the mean square over all nodes of u - exact(x), and its largest size. */
void laplace_errors(const laplace *l, linear_place *exact, double *rms, double *most);

#endif
