/* The fast inward current at wavefronts, smoothed or interpolated inside elements: the tables on the device
 * that iso_launch_fast works with. */
#ifndef ISO_SOLVE_FAST_CURRENT_H
#define ISO_SOLVE_FAST_CURRENT_H

#include "grid/mesh.h"
#include "kernels/device.h"
#include "linear/system.h"
#include "solve/options.h"
#include "tissue/tissue.h"

typedef struct iso_fast_current_data {
  iso_device *device;
  iso_fast launch;
  void *factors; /* [ISO_MAX_FAST][nlocal] written by the cells, ghosts by the halo */
} iso_fast_current_data;

/* Builds the tables unless the fast current is nodal; then factors stays NULL. Not collective. */
iso_status iso_fast_current_new(iso_fast_current_data *out, iso_device *device, const iso_mesh *mesh,
                                const iso_tissue *tissue, const iso_system *system,
                                const iso_numerics *numerics, iso_error *err);
void iso_fast_current_free(iso_fast_current_data *data);

/* The factors one by one, whose ghosts the launch needs. Returns how many there are. */
int iso_fast_current_fields(const iso_fast_current_data *data, void *field[ISO_MAX_FAST]);

/* Adds the corrections to the ionic current of owned nodes. */
void iso_fast_current_add(iso_fast_current_data *data, void *iion);

#endif
