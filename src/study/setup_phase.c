/* A run that begins in the middle of a re-entry: each node's cell is where a paced one is at the node's
 * phase, which is the angle about lines (phases of points: Jacquemet, IEEE Trans Biomed Eng 57:2090-2098,
 * 2010, whose eikonal-diffusion equation smooths them; here they are taken as they are). */
#include "study/setup.h"

#include "base/memory.h"
#include "base/share.h"
#include "cell/pacing.h"
#include "study/load.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_SAMPLES = 4000 };

/* A region's cell over a beat. */
typedef struct beat {
  int64_t n;      /* samples; 0: its cell does not activate, and stays as it is */
  int width;      /* 1 + states */
  double *sample; /* [n][width] Vm, states; the k-th is k / n of the cycle after the pulse begins */
} beat;

/* ---- cells ---- */

static void see(void *context, int lane, int64_t k, double vm, const double *states) {
  beat *b = context;
  (void)lane;
  if (k >= b->n) return; /* the end, which is the next beat's beginning */
  double *at = b->sample + k * b->width;
  at[0] = vm;
  memcpy(at + 1, states, (size_t)(b->width - 1) * sizeof *at);
}

/* All beats but the last, and then that one, seen at so many steps. */
static iso_status pace(iso_pacing *pacing, iso_lane *lane, int beats, int64_t every, beat *b,
                       iso_error *err) {
  iso_paced before = {0}, last = {0};
  const iso_cell_watch watch = {every, see, b};
  iso_status status = ISO_OK;
  pacing->lanes = lane;
  if (beats > 1) {
    lane->beats = beats - 1;
    status = iso_pacing_run(pacing, &before, err);
    if (status == ISO_OK) status = iso_paced_check(pacing, &before, err);
    if (status == ISO_OK) lane->start = before.end;
  }
  lane->beats = 1;
  pacing->watch = &watch;
  if (status == ISO_OK) status = iso_pacing_run(pacing, &last, err);
  if (status == ISO_OK) status = iso_paced_check(pacing, &last, err);
  if (status == ISO_OK && last.last.peak < iso_pacing_activation(pacing)) b->n = 0;
  iso_paced_free(1, &before);
  iso_paced_free(1, &last);
  return status;
}

static iso_status pace_region(const iso_setup *setup, iso_device *device, int r, int64_t every, beat *b,
                              iso_error *err) {
  const iso_config_phase_map *asked = &setup->config->phase_map;
  const iso_region *region = &setup->regions[r];
  iso_lane lane = {.cycle_ms = (double)(b->n * every) * setup->config->time.step_ms,
                   .amplitude = asked->amplitude_uA_per_uF,
                   .duration_ms = asked->duration_ms,
                   .start = {region->vm, setup->room[r].states}};
  iso_pacing pacing = {.cells = {.device = device,
                                 .model = region->model,
                                 .exact = setup->config->numerics.scheme.rates == ISO_RATES_EXACT,
                                 .step_ms = setup->config->time.step_ms,
                                 .nsets = 1,
                                 .parameters = (const double *const *)&region->parameters},
                       .nlanes = 1,
                       .tolerance = {0.001, 1e-4}};
  if (iso_study_own_model(setup->config, r) >= 0)
    return iso_config_fail(setup->config, err, "phase_map",
                           "the region '%s' has a model of your own, whose cells are not paced for a phase "
                           "map; leave it out",
                           setup->config->regions[r].name);
  return pace(&pacing, &lane, asked->beats, every, b, err);
}

/* On rank 0, in double precision on the CPU: all runs share the bits. */
static iso_status pace_all(const iso_setup *setup, int64_t every, beat *beats, iso_error *err) {
  char message[256];
  iso_device *device = iso_device_open(&(iso_device_options){.kind = "cpu",
                                                             .precision = ISO_PRECISION_DOUBLE,
                                                             .simd = getenv("ISOCHRONE_SIMD")},
                                       message, sizeof message);
  if (!device) return iso_fail(err, ISO_EFAIL, "%s", message);
  iso_status status = ISO_OK;
  for (int r = 0; r < setup->tissue.nregions && status == ISO_OK; r++)
    status = pace_region(setup, device, r, every, &beats[r], err);
  iso_device_close(device);
  return status;
}

