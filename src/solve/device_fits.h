/* Whether a simulation fits into the memory of its GPUs. */
#ifndef ISO_SOLVE_DEVICE_FITS_H
#define ISO_SOLVE_DEVICE_FITS_H

#include "kernels/device.h"
#include "linear/system.h"
#include "solve/options.h"
#include "tissue/tissue.h"

/* Collective over comm. Ranks that share this rank's GPU, this one included; 1 where the device is the host.
 */
int iso_device_ranks(const iso_device *device, MPI_Comm comm);

/* Collective. Whether the simulation fits into what is free of the GPUs, each of which its ranks share;
 * ISO_EFAIL says how much is needed, how much is free and how many GPUs would do. Always ISO_OK where the
 * device has the host's memory. */
iso_status iso_device_fits(const iso_device *device, const iso_mesh *mesh, const iso_tissue *tissue,
                           const iso_system *system, const iso_numerics *numerics, iso_error *err);

#endif
