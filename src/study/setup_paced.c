/* Regions that start at the end of the beats of a single cell: paced once, kept in the cache. */
#include "study/setup.h"

#include "base/memory.h"
#include "base/version.h"
#include "cell/pacing.h"
#include "grid/hash.h"
#include "result/cache.h"
#include "study/load.h"
#include "study/provenance.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* As isochrone cell has it by default. */
static const iso_tolerance tolerance = {.apd90_ms = 0.001, .relative = 1e-4};

/* What is kept: Vm, states, APD90 and steadiness of the last beat. */
enum { BESIDE_STATES = 3 };

typedef struct paced {
  iso_setup *setup;
  iso_device *device; /* double precision on the CPU, whatever the run's, so that all runs share the bits */
  iso_own_model *own; /* [nregions], for this device; zero where not paced or not own */
  iso_cache cache;
  char **keys;     /* [nregions], NULL where not paced */
  double **values; /* [nregions][BESIDE_STATES + nstates] */
} paced;

static iso_region *region_of(const paced *p, int r) { return &p->setup->regions[r]; }

static iso_pacing pacing_of(const paced *p, int r) {
  return (iso_pacing){.cells = {.device = p->device,
                                .model = p->own[r].library ? &p->own[r].model : region_of(p, r)->model,
                                .exact = p->setup->config->numerics.scheme.rates == ISO_RATES_EXACT,
                                .step_ms = p->setup->config->time.step_ms,
                                .nsets = 1,
                                .parameters = &region_of(p, r)->parameters},
                      .nlanes = 1,
                      .tolerance = tolerance,
                      .progress = p->setup->progress};
}

static void put_reals(FILE *f, const char *name, int n, const double *values) {
  fprintf(f, "%s", name);
  for (int i = 0; i < n; i++) fprintf(f, " %a", values[i]);
  fputc('\n', f);
}

/* All that the state depends on. The first beat, which is always paced, stands for the program's own part in
 * it: a changed model or compiler finds no old state. */
static iso_status make_key(paced *p, int r, const iso_lane *lane, int beats, const iso_cell_state *first,
                           iso_error *err) {
  const iso_pacing pacing = pacing_of(p, r);
  const iso_model *model = pacing.cells.model;
  const uint64_t hash = iso_hash_words(iso_hash_words(0, &first->vm, sizeof first->vm), first->states,
                                       (size_t)model->nstates * sizeof *first->states);
  const double protocol[] = {pacing.cells.step_ms, lane->cycle_ms, lane->amplitude, lane->duration_ms, beats};
  size_t size;
  FILE *f = open_memstream(&p->keys[r], &size);
  if (!f) return iso_fail_memory(err, 0, "the key of a paced state");
  fprintf(f, "version %s %s\nmodel %s\nrates %s\n", ISO_VERSION, iso_program_commit(), model->name,
          pacing.cells.exact ? "exact" : "tabulated");
  put_reals(f, "parameters", model->nparameters, pacing.cells.parameters[0]);
  put_reals(f, "start", 1, &lane->start.vm);
  put_reals(f, "states", model->nstates, lane->start.states);
  put_reals(f, "step, cycle length, amplitude, duration, beats", 5, protocol);
  fprintf(f, "first beat %016llx\n", (unsigned long long)hash);
  return fclose(f) == 0 ? ISO_OK : iso_fail_memory(err, size, "the key of a paced state");
}

static void keep_values(paced *p, int r, const iso_paced *from) {
  double *values = p->values[r];
  values[0] = from->end.vm;
  values[1] = from->last.apd90;
  values[2] = from->steady;
  memcpy(values + BESIDE_STATES, from->end.states, (size_t)region_of(p, r)->model->nstates * sizeof *values);
}

