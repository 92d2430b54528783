/* Electrodes around blocks of tissue whose potentials are known. */
#include "grid/mpi_main.h"

#include "grid/make/slab.h"
#include "linear/system.h"
#include "observe/ecg.h"
#include "observe/lead_weights.h"
#include "observe/leads.h"
#include "solve/archive.h"
#include "verified.h"

#include <stdbool.h>

static iso_error err;

#define PI 3.14159265358979323846

/* Of the tissue along and across, and of the medium, mS/mm. */
static const double along = 0.3, across = 0.1, medium = 0.5;

typedef double potential_at(const double x[3]); /* Vm, mV */

typedef struct block {
  iso_mesh *mesh;
  iso_device *device;
  iso_system sources;
  int n;
  double *weight; /* [n][nowned] */
  void *vm;       /* device */
  iso_ecg *ecg;
} block;

static iso_status conduct(void *self, const iso_mesh *mesh, iso_lid e, iso_conduction *out, iso_error *why) {
  (void)self, (void)mesh, (void)e, (void)why;
  *out = (iso_conduction){
      .conductivity = {{along, 0, 0}, {0, across, 0}, {0, 0, across}}, .capacity = 1, .extent = 1};
  return ISO_OK;
}

/* 4 x 2 x 2 mm around the origin. */
static void block_new(block *b, MPI_Comm comm, iso_precision precision, int n, const double (*electrode)[3]) {
  const iso_slab_options slab = {
      .size_mm = {4, 2, 2}, .spacing_mm = 0.25, .shape = ISO_TETRAHEDRON, .diagonals = ISO_JITTERED};
  iso_slice slice;
  char message[256];
  double *z;
  *b = (block){.n = n};
  ASSERT_OK(iso_slab(comm, &slab, &slice, &err));
  for (int64_t i = 0; i < slice.nnode; i++)
    for (int d = 0; d < 3; d++) slice.xyz[i][d] -= 0.5 * slab.size_mm[d];
  ASSERT_OK(iso_mesh_build(comm, &slice, NULL, &b->mesh, NULL, &err));
  b->device = iso_device_open(&(iso_device_options){"cpu", precision, 1, "auto", 0}, message, sizeof message);
  assert_non_null(b->device);
  ASSERT_OK(iso_system_new(&b->sources, b->mesh, (iso_conductor){NULL, conduct}, false, &err));
  const size_t owned = (size_t)b->mesh->nowned;
  ASSERT_OK(iso_alloc(&z, (size_t)b->mesh->nlocal, sizeof *z, "test", &err));
  ASSERT_OK(iso_alloc(&b->weight, (size_t)n * owned, sizeof *b->weight, "test", &err));
  for (int k = 0; k < n; k++) {
    iso_lead_unbounded(b->mesh, electrode[k], medium, z);
    iso_lead_weights(&b->sources, z, b->weight + (size_t)k * owned);
  }
  free(z);
  b->vm = iso_device_alloc(b->device, owned * b->device->real_bytes);
  assert_non_null(b->vm);
  ASSERT_OK(iso_ecg_new(&b->ecg, b->device, b->mesh, n, b->weight, &err));
}

static void block_free(block *b) {
  iso_ecg_free(b->ecg);
  iso_device_release(b->device, b->vm);
  iso_system_free(&b->sources);
  iso_device_close(b->device);
  iso_mesh_free(b->mesh);
  free(b->weight);
}

static const void *vm_of(void *self) { return ((const block *)self)->vm; }

static void show(block *b, int64_t step, potential_at *vm) {
  const iso_guest guest = iso_ecg_guest(b->ecg, 1);
  const iso_view_source source = {.self = b, .vm_on_device = vm_of};
  const iso_view view = {
      .mesh = b->mesh, .step = step, .time_ms = (double)step, .step_ms = 1, .source = &source};
  double *host;
  ASSERT_OK(iso_alloc(&host, (size_t)b->mesh->nowned, sizeof *host, "test", &err));
  for (iso_lid i = 0; i < b->mesh->nowned; i++) host[i] = vm(b->mesh->xyz[i]);
  iso_device_upload_real(b->device, b->vm, 0, b->mesh->nowned, host);
  free(host);
  ASSERT_OK(guest.look(guest.self, &view, &err));
}

