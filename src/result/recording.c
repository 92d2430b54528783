#include "result/recording.h"

#include "base/memory.h"
#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- NetCDF ---- */

typedef struct writer {
  const iso_recording *recording;
  iso_ncfile file;
  int time, name, position; /* variables */
  int *signal, *measure;
  size_t name_length;
} writer;

static iso_status define_electrodes(writer *w, iso_error *err) {
  const iso_recording *r = w->recording;
  int electrode, length, space;
  if (r->nelectrodes == 0) return ISO_OK;
  for (int k = 0; k < r->nelectrodes; k++)
    if (strlen(r->electrode[k]) > w->name_length) w->name_length = strlen(r->electrode[k]);
  ISO_TRY(iso_nc_dimension(&w->file, "electrode", r->nelectrodes, &electrode, err));
  ISO_TRY(iso_nc_dimension(&w->file, "name_length", (int64_t)w->name_length, &length, err));
  ISO_TRY(iso_nc_dimension(&w->file, "space", 3, &space, err));
  ISO_TRY(iso_nc_variable(&w->file, "electrode_name", NC_CHAR, 2, (int[]){electrode, length}, NULL,
                          "names of the electrodes", &w->name, err));
  return iso_nc_variable(&w->file, "electrode_position", NC_DOUBLE, 2, (int[]){electrode, space}, "mm",
                         "where the electrodes are", &w->position, err);
}

static iso_status define(writer *w, iso_error *err) {
  const iso_recording *r = w->recording;
  int time;
  for (int a = 0; a < r->nattributes; a++)
    ISO_TRY(iso_nc_text(&w->file, NC_GLOBAL, r->attributes[a].name, r->attributes[a].text, err));
  ISO_TRY(iso_nc_dimension(&w->file, "time", r->ntimes, &time, err));
  ISO_TRY(iso_nc_variable(&w->file, "time", NC_DOUBLE, 1, &time, "ms", "time", &w->time, err));
  for (int k = 0; k < r->nsignals; k++) {
    const iso_signal *s = &r->signals[k];
    ISO_TRY(iso_nc_result(&w->file, s->name, NC_DOUBLE, 1, &time, s->unit, s->meaning, &w->signal[k], err));
  }
  for (int k = 0; k < r->nmeasures; k++) {
    const iso_measure *m = &r->measures[k];
    ISO_TRY(iso_nc_result(&w->file, m->name, NC_DOUBLE, 0, NULL, m->unit, m->meaning, &w->measure[k], err));
  }
  ISO_TRY(define_electrodes(w, err));
  return iso_ncfile_defined(&w->file, err);
}

/* Names side by side, filled up with zeros. */
static iso_status put_names(writer *w, iso_error *err) {
  const iso_recording *r = w->recording;
  char *names;
  ISO_TRY(iso_alloc(&names, (size_t)r->nelectrodes * w->name_length, 1, "names of electrodes", err));
  for (int k = 0; k < r->nelectrodes; k++)
    memcpy(names + (size_t)k * w->name_length, r->electrode[k], strlen(r->electrode[k]));
  const iso_status status = iso_nc_put_root(&w->file, w->name, NC_CHAR, names, err);
  free(names);
  return status;
}

static iso_status put(writer *w, iso_error *err) {
  const iso_recording *r = w->recording;
  ISO_TRY(iso_nc_put_root(&w->file, w->time, NC_DOUBLE, r->time_ms, err));
  for (int k = 0; k < r->nsignals; k++)
    ISO_TRY(iso_nc_put_root(&w->file, w->signal[k], NC_DOUBLE, r->signals[k].value, err));
  for (int k = 0; k < r->nmeasures; k++)
    ISO_TRY(iso_nc_put_root(&w->file, w->measure[k], NC_DOUBLE, &r->measures[k].value, err));
  if (r->nelectrodes == 0) return ISO_OK;
  ISO_TRY(put_names(w, err));
  return iso_nc_put_root(&w->file, w->position, NC_DOUBLE, r->position_mm, err);
}

static iso_status write_all(writer *w, const char *path, iso_error *err) {
  const iso_recording *r = w->recording;
  ISO_TRY(iso_alloc(&w->signal, (size_t)r->nsignals, sizeof *w->signal, "variables", err));
  ISO_TRY(iso_alloc(&w->measure, (size_t)r->nmeasures, sizeof *w->measure, "variables", err));
  ISO_TRY(iso_ncfile_create(&w->file, MPI_COMM_SELF, path, err));
  iso_status status = define(w, err);
  if (status == ISO_OK) status = put(w, err);
  return iso_ncfile_finish(&w->file, status, err);
}

iso_status iso_recording_save(const iso_recording *recording, const char *path, iso_error *err) {
  writer w = {.recording = recording};
  const iso_status status = write_all(&w, path, err);
  free(w.signal);
  free(w.measure);
  return status;
}

/* ---- CSV ---- */

static void put_number(double value, FILE *file) {
  char text[32];
  if (!isnan(value)) fputs(iso_text_shortest(value, text, sizeof text), file);
}

static void put_lines(const void *self, FILE *file) {
  const iso_recording *r = self;
  fputs("time_ms", file);
  for (int k = 0; k < r->nsignals; k++) fprintf(file, ",%s", r->signals[k].name);
  fputc('\n', file);
  for (int64_t t = 0; t < r->ntimes; t++) {
    put_number(r->time_ms[t], file);
    for (int k = 0; k < r->nsignals; k++) {
      fputc(',', file);
      put_number(r->signals[k].value[t], file);
    }
    fputc('\n', file);
  }
}

iso_status iso_recording_save_csv(const iso_recording *recording, const char *path, iso_error *err) {
  return iso_atomic_write(path, false, put_lines, recording, err);
}
