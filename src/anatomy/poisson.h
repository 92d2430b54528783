/* Poisson problems on the mesh, -div (D grad u) = load, with given values at some nodes and no flux
 * elsewhere. D is the unit tensor, or t t^T of a direction t for each element, which couples nodes along t
 * alone. */
#ifndef ISO_ANATOMY_POISSON_H
#define ISO_ANATOMY_POISSON_H

#include "anatomy/anatomy.h"
#include "linear/system.h"

typedef struct iso_poisson {
  iso_anatomy *anatomy;
  iso_system system; /* lumped: mm3 of each owned node */
} iso_poisson;

/* Collective. anatomy outlives out. ISO_EINPUT names an element without volume; on failure out holds nothing.
 */
iso_status iso_poisson_new(iso_poisson *out, iso_anatomy *anatomy, iso_error *err);
void iso_poisson_free(iso_poisson *poisson);

/* Collective. given [nowned]: the value at a node, or NAN where it is solved for; at least one on some rank.
 * load [nowned]: the integral of the load times the node's shape function, or NULL: none. out [nlocal]: the
 * solution with its ghosts; 0 in parts of the mesh without given values. what: it is, for a message,
 * ISO_EFAIL where the solver does not get there and ISO_EINPUT where no value is given. */
iso_status iso_poisson_solve(iso_poisson *poisson, const double *given, const double *load, const char *what,
                             double *out, iso_error *err);

#endif
