/* What a twin is fitted to, as sets of numbers with errors: each knows how a heart predicts them, and how
 * that changes with z (model.h). Those that are used come first, then those that are only predicted. */
#ifndef ISO_FIT_DATA_H
#define ISO_FIT_DATA_H

#include "fit/lat_map.h"
#include "fit/model.h"
#include "study/restitution.h"

#include <stdint.h>

typedef struct iso_data_set iso_data_set;
typedef struct iso_fit_ecg iso_fit_ecg;       /* ecg.h */
typedef struct iso_fit_erp iso_fit_erp;       /* erp.h */
typedef struct iso_fit_follow iso_fit_follow; /* errors.h */

/* A kind of data. */
typedef struct iso_data_kind {
  const char *unit, *noun, *datum; /* "ms", "map", "points": what one datum, or several, are called */
  /* value [set->nused + set->nheld] of the model's last run. */
  void (*predict)(const iso_data_set *set, const iso_fit_model *model, const double *z, double *value);
  /* Adds to slope [model->at.n] how number k < nused changes with z; after iso_fit_model_trace for this z. */
  void (*slope)(const iso_data_set *set, iso_fit_model *model, const double *z, int k, double *slope);
} iso_data_kind;

/* A point of a map and its place on the heart. */
typedef struct iso_lat_datum {
  iso_lat_point point;
  iso_place place;
} iso_lat_datum;

struct iso_data_set {
  const iso_data_kind *kind;
  const char *name, *source, *date, *file; /* date may be NULL */
  int number;                              /* of the map or ECG in the configuration */
  const iso_config_map *from;              /* of a map, else NULL */
  iso_fit_ecg *ecg;                        /* of an ECG, else NULL */
  iso_fit_erp *erp;                        /* of an ERP, else NULL */
  int nused, nheld;
  double *value, *sd;     /* [nused + nheld] */
  iso_fit_follow *follow; /* [nused] how errors go on; NULL: they are independent */
  double *predicted;      /* room for the same */
  iso_lat_datum *at;      /* the same, of a map; else NULL */
  int unmeasured, nfar;   /* points without a time, and those too far from the heart: left out */
  double farthest_mm;     /* of those that count */
  uint64_t site;          /* of the nodes that were paced, or at which an ERP was measured; 0: neither */
};

typedef struct iso_fit_data {
  int nsets;
  iso_data_set *set;            /* [nsets] */
  int nused, nheld;             /* of all */
  iso_restitutions restitution; /* of regions with ERPs */
} iso_fit_data;

/* Not collective. Reads the configuration's maps and finds their places, its ECGs and its ERPs. log may be
 * NULL. ISO_EINPUT for what iso_lat_map_read refuses, a map of which most points are not near the heart, one
 * with fewer than ISO_FEWEST points, times that can be no ms, and points that no wave reaches. To be freed
 * whatever the status. */
iso_status iso_fit_data_new(iso_fit_data *out, iso_fit_model *model, const iso_log *log, iso_error *err);
void iso_fit_data_free(iso_fit_data *data);

enum { ISO_FEWEST = 4 };

/* All sets side by side: value, sd [nused + nheld] of what was measured, those of all sets that are used
 * first; and the same of what the model's last run predicts. */
void iso_fit_data_measured(const iso_fit_data *data, double *value, double *sd);
void iso_fit_data_predict(const iso_fit_data *data, const iso_fit_model *model, const double *z,
                          double *value);

/* slopes [nused][model->at.n]; after iso_fit_model_trace for z. */
void iso_fit_data_slopes(const iso_fit_data *data, iso_fit_model *model, const double *z, double *slopes);

/* Of a set's values, errors, places and site: the same wherever they are read from. */
uint64_t iso_data_set_hash(const iso_data_set *set);

/* The set of number k of all, of which *of is its number there. */
const iso_data_set *iso_fit_data_find(const iso_fit_data *data, int k, int *of);

#endif
