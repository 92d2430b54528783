/* Conductivities for velocities that are asked for: plane waves through strips of the tissue, solved with the
 * configuration's own model, scheme, step, edges and elements, until they run as fast as they should. */
#ifndef ISO_STUDY_TUNE_H
#define ISO_STUDY_TUNE_H

#include "base/log.h"
#include "config/config.h"

typedef enum { ISO_ALONG_FIBRE, ISO_ACROSS_FIBRE, ISO_NORMAL_TO_SHEET, ISO_EVERY_WAY } iso_tune_direction;

typedef struct iso_tune_options {
  double edge_mm; /* mean edge of the elements; NAN: that of each region's in the mesh */
  bool no_cache;  /* paced initial states are computed anew, and not kept */
  const iso_log *log;
} iso_tune_options;

/* One velocity of one region. */
typedef struct iso_tuned {
  int region;
  iso_tune_direction direction;
  double edge_mm, spacing_mm; /* mean edge, and edge of the strip's cubes */
  iso_shape shape;
  iso_diagonals diagonals;
  double step_ms;
  double asked_m_per_s, velocity_m_per_s; /* what was asked for, and what found gives */
  double start_S_per_m, found_S_per_m;
  double power; /* of the conductivity that the velocity goes with there, 0.5 on fine edges; NAN: not seen */
  int runs;     /* of the wave */
  double seconds;
} iso_tuned;

typedef struct iso_tuning {
  int n;
  iso_tuned *item; /* [n] by region, then direction */
} iso_tuning;

/* Collective over comm. The ranks share the velocities among themselves, and each finds the same bits on any
 * number of ranks. ISO_EINPUT where no region asks for a velocity, or one is out of reach. On success to be
 * freed with iso_tuning_free. */
iso_status iso_tune(MPI_Comm comm, const iso_config *config, const iso_tune_options *options, iso_tuning *out,
                    iso_error *err);
void iso_tuning_free(iso_tuning *tuning);

enum { ISO_TUNED_STRIP_TEXT = 96 };

/* "strips of tetrahedra with edges of 0.63 mm, steps of 0.05 ms" into text, which is returned. */
const char *iso_tuned_strip_text(const iso_tuned *item, char text[ISO_TUNED_STRIP_TEXT]);

/* "along the fibres" and the like. */
const char *iso_tune_direction_text(iso_tune_direction direction);

/* The key of the conductivity that it is about, "longitudinal_S_per_m". */
const char *iso_tune_direction_key(iso_tune_direction direction);

#endif
