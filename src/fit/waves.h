/* Waves of a twin's members, which ranks share. */
#ifndef ISO_FIT_WAVES_H
#define ISO_FIT_WAVES_H

#include "fit/model.h"

/* What is done with the times [nlocal] ms of a member; of all members, in their order. */
typedef void (*iso_fit_visit)(void *self, int member, const double *time);

/* Collective over comm, each rank with the whole heart. Runs the waves of z [members][model->at.n] and visits
 * them on rank 0: the same on any number of ranks. ISO_EFAIL where memory is short. */
iso_status iso_fit_waves(MPI_Comm comm, iso_fit_model *model, int members, const double *z,
                         iso_fit_visit visit, void *self, iso_error *err);

/* Mean and sum of squares of the deviations from it, with the value of member number k, from 0 (Welford,
 * Technometrics 4:419-420, 1962). */
void iso_fit_add_value(double value, int k, double *mean, double *square);

#endif
