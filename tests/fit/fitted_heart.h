/* A heart that is fitted: a configuration's text, and what its section fit is worked with. */
#ifndef ISO_TESTS_FITTED_HEART_H
#define ISO_TESTS_FITTED_HEART_H

#include "grid/mpi_main.h"

#include "fit/work.h"
#include "study/load.h"

#include <stdio.h>

typedef struct heart {
  iso_config config;
  iso_fit_work work;
} heart;

/* file: the name of the text, by whose folder its paths are resolved. Release with heart_free, on failure,
 * too. */
static inline iso_status heart_try(heart *h, const char *file, const char *text, iso_error *err) {
  *h = (heart){0};
  ISO_TRY(iso_study_load_text(&h->config, MPI_COMM_SELF, file, (char *)text, err));
  return iso_fit_work_new(&h->work, MPI_COMM_SELF, &h->config, NULL, err);
}

static inline void heart_free(heart *h) {
  iso_fit_work_free(&h->work);
  iso_config_free(&h->config);
}

/* Of one that is refused, say. */
static inline iso_status heart_status(const char *file, const char *text, iso_error *err) {
  heart h;
  const iso_status status = heart_try(&h, file, text, err);
  heart_free(&h);
  return status;
}

/* change: where the text has change[0], change[1] is put instead, and the message holds change[2]. */
static inline void heart_refuses(const char *file, const char *text, const char *const change[3]) {
  char changed[4096];
  iso_error err;
  const char *at = strstr(text, change[0]);
  assert_non_null(at);
  snprintf(changed, sizeof changed, "%.*s%s%s", (int)(at - text), text, change[1], at + strlen(change[0]));
  ASSERT_REFUSED(heart_status(file, changed, &err), change[2]);
}

/* One that loads; to be released with heart_drop. */
static inline heart *heart_make(const char *file, const char *text) {
  iso_error err;
  heart *h;
  ASSERT_OK(iso_alloc(&h, 1, sizeof *h, "a heart", &err));
  ASSERT_OK(heart_try(h, file, text, &err));
  return h;
}

static inline void heart_drop(heart *h) {
  heart_free(h);
  free(h);
}

enum { HEART_ASKED = 16 }; /* quantities that are asked for, at most */

/* Draws a heart from what is known beforehand, takes what it predicts for what was measured, with standard
 * deviation sd, and finds the heart that goes best. asked: what is asked of the one that was drawn, and of
 * the one that was found. */
static inline iso_minimum heart_find_again(iso_fit_work *w, double sd, double asked[2][HEART_ASKED]) {
  const int n = w->data.nused + w->data.nheld, nz = w->model.at.n;
  iso_error err;
  iso_minimum minimum;
  double *truth;
  assert_in_range(w->asked.n, 1, HEART_ASKED);
  ASSERT_OK(iso_alloc(&truth, (size_t)nz, sizeof *truth, "numbers", &err));
  iso_fit_draw(3, ISO_DRAW_TRUTH, 1, nz, truth);
  ASSERT_OK(iso_fit_model_run(&w->model, truth, &err));
  iso_fit_data_predict(&w->data, &w->model, truth, w->value);
  for (int k = 0; k < n; k++) w->sd[k] = sd;
  ASSERT_OK(iso_minimise(&w->minimiser, w->zero, w->value, w->sd, w->z, &minimum, &err));
  iso_fit_quantities_of(&w->asked, &w->model, truth, asked[0]);
  iso_fit_quantities_of(&w->asked, &w->model, w->z, asked[1]);
  free(truth);
  return minimum;
}

#endif
