/* What `isochrone check` prints: what a run would do and cost. */
#include "base/print.h"
#include "base/text.h"
#include "result/summary.h"
#include "study/run.h"
#include "study/setup.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Steps whose speed stands for all: enough to pass over the first ones, which are slower. */
enum { WARM_STEPS = 3, TIMED_STEPS = 20 };

static iso_status time_steps(const iso_setup *setup, double *seconds_per_step, iso_error *err) {
  for (int k = 0; k < WARM_STEPS; k++) ISO_TRY(iso_simulation_step(setup->simulation, err));
  iso_device_sync(setup->device);
  double began = iso_clock();
  for (int k = 0; k < TIMED_STEPS; k++) ISO_TRY(iso_simulation_step(setup->simulation, err));
  iso_device_sync(setup->device);
  *seconds_per_step = (iso_clock() - began) / TIMED_STEPS;
  MPI_Allreduce(MPI_IN_PLACE, seconds_per_step, 1, MPI_DOUBLE, MPI_MAX, setup->mesh->comm);
  return ISO_OK;
}

/* What is left of each parameter that drugs act on, in a region. */
static void print_drugs(const iso_config *config, int r) {
  const iso_model *model = config->regions[r].model;
  for (int p = 0; p < model->nparameters; p++) {
    bool acts = false;
    for (int i = 0; i < config->ndrugs; i++) {
      double scale = iso_config_drug_scale(config, &config->drugs[i], r, p);
      if (scale == 1) continue;
      if (!acts)
        iso_print(stdout, "drugs        %s: %s x %.4g", config->regions[r].name, model->parameters[p].name,
                  iso_config_drugs_scale(config, r, p));
      iso_print(stdout, "%s %s", acts ? "," : " by", config->drugs[i].drug.name);
      acts = true;
    }
    if (acts) printf("\n");
  }
}

static void print_regions(const iso_config *config) {
  for (int r = 0; r < config->nregions; r++) {
    const iso_config_region *region = &config->regions[r];
    iso_print(stdout, "region       %s: %s, %s; %.6g along and %.6g S/m across the fibre\n",
              region->name ? region->name : "-", region->model->name,
              region->model->variants[region->variant].name, region->longitudinal_S_per_m,
              region->transverse_S_per_m);
    print_drugs(config, r);
  }
}

static iso_status print_stimuli(const iso_setup *setup, int rank, iso_error *err) {
  for (int k = 0; k < setup->config->nstimuli; k++) {
    const iso_config_stimulus *s = &setup->config->stimuli[k];
    const iso_pulses *p = &s->pulses;
    iso_selection hit;
    char text[32];
    ISO_TRY(iso_setup_stimulated(setup, k, &hit, err));
    if (rank == 0)
      iso_print(stdout, "stimulus     %s: %s nodes, %g uA/uF for %g ms from %g ms%s\n", s->name,
                iso_text_count(hit.total, text, sizeof text), p->amplitude, p->duration_ms, p->start_ms,
                p->period_ms > 0 ? ", repeated" : "");
    iso_selection_free(&hit);
  }
  return ISO_OK;
}

static void print_costs(const iso_setup *setup, double seconds_per_step, double bytes) {
  char a[32], b[32];
  const iso_config_time *time = &setup->config->time;
  iso_simulation_info info = iso_simulation_describe(setup->simulation);
  int64_t steps = iso_setup_steps(time);
  iso_print(stdout, "device       %s\n", setup->device->name);
  printf("time         %s steps of %g ms; ", iso_text_count(steps, a, sizeof a), time->step_ms);
  if (info.stages)
    printf("explicit diffusion, %d sparse product%s a step\n", info.stages, info.stages == 1 ? "" : "s");
  else
    printf("implicit diffusion\n");
  printf("memory       %.4g MB now, over all ranks\n", 1e-6 * bytes);
  printf("estimate     %s on this machine with these ranks (%.3g million node-steps/s in %d steps at rest)\n",
         iso_text_duration(seconds_per_step * (double)steps, b, sizeof b),
         1e-6 * (double)setup->mesh->nnodes / seconds_per_step, TIMED_STEPS);
}

static iso_status check(const iso_setup *setup, iso_error *err) {
  int rank;
  double seconds_per_step;
  char a[32], b[32];
  MPI_Comm_rank(setup->mesh->comm, &rank);
  if (rank == 0) {
    printf("mesh         %s nodes, %s elements\n", iso_text_count(setup->mesh->nnodes, a, sizeof a),
           iso_text_count(setup->mesh->nelems, b, sizeof b));
    print_regions(setup->config);
  }
  ISO_TRY(print_stimuli(setup, rank, err));
  ISO_TRY(time_steps(setup, &seconds_per_step, err));
  double bytes = iso_peak_memory(setup->mesh->comm);
  if (rank == 0) print_costs(setup, seconds_per_step, bytes);
  return ISO_OK;
}

iso_status iso_check(MPI_Comm comm, const iso_config *config, const iso_run_options *options,
                     iso_error *err) {
  iso_timer timer;
  iso_timer_start(&timer);
  iso_setup setup = {.config = config, .log = options->log, .timer = &timer, .no_pacing = true};
  iso_status status = iso_setup_all(&setup, comm, err);
  if (status == ISO_OK) status = check(&setup, err);
  iso_setup_free(&setup);
  return status;
}