static bool is_root(const block *b) {
  int rank;
  MPI_Comm_rank(b->mesh->comm, &rank);
  return rank == 0;
}

/* The potentials of one sample, on rank 0: valid until the block is freed. */
static const double *sample(block *b, potential_at *vm) {
  show(b, 0, vm);
  ASSERT_OK(iso_ecg_finish(b->ecg, &err));
  return iso_ecg_potentials(b->ecg);
}

/* ---- sources whose fields are known ---- */

static double uniform(const double x[3]) { return (void)x, -85.0; }
static double ramp(const double x[3]) { return -85 + 7 * x[0] - 3 * x[1] + 5 * x[2]; }

/* Active behind the front at x = 0, which moves towards +x. */
static double front(const double x[3]) { return -35 - 50 * tanh(2 * x[0]); }

static const double around[][3] = {{40, 3, -2}, {-40, 5, 1}, {5, 60, -20}, {2.5, 1.5, -1.2}, {0.3, 0.1, 0.2}};
enum { AROUND = sizeof around / sizeof *around };

/* Sum of |w V| is what rounding is of: of weights, which are differences of Z, and of products. */
static void a_heart_at_one_potential_is_silent(void **state) {
  (void)state;
  for (int precision = 0; precision < 2; precision++) {
    block b;
    block_new(&b, MPI_COMM_WORLD, (iso_precision)precision, AROUND, around);
    const double *phi = sample(&b, uniform);
    for (int k = 0; k < AROUND; k++) {
      double sum = 0;
      for (iso_lid i = 0; i < b.mesh->nowned; i++) sum += fabs(b.weight[k * (int64_t)b.mesh->nowned + i]);
      MPI_Allreduce(MPI_IN_PLACE, &sum, 1, MPI_DOUBLE, MPI_SUM, b.mesh->comm);
      if (is_root(&b) && !(fabs(phi[k]) < 1e-12 * 85 * sum)) fail_msg("electrode %d: %g mV", k, phi[k]);
    }
    block_free(&b);
  }
}

/* A gradient that is the same everywhere is, from afar, the dipole p = -sigma_i grad V times the volume: phi
 * = p . r / (4 pi sigma r^3). What the block's extent adds falls with the square of extent / distance: 2e-3
 * of a dipole along r at 40 mm, and as much again for those that lie obliquely. */
static void a_gradient_is_a_dipole_from_afar(void **state) {
  (void)state;
  const double volume = 4 * 2 * 2, p[3] = {-along * 7 * volume, across * 3 * volume, -across * 5 * volume};
  block b;
  double off = 0;
  block_new(&b, MPI_COMM_WORLD, ISO_PRECISION_DOUBLE, 3, around);
  const double *phi = sample(&b, ramp);
  for (int k = 0; k < 3 && is_root(&b); k++) {
    const double *r = around[k], d = sqrt(r[0] * r[0] + r[1] * r[1] + r[2] * r[2]);
    const double expected = (p[0] * r[0] + p[1] * r[1] + p[2] * r[2]) / (4 * PI * medium * d * d * d);
    const double most = sqrt(p[0] * p[0] + p[1] * p[1] + p[2] * p[2]) / (4 * PI * medium * d * d);
    off = fmax(off, fabs(phi[k] - expected) / most);
  }
  if (is_root(&b)) verified_at_most("ecg_dipole_from_afar", off, 4e-3);
  block_free(&b);
}

static void a_front_that_comes_nearer_is_positive(void **state) {
  (void)state;
  block b;
  block_new(&b, MPI_COMM_WORLD, ISO_PRECISION_DOUBLE, AROUND, around);
  const double *phi = sample(&b, front);
  if (is_root(&b)) {
    assert_true(phi[0] > 0);
    assert_true(phi[1] < 0);
    assert_true(phi[3] > 0);
  }
  block_free(&b);
}

/* ---- bits ---- */

static void potentials_have_the_same_bits_on_any_ranks(void **state) {
  (void)state;
  for (int precision = 0; precision < 2; precision++) {
    block together, alone;
    block_new(&together, MPI_COMM_WORLD, (iso_precision)precision, AROUND, around);
    block_new(&alone, MPI_COMM_SELF, (iso_precision)precision, AROUND, around);
    const double *u = sample(&together, front), *v = sample(&alone, front);
    if (is_root(&together)) assert_memory_equal(u, v, AROUND * sizeof *u);
    block_free(&together);
    block_free(&alone);
  }
}

