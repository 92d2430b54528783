/* Maps over hearts that are drawn (draws, or a twin's members): when the wave is where, and how sure that is.
 */
#ifndef ISO_PLAN_HEART_MAPS_H
#define ISO_PLAN_HEART_MAPS_H

#include "plan/job.h"
#include "plan/spread.h"

#define ISO_HEART_MAPS "activation.e.nc"

enum { ISO_MOST_MAPPED_CASES = 32 };

/* On rank 0, once all members are done: writes ISO_HEART_MAPS into the job's folder. For each case of the
 * axes that draw nothing, of the first ISO_MOST_MAPPED_CASES, the mean of the first activation over the
 * hearts in which a node activates, its standard deviation, and the share of the hearts in which it does.
 * Hearts that are not accepted do not count; a case in which none does has no maps. No file where members
 * have maps of different meshes or none, which is said, and where no heart counts. configuration: its text.
 * Builds the mesh of a heart: the job's is to be forgotten before. Fails where this or the file does. */
iso_status iso_heart_maps_save(iso_job *job, const iso_spreads *spreads, const char *configuration,
                               iso_error *err);

#endif
