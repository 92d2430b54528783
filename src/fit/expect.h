/* What the members of a twin expect of new data, and how far these are from it. */
#ifndef ISO_FIT_EXPECT_H
#define ISO_FIT_EXPECT_H

#include "fit/surprise.h"
#include "fit/work.h"

typedef struct iso_expected {
  int members;
  double *predicted; /* [members][work->data.nused] */
  double *mean;      /* [nused] of them */
  double *best;      /* [model.at.n] the best heart, with the clock of the new ECG, if it has one */
  iso_surprise found;
} iso_expected;

/* Collective over comm, whose ranks share the members: the same on any number of them. work: of new data
 * alone, a map or an ECG, of which value [nused] was measured. best, z [members][model.at.n]: of the twin.
 * whose: of the errors drawn.
 *
 * The errors of an ECG that go on (errors.h) are taken apart, so that what is compared has independent ones.
 * An ECG whose clock is not known has one of its own: the best heart of the twin is laid over it (align.h),
 * and each member over the best heart. Where a member takes its turn as the truth, the errors that are drawn
 * then have a part that a clock would take: one in as many as there are samples, by which p is larger than it
 * would be. Clocks of maps are as z has them.
 *
 * ISO_EFAIL where memory is short. To be freed whatever the status. */
iso_status iso_fit_expect(iso_expected *out, MPI_Comm comm, iso_fit_work *work, int members,
                          const double *best, const double *z, const double *value, uint64_t whose,
                          iso_error *err);
void iso_expected_free(iso_expected *expected);

#endif