/* Weights and Vm as the device has them; the sum in long double. What is lost is a rounding to 2^-49 of the
 * largest weight times 1 V, at most, for each node. */
static void sums_are_those_of_the_weights(void **state) {
  (void)state;
  block b;
  block_new(&b, MPI_COMM_SELF, ISO_PRECISION_DOUBLE, AROUND, around);
  const double *phi = sample(&b, front);
  for (int k = 0; k < AROUND; k++) {
    long double sum = 0;
    double most = 0;
    for (iso_lid i = 0; i < b.mesh->nowned; i++) {
      const double w = b.weight[k * (int64_t)b.mesh->nowned + i];
      sum += (long double)w * front(b.mesh->xyz[i]);
      most = fmax(most, fabs(w));
    }
    const double bound = 0.5 * 0x1p-49 * 1000 * most * (double)b.mesh->nowned;
    if (!(fabs(phi[k] - (double)sum) <= bound)) fail_msg("%d: %.17g is not %.17g", k, phi[k], (double)sum);
  }
  block_free(&b);
}

/* ---- samples over time ---- */

static double level; /* mV, of the front's height */
static double rising(const double x[3]) { return level * tanh(2 * x[0]); }

static void show_levels(block *b, int first, int end) {
  for (int s = first; s < end; s++) {
    level = s;
    show(b, s, rising);
  }
}

/* More than are kept on the device, with a stop, a way back and on again. */
static void samples_come_in_their_order_and_go_on_from_a_saved_state(void **state) {
  (void)state;
  enum { SAMPLES = 600, SAVED = 300, BEYOND = 450 };
  block b;
  iso_archive *archive;
  block_new(&b, MPI_COMM_WORLD, ISO_PRECISION_DOUBLE, 1, around);
  const iso_guest guest = iso_ecg_guest(b.ecg, 1);
  ASSERT_OK(iso_archive_new(&archive, b.mesh, &err));
  show_levels(&b, 0, SAVED);
  ASSERT_OK(guest.save(guest.self, archive, &err));
  show_levels(&b, SAVED, BEYOND);
  ASSERT_OK(guest.restore(guest.self, archive, &err));
  assert_int_equal(iso_ecg_samples(b.ecg), SAVED);
  show_levels(&b, SAVED, SAMPLES);
  ASSERT_OK(iso_ecg_finish(b.ecg, &err));
  assert_int_equal(iso_ecg_samples(b.ecg), SAMPLES);
  const double *time = iso_ecg_times(b.ecg), *phi = iso_ecg_potentials(b.ecg);
  for (int s = 0; s < SAMPLES && is_root(&b); s++) {
    assert_true(time[s] == s);
    if (!(fabs(phi[s] - s * phi[1]) <= 1e-9 * fabs(phi[1]) * SAMPLES)) fail_msg("%d: %g", s, phi[s]);
  }
  iso_archive_free(archive);
  block_free(&b);
}

/* ---- leads ---- */

static const char *const nine[] = {"V1", "V2", "V3", "V4", "V5",   "V6",
                                   "LA", "RA", "LL", "RL", "cs-1", "cs-2"};
enum { ELECTRODES = sizeof nine / sizeof *nine };

static double value_of(const iso_leads *leads, const char *name, const double *potential) {
  const iso_lead *lead = iso_leads_find(leads, name);
  if (!lead) fail_msg("there is no lead %s", name);
  return iso_lead_value(lead, potential);
}

