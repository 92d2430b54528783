#include "result/traces.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct writer {
  const iso_traces *traces;
  iso_ncfile file;
  int cell, time;            /* dimensions */
  int at;                    /* variable of the times */
  int *quantities, *columns; /* variables */
} writer;

static iso_status define_column(writer *w, const iso_column *column, int *id, iso_error *err) {
  if (!column->words)
    return iso_nc_result(&w->file, column->name, NC_DOUBLE, 1, &w->cell, column->unit, column->meaning, id,
                         err);
  char words[256] = "";
  signed char values[16];
  for (int i = 0; i < column->nwords; i++) {
    values[i] = (signed char)i;
    snprintf(words + strlen(words), sizeof words - strlen(words), "%s%s", i ? " " : "", column->words[i]);
  }
  ISO_TRY(
      iso_nc_variable(&w->file, column->name, NC_INT, 1, &w->cell, column->unit, column->meaning, id, err));
  ISO_TRY(iso_nc_text(&w->file, *id, "flag_meanings", words, err)); /* as the CF conventions have it */
  return iso_nc(&w->file,
                nc_put_att_schar(w->file.id, *id, "flag_values", NC_INT, (size_t)column->nwords, values),
                err);
}

static iso_status define(writer *w, iso_error *err) {
  const iso_traces *t = w->traces;
  for (int a = 0; a < t->nattributes; a++)
    ISO_TRY(iso_nc_text(&w->file, NC_GLOBAL, t->attributes[a].name, t->attributes[a].text, err));
  ISO_TRY(iso_nc_dimension(&w->file, "cell", t->table->nrows, &w->cell, err));
  ISO_TRY(iso_nc_dimension(&w->file, "time", t->ntimes, &w->time, err));
  ISO_TRY(iso_nc_variable(&w->file, "time", NC_DOUBLE, 1, &w->time, "ms", "time since the last pulse began",
                          &w->at, err));
  const int both[] = {w->cell, w->time};
  ISO_TRY(iso_nc_result(&w->file, "Vm", NC_DOUBLE, 2, both, "mV", "transmembrane potential",
                        &w->quantities[0], err));
  for (int s = 0; s < t->model->nstates; s++) {
    const iso_quantity *q = &t->model->states[s];
    ISO_TRY(iso_nc_result(&w->file, q->name, NC_DOUBLE, 2, both, q->unit, q->meaning, &w->quantities[1 + s],
                          err));
  }
  for (int c = 0; c < t->table->ncolumns; c++)
    ISO_TRY(define_column(w, &t->table->columns[c], &w->columns[c], err));
  return iso_ncfile_defined(&w->file, err);
}

static iso_status put(writer *w, iso_error *err) {
  const iso_traces *t = w->traces;
  double *times;
  ISO_TRY(iso_alloc(&times, (size_t)t->ntimes, sizeof *times, "times", err));
  for (int64_t k = 0; k < t->ntimes; k++) times[k] = (double)k * t->interval_ms;
  iso_status status = iso_nc_put_root(&w->file, w->at, NC_DOUBLE, times, err);
  free(times);
  ISO_TRY(status);
  for (int q = 0; q <= t->model->nstates; q++)
    ISO_TRY(iso_nc_put_root(&w->file, w->quantities[q], NC_DOUBLE,
                            t->value + (int64_t)q * t->table->nrows * t->ntimes, err));
  for (int c = 0; c < t->table->ncolumns; c++)
    ISO_TRY(iso_nc_put_root(&w->file, w->columns[c], NC_DOUBLE, t->table->columns[c].value, err));
  return ISO_OK;
}

static iso_status write_all(writer *w, const char *path, iso_error *err) {
  ISO_TRY(iso_alloc(&w->quantities, (size_t)w->traces->model->nstates + 1, sizeof *w->quantities, "variables",
                    err));
  ISO_TRY(iso_alloc(&w->columns, (size_t)w->traces->table->ncolumns, sizeof *w->columns, "variables", err));
  ISO_TRY(iso_ncfile_create(&w->file, MPI_COMM_SELF, path, err));
  iso_status status = define(w, err);
  if (status == ISO_OK) status = put(w, err);
  return iso_ncfile_finish(&w->file, status, err);
}

iso_status iso_traces_save(const iso_traces *traces, const char *path, iso_error *err) {
  writer w = {.traces = traces};
  iso_status status = write_all(&w, path, err);
  free(w.quantities);
  free(w.columns);
  return status;
}
