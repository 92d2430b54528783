/* Values on the nodes of a mesh, in a device's memory, that know whether their ghosts are those of their
 * owners. Whatever reads ghosts asserts that they are fresh; whatever writes owned values that others have as
 * ghosts makes them stale, which it may not do while they travel. On one rank, too, so that every test sees a
 * missing exchange. */
#ifndef ISO_LINEAR_FIELD_H
#define ISO_LINEAR_FIELD_H

#include "grid/mesh.h"
#include "kernels/device.h"

typedef enum {
  ISO_GHOSTS_STALE,      /* owned values have changed since */
  ISO_GHOSTS_TRAVELLING, /* an exchange is under way: owned boundary values may be read, not written */
  ISO_GHOSTS_FRESH,      /* the same as their owners' */
} iso_ghosts;

typedef struct iso_field {
  iso_device *device;
  const iso_mesh *mesh;
  const char *name, *unit; /* "Vm", "mV": for messages and files */
  void *real;              /* [mesh->nlocal] on the device, owned and ghosts */
  iso_ghosts ghosts;
} iso_field;

/* A field of zeros, with stale ghosts. mesh, device, name and unit outlive it; name also says in a message
 * what memory was short for (ISO_EFAIL). Free out whatever the status. */
iso_status iso_field_new(iso_field *out, iso_device *device, const iso_mesh *mesh, const char *name,
                         const char *unit, iso_error *err);
void iso_field_free(iso_field *field);

/* Copies owned values [mesh->nowned] from the host, which makes ghosts stale, and to it. */
void iso_field_put(iso_field *field, const double *owned);
void iso_field_get(const iso_field *field, double *owned);

/* Where the values are, for a launch that writes owned ones. part: ISO_INNER_ROWS, whose nodes nobody has as
 * ghosts and which may be written while the others travel; ISO_BOUNDARY_ROWS or ISO_ALL_ROWS, which makes
 * ghosts stale. */
void *iso_field_write(iso_field *field, int part);

/* Where the values are, for a launch that reads ghosts: they have to be fresh. */
const void *iso_field_with_ghosts(const iso_field *field);

/* out = a x + b y at owned nodes; out may be x or y. */
void iso_field_combine(iso_field *out, double a, const iso_field *x, double b, const iso_field *y);

/* out = factor x at owned nodes. factor: device array of mesh->nowned reals. */
void iso_field_scale(iso_field *out, const void *factor, const iso_field *x);

/* Collective. The sum of x_i y_i over all nodes of the mesh, exactly rounded: the same on any number of
 * ranks. */
double iso_field_dot(const iso_field *x, const iso_field *y);

#endif
