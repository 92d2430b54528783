/* The fast inward current at wavefronts, smoothed or interpolated inside elements: what iso_launch_fast works
 * with. Tables of the mesh and its models are made once and shared; each simulation has room of its own. */
#ifndef ISO_SOLVE_FAST_CURRENT_H
#define ISO_SOLVE_FAST_CURRENT_H

#include "grid/mesh.h"
#include "kernels/device.h"
#include "linear/field.h"
#include "linear/system.h"
#include "solve/options.h"
#include "tissue/tissue.h"

/* Never change. */
typedef struct iso_fast_tables {
  iso_device *device;
  const iso_mesh *mesh;
  iso_fast launch; /* with the tables alone */
} iso_fast_tables;

/* The tables on the device. tissue: its models and what weighs elements. system: its lumped mass and its
 * elements of nodes are read. mesh and device outlive out. Not collective; to be freed whatever the status.
 */
iso_status iso_fast_tables_new(iso_fast_tables *out, iso_device *device, const iso_mesh *mesh,
                               const iso_tissue *tissue, const iso_system *system, iso_error *err);
void iso_fast_tables_free(iso_fast_tables *tables);

typedef struct iso_fast_work {
  iso_device *device;
  iso_fast launch;
  void *factors; /* [ISO_MAX_FAST][nlocal] written by the cells, ghosts by the halo; NULL: nodal */
  iso_field field[ISO_MAX_FAST]; /* they one by one */
} iso_fast_work;

/* Room to work in, unless numerics say nodal. iion [nowned] real: what is added to. tables outlive it. Not
 * collective; to be freed whatever the status. */
iso_status iso_fast_work_new(iso_fast_work *out, const iso_fast_tables *tables, const iso_numerics *numerics,
                             void *iion, iso_error *err);
void iso_fast_work_free(iso_fast_work *fast);

/* The factors one by one, whose ghosts the launch needs. Returns how many there are. */
int iso_fast_work_fields(iso_fast_work *fast, iso_field *field[ISO_MAX_FAST]);

/* Adds the corrections to the ionic current of owned nodes; the factors have to be fresh. */
void iso_fast_work_add(const iso_fast_work *fast);

/* The same where the factors of nodes in runs alone are new, and their current alone is to be corrected; of
 * the others' ghosts whatever they have counts. nruns, run: as of iso_fast; NULL: all nodes. */
void iso_fast_work_add_some(const iso_fast_work *fast, int32_t nruns, const void *run);

#endif
