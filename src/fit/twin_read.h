/* A twin from its file: what later commands begin with. */
#ifndef ISO_FIT_TWIN_READ_H
#define ISO_FIT_TWIN_READ_H

#include "fit/lat_map.h"
#include "fit/quantities.h"
#include "result/netcdf_file.h"

/* An open file; messages name its path. None of the following is collective. */
typedef struct iso_twin_file {
  int nc;
  const char *path;
  iso_error *err;
} iso_twin_file;

/* path and err outlive it. ISO_EINPUT where it cannot be read or is no twin. Closed by iso_twin_close,
 * whatever the status. */
iso_status iso_twin_open(iso_twin_file *out, const char *path, iso_error *err);
void iso_twin_close(iso_twin_file *file);

/* The length of a dimension; a variable of n numbers, to be freed, or of one; and text number k, cut to 256
 * bytes, of a variable of them, whose length is dimension length. ISO_EINPUT where there are none. */
iso_status iso_twin_length(const iso_twin_file *file, const char *name, size_t *out);
iso_status iso_twin_numbers(const iso_twin_file *file, const char *name, size_t n, double **out);
iso_status iso_twin_number(const iso_twin_file *file, const char *name, double *out);
iso_status iso_twin_text(const iso_twin_file *file, const char *name, size_t k, const char *length,
                         char out[257]);

/* The configuration of a twin, as text, to be freed. */
iso_status iso_twin_configuration(const iso_twin_file *file, char **out);

/* The points of the map that from->array names, in the order of the file that they came from, in mm. */
iso_status iso_twin_read_map(iso_lat_map *out, const iso_config_map *from, iso_error *err);

/* The hearts of a twin. */
typedef struct iso_twin_hearts {
  int members, nz, asked, nsets;
  double *z;             /* [members][nz] */
  double *best;          /* [nz] of the heart that goes best */
  double *value;         /* [members][asked] quantities */
  double *best_value;    /* [asked] */
  char (*quantity)[257]; /* [asked] their names */
  char (*set)[257];      /* [nsets] names of data */
  double *clock;         /* [nsets] which number is a map's clock; -1: none */
  char mesh[17];         /* its checksum */
  char places[17];       /* iso_fit_model_places; empty: twins of before have none */
} iso_twin_hearts;

/* To be freed whatever the status. */
iso_status iso_twin_hearts_read(iso_twin_hearts *out, const char *path, iso_error *err);
void iso_twin_hearts_free(iso_twin_hearts *hearts);

/* Leaves out the clocks and amplitudes of the ECGs of the twin's own configuration, fit, but for those of
 * number keep; -1: of all. Its numbers end with them. */
void iso_twin_hearts_leave_ecgs(iso_twin_hearts *hearts, const iso_config_fit *fit, int keep);

/* Puts the numbers z and best where a model has them, which may have clocks of more or fewer maps than the
 * twin: what is new is as it is known beforehand. ISO_EINPUT where the model has another mesh, or scars or
 * stimuli elsewhere, and where the members have other quantities in it than in the twin: the configuration is
 * of another heart, or knows something else beforehand. */
iso_status iso_twin_hearts_turn(iso_twin_hearts *hearts, const char *path, const iso_fit_model *model,
                                const iso_fit_quantities *asked, iso_error *err);

#endif
