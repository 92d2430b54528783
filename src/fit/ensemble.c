#include "fit/ensemble.h"

#include "base/memory.h"
#include "fit/chain.h"
#include "fit/errors.h"
#include "fit/left.h"
#include "fit/random.h"

#include <stdlib.h>
#include <string.h>

#define AGAIN (UINT64_C(1) << 52) /* in the number of a member's errors */

typedef struct work {
  iso_minimiser *m;
  const iso_ensemble_spec *spec;
  double *begin, *drawn; /* [nz], [nused] */
  iso_chain chain;
} work;

static iso_status find_member(work *w, int member, iso_ensemble *out, int64_t *unsettled, iso_error *err) {
  const iso_ensemble_spec *spec = w->spec;
  const uint64_t begins = spec->whose << 20 | (uint64_t)member, number = begins | (spec->again ? AGAIN : 0);
  double *z = out->z + (size_t)member * (size_t)out->nz;
  double *predicted = out->predicted + (size_t)member * (size_t)out->ndata;
  iso_minimum minimum;
  for (int i = 0; i < out->nz; i++)
    w->begin[i] = iso_normal(spec->seed, ISO_DRAW_MEMBER, begins, (uint64_t)i);
  for (int k = 0; k < w->m->data->nused; k++)
    w->drawn[k] = iso_normal(spec->seed, ISO_DRAW_DATA, number, (uint64_t)k);
  iso_fit_errors_join(w->m->data, w->drawn);
  for (int k = 0; k < w->m->data->nused; k++) w->drawn[k] = spec->value[k] + spec->sd[k] * w->drawn[k];
  memcpy(z, spec->each ? spec->each + (size_t)member * (size_t)out->nz : spec->best,
         (size_t)out->nz * sizeof *z);
  ISO_TRY(iso_minimise(w->m, w->begin, w->drawn, spec->sd, z, &minimum, err));
  memcpy(predicted, w->m->predicted, (size_t)out->ndata * sizeof *predicted);
  *unsettled += !minimum.settled;
  out->waves += minimum.waves + ISO_CHAIN_STEPS;
  return iso_chain_run(&w->chain, spec->seed, number, z, predicted, &out->taken, err);
}

static iso_status find_members(work *w, MPI_Comm comm, iso_ensemble *out, int64_t *unsettled,
                               iso_error *err) {
  int rank, size;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  iso_fit_left left = iso_fit_left_begin(w->spec->log, "members", out->members);
  for (int member = rank; member < out->members; member += size) {
    ISO_TRY(find_member(w, member, out, unsettled, err));
    iso_fit_left_say(&left, member - rank + size); /* the others are about as far */
  }
  return ISO_OK;
}

/* Of what the chain has at the best heart, which is the same on every rank. */
static void find_seen(const work *w, iso_ensemble *out) {
  for (size_t k = 0, at = 0; k < (size_t)w->m->data->nused; k++)
    for (int i = 0; i < out->nz; i++, at++) out->seen[i] |= w->chain.slopes[at] != 0;
}

/* A member is on one rank, and zeros are on the others: these sums are exact. */
static void share(MPI_Comm comm, iso_ensemble *out, int64_t unsettled) {
  for (int k = 0; k < out->members; k++) {
    MPI_Allreduce(MPI_IN_PLACE, out->z + (size_t)k * (size_t)out->nz, out->nz, MPI_DOUBLE, MPI_SUM, comm);
    MPI_Allreduce(MPI_IN_PLACE, out->predicted + (size_t)k * (size_t)out->ndata, out->ndata, MPI_DOUBLE,
                  MPI_SUM, comm);
  }
  int64_t counts[3] = {unsettled, out->waves, out->taken};
  MPI_Allreduce(MPI_IN_PLACE, counts, 3, MPI_INT64_T, MPI_SUM, comm);
  out->unsettled = (int)counts[0], out->waves = counts[1], out->taken = counts[2];
}

iso_status iso_ensemble_new(iso_ensemble *out, MPI_Comm comm, iso_minimiser *m, const iso_ensemble_spec *spec,
                            iso_error *err) {
  const int members = spec->members;
  work w = {.m = m, .spec = spec};
  int64_t unsettled = 0, found = 0; /* found: waves to the best heart, the same on every rank */
  *out = (iso_ensemble){.members = members, .nz = m->model->at.n, .ndata = m->data->nused + m->data->nheld};
  iso_status status = iso_alloc(&out->z, (size_t)members * (size_t)out->nz, sizeof *out->z, "members", err);
  if (status == ISO_OK)
    status = iso_alloc(&out->predicted, (size_t)members * (size_t)out->ndata, sizeof *out->predicted,
                       "members", err);
  if (status == ISO_OK) status = iso_alloc(&out->seen, (size_t)out->nz, sizeof *out->seen, "members", err);
  if (status == ISO_OK) status = iso_alloc(&w.begin, (size_t)out->nz, sizeof *w.begin, "members", err);
  if (status == ISO_OK) status = iso_alloc(&w.drawn, (size_t)m->data->nused, sizeof *w.drawn, "members", err);
  if (status == ISO_OK)
    status = iso_chain_new(&w.chain, m, spec->best, spec->each != NULL, spec->value, spec->sd, &found, err);
  if (status == ISO_OK) find_seen(&w, out);
  if (status == ISO_OK) status = find_members(&w, comm, out, &unsettled, err);
  free(w.begin);
  free(w.drawn);
  iso_chain_free(&w.chain);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) share(comm, out, unsettled);
  out->waves += found;
  return status;
}

void iso_ensemble_free(iso_ensemble *e) {
  free(e->z);
  free(e->predicted);
  free(e->seen);
  *e = (iso_ensemble){0};
}
