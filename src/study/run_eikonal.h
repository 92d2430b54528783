/* One eikonal wave from a configuration: what iso_run does with method: eikonal. */
#ifndef ISO_STUDY_RUN_EIKONAL_H
#define ISO_STUDY_RUN_EIKONAL_H

#include "study/run.h"

/* Collective over comm. As iso_run: the same files, but for those of Vm. */
iso_status iso_run_eikonal(MPI_Comm comm, const iso_config *config, const iso_run_options *options,
                           iso_error *err);

#endif
