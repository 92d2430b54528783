/* A mesh, a device and fields on them, for tests of linear/. Needs cmocka's headers before it. */
#ifndef ISO_TESTS_LINEAR_FIXTURE_H
#define ISO_TESTS_LINEAR_FIXTURE_H

#include "grid/make/slab.h"
#include "grid/mesh.h"
#include "kernels/device.h"

/* Collective. The mesh of a slab. */
iso_mesh *linear_mesh(const iso_slab_options *slab);

/* A double-precision device of that kind ("cpu", "cuda") with one thread. */
iso_device *linear_device(const char *kind);

/* A device array of mesh->nlocal reals: value(gid) at owned nodes, a value that none has at ghosts. */
typedef double linear_value(iso_gid gid);
void *linear_field(iso_device *device, const iso_mesh *mesh, linear_value *value);

/* Fails unless the two are the same number: for what is copied, and so exact. */
void linear_assert_equal(double value, double expected);

/* Fails unless the ghosts of a device array [nlocal] have their owners' value(gid). */
void linear_assert_fresh(iso_device *device, const iso_mesh *mesh, const void *field, linear_value *value);

#endif
