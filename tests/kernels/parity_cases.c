/* The cases: recorded sequences, all others by name, and as many nodes as fill a GPU. */
#include "kernels/parity_parts.h"

#include <stdlib.h>

/* ---- recorded sequences ---- */

/* Two owners in turn, each with two sequences that are the other's in all but their buffers. */
enum { OWNERS = 2, OF_OWNER = 2 };

static void run_sequence(iso_device *device, iso_sequence *sequence, void *from, void *onto) {
  if (iso_device_replay(device, sequence)) return;
  iso_device_record(device, sequence);
  iso_launch_combine(
      device,
      &(iso_combine){
          .count = NODES, .nterms = 2, .coefficient = {0.75, -0.5}, .term = {from, onto}, .out = onto});
  iso_launch_multiply(device, NODES, onto, from, from);
  iso_device_recorded(device, sequence);
}

static void sequences(iso_device *device, record *to) {
  iso_sequence sequence[OWNERS][OF_OWNER] = {{{0}}};
  void *field[OWNERS][2];
  for (uint64_t o = 0; o < OWNERS; o++)
    for (uint64_t f = 0; f < 2; f++) field[o][f] = synthetic_field(device, 90 + 10 * o + f, NODES, 1);
  for (int k = 0; k < 10; k++)
    for (int o = 0; o < OWNERS; o++)
      run_sequence(device, &sequence[o][k % 2], field[o][k % 2], field[o][(k + 1) % 2]);
  for (int o = 0; o < OWNERS; o++) {
    for (int f = 0; f < 2; f++) parity_keep(device, field[o][f], NODES, to);
    for (int k = 0; k < OF_OWNER; k++) iso_device_forget(device, &sequence[o][k]);
    parity_release(device, 2, field[o]);
  }
}

/* The second time, the buffers of the first are gone. */
static void sequences_again(iso_device *device, record *to) {
  void *kept = synthetic_field(device, 92, NODES, 1);
  sequences(device, to);
  sequences(device, to);
  iso_device_release(device, kept);
}

const parity_case parity_cases[] = {
    {"sparse products of odd rows", parity_odd_products},
    {"sparse products of a slab", parity_slab_products},
    {"sparse products onto a term", parity_product_onto_term},
    {"linear combinations", parity_combinations},
    {"products by entry", parity_multiply},
    {"packing and unpacking", parity_packing},
    {"stages across two streams", parity_stages},
    {"scalar products and maxima", parity_reductions},
    {"weighted sums in whole numbers", parity_weighing},
    {"fast current", parity_fast_current},
    {"fast current of runs of nodes", parity_fast_runs},
    {"combinations with stimuli, upstrokes, recoveries", parity_watching_combinations},
    {"sparse products with the same", parity_watching_products},
    {"ends of the steps of patches", parity_settling},
    {"patches at their own pace", parity_pace},
    {"recorded sequences, twice", sequences_again}};
const int parity_ncases = sizeof parity_cases / sizeof *parity_cases;

/* ---- as many as fill a GPU ---- */

enum { MANY = 1000000 };

static void many_products(iso_device *device, record *to) {
  synthetic_rows rows = synthetic_rows_slab((const iso_lid[3]){100, 100, 100});
  parity_products_of(device, &rows, rows.nrows / 3, 1, to);
  synthetic_rows_free(&rows);
}

static void many_reductions(iso_device *device, record *to) { parity_reductions_of(device, MANY, to); }

static void much_fast_current(iso_device *device, record *to) {
  parity_fast_current_of(device, 5 * (MANY / 2), MANY - 1003, MANY, to);
}

/* Some 100,000 events in one launch. */
static void many_events(iso_device *device, record *to) {
  double *low = synthetic_need(malloc(MANY * sizeof *low));
  for (int i = 0; i < MANY; i++) low[i] = ISO_RESTING;
  void *before = synthetic_field(device, 83, MANY, 90), *vm = synthetic_field(device, 84, MANY, 90),
       *after = parity_zeros(device, MANY);
  iso_watch w = {.before = before,
                 .rest = synthetic_field(device, 85, MANY, 1),
                 .peak = synthetic_need(iso_device_copy_real(device, low, MANY)),
                 .activation_mV = 50,
                 .fraction = 0.9,
                 .capacity = MANY,
                 .pending = synthetic_need(iso_device_alloc(device, sizeof *w.pending)),
                 .event = synthetic_need(iso_device_alloc(device, MANY * sizeof *w.event))};
  iso_launch_combine(
      device, &(iso_combine){
                  .count = MANY, .nterms = 1, .coefficient = {1}, .term = {vm}, .watch = &w, .out = after});
  parity_keep_events(device, &w, to);
  parity_keep(device, w.peak, MANY, to);
  parity_release(device, 7, (void *[]){before, vm, after, w.rest, w.peak, w.pending, w.event});
  free(low);
}

const parity_case parity_large[] = {{"sparse products of a million rows", many_products},
                                    {"scalar products of a million nodes", many_reductions},
                                    {"fast current of a million nodes", much_fast_current},
                                    {"upstrokes of a million nodes", many_events}};
const int parity_nlarge = sizeof parity_large / sizeof *parity_large;
