/* An ECG of a run that is done, from its snapshots. */
#ifndef ISO_STUDY_ECG_AGAIN_H
#define ISO_STUDY_ECG_AGAIN_H

#include "base/log.h"
#include "config/config.h"

/* Collective over comm. What a run of config would have recorded of outputs.ecg at the times of its
 * snapshots, the file of that name, as PREFIX_ecg.nc and PREFIX_ecg.csv. ISO_EINPUT where the configuration
 * asks for no ECG, or the snapshots are of another mesh. */
iso_status iso_ecg_again(MPI_Comm comm, const iso_config *config, const char *snapshots, const char *prefix,
                         const iso_log *log, iso_error *err);

#endif
