/* Prints one line for each way of solving: its name, how many events there were, and a hash of every event,
 * of Vm and of all states by global number. The lines are the same for any number of ranks and threads, any
 * width of vectors and any compiler: bits.sh compares them.
 *
 * Usage: solve_bits DEVICE THREADS SIMD [nodes] [back] [of BEGINNING]...; with "nodes", each node's bits
 * follow, to find where two runs part; with "back", every run goes on to its end twice, the second time from
 * a state that was saved half-way, and prints what it found the second time; with "of", only ways whose names
 * begin so, like "adaptive", those with patches at their own pace.
 */
#include "solve/fixture.h"

#include "base/memory.h"
#include "grid/hash.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum { TETRAHEDRA, HEXAHEDRA, MIXED, NMESHES } mesh_kind;

typedef struct way {
  mesh_kind mesh;
  iso_precision precision;
  iso_numerics numerics;
  const char *field; /* a parameter of the first region that is a field, or NULL */
  iso_pulses within; /* pulses that begin or end within a step, instead of the usual ones; duration 0: none */
} way;

static const char *const mesh_name[] = {"tetrahedra", "hexahedra", "mixed"};
static const char *const splitting_name[] = {"staggered", "godunov", "strang"};
static const char *const fast_name[] = {"nodal", "smoothed", "interpolated"};

/* ---- the heart ---- */

/* Falls from the default along x; to be freed. */
static double *make_field(heart *h, iso_parameter_field *field, const char *name) {
  double *value = malloc((size_t)(h->mesh->nowned + 1) * sizeof *value);
  DEMAND(value ? ISO_OK : iso_fail_memory(WHY, (size_t)h->mesh->nowned * sizeof *value, "a field"));
  *field = (iso_parameter_field){.parameter = iso_model_parameter(h->region[0].model, name), .value = value};
  for (iso_lid i = 0; i < h->mesh->nowned; i++)
    value[i] = h->parameters[0][field->parameter] * (1 - 0.1 * h->mesh->xyz[i][0]);
  h->region[0].nfields = 1, h->region[0].fields = field;
  return value;
}

/* Two models in the mixed mesh, one in the others. */
static void make(heart *h, const way *w) {
  const int cubes_along_y = w->numerics.pace == ISO_PACE_ADAPTIVE ? 10 : 4;
  const iso_shape shape = w->mesh == TETRAHEDRA ? ISO_TETRAHEDRON : ISO_HEXAHEDRON;
  const bool adaptive = w->numerics.pace == ISO_PACE_ADAPTIVE;
  /* Patches of 64 nodes: enough of them for four ranks. */
  iso_slab_options slab = {{4, 2, 1}, adaptive ? 0.2 : 0.5, shape, ISO_JITTERED, {1, 2, 3}, 1};
  h->patches = adaptive;
  heart_mesh(h, &slab, w->mesh == MIXED ? edit_mixed : NULL, &cubes_along_y);
  iso_region *first = heart_region(h, 0, w->mesh == HEXAHEDRA ? "luo_rudy_1991" : "ten_tusscher_2006");
  first->transverse = first->normal = 0.05;
  if (w->mesh == HEXAHEDRA) first->longitudinal = 6; /* several stages of diffusion */
  if (w->mesh == MIXED) heart_region(h, 1, "mitchell_schaeffer_2003")->transverse = 0.1;
  h->region[1].normal = 0.1;
}

/* ---- hashes ---- */

static uint64_t add_value(uint64_t sum, uint64_t key, double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return sum + iso_hash(iso_hash(key) ^ bits);
}

/* A sum does not depend on the order in which ranks report. */
typedef struct tally {
  uint64_t hash;
  int64_t count;
} tally;

static iso_status count_events(void *self, const iso_view *view, iso_error *err) {
  tally *t = self;
  (void)err;
  for (int64_t k = 0; k < view->nevents; k++) {
    const iso_event *e = &view->events[k];
    t->hash = add_value(t->hash, 2 * (uint64_t)view->mesh->gid[e->node] + (uint64_t)e->kind, e->time_ms);
    t->count++;
  }
  return ISO_OK;
}

