#include "fit/work.h"

#include "base/memory.h"
#include "base/share.h"

#include <stdlib.h>

void iso_fit_draw(uint64_t seed, iso_draw purpose, uint64_t whose, int n, double *z) {
  for (int i = 0; i < n; i++) z[i] = iso_normal(seed, purpose, whose, (uint64_t)i);
}

/* Spreads beforehand are those of draws: places are where the heart is. */
static void draw_prior(iso_fit_work *w) {
  const uint64_t seed = (uint64_t)w->setup.config->fit.seed;
  for (int k = 0; k < ISO_PRIOR_DRAWS; k++) {
    iso_fit_draw(seed, ISO_DRAW_PRIOR, (uint64_t)k, w->model.at.n, w->z);
    iso_fit_quantities_of(&w->asked, &w->model, w->z, w->prior + (size_t)k * (size_t)w->asked.n);
  }
  for (int i = 0; i < w->model.at.n; i++) w->z[i] = 0;
}

static iso_status make(iso_fit_work *w, const iso_log *log, iso_error *err) {
  ISO_TRY(iso_fit_model_new(&w->model, &w->setup, err));
  ISO_TRY(iso_fit_data_new(&w->data, &w->model, log, err));
  ISO_TRY(iso_minimiser_new(&w->minimiser, &w->model, &w->data, err));
  ISO_TRY(iso_fit_quantities_new(&w->asked, &w->model, err));
  const size_t all = (size_t)(w->data.nused + w->data.nheld), nz = (size_t)w->model.at.n;
  ISO_TRY(iso_alloc(&w->value, all, sizeof *w->value, "data", err));
  ISO_TRY(iso_alloc(&w->sd, all, sizeof *w->sd, "data", err));
  ISO_TRY(iso_alloc(&w->z, nz, sizeof *w->z, "numbers", err));
  ISO_TRY(iso_alloc(&w->zero, nz, sizeof *w->zero, "numbers", err));
  ISO_TRY(iso_alloc(&w->prior, ISO_PRIOR_DRAWS * (size_t)w->asked.n, sizeof *w->prior, "numbers", err));
  iso_fit_data_measured(&w->data, w->value, w->sd);
  draw_prior(w);
  iso_log_say(log, ISO_LOG_INFO, "%lld nodes, %d numbers to fit, %d of them of the field",
              (long long)w->setup.mesh->nnodes, w->model.at.n, w->model.basis.n);
  return ISO_OK;
}

iso_status iso_fit_work_new(iso_fit_work *out, MPI_Comm comm, const iso_config *config, const iso_log *log,
                            iso_error *err) {
  *out = (iso_fit_work){.comm = comm, .began = iso_clock()};
  iso_timer_start(&out->timer);
  out->setup = (iso_setup){
      .config = config, .log = iso_rank(comm) == 0 ? log : NULL, .timer = &out->timer, .no_pacing = true};
  return iso_agree(comm, make(out, out->setup.log, err), err);
}

void iso_fit_work_free(iso_fit_work *w) {
  free(w->value);
  free(w->sd);
  free(w->prior);
  free(w->z);
  free(w->zero);
  iso_fit_quantities_free(&w->asked);
  iso_minimiser_free(&w->minimiser);
  iso_fit_data_free(&w->data);
  if (w->model.config) iso_fit_model_free(&w->model);
  iso_setup_free(&w->setup);
}