/* The other beats after the first. */
static iso_status pace_on(paced *p, int r, const iso_lane *lane, int beats, const iso_paced *first,
                          iso_error *err) {
  iso_lane rest = *lane;
  iso_pacing pacing = pacing_of(p, r);
  iso_paced last;
  keep_values(p, r, first);
  if (beats == 1) return ISO_OK;
  rest.beats = beats - 1;
  rest.start = first->end;
  pacing.lanes = &rest;
  iso_status status = iso_pacing_run(&pacing, &last, err);
  if (status == ISO_OK) status = iso_paced_check(&pacing, &last, err);
  if (status == ISO_OK) keep_values(p, r, &last);
  iso_paced_free(1, &last);
  return status;
}

/* An earlier region with the same key, or -1. */
static int twin_of(const paced *p, int r) {
  for (int other = 0; other < r; other++)
    if (p->keys[other] && !strcmp(p->keys[other], p->keys[r])) return other;
  return -1;
}

static void write_cache(paced *p, int r, int nvalues) {
  iso_error trouble = {0};
  if (p->setup->no_cache) return;
  if (iso_cache_write(&p->cache, p->keys[r], nvalues, p->values[r], &trouble) != ISO_OK)
    iso_log_say(p->setup->log, ISO_LOG_WARNING, "the paced state is not kept: %s", trouble.message);
}

/* From an earlier region, the cache, or by pacing; source says which. */
static iso_status find_values(paced *p, int r, const iso_lane *lane, const iso_paced *first, char *source,
                              size_t size, iso_error *err) {
  const int nvalues = BESIDE_STATES + region_of(p, r)->model->nstates, twin = twin_of(p, r);
  const int beats = p->setup->config->regions[r].paced.beats;
  if (twin >= 0) {
    memcpy(p->values[r], p->values[twin], (size_t)nvalues * sizeof(double));
    snprintf(source, size, "as region %s", p->setup->config->regions[twin].name);
    return ISO_OK;
  }
  if (!p->setup->no_cache && iso_cache_read(&p->cache, p->keys[r], nvalues, p->values[r])) {
    char path[4096];
    iso_cache_path(&p->cache, p->keys[r], path);
    snprintf(source, size, "from the cache, %s", path);
    return ISO_OK;
  }
  ISO_TRY(pace_on(p, r, lane, beats, first, err));
  write_cache(p, r, nvalues);
  snprintf(source, size, "paced now");
  return ISO_OK;
}

static void say(const paced *p, int r, const iso_lane *lane, const char *source) {
  static const char *const steady[] = {"not steady yet", "steady", "alternating"};
  const iso_config_region *region = &p->setup->config->regions[r];
  char apd90[64] = "no capture, or no recovery";
  if (!isnan(p->values[r][1]))
    snprintf(apd90, sizeof apd90, "APD90 %.2f ms", p->values[r][1]);
  else
    iso_log_say(p->setup->log, ISO_LOG_WARNING,
                "region %s: the last paced beat does not activate, or not recover; lengthen "
                "initial.paced.cycle_length_ms or strengthen the pulse",
                region->name);
  iso_log_say(p->setup->log, ISO_LOG_INFO,
              "region %s starts after %d beats at %g ms (%g uA/uF for %g ms): %s, %s; %s", region->name,
              region->paced.beats, lane->cycle_ms, lane->amplitude, lane->duration_ms, apd90,
              steady[(int)p->values[r][2]], source);
}

/* One cell stands for the region. */
static void say_fields(const paced *p, int r) {
  const iso_config_region *region = &p->setup->config->regions[r];
  for (int k = 0; k < region->nparameters; k++) {
    const int parameter = region->parameters[k].index;
    if (iso_setting_varies(&region->parameters[k]))
      iso_log_say(p->setup->log, ISO_LOG_WARNING,
                  "region %s: initial.paced paces one cell for all nodes, with %s = %g and not the values of "
                  "its field",
                  region->name, region->model->parameters[parameter].name,
                  region_of(p, r)->parameters[parameter]);
  }
}

