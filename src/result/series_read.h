/* Snapshots of a run, NAME_vm.e.nc, read again. Every rank opens the file for itself. */
#ifndef ISO_RESULT_SERIES_READ_H
#define ISO_RESULT_SERIES_READ_H

#include "grid/mesh.h"
#include "grid/share/blocks.h"

typedef struct iso_series_file {
  const char *path;
  const iso_mesh *mesh;
  int id, vm; /* of NetCDF: the open file and its variable */
  int64_t nsteps;
  double *time_ms; /* [nsteps] */
  int64_t first, count;
  double *block; /* [count] this rank's part of the nodes, in file order */
  iso_block_plan *plan;
} iso_series_file;

/* Collective. path and mesh outlive out. ISO_EINPUT where it cannot be read as snapshots, or is of another
 * mesh, by its checksum. Free it whatever the status. */
iso_status iso_series_open(iso_series_file *out, const char *path, const iso_mesh *mesh, iso_error *err);

/* Collective. Vm of snapshot number step, mV: owned [mesh->nowned]. */
iso_status iso_series_get(iso_series_file *file, int64_t step, double *owned, iso_error *err);

void iso_series_close(iso_series_file *file);

#endif
