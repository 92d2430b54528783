/* Where the search for the best heart begins. */
#ifndef ISO_FIT_SEARCH_H
#define ISO_FIT_SEARCH_H

#include "fit/minimise.h"

/* The heart that goes best with data, as iso_minimise has it from z 0. A waveform goes with z in waves, so
 * that a search may end where it is only the best nearby: with an ECG it begins from several hearts, z 0 and
 * those that go best of ISO_TRIED ones drawn from what is known beforehand, and the best of what is found
 * counts. seed, whose: of the draws. z, zero [nz]: zero all 0. Collective over comm, each rank with all data:
 * ranks share the draws and the searches, and find the same, whatever their number. ISO_EFAIL where memory is
 * short. */
iso_status iso_fit_search(MPI_Comm comm, iso_minimiser *m, const double *zero, const double *value,
                          const double *sd, uint64_t seed, uint64_t whose, double *z, iso_minimum *out,
                          iso_error *err);

enum { ISO_TRIED = 60, ISO_STARTS = 4 };

#endif
