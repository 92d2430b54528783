/* Paced cells have the same bits on a CUDA device as on the CPU. Skipped (77) where there is no such device.
 */
#include "cell/pacing.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { LANES = 4, SETS = 3, STATES = 128 };

static iso_device *open_device(const char *kind, int single) {
  char message[256];
  iso_device *device = iso_device_open(
      &(iso_device_options){.kind = kind, .precision = single ? ISO_PRECISION_SINGLE : ISO_PRECISION_DOUBLE},
      message, sizeof message);
  if (!device) fprintf(stderr, "%s\n", message);
  return device;
}

static void see(void *context, int lane, int64_t k, double vm, const double *states) {
  *(double *)context += vm * (double)(lane + k) + states[0];
}

static iso_status pace(iso_device *device, double *sum, iso_paced *paced, iso_error *err) {
  const iso_model *model = iso_model_find("ten_tusscher_2006");
  double parameters[SETS][STATES], states[STATES], vm;
  for (int s = 0; s < SETS; s++) iso_model_defaults(model, 0, parameters[s], states, &vm);
  parameters[1][iso_model_parameter(model, "g_Kr")] *= 0.5;
  parameters[2][iso_model_parameter(model, "g_CaL")] *= 0.5; /* in a launch of its own */
  const iso_cell_state start = {vm, states};
  const iso_lane lanes[LANES] = {
      {.set = 0, .cycle_ms = 40, .beats = 2, .amplitude = 30, .duration_ms = 2, .start = start},
      {.set = 0,
       .cycle_ms = 30,
       .last_ms = 20,
       .beats = 3,
       .amplitude = 26,
       .duration_ms = 2,
       .start = start},
      {.set = 2, .cycle_ms = 40, .beats = 2, .amplitude = 26, .duration_ms = 2, .start = start},
      {.set = 1, .cycle_ms = 40, .beats = 2, .amplitude = 26, .duration_ms = 2, .start = start}};
  const iso_cell_watch watch = {.every = 25, .see = see, .context = sum};
  return iso_pacing_run(
      &(iso_pacing){
          .cells = {.device = device,
                    .model = model,
                    .step_ms = 0.02,
                    .nsets = SETS,
                    .parameters = (const double *const[]){parameters[0], parameters[1], parameters[2]}},
          .nlanes = LANES,
          .lanes = lanes,
          .watch = &watch},
      paced, err);
}

static int differ(int single) {
  iso_error err = {0};
  iso_paced paced[2][LANES];
  iso_device *devices[2] = {open_device("cpu", single), open_device("cuda", single)};
  const size_t bytes = (size_t)iso_model_find("ten_tusscher_2006")->nstates * sizeof(double);
  if (!devices[0] || !devices[1]) return 77;
  int different = 0;
  double seen[2]; /* sums of what the watch saw on each device */
  for (int d = 0; d < 2; d++) {
    seen[d] = 0;
    if (pace(devices[d], &seen[d], paced[d], &err) != ISO_OK) different = 1;
  }
  if (err.status != ISO_OK) fprintf(stderr, "%s\n", err.message);
  for (int i = 0; i < LANES && !different; i++)
    different |= memcmp(&paced[0][i].end.vm, &paced[1][i].end.vm, sizeof(double)) ||
                 memcmp(paced[0][i].end.states, paced[1][i].end.states, bytes) ||
                 memcmp(&paced[0][i].last, &paced[1][i].last, sizeof paced[0][i].last);
  different |= seen[0] != seen[1] || !isfinite(seen[0]) || !(paced[0][0].last.peak > -80);
  printf("%s precision: %s\n", single ? "single" : "double", different ? "DIFFERENT" : "the same");
  for (int d = 0; d < 2; d++) {
    iso_paced_free(LANES, paced[d]);
    iso_device_close(devices[d]);
  }
  return different;
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  int result = differ(0);
  if (result == 0) result = differ(1);
  MPI_Finalize();
  return result;
}
