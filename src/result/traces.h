/* Single cells over time, with their table, as a NetCDF file. Rank 0 alone.
 *
 * Dimensions cell and time; time(time) in ms; each quantity (cell, time), NAN after the end of a cell's
 * trace; each column of the table (cell). */
#ifndef ISO_RESULT_TRACES_H
#define ISO_RESULT_TRACES_H

#include "kernels/model.h"
#include "result/netcdf_file.h"
#include "result/table.h"

#include <stdint.h>

typedef struct iso_traces {
  const iso_table *table; /* a row for each cell */
  const iso_model *model; /* names, units and meanings of the states */
  int64_t ntimes;
  double interval_ms;
  const double *value; /* [1 + nstates][cells][ntimes]: Vm, then the states */
  int nattributes;
  const iso_attribute *attributes;
} iso_traces;

iso_status iso_traces_save(const iso_traces *traces, const char *path, iso_error *err);

#endif
