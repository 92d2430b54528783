/* NAME.e.nc: what happened where, as one Exodus file with one time step and as plainly named NetCDF
 * variables. docs/file-formats.md describes the contents. */
#ifndef ISO_RESULT_MAPS_H
#define ISO_RESULT_MAPS_H

#include "result/exodus.h"
#include "solve/variable.h"

/* Everything that goes into the file; the same on all ranks but for the values. */
typedef struct iso_maps {
  const char *title;
  const iso_mesh *mesh;
  double time_ms;             /* of the time step: when the run ended */
  bool wide;                  /* 64-bit numbers also where 32 bits would do */
  int compression;            /* deflate level of what nodes and elements have, 0: none */
  const iso_results *results; /* of all guests; maps are also Exodus nodal variables */
  int nattributes;
  const iso_attribute *attributes; /* provenance */
} iso_maps;

/* About how many bytes the file takes uncompressed, and rather more. Not collective. */
int64_t iso_maps_bytes(const iso_maps *maps);

/* Collective. Writes the file; it appears when complete. ISO_EFAIL where that is not possible, and then
 * nothing is left behind. */
iso_status iso_maps_write(const char *path, const iso_maps *maps, iso_error *err);

#endif