static iso_status save_events(void *self, iso_archive *archive, iso_error *err) {
  tally t = *(tally *)self;
  MPI_Allreduce(MPI_IN_PLACE, &t.hash, 1, MPI_UINT64_T, MPI_SUM, MPI_COMM_WORLD);
  MPI_Allreduce(MPI_IN_PLACE, &t.count, 1, MPI_INT64_T, MPI_SUM, MPI_COMM_WORLD);
  ISO_TRY(iso_archive_put_count(archive, "tally.hash", "1", "of events", (int64_t)t.hash, err));
  return iso_archive_put_count(archive, "tally.count", "1", "events", t.count, err);
}

static iso_status restore_events(void *self, const iso_archive *archive, iso_error *err) {
  tally *t = self;
  int64_t hash;
  int rank;
  ISO_TRY(iso_archive_get_count(archive, "tally.hash", &hash, err));
  ISO_TRY(iso_archive_get_count(archive, "tally.count", &t->count, err));
  t->hash = (uint64_t)hash;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  if (rank > 0) *t = (tally){0};
  return ISO_OK;
}

static void add_nodes(const heart *h, int field, const double *values, tally *t, bool print) {
  for (iso_lid i = 0; i < h->mesh->nowned; i++) {
    t->hash = add_value(t->hash, ((uint64_t)(field + 2) << 40) + (uint64_t)h->mesh->gid[i], values[i]);
    if (print) printf("  field %d node %lld %a\n", field, (long long)h->mesh->gid[i], values[i]);
  }
}

/* Field -1 is Vm. */
static void add_fields(const heart *h, tally *t, bool print) {
  double *values;
  int nstates = 0;
  for (int r = 0; r < h->tissue.nregions; r++)
    if (h->region[r].model->nstates > nstates) nstates = h->region[r].model->nstates;
  DEMAND(iso_alloc(&values, (size_t)h->mesh->nowned, sizeof *values, "a field", WHY));
  iso_simulation_get_vm(h->simulation, values);
  add_nodes(h, -1, values, t, print);
  for (int k = 0; k < nstates; k++) {
    iso_simulation_get_state(h->simulation, k, values);
    for (iso_lid i = 0; i < h->mesh->nowned; i++)
      if (isnan(values[i])) values[i] = -1; /* a model without this state: NAN has many bits */
    add_nodes(h, k, values, t, print);
  }
  free(values);
}

/* ---- runs ---- */

static void name_of(const way *w, char *name, size_t size) {
  const iso_numerics *n = &w->numerics;
  const char *diffusion = n->diffusion == ISO_DIFFUSION_EXPLICIT ? "explicit"
                          : n->mass == ISO_MASS_CONSISTENT       ? "consistent"
                                                                 : "implicit";
  snprintf(name, size, "%s%s %s %s %s %s %s%s%s", n->pace == ISO_PACE_ADAPTIVE ? "adaptive " : "",
           mesh_name[w->mesh], w->precision == ISO_PRECISION_SINGLE ? "single" : "double",
           splitting_name[n->splitting], diffusion, fast_name[n->fast_current],
           n->rates == ISO_RATES_EXACT ? "exact" : "tabled", w->field ? " field " : "",
           w->field ? w->field : "");
  const size_t length = strlen(name);
  if (w->within.duration_ms > 0)
    snprintf(name + length, size - length, " pulses of %g ms every %g ms", w->within.duration_ms,
             w->within.period_ms);
}

/* What the device is made of, and what is wanted of it: see usage. */
typedef struct place {
  const char *kind;
  int threads;
  const char *simd;
  bool print, back;
  int nof;
  char **of; /* [nof]; none: all ways */
} place;

static bool is_wanted(const place *on, const char *name) {
  for (int k = 0; k < on->nof; k++)
    if (!strncmp(name, on->of[k], strlen(on->of[k]))) return true;
  return on->nof == 0;
}

/* To the end, or there and back to the middle of a pulse, of a group of steps that are read at once, and of
 * the upstrokes, and to the end again; where patches have their own pace, late enough for long steps, in the
 * middle of one. */
