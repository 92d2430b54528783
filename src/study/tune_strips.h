/* Strips that stand for the elements of a mesh. */
#ifndef ISO_STUDY_TUNE_STRIPS_H
#define ISO_STUDY_TUNE_STRIPS_H

#include "study/tune.h"

/* Collective. Fills what the items of a tuning say of elements, edges and step. The edges of a region are
 * those of its elements of the commonest kind: of a built-in slab its own, of a file irregular ones with the
 * same mean. */
iso_status iso_tune_strips(MPI_Comm comm, const iso_config *config, const iso_tune_options *options,
                           iso_tuning *tuning, iso_error *err);

#endif
