/* NAME.e.nc: what happened where, as one Exodus file with one time step and as plainly named NetCDF
 * variables. docs/file-formats.md describes the contents. */
#ifndef ISO_RESULT_MAPS_H
#define ISO_RESULT_MAPS_H

#include "observe/activation.h"
#include "observe/probes.h"
#include "result/exodus.h"

/* A value per node, or per beat and node. The writer asks for one row at a time, so a map that can be
 * computed from others needs no memory. */
typedef struct iso_map {
  const char *name, *unit, *long_name; /* at most 32 characters where nodal */
  nc_type type;                        /* NC_DOUBLE, or NC_INT */
  int beats;                           /* 0: NAME(num_nodes), else NAME(num_beats, num_nodes) */
  bool nodal;                          /* also an Exodus nodal variable; such maps have no beats */
  void (*fill)(const void *self, int beat, double *owned); /* owned [nowned]; NaN: never */
  const void *self;
} iso_map;

/* Everything that goes into the file; the same on all ranks but for the values. */
typedef struct iso_maps {
  const char *title;
  const iso_mesh *mesh;
  double time_ms; /* of the time step: when the run ended */
  bool wide;      /* 64-bit numbers also where 32 bits would do */
  int nmaps;
  const iso_map *maps;
  int nbeats;               /* length of num_beats where a map has beats */
  const iso_probes *probes; /* finished, or NULL */
  int nattributes;
  const iso_attribute *attributes; /* provenance */
} iso_maps;

#define ISO_ACTIVATION_MAPS 7

/* The standard maps of an activation observer. Collective, since ranks may have seen different numbers of
 * beats; *nbeats is at least 1. */
void iso_activation_maps(const iso_activation *activation, iso_map maps[ISO_ACTIVATION_MAPS], int *nbeats);

/* Collective. Writes the file; it appears when complete. ISO_EFAIL where that is not possible, and then
 * nothing is left behind. */
iso_status iso_maps_write(const char *path, const iso_maps *maps, iso_error *err);

#endif
