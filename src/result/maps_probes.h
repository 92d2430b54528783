/* The probes' variables in the file of the maps. */
#ifndef ISO_RESULT_MAPS_PROBES_H
#define ISO_RESULT_MAPS_PROBES_H

#include "observe/probes.h"
#include "result/exodus.h"

typedef struct iso_maps_probes {
  const iso_probes *probes;                 /* NULL or without probes: nothing is written */
  int name, position, activation, time, vm; /* NetCDF's numbers of the variables */
} iso_maps_probes;

/* Not collective: defines the variables. */
iso_status iso_maps_probes_define(iso_maps_probes *variables, iso_exodus *exodus, const iso_probes *probes,
                                  iso_error *err);

/* Collective: writes them from rank 0. */
iso_status iso_maps_probes_put(const iso_maps_probes *variables, iso_exodus *exodus, iso_error *err);

#endif
