#include "study/templates.h"

#include "base/memory.h"
#include "study/tune_strips.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static iso_status record(const iso_setup *setup, const iso_tuned *item, iso_action_potential *out,
                         iso_error *err) {
  const iso_config *config = setup->config;
  const iso_config_region *region = &config->regions[item->region];
  iso_cable *cable;
  char path[64];
  ISO_TRY(iso_tune_cable(&cable, config, item, setup->no_cache, err));
  const iso_status status = iso_cable_action_potential(
      cable, region->longitudinal_S_per_m, region->transverse_S_per_m, config->time.duration_ms, out, err);
  iso_cable_free(cable);
  if (status != ISO_OK || out->n > 0) return status;
  snprintf(path, sizeof path, "regions.%d.conductivity", item->region);
  return iso_config_fail(config, err, path,
                         "in region '%.60s' no wave comes through a strip with edges of %.3g mm and %.3g "
                         "S/m, so that its action "
                         "potential is not known: use a finer mesh (mesh.refine), or leave outputs.ecg out",
                         region->name, item->edge_mm, region->longitudinal_S_per_m);
}

/* From the rank that has it to all. */
static iso_status share(MPI_Comm comm, int from, iso_action_potential *a, iso_error *err) {
  int rank;
  MPI_Comm_rank(comm, &rank);
  MPI_Bcast(&a->n, 1, MPI_INT64_T, from, comm);
  double numbers[3] = {a->step_ms, a->before_ms, a->apd_ms};
  MPI_Bcast(numbers, 3, MPI_DOUBLE, from, comm);
  a->step_ms = numbers[0], a->before_ms = numbers[1], a->apd_ms = numbers[2];
  iso_status status = ISO_OK;
  if (rank != from) status = iso_alloc(&a->vm_mV, (size_t)a->n, sizeof *a->vm_mV, "an action potential", err);
  ISO_TRY(iso_agree(comm, status, err));
  MPI_Bcast(a->vm_mV, (int)a->n, MPI_DOUBLE, from, comm);
  return ISO_OK;
}

static iso_status record_all(iso_templates *out, const iso_setup *setup, const iso_tuning *t,
                             iso_error *err) {
  MPI_Comm comm = setup->mesh->comm;
  int rank, ranks;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &ranks);
  iso_status status = ISO_OK;
  for (int k = rank; status == ISO_OK && k < t->n; k += ranks)
    status = record(setup, &t->item[k], &out->region[k], err);
  ISO_TRY(iso_agree(comm, status, err));
  for (int k = 0; k < t->n; k++) ISO_TRY(share(comm, k % ranks, &out->region[k], err));
  return ISO_OK;
}

iso_status iso_templates_new(iso_templates *out, const iso_setup *setup, const iso_speeds *speeds,
                             iso_error *err) {
  const int n = setup->config->nregions;
  iso_tuning t;
  *out = (iso_templates){.n = n};
  iso_status status = iso_tune_room(&t, n, err);
  if (status == ISO_OK)
    status = iso_alloc(&out->region, (size_t)n, sizeof *out->region, "action potentials", err);
  status = iso_agree(setup->mesh->comm, status, err);
  if (status == ISO_OK) status = iso_tune_strips_along(setup, speeds, &t, err);
  if (status == ISO_OK) status = record_all(out, setup, &t, err);
  iso_tuning_free(&t);
  return status;
}

void iso_templates_free(iso_templates *templates) {
  for (int r = 0; templates->region && r < templates->n; r++) free(templates->region[r].vm_mV);
  free(templates->region);
  *templates = (iso_templates){0};
}

/* The upstroke and what follows it at once are not stretched: 10 ms, or a tenth of what is brief. */
#define HELD_MS 10.0
#define HELD_PART 0.1

double iso_action_potential_stretch(double own_ms, double after_ms, double lasting_ms, double by[2]) {
  const double held = fmin(HELD_MS, HELD_PART * fmin(own_ms, lasting_ms));
  if (by) by[0] = 1, by[1] = 0;
  if (!(after_ms > held) || !(lasting_ms > 0)) return after_ms;
  const double past = after_ms - held, rest = lasting_ms - held, factor = (own_ms - held) / rest;
  const bool grows = HELD_PART * lasting_ms < HELD_MS && lasting_ms < own_ms; /* held, with lasting_ms */
  if (by) by[0] = factor, by[1] = -past * factor / rest;
  if (by && grows) by[1] += HELD_PART * (1 - factor + past * (factor - 1) / rest);
  return lasting_ms == own_ms ? after_ms : held + past * (own_ms - held) / rest;
}

double iso_action_potential_at(const iso_action_potential *a, double after_ms, double lasting_ms) {
  const double at =
      (a->before_ms + iso_action_potential_stretch(a->apd_ms, after_ms, lasting_ms, NULL)) / a->step_ms;
  if (!(at > 0)) return a->vm_mV[0];
  if (at >= (double)(a->n - 1)) return a->vm_mV[a->n - 1];
  const int64_t k = (int64_t)at;
  return a->vm_mV[k] + (at - (double)k) * (a->vm_mV[k + 1] - a->vm_mV[k]);
}
