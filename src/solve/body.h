/* What the simulations of one heart share, and what never changes: mesh, device, and the operators made of
 * both and of the tissue. Making a body is most of the set-up; simulations of other stimuli, parameters,
 * initial states or splittings on it cost their state alone. */
#ifndef ISO_SOLVE_BODY_H
#define ISO_SOLVE_BODY_H

#include "solve/diffusion_rows.h"
#include "solve/fast_current.h"

/* What a body is made from. */
typedef struct iso_body_options {
  const iso_mesh *mesh; /* mesh and device outlive the body */
  iso_device *device;
  const iso_tissue *tissue; /* read while the body is made, and its models later */
  iso_numerics numerics;
  double step_ms;
} iso_body_options;

typedef struct iso_body_key iso_body_key;

typedef struct iso_body {
  const iso_mesh *mesh;
  iso_device *device;
  iso_diffusion_rows rows;
  iso_fast_tables fast;    /* not made where the fast current is nodal */
  double eigenvalue;       /* bound on the spectrum of diffusion, 1/ms */
  iso_gid eigenvalue_node; /* whose row gives it */
  double *patch_bound;     /* [owned patches] the same of each patch; NULL where the mesh has none */
  iso_body_key *key;       /* what of the options it depends on */
  int users;
} iso_body;

/* Collective. Assembles. The caller is the body's first user. Fails with ISO_EINPUT where the numerics do not
 * go together, and with ISO_EFAIL where a simulation would not fit into the device. */
iso_status iso_body_new(iso_body **out, const iso_body_options *options, iso_error *err);

/* Whether a body is what these options would make. The same on all ranks where the options are. */
bool iso_body_serves(const iso_body *body, const iso_body_options *options);

/* One user more; returns body. */
iso_body *iso_body_keep(iso_body *body);

/* One user fewer; the last one frees it. NULL is fine. */
void iso_body_drop(iso_body *body);

#endif