static void run_through(heart *h, bool adaptive, bool back) {
  const double until = adaptive ? 32 : 5, first = 0.95, second = 3.3, third = adaptive ? 27.25 : 2.35;
  iso_archive *archive;
  DEMAND(iso_archive_new(&archive, h->mesh, WHY));
  if (back) {
    heart_run(h, first);
    DEMAND(iso_simulation_save(h->simulation, archive, WHY));
    heart_run(h, second);
    DEMAND(iso_simulation_restore(h->simulation, archive, WHY));
    heart_run(h, third);
    DEMAND(iso_simulation_save(h->simulation, archive, WHY));
  }
  heart_run(h, until);
  if (back) {
    DEMAND(iso_simulation_restore(h->simulation, archive, WHY));
    heart_run(h, until);
  }
  iso_archive_free(archive);
}

static void stimulate(heart *h, const way *w) {
  const double low[3] = {0, 0, 0}, high[3] = {1.5, 1, 1};
  if (w->within.duration_ms > 0) {
    heart_stimulate(h, low, high, &w->within);
    return;
  }
  heart_stimulate(h, low, high, &(iso_pulses){0, 2, 50, 0, 1});
  heart_stimulate(h, (double[3]){1, 0, 0}, (double[3]){2.5, 1, 1}, &(iso_pulses){0.5, 0.7, 20, 1.3, 2});
}

static void run(const way *w, const place *on) {
  heart h = {0};
  tally t = {0};
  char name[128];
  name_of(w, name, sizeof name);
  if (!is_wanted(on, name)) return;
  const iso_guest counter = {.name = "events",
                             .stop_ms = INFINITY,
                             .self = &t,
                             .look = count_events,
                             .save = save_events,
                             .restore = restore_events};
  make(&h, w);
  iso_parameter_field field;
  double *values = w->field ? make_field(&h, &field, w->field) : NULL;
  heart_device(&h, &(iso_device_options){on->kind, w->precision, on->threads, on->simd, 0});
  heart_simulation(&h, &w->numerics, 0.05);
  DEMAND(iso_simulation_invite(h.simulation, &counter, WHY));
  stimulate(&h, w);
  run_through(&h, w->numerics.pace == ISO_PACE_ADAPTIVE, on->back);
  int rank;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  add_fields(&h, &t, on->print);
  MPI_Allreduce(MPI_IN_PLACE, &t.hash, 1, MPI_UINT64_T, MPI_SUM, MPI_COMM_WORLD);
  MPI_Allreduce(MPI_IN_PLACE, &t.count, 1, MPI_INT64_T, MPI_SUM, MPI_COMM_WORLD);
  /* A wave that does not run would compare nothing. */
  DEMAND(t.count > h.mesh->nnodes / 4
             ? ISO_OK
             : iso_fail(WHY, ISO_EFAIL, "%s: only %lld events", name, (long long)t.count));
  if (rank == 0) printf("%s: %lld events, %016llx\n", name, (long long)t.count, (unsigned long long)t.hash);
  fflush(stdout);
  free(values);
  heart_free(&h);
}

static iso_numerics numerics_of(iso_diffusion diffusion, iso_fast_current fast) {
  return (iso_numerics){.diffusion = diffusion,
                        .theta = 0.5,
                        .cg_tolerance = 1e-6,
                        .cg_iterations = 200,
                        .fast_current = fast,
                        .smoothing = fast == ISO_FAST_SMOOTHED ? 0.65 : 0.3,
                        .interpolation = 0.6};
}

/* The halves of a step that Strang's splitting sees have stimuli of their own. Of the last one, the end is
 * the first half of the step that begins a group of steps whose stimuli are prepared at once. */
static void run_pulses(const place *on) {
  static const iso_pulses within[] = {{0, 0.12, 150, 1, 5}, {0, 0.12, 250, 3, 2}, {0, 1.62, 50, 0, 1}};
  for (int s = ISO_SPLITTING_STAGGERED; s <= ISO_SPLITTING_STRANG; s++)
    for (size_t k = 0; k < sizeof within / sizeof *within; k++) {
      way w = {.mesh = TETRAHEDRA,
               .numerics = numerics_of(ISO_DIFFUSION_EXPLICIT, ISO_FAST_NODAL),
               .within = within[k]};
      w.numerics.splitting = (iso_splitting)s;
      run(&w, on);
    }
}