static void nine_electrodes_give_the_twelve_leads(void **state) {
  (void)state;
  static const char *const twelve[] = {"I",  "II", "III", "aVR", "aVL",  "aVF",  "V1",       "V2",
                                       "V3", "V4", "V5",  "V6",  "cs-1", "cs-2", "cs-1-cs-2"};
  const double phi[ELECTRODES] = {1.5, 2.25, 3, 2, 1, 0.5, 0.75, -0.5, 1.25, 9, 4, -2};
  const double wilson = (phi[6] + phi[7] + phi[8]) / 3;
  iso_leads leads;
  ASSERT_OK(iso_leads_new(&leads, ELECTRODES, nine, 1, (const char *const[]){"cs-1-cs-2"}, &err));
  assert_int_equal(leads.n, sizeof twelve / sizeof *twelve);
  for (int k = 0; k < leads.n; k++) assert_string_equal(leads.lead[k].name, twelve[k]);
  const double one = value_of(&leads, "I", phi), two = value_of(&leads, "II", phi),
               right = value_of(&leads, "aVR", phi), left = value_of(&leads, "aVL", phi),
               foot = value_of(&leads, "aVF", phi);
  assert_true(one == phi[6] - phi[7] && two == phi[8] - phi[7]);
  assert_true(two == one + value_of(&leads, "III", phi)); /* these numbers add without rounding */
  assert_true(right + left + foot == 0 && right == -(one + two) / 2);
  assert_true(fabs(right - 1.5 * (phi[7] - wilson)) < 1e-15);
  assert_true(fabs(value_of(&leads, "V3", phi) - (phi[2] - wilson)) < 1e-15);
  assert_true(value_of(&leads, "cs-1", phi) == 4 && value_of(&leads, "cs-1-cs-2", phi) == 6);
  iso_leads_free(&leads);
}

static void without_limbs_every_electrode_is_a_lead(void **state) {
  (void)state;
  iso_leads leads;
  ASSERT_OK(iso_leads_new(&leads, 7, nine, 0, NULL, &err)); /* V1 .. V6 and LA */
  assert_int_equal(leads.n, 7);
  for (int k = 0; k < leads.n; k++) assert_int_equal(leads.lead[k].kind, ISO_LEAD_UNIPOLAR);
  iso_leads_free(&leads);
}

static void electrograms_tell_when_a_wave_passes(void **state) {
  (void)state;
  const double time_ms[] = {0, 1, 2, 3, 5, 6}, value[] = {0, 3, 2, -1, -2, -2}, flat[6] = {0};
  const iso_lead unipolar = {.kind = ISO_LEAD_UNIPOLAR}, bipolar = {.kind = ISO_LEAD_BIPOLAR};
  const double steep[] = {0, 4, 2, -1, -2, -2};
  assert_true(iso_lead_activation(&unipolar, 6, time_ms, value) == 2.5);
  assert_true(iso_lead_activation(&bipolar, 6, time_ms, steep) == 0.5);
  assert_true(isnan(iso_lead_activation(&unipolar, 6, time_ms, flat)));
}

static void a_pair_needs_two_electrodes(void **state) {
  (void)state;
  static const char *const wrong[] = {"cs-1", "cs-1-cs-3", "cs-1-cs-1", "-", ""};
  for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
    iso_leads leads;
    iso_error why = {0};
    assert_int_equal(iso_leads_new(&leads, ELECTRODES, nine, 1, &wrong[k], &why), ISO_EINPUT);
    assert_non_null(strstr(why.message, "A-B"));
    iso_leads_free(&leads);
  }
}

/* Two variables of one name would fail only when the run is over. */
static void leads_have_names_of_their_own(void **state) {
  (void)state;
  static const char *const electrode[] = {"a", "b", "a-b"}, *const pair[] = {"b-a", "b-a", "a-b"};
  for (int k = 0; k < 2; k++) {
    iso_leads leads;
    iso_error why = {0};
    assert_int_equal(iso_leads_new(&leads, 3, electrode, 2, pair + k, &why), ISO_EINPUT);
    assert_non_null(strstr(why.message, k == 0 ? "two leads 'b-a'" : "two leads 'a-b'"));
    iso_leads_free(&leads);
  }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(leads_have_names_of_their_own),
    cmocka_unit_test(a_heart_at_one_potential_is_silent),
    cmocka_unit_test(a_gradient_is_a_dipole_from_afar),
    cmocka_unit_test(a_front_that_comes_nearer_is_positive),
    cmocka_unit_test(potentials_have_the_same_bits_on_any_ranks),
    cmocka_unit_test(sums_are_those_of_the_weights),
    cmocka_unit_test(samples_come_in_their_order_and_go_on_from_a_saved_state),
    cmocka_unit_test(nine_electrodes_give_the_twelve_leads),
    cmocka_unit_test(without_limbs_every_electrode_is_a_lead),
    cmocka_unit_test(electrograms_tell_when_a_wave_passes),
    cmocka_unit_test(a_pair_needs_two_electrodes),
};
RUN_ON_ALL_RANKS(tests)
