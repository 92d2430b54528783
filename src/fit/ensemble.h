/* Hearts that all go with the data: randomised maximum likelihood (Oliver, He and Reynolds, 1996; Bardsley,
 * Solonen, Haario and Laine, SIAM J Sci Comput 36:A1895-A1910, 2014). Each member takes a heart drawn from
 * what is known beforehand and data with errors drawn anew, and is the heart that goes best with both. Where
 * predictions go linearly with z, members are draws from the posterior distribution; where they do not, the
 * steps of chain.h bring them there. */
#ifndef ISO_FIT_ENSEMBLE_H
#define ISO_FIT_ENSEMBLE_H

#include "base/log.h"
#include "fit/minimise.h"

typedef struct iso_ensemble {
  int members, nz, ndata;
  double *z;            /* [members][nz] */
  double *predicted;    /* [members][ndata] of data used and held out */
  bool *seen;           /* [nz] whether a datum changes with it, at the best heart */
  int unsettled;        /* members that were still gaining, or could not, at the end */
  int64_t waves, taken; /* taken: of ISO_CHAIN_STEPS steps of each member */
} iso_ensemble;

typedef struct iso_ensemble_spec {
  int members;
  /* [nz]: the heart that goes best, right after iso_minimise of the same data has found it: members begin
   * there. */
  const double *best;
  /* [members][nz], or NULL: members begin here, and best is about where the best heart is; two beginnings end
   * as near to each other as searches do. */
  const double *each;
  const double *value, *sd; /* [nused + nheld] data, and their standard deviations */
  uint64_t seed, whose;     /* of what is drawn */
  bool again;         /* members draw hearts as before, and errors anew: for data that have nothing to do with
                         those before */
  const iso_log *log; /* of how far it is; may be NULL */
} iso_ensemble_spec;

/* Collective over comm, whose ranks share the members: the same on all of them, whatever their number.
 * ISO_EFAIL where memory is short. To be freed whatever the status. */
iso_status iso_ensemble_new(iso_ensemble *out, MPI_Comm comm, iso_minimiser *m, const iso_ensemble_spec *spec,
                            iso_error *err);
void iso_ensemble_free(iso_ensemble *ensemble);

#endif
