/* The conductivity that gives a wave a velocity, by trying. */
#ifndef ISO_STUDY_TUNE_SEARCH_H
#define ISO_STUDY_TUNE_SEARCH_H

#include "base/error.h"

/* A wave that is tried: its velocity with a conductivity, 0 where it is blocked, INFINITY where the
 * conductivity is more than can be tried. */
typedef struct iso_tune_wave {
  void *self;
  iso_status (*velocity)(void *self, double S_per_m, double *m_per_s, iso_error *err);
} iso_tune_wave;

typedef struct iso_tune_found {
  double S_per_m; /* of four digits; NAN: there is none */
  double m_per_s; /* with just that */
  double power;   /* of the conductivity that the velocity goes with there; NAN: not seen */
  int runs;
} iso_tune_found;

/* What was seen on the way. */
typedef struct iso_tune_limits {
  double slowest_m_per_s, slowest_S_per_m; /* of the waves that came through; 0: none did */
  double fastest_m_per_s, most_S_per_m;    /* the most that was tried */
} iso_tune_limits;

/* Tries until a velocity is within 0.2% of wanted. The first step takes velocity to go with the root of the
 * conductivity; later ones take the power that the last two waves show, which is more on coarse edges, and
 * stay between what was too slow (or blocked) and what was too fast. A failure of the wave is passed on. */
iso_status iso_tune_search(const iso_tune_wave *wave, double wanted_m_per_s, double start_S_per_m,
                           iso_tune_found *out, iso_tune_limits *limits, iso_error *err);

#endif