/* Collective. */
static iso_status make_beats(const iso_setup *setup, beat *beats, iso_error *err) {
  const iso_config *config = setup->config;
  const int64_t steps = llround(config->phase_map.cycle_ms / config->time.step_ms),
                every = 1 + (steps - 1) / MOST_SAMPLES;
  iso_status status = ISO_OK;
  for (int r = 0; r < setup->tissue.nregions && status == ISO_OK; r++) {
    beats[r].n = steps / every;
    beats[r].width = 1 + setup->regions[r].model->nstates;
    status = iso_alloc(&beats[r].sample, (size_t)(beats[r].n * beats[r].width), sizeof(double),
                       "the states of a beat", err);
  }
  ISO_TRY(iso_agree(setup->mesh->comm, status, err));
  status = iso_rank(setup->mesh->comm) == 0 ? pace_all(setup, every, beats, err) : ISO_OK;
  ISO_TRY(iso_agree(setup->mesh->comm, status, err));
  for (int r = 0; r < setup->tissue.nregions; r++) {
    MPI_Bcast(&beats[r].n, 1, MPI_INT64_T, 0, setup->mesh->comm);
    MPI_Bcast(beats[r].sample, (int)(beats[r].n * beats[r].width), MPI_DOUBLE, 0, setup->mesh->comm);
    if (beats[r].n == 0)
      iso_log_say(setup->log, ISO_LOG_WARNING,
                  "phase_map: the cell of the region '%s' does not activate in its last beat, so the region "
                  "starts at rest",
                  config->regions[r].name);
  }
  return ISO_OK;
}

/* ---- phases ---- */

static double dot(const double a[3], const double b[3]) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

static void cross(const double a[3], const double b[3], double out[3]) {
  for (int d = 0; d < 3; d++) out[d] = a[(d + 1) % 3] * b[(d + 2) % 3] - a[(d + 2) % 3] * b[(d + 1) % 3];
}

/* Angle about a line, in turns, counterclockwise as seen from its second point: from the direction of the
 * coordinate axis that the line is least along. */
static double angle(const iso_config_rotor *rotor, const double at[3]) {
  double along[3], to[3], first[3], second[3];
  int least = 0;
  for (int d = 0; d < 3; d++)
    along[d] = rotor->to_mm[d] - rotor->from_mm[d], to[d] = at[d] - rotor->from_mm[d];
  for (int d = 1; d < 3; d++)
    if (fabs(along[d]) < fabs(along[least])) least = d;
  const double length2 = dot(along, along);
  for (int d = 0; d < 3; d++) first[d] = (d == least ? length2 : 0) - along[least] * along[d];
  cross(along, first, second);
  return atan2(dot(to, second) / sqrt(length2), dot(to, first)) / (2 * M_PI);
}

/* Of the cycle, since the cell's activation. The wave comes to larger angles later. */
static double phase(const iso_config_phase_map *map, const double at[3]) {
  double sum = 0;
  for (int k = 0; k < map->nrotors; k++)
    sum += (map->rotors[k].clockwise ? 1 : -1) * angle(&map->rotors[k], at);
  return sum - floor(sum);
}

/* The sample of an owned node, or NULL: it stays as it is. */
static const double *sample_of(const iso_setup *setup, const beat *beats, iso_lid i) {
  const beat *b = &beats[iso_tissue_of_node(&setup->tissue, setup->mesh->node_tag[i])];
  if (b->n == 0) return NULL;
  int64_t k = (int64_t)(phase(&setup->config->phase_map, setup->mesh->xyz[i]) * (double)b->n);
  if (k >= b->n) k = b->n - 1;
  return b->sample + k * b->width;
}

/* Row 0 is Vm, 1 + k state k. Nodes whose model has no such row are passed over. */
static void put_row(const iso_setup *setup, const beat *beats, int row, double *values) {
  const iso_mesh *mesh = setup->mesh;
  if (row == 0)
    iso_simulation_get_vm(setup->simulation, values);
  else
    iso_simulation_get_state(setup->simulation, row - 1, values);
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    const double *sample = sample_of(setup, beats, i);
    const int r = iso_tissue_of_node(&setup->tissue, mesh->node_tag[i]);
    if (sample && row < beats[r].width) values[i] = sample[row];
  }
  if (row == 0)
    iso_simulation_set_vm(setup->simulation, values);
  else
    iso_simulation_set_state(setup->simulation, row - 1, values);
}

static iso_status put_all(const iso_setup *setup, const beat *beats, iso_error *err) {
  double *values;
  int rows = 0;
  ISO_TRY(iso_alloc_all(setup->mesh->comm, &values, (size_t)setup->mesh->nowned, sizeof *values,
                        "the states of a phase map", err));
  for (int r = 0; r < setup->tissue.nregions; r++)
    if (beats[r].width > rows) rows = beats[r].width;
  for (int row = 0; row < rows; row++) put_row(setup, beats, row, values);
  free(values);
  return ISO_OK;
}

iso_status iso_setup_phase_map(iso_setup *setup, iso_error *err) {
  beat *beats;
  if (!setup->config->has_phase_map || setup->no_pacing) return ISO_OK;
  const size_t n = (size_t)setup->tissue.nregions;
  ISO_TRY(iso_alloc_all(setup->mesh->comm, &beats, n, sizeof *beats, "the states of a phase map", err));
  memset(beats, 0, n * sizeof *beats);
  iso_status status = make_beats(setup, beats, err);
  if (status == ISO_OK) status = put_all(setup, beats, err);
  for (size_t r = 0; r < n; r++) free(beats[r].sample);
  free(beats);
  return status;
}
