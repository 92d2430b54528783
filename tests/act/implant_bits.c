/* Prints what two implanted devices did and a hash of what came of it: their markers, and Vm of all nodes.
 * One paces both ends of a slab of which it senses one by Vm and one by an electrogram; the other one has a
 * clock that is no multiple of the step. The line is the same for any number of ranks and any device, which
 * actor_bits.sh compares, and whatever the number of steps that are read at once, and through going back to a
 * saved state, which this program demands.
 *
 * Usage: implant_bits DEVICE */
#include "act/actor_bits.h"

#include "act/implant.h"

#include <math.h>

enum { IMPLANTS = 2, MOST_MARKERS = 64 };

/* What a run found; the same on all ranks. */
typedef struct found {
  int64_t n[IMPLANTS];
  iso_marker marker[IMPLANTS][MOST_MARKERS];
  iso_implant_counts counts[IMPLANTS];
  uint64_t hash;
} found;

/* Weights of an electrogram that sees Vm change along x. */
static double *make_weights(const iso_mesh *mesh) {
  double *weight;
  DEMAND(iso_alloc(&weight, (size_t)mesh->nowned, sizeof *weight, "weights", WHY));
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    const double x = mesh->xyz[i][0] - 3.3;
    weight[i] = 0.01 * x / (1 + x * x);
  }
  return weight;
}

/* Cycles of some ms, so that a short run has many. */
static iso_implant *make(heart *h, int k) {
  const double *weight = k == 0 ? make_weights(h->mesh) : NULL;
  iso_lid *first, *last;
  iso_implant *m;
  iso_implant_options o = {.name = k ? "slow" : "both", .interval_ms = k ? 0.33 : 0.25};
  o.pacing = (iso_pacemaker_settings){.mode = k ? ISO_MODE_VVI : ISO_MODE_DDD,
                                      .biventricular = true,
                                      .lower = k ? 100 : 90,
                                      .upper = 20,
                                      .av_paced = 10,
                                      .av_sensed = 8,
                                      .vv = k ? 3 : -2,
                                      .vrp = 6,
                                      .pvarp = 5,
                                      .pvarp_extension = 3,
                                      .blanking = 2,
                                      .ventricular_blanking = 1,
                                      .atrial_blanking = 1};
  const iso_implant_lead lead = {
      .paces = true, .node = 0, .threshold_mV = -40, .pulse = {0, 1.1, 60, 0, 1}, .capture_mV = -40};
  o.lead[0] = o.lead[1] = o.lead[2] = lead;
  o.lead[0].senses = k == 0, o.lead[0].paces = k == 0, o.lead[1].senses = true;
  o.lead[0].nsite = actor_site(h->mesh, 0, 1, &first), o.lead[0].site = first;
  o.lead[1].nsite = actor_site(h->mesh, 3, 4, &last), o.lead[1].site = last;
  o.lead[2].nsite = o.lead[0].nsite, o.lead[2].site = first;
  o.lead[1].centre = h->mesh->nnodes - 1;
  o.lead[1].node = h->mesh->nnodes - 1;
  if (weight) o.lead[1].weight = weight, o.lead[1].threshold_mV = 0.02, o.lead[1].high_pass_Hz = 30;
  DEMAND(iso_implant_new(&m, h->device, h->mesh, &o, WHY));
  free(first);
  free(last);
  free((void *)weight);
  return m;
}

static void find(heart *h, iso_implant *const *implant, found *f) {
  double *values;
  DEMAND(iso_alloc(&values, (size_t)h->mesh->nowned, sizeof *values, "a field", WHY));
  iso_simulation_get_vm(h->simulation, values);
  f->hash = actor_hash(h, values, 0);
  MPI_Allreduce(MPI_IN_PLACE, &f->hash, 1, MPI_UINT64_T, MPI_SUM, MPI_COMM_WORLD);
  for (int k = 0; k < IMPLANTS; k++) {
    const iso_marker *marker = iso_implant_markers(implant[k], &f->n[k]);
    for (int64_t m = 0; m < f->n[k] && m < MOST_MARKERS; m++) f->marker[k][m] = marker[m];
    f->counts[k] = iso_implant_count(implant[k]);
  }
  free(values);
}

/* To the end, or with a way back to a state in the middle of cycles. */
static void run_through(heart *h, bool back) {
  iso_archive *archive;
  heart_run(h, 13.2);
  if (back) {
    DEMAND(iso_archive_new(&archive, h->mesh, WHY));
    DEMAND(iso_simulation_save(h->simulation, archive, WHY));
    heart_run(h, 19.75);
    DEMAND(iso_simulation_restore(h->simulation, archive, WHY));
    iso_archive_free(archive);
  }
  heart_run(h, 90);
}

/* how: the device. */
static void run(const void *how, int read_steps, bool back, void *out) {
  found *f = out;
  heart h = {0};
  iso_implant *implant[IMPLANTS];
  iso_guest guest[IMPLANTS * ISO_IMPLANT_GUESTS];
  int nguests = 0;
  *f = (found){0};
  actor_slab(&h, "mitchell_schaeffer_2003", how);
  h.parameters[0][2] = 3, h.parameters[0][3] = 4; /* tau_open, tau_close: action potentials of some ms */
  DEMAND(heart_try_simulation(
      &h,
      (iso_simulation_options){
          .step_ms = 0.05, .activation_mV = NAN, .repolarisation = 0.9, .read_steps = read_steps},
      WHY));
  for (int k = 0; k < IMPLANTS; k++) {
    implant[k] = make(&h, k);
    const int n = iso_implant_guests(implant[k], guest + nguests);
    for (int g = 0; g < n; g++) DEMAND(iso_simulation_invite(h.simulation, &guest[nguests + g], WHY));
    nguests += n;
  }
  heart_stimulate(&h, (double[3]){3, 0, 0}, (double[3]){4, 1, 1}, &(iso_pulses){8, 1, 60, 30, 2});
  heart_stimulate(&h, (double[3]){0, 0, 0}, (double[3]){1, 1, 1}, &(iso_pulses){28, 1, 60, 0, 1});
  run_through(&h, back);
  find(&h, implant, f);
  heart_free_simulation(&h);
  for (int k = 0; k < IMPLANTS; k++) iso_implant_free(implant[k]);
  heart_free(&h);
}

static void print(const void *how, const void *out) {
  const found *f = out;
  int rank;
  (void)how;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  if (rank > 0) return;
  printf("implants: %016llx", (unsigned long long)f->hash);
  for (int k = 0; k < IMPLANTS; k++) {
    printf("; %d:", k);
    for (int64_t m = 0; m < f->n[k] && m < MOST_MARKERS; m++)
      printf(" %s %lld", iso_mark_text((iso_mark)f->marker[k][m].mark), (long long)f->marker[k][m].tick);
  }
  printf("\n");
}

/* Every kind of event that a tissue can bring about is among them. */
static int check(const found *f) {
  const iso_implant_counts *both = &f->counts[0], *slow = &f->counts[1];
  if (both->sensed[0] && both->sensed[1] && both->paced[1] && both->paced[2] && slow->sensed[1] &&
      slow->paced[2] && both->judged[0])
    return 0;
  printf("something did not happen at all\n");
  return 1;
}

int main(int argc, char **argv) {
  if (argc < 2) return 2;
  MPI_Init(&argc, &argv);
  found first, other;
  const int failures = actor_runs(&(actor_program){run, print, argv[1], sizeof first}, &first, &other);
  const int missing = check(&first);
  MPI_Finalize();
  return failures + missing > 0;
}
