/* Diffusion, M dV/dt = -K V, as the sparse rows that a step of it multiplies with. They are made once and
 * then only read: many steppers may share them. */
#ifndef ISO_SOLVE_DIFFUSION_ROWS_H
#define ISO_SOLVE_DIFFUSION_ROWS_H

#include "linear/solver.h"
#include "solve/options.h"

typedef struct iso_diffusion_rows {
  iso_device *device;
  iso_sparse laplacian; /* explicit: -M^-1 K */
  iso_sparse right;     /* implicit: M - (1 - theta) dt K */
  iso_solver solver;    /* implicit: of M + theta dt K. Steppers take a copy, with an exchange of theirs; they
                           share its room, because a solve begins with nothing and leaves nothing */
} iso_diffusion_rows;

/* Rows on the device for the scheme of numerics; step_ms matters to implicit ones alone. system: read only
 * here. Collective. To be freed whatever the status. */
iso_status iso_diffusion_rows_new(iso_diffusion_rows *out, iso_device *device, const iso_mesh *mesh,
                                  const iso_system *system, const iso_numerics *numerics, double step_ms,
                                  iso_error *err);
void iso_diffusion_rows_free(iso_diffusion_rows *rows);

#endif