static iso_status pace_lane(paced *p, int r, iso_lane *lane, iso_error *err) {
  const iso_config_paced *asked = &p->setup->config->regions[r].paced;
  iso_pacing pacing = pacing_of(p, r);
  iso_paced first;
  char source[4200];
  pacing.lanes = lane;
  pacing.progress = false;
  if (isnan(lane->amplitude))
    ISO_TRY(iso_pacing_amplitude(&pacing, &lane->start, lane->duration_ms, &lane->amplitude, err));
  iso_status status = iso_pacing_run(&pacing, &first, err);
  if (status == ISO_OK) status = iso_paced_check(&pacing, &first, err);
  if (status == ISO_OK) status = make_key(p, r, lane, asked->beats, &first.end, err);
  if (status == ISO_OK) status = find_values(p, r, lane, &first, source, sizeof source, err);
  if (status == ISO_OK) say(p, r, lane, source);
  iso_paced_free(1, &first);
  return status;
}

static iso_status pace_region(paced *p, int r, iso_error *err) {
  const iso_config_paced *asked = &p->setup->config->regions[r].paced;
  iso_region *region = region_of(p, r);
  iso_lane lane = {.cycle_ms = asked->cycle_length_ms,
                   .beats = 1,
                   .amplitude = asked->amplitude_uA_per_uF,
                   .duration_ms = asked->duration_ms,
                   .start = {region->vm, p->setup->room[r].states}};
  ISO_TRY(iso_alloc(&p->values[r], (size_t)(BESIDE_STATES + region->model->nstates), sizeof(double),
                    "a paced state", err));
  say_fields(p, r);
  ISO_TRY(pace_lane(p, r, &lane, err));
  region->vm = p->values[r][0];
  memcpy(p->setup->room[r].states, p->values[r] + BESIDE_STATES,
         (size_t)region->model->nstates * sizeof(double));
  return ISO_OK;
}

static iso_status pace_regions(paced *p, iso_error *err) {
  const iso_config *config = p->setup->config;
  char message[256];
  p->device = iso_device_open(&(iso_device_options){.kind = "cpu",
                                                    .precision = ISO_PRECISION_DOUBLE,
                                                    .simd = getenv("ISOCHRONE_SIMD")},
                              message, sizeof message);
  if (!p->device) return iso_fail(err, ISO_EFAIL, "%s", message);
  ISO_TRY(iso_alloc(&p->keys, (size_t)config->nregions, sizeof *p->keys, "paced states", err));
  ISO_TRY(iso_alloc(&p->values, (size_t)config->nregions, sizeof *p->values, "paced states", err));
  ISO_TRY(iso_alloc(&p->own, (size_t)config->nregions, sizeof *p->own, "own models", err));
  for (int r = 0; r < config->nregions; r++) {
    if (!config->regions[r].has_paced) continue;
    const int k = iso_study_own_model(config, r);
    if (k >= 0)
      ISO_TRY(iso_own_model_for(&p->own[r], &iso_study_own_models(config).model[k], p->device, MPI_COMM_SELF,
                                err));
    ISO_TRY(pace_region(p, r, err));
  }
  return ISO_OK;
}

static void free_paced(paced *p) {
  for (int r = 0; r < p->setup->config->nregions; r++) {
    if (p->keys) free(p->keys[r]);
    if (p->values) free(p->values[r]);
    if (p->own) iso_own_model_close(&p->own[r]);
  }
  free(p->own);
  free(p->keys);
  free(p->values);
  if (p->device) iso_device_close(p->device);
}

iso_status iso_setup_paced(iso_setup *setup, MPI_Comm comm, iso_error *err) {
  paced p = {.setup = setup, .cache = iso_cache_open()};
  int rank, any = 0;
  for (int r = 0; r < setup->config->nregions; r++) any |= setup->config->regions[r].has_paced;
  if (!any || setup->no_pacing) return ISO_OK;
  MPI_Comm_rank(comm, &rank);
  iso_status status = rank == 0 ? pace_regions(&p, err) : ISO_OK;
  free_paced(&p);
  ISO_TRY(iso_agree(comm, status, err));
  for (int r = 0; r < setup->config->nregions; r++) {
    iso_region *region = region_of(&p, r);
    MPI_Bcast(&region->vm, 1, MPI_DOUBLE, 0, comm);
    MPI_Bcast(setup->room[r].states, region->model->nstates, MPI_DOUBLE, 0, comm);
  }
  return ISO_OK;
}
