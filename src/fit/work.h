/* What a fit needs before it begins: the heart, the data and room. */
#ifndef ISO_FIT_WORK_H
#define ISO_FIT_WORK_H

#include "fit/ensemble.h"
#include "fit/fit.h"
#include "fit/judge.h"
#include "fit/quantities.h"
#include "fit/random.h"

typedef struct iso_fit_work {
  MPI_Comm comm;
  iso_timer timer;
  iso_setup setup;
  iso_fit_model model;
  iso_fit_data data;
  iso_minimiser minimiser;
  iso_fit_quantities asked;
  double *value, *sd; /* [data.nused + nheld] as measured */
  double *prior;      /* [PRIOR_DRAWS][asked.n] of hearts by what is known beforehand */
  double *z, *zero;   /* [model.at.n] of the best heart; what is known beforehand */
  double began;
} iso_fit_work;

enum { ISO_PRIOR_DRAWS = 500 };

/* Collective. Every rank makes the same. To be freed whatever the status. */
iso_status iso_fit_work_new(iso_fit_work *out, MPI_Comm comm, const iso_config *config, const iso_log *log,
                            iso_error *err);
void iso_fit_work_free(iso_fit_work *work);

/* A heart drawn by what is known beforehand: z [n]. */
void iso_fit_draw(uint64_t seed, iso_draw purpose, uint64_t whose, int n, double *z);

#endif