/* Patches at their own pace. */
static void run_adaptive(const place *on) {
  static const struct {
    mesh_kind mesh;
    iso_precision precision;
    iso_fast_current fast;
    iso_rates rates;
    const char *field;
    iso_pulses within;
  } list[] = {
      {.mesh = TETRAHEDRA, .fast = ISO_FAST_NODAL},
      {.mesh = HEXAHEDRA, .fast = ISO_FAST_INTERPOLATED},
      {.mesh = MIXED, .precision = ISO_PRECISION_SINGLE, .fast = ISO_FAST_SMOOTHED, .rates = ISO_RATES_EXACT},
      {.mesh = MIXED, .fast = ISO_FAST_INTERPOLATED, .field = "g_to", .within = {20.03, 0.12, 250, 3, 3}},
  };
  for (size_t k = 0; k < sizeof list / sizeof *list; k++) {
    way w = {.mesh = list[k].mesh,
             .precision = list[k].precision,
             .numerics = numerics_of(ISO_DIFFUSION_EXPLICIT, list[k].fast),
             .field = list[k].field,
             .within = list[k].within};
    w.numerics.pace = ISO_PACE_ADAPTIVE;
    w.numerics.rates = list[k].rates;
    run(&w, on);
  }
}

/* Every mesh and precision with each fast current and each diffusion; then, once each, the other splittings,
 * the consistent mass, rates without tables, fields of parameters and pulses within a step. */
static void run_all(const place *on) {
  for (int m = 0; m < NMESHES; m++)
    for (int p = ISO_PRECISION_DOUBLE; p <= ISO_PRECISION_SINGLE; p++) {
      way w = {.mesh = (mesh_kind)m, .precision = (iso_precision)p};
      for (int f = ISO_FAST_NODAL; f <= ISO_FAST_INTERPOLATED; f++) {
        w.numerics = numerics_of(ISO_DIFFUSION_EXPLICIT, (iso_fast_current)f);
        run(&w, on);
      }
      w.numerics = numerics_of(ISO_DIFFUSION_IMPLICIT, ISO_FAST_INTERPOLATED);
      run(&w, on);
    }
  way other = {.mesh = MIXED, .numerics = numerics_of(ISO_DIFFUSION_EXPLICIT, ISO_FAST_INTERPOLATED)};
  other.numerics.splitting = ISO_SPLITTING_GODUNOV;
  run(&other, on);
  other.numerics.splitting = ISO_SPLITTING_STRANG;
  run(&other, on);
  other.numerics.rates = ISO_RATES_EXACT;
  run(&other, on);
  other.numerics = numerics_of(ISO_DIFFUSION_IMPLICIT, ISO_FAST_NODAL);
  other.numerics.mass = ISO_MASS_CONSISTENT;
  run(&other, on);
  /* Fields: g_CaL changes functions of V, g_to does not. */
  for (int p = ISO_PRECISION_DOUBLE; p <= ISO_PRECISION_SINGLE; p++)
    for (int k = 0; k < 2; k++) {
      way w = {.mesh = MIXED,
               .precision = (iso_precision)p,
               .numerics = numerics_of(ISO_DIFFUSION_EXPLICIT, ISO_FAST_INTERPOLATED),
               .field = k ? "g_CaL" : "g_to"};
      run(&w, on);
    }
  run_pulses(on);
  run_adaptive(on);
}

int main(int argc, char **argv) {
  if (argc < 4) {
    fprintf(stderr, "usage: %s DEVICE THREADS SIMD [nodes] [back] [of BEGINNING]...\n", argv[0]);
    return 2;
  }
  MPI_Init(&argc, &argv);
  place on = {.kind = argv[1], .threads = atoi(argv[2]), .simd = argv[3]};
  for (int k = 4; k < argc && !on.of; k++) {
    on.print |= !strcmp(argv[k], "nodes");
    on.back |= !strcmp(argv[k], "back");
    if (!strcmp(argv[k], "of")) on.of = argv + k + 1, on.nof = argc - k - 1;
  }
  run_all(&on);
  MPI_Finalize();
  return 0;
}
