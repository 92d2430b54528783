/* Prints what two triggers did and a hash of what came of it: when their pulses were, Vm of all nodes, and
 * the sum of Vm over all steps that a guest had the device make. The line is the same for any number of ranks
 * and any device, which actor_bits.sh compares, and whatever the number of steps that are read at once, and
 * through going back to a saved state, which this program demands.
 *
 * Usage: trigger_bits DEVICE */
#include "act/actor_bits.h"

#include "act/trigger.h"

#include <math.h>

enum { TRIGGERS = 2, MOST_PULSES = 8 };

/* What a run found; the same on all ranks. */
typedef struct found {
  int64_t npulses[TRIGGERS];
  double pulse[TRIGGERS][MOST_PULSES];
  uint64_t hash;
} found;

/* A sum over all steps, made by the device alone. */
typedef struct summing {
  iso_lid count;
  void *sum; /* [nlocal] on the device */
} summing;

static void add_up(void *self, iso_device *device, const void *vm) {
  const summing *s = self;
  iso_launch_combine(
      device,
      &(iso_combine){
          .count = s->count, .nterms = 2, .coefficient = {1, 0.05}, .term = {s->sum, vm}, .out = s->sum});
}

static iso_status see(void *self, const iso_view *view, iso_error *err) {
  (void)self, (void)view, (void)err;
  return ISO_OK;
}

/* One senses where the wave ends and paces where it began, sooner than 32 steps; the other senses where it
 * began and paces the middle, which the first one's pulses reach, too. */
static iso_trigger *make_trigger(const iso_mesh *mesh, int k) {
  static const double latency_ms[TRIGGERS] = {0.5, 3}, low[TRIGGERS] = {0, 1}, high[TRIGGERS] = {1.5, 3};
  iso_lid *site;
  iso_trigger *t;
  const iso_trigger_options options = {.name = k ? "middle" : "early",
                                       .sensed = k ? 0 : mesh->nnodes - 1,
                                       .threshold_mV = -20,
                                       .latency_ms = latency_ms[k],
                                       .blank_ms = 1,
                                       .pulses = {0.11, 1.3, 30, 0, 1},
                                       .nsite = actor_site(mesh, low[k], high[k], &site),
                                       .site = site};
  DEMAND(iso_trigger_new(&t, mesh, &options, 0.05, WHY));
  free(site);
  return t;
}

static void find(const heart *h, iso_trigger *const *trigger, const summing *sum, found *f) {
  double *values;
  DEMAND(iso_alloc(&values, (size_t)h->mesh->nowned, sizeof *values, "a field", WHY));
  iso_simulation_get_vm(h->simulation, values);
  f->hash = actor_hash(h, values, 0);
  iso_device_download_real(h->device, sum->sum, 0, h->mesh->nowned, values);
  f->hash += actor_hash(h, values, 1 << 20);
  MPI_Allreduce(MPI_IN_PLACE, &f->hash, 1, MPI_UINT64_T, MPI_SUM, MPI_COMM_WORLD);
  for (int k = 0; k < TRIGGERS; k++) {
    const double *times = iso_trigger_times(trigger[k], &f->npulses[k]);
    for (int64_t p = 0; p < f->npulses[k] && p < MOST_PULSES; p++) f->pulse[k][p] = times[p];
  }
  free(values);
}

/* To the end, or with a way back to a state between what is seen and what is done. The device's sum goes
 * back, too. */
static void run_through(heart *h, const summing *sum, bool back) {
  iso_archive *archive;
  void *kept;
  const size_t bytes = (size_t)h->mesh->nowned * h->device->real_bytes;
  heart_run(h, 2.2);
  if (back) {
    DEMAND(iso_archive_new(&archive, h->mesh, WHY));
    DEMAND(iso_alloc(&kept, bytes, 1, "a field", WHY));
    DEMAND(iso_simulation_save(h->simulation, archive, WHY));
    iso_device_download(h->device, sum->sum, 0, kept, bytes);
    heart_run(h, 9.75);
    DEMAND(iso_simulation_restore(h->simulation, archive, WHY));
    iso_device_upload(h->device, sum->sum, 0, kept, bytes);
    iso_archive_free(archive);
    free(kept);
  }
  heart_run(h, 14);
}

/* One of the splittings on a device. */
typedef struct kind {
  const char *device, *name;
  iso_splitting splitting;
} kind;

static void run(const void *how, int read_steps, bool back, void *out) {
  const kind *which = how;
  found *f = out;
  heart h = {0};
  iso_trigger *trigger[TRIGGERS];
  iso_guest guest[TRIGGERS];
  summing sum;
  *f = (found){0};
  actor_slab(&h, "ten_tusscher_2006", which->device);
  DEMAND(heart_try_simulation(&h,
                              (iso_simulation_options){.numerics = {.splitting = which->splitting},
                                                       .step_ms = 0.05,
                                                       .activation_mV = NAN,
                                                       .repolarisation = 0.9,
                                                       .read_steps = read_steps},
                              WHY));
  sum = (summing){h.mesh->nowned, iso_device_alloc(h.device, (size_t)h.mesh->nlocal * h.device->real_bytes)};
  const iso_guest adder = {.name = "sum", .stop_ms = INFINITY, .self = &sum, .look = see, .enqueue = add_up};
  DEMAND(iso_simulation_invite(h.simulation, &adder, WHY));
  for (int k = 0; k < TRIGGERS; k++) {
    trigger[k] = make_trigger(h.mesh, k);
    guest[k] = iso_trigger_guest(trigger[k]);
    DEMAND(iso_simulation_invite(h.simulation, &guest[k], WHY));
  }
  heart_stimulate(&h, (double[3]){0, 0, 0}, (double[3]){1, 1, 1}, &(iso_pulses){0, 1, 50, 0, 1});
  run_through(&h, &sum, back);
  find(&h, trigger, &sum, f);
  heart_free_simulation(&h);
  iso_device_release(h.device, sum.sum);
  for (int k = 0; k < TRIGGERS; k++) iso_trigger_free(trigger[k]);
  heart_free(&h);
}

static void print(const void *how, const void *out) {
  const kind *which = how;
  const found *f = out;
  int rank;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  if (rank > 0) return;
  printf("%s: %016llx", which->name, (unsigned long long)f->hash);
  for (int k = 0; k < TRIGGERS; k++) {
    printf("; pulses of %d:", k);
    for (int64_t p = 0; p < f->npulses[k]; p++) printf(" %.17g", f->pulse[k][p]);
  }
  printf("\n");
}

int main(int argc, char **argv) {
  static const char *const name[] = {"staggered", "Godunov", "Strang"};
  if (argc < 2) return 2;
  MPI_Init(&argc, &argv);
  int failures = 0;
  for (int s = 0; s < 3; s++) {
    const kind which = {argv[1], name[s], (iso_splitting)s};
    found first, other;
    failures += actor_runs(&(actor_program){run, print, &which, sizeof first}, &first, &other);
    if (first.npulses[0] < 1 || first.npulses[1] < 1) failures++, printf("nothing was triggered\n");
  }
  MPI_Finalize();
  return failures > 0;
}
