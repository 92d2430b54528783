/* NAME.e.nc of a twin: when and how fast, with how sure it is, node by node. */
#ifndef ISO_FIT_MAPS_H
#define ISO_FIT_MAPS_H

#include "fit/work.h"
#include "solve/variable.h"
#include "study/provenance.h"

#define ISO_FIT_MAPS_MARK "velocity_spread_ratio" /* a variable that no other command's maps have */

typedef struct iso_fit_maps {
  const iso_fit_model *model;
  int members;
  double *time_ms, *time_sd;      /* [nlocal] mean and standard deviation over the members */
  double *velocity, *velocity_sd; /* [nlocal] along fibres: geometric mean, m/s, and its spread, per cent */
  double *slow;                   /* [nlocal] share of the members in which it is slow (fit.slow_percent) */
  double *known;                  /* [nlocal] spread of its logarithm, by that of what is known beforehand */
} iso_fit_maps;

/* Collective over comm, whose ranks share the waves: the maps are rank 0's. To be freed whatever the status.
 */
iso_status iso_fit_maps_new(iso_fit_maps *out, iso_fit_work *work, const iso_ensemble *ensemble,
                            iso_error *err);
void iso_fit_maps_free(iso_fit_maps *maps);

/* A map of a file: value [nlocal]; what is not finite lacks. */
typedef struct iso_fit_map {
  const char *name, *unit, *meaning;
  const iso_mesh *mesh;
  const double *value;
} iso_fit_map;

/* The name of a map in memory: "activation_time_left_atrium", as others' names of variables are. Where one of
 * the results has it, number goes behind it: others differ in what names of variables cannot have. */
iso_status iso_fit_map_name(iso_arena *memory, const iso_results *results, const char *what, const char *of,
                            int number, const char **out, iso_error *err);

/* map outlives results. */
iso_status iso_fit_map_add(iso_results *results, const iso_fit_map *map, iso_error *err);

/* Rank 0's. A file of such maps, which appears when it is complete. */
iso_status iso_fit_maps_write(const iso_fit_model *model, const iso_results *results,
                              const iso_provenance *provenance, const char *path, iso_error *err);

/* Rank 0's. The file appears when it is complete. */
iso_status iso_fit_maps_save(const iso_fit_maps *maps, const iso_provenance *provenance, const char *path,
                             iso_error *err);

#endif
