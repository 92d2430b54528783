/* What `isochrone check` does. */
#ifndef ISO_APP_CHECK_H
#define ISO_APP_CHECK_H

#include "study/estimate.h"

/* Collective over comm. Refuses what a run would refuse before its first step, with the same message, and
 * prints on rank 0's standard output what would run (not if the log is below ISO_LOG_INFO); writes nothing.
 * estimate: what it would take, printed too; NULL: that is left out, and no step is made. */
iso_status iso_check(MPI_Comm comm, const iso_config *config, const iso_log *log, iso_estimate *estimate,
                     iso_error *err);

#endif
