/* A smooth random field on the heart by a few numbers.
 *
 * A sum of bumps around centres that are spread evenly, each times a number of its own: with numbers drawn
 * from the standard normal distribution, a random field that is as wide everywhere (a process convolution:
 * Higdon, "Space and space-time modeling using process convolutions", 2002). A bump is exp(-(d / c)^2) of the
 * distance d through the tissue, so that with centres close to each other places at a distance d are
 * correlated by exp(-(d / c)^2 / 2), 0.61 at c. Distances need not be those of a flat space for it to be a
 * covariance, as they would for most functions of distance. */
#ifndef ISO_FIT_BASIS_H
#define ISO_FIT_BASIS_H

#include "base/log.h"
#include "grid/mesh.h"

typedef struct iso_basis {
  int n;           /* numbers, one a centre */
  iso_lid *centre; /* [n] nodes */
  int64_t *start;  /* [mesh->nelem + 1] into the following */
  int32_t *which;  /* numbers that count in an element, ascending */
  double *value;   /* what they count there; the squares of an element's add up to 1 */
} iso_basis;

/* mesh is whole on this rank. n 0 where correlation_mm is not positive. key: the section of the configuration
 * that asks for it, for messages. log: of how far it is; may be NULL. ISO_EINPUT where it would need more
 * than 2000 numbers, ISO_EFAIL where memory is short; to be freed whatever the status. */
iso_status iso_basis_new(iso_basis *out, const iso_mesh *mesh, double correlation_mm, const char *key,
                         const iso_log *log, iso_error *err);
void iso_basis_free(iso_basis *basis);

/* The field at an element for numbers z [n]. */
double iso_basis_at(const iso_basis *basis, iso_lid e, const double *z);

#endif
