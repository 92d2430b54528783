/* The ECG of a run: a patient's ventricles with left bundle branch block against another program
 * (data/crtdemo), and tables of electrodes.
 *
 * That program's potentials are sum_n (K V)_n / r_n: without 1 / (4 pi sigma), which a medium of 1 / (4 pi)
 * makes 1, and with the sign turned round. */
#include "grid/mpi_main.h"

#include "grid/mesh.h"
#include "kernels/element.h"
#include "linear/system.h"
#include "observe/ecg.h"
#include "observe/lead_weights.h"
#include "observe/leads.h"
#include "study/electrodes.h"
#include "study/node_field.h"
#include "verified.h"

#include <stdio.h>

static iso_error err;

#define PI 3.14159265358979323846
#define MESH DATA "/crtdemo.vtu"

enum { SAMPLES = 206, LEADS = 12 };
static const char *const lead_names[LEADS] = {"I",  "II", "III", "aVR", "aVL", "aVF",
                                              "V1", "V2", "V3",  "V4",  "V5",  "V6"};

typedef struct heart {
  iso_mesh *mesh;
  iso_device *device;
  double *activation; /* [nowned] ms, the first at 0 */
  double (*fibre)[3]; /* [nnodes] by global number */
  double *vm;         /* [nowned] */
  void *device_vm;
  iso_ecg *ecg;
  iso_electrodes electrodes;
} heart;

/* ---- its parts ---- */

static void read_mesh(heart *h) {
  iso_slice slice;
  const iso_read_options options = {.path = MESH};
  ASSERT_OK(iso_slice_read(MPI_COMM_WORLD, &options, &slice, &err));
  ASSERT_OK(iso_mesh_build(MPI_COMM_WORLD, &slice, NULL, &h->mesh, NULL, &err));
}

static void read_activation(heart *h) {
  double first = INFINITY;
  ASSERT_OK(iso_alloc(&h->activation, (size_t)h->mesh->nowned, sizeof *h->activation, "test", &err));
  ASSERT_OK(iso_node_field_read(h->mesh, MESH, "activation", h->activation, &err));
  for (iso_lid i = 0; i < h->mesh->nowned; i++) first = fmin(first, h->activation[i]);
  MPI_Allreduce(MPI_IN_PLACE, &first, 1, MPI_DOUBLE, MPI_MIN, h->mesh->comm);
  for (iso_lid i = 0; i < h->mesh->nowned; i++) h->activation[i] -= first;
}

static void read_fibres(heart *h) {
  static const char *const name[] = {"fibre_x", "fibre_y", "fibre_z"};
  double *owned;
  ASSERT_OK(iso_alloc(&owned, (size_t)h->mesh->nowned, sizeof *owned, "test", &err));
  ASSERT_OK(iso_alloc(&h->fibre, (size_t)h->mesh->nnodes, sizeof *h->fibre, "test", &err));
  for (int d = 0; d < 3; d++) {
    ASSERT_OK(iso_node_field_read(h->mesh, MESH, name[d], owned, &err));
    for (iso_lid i = 0; i < h->mesh->nowned; i++) h->fibre[h->mesh->gid[i]][d] = owned[i];
  }
  MPI_Allreduce(MPI_IN_PLACE, h->fibre, 3 * (int)h->mesh->nnodes, MPI_DOUBLE, MPI_SUM, h->mesh->comm);
  free(owned);
}

/* That program takes the mean of an element's unit vectors as they are, where a fibre has no direction and
 * neighbours' may stand against each other; so does this. */
static iso_status conduct(void *self, const iso_mesh *mesh, iso_lid e, iso_conduction *out, iso_error *why) {
  (void)why;
  const heart *h = self;
  const iso_lid *conn = mesh->conn + (int64_t)e * mesh->width;
  double sum[3] = {0};
  float fibre[3];
  for (int k = 0; k < 4; k++)
    for (int d = 0; d < 3; d++) sum[d] += h->fibre[mesh->gid[conn[k]]][d];
  const double length = sqrt(sum[0] * sum[0] + sum[1] * sum[1] + sum[2] * sum[2]);
  for (int d = 0; d < 3; d++) fibre[d] = (float)(sum[d] / length);
  *out = (iso_conduction){.capacity = 1, .extent = 1};
  iso_conductivity(fibre, NULL, 3, 0.3, 0.3, out->conductivity);
  return ISO_OK;
}

static void make_ecg(heart *h) {
  iso_system sources;
  double *z, *weight;
  const size_t owned = (size_t)h->mesh->nowned;
  ASSERT_OK(iso_system_new(&sources, h->mesh, (iso_conductor){h, conduct}, false, &err));
  ASSERT_OK(iso_alloc(&z, (size_t)h->mesh->nlocal, sizeof *z, "test", &err));
  ASSERT_OK(iso_alloc(&weight, (size_t)h->electrodes.n * owned, sizeof *weight, "test", &err));
  for (int k = 0; k < h->electrodes.n; k++) {
    iso_lead_unbounded(h->mesh, h->electrodes.at_mm[k], 1 / (4 * PI), z);
    iso_lead_weights(&sources, z, weight + (size_t)k * owned);
  }
  ASSERT_OK(iso_ecg_new(&h->ecg, h->device, h->mesh, h->electrodes.n, weight, &err));
  free(z);
  free(weight);
  iso_system_free(&sources);
}

static void heart_new(heart *h) {
  char message[256];
  *h = (heart){0};
  read_mesh(h);
  read_activation(h);
  read_fibres(h);
  ASSERT_OK(iso_electrodes_read(&h->electrodes, MPI_COMM_WORLD, DATA "/electrodes.csv", &err));
  h->device = iso_device_open(&(iso_device_options){"cpu", ISO_PRECISION_DOUBLE, 1, "auto", 0}, message,
                              sizeof message);
  assert_non_null(h->device);
  make_ecg(h);
  ASSERT_OK(iso_alloc(&h->vm, (size_t)h->mesh->nowned, sizeof *h->vm, "test", &err));
  h->device_vm = iso_device_alloc(h->device, (size_t)h->mesh->nowned * h->device->real_bytes);
  assert_non_null(h->device_vm);
}

static void heart_free(heart *h) {
  iso_ecg_free(h->ecg);
  iso_device_release(h->device, h->device_vm);
  iso_device_close(h->device);
  iso_electrodes_free(&h->electrodes);
  iso_mesh_free(h->mesh);
  free(h->activation);
  free(h->fibre);
  free(h->vm);
}

/* ---- its beat ---- */

static const void *vm_of(void *self) { return ((const heart *)self)->device_vm; }

static void show(heart *h, double time_ms) {
  const iso_guest guest = iso_ecg_guest(h->ecg, 1);
  const iso_view_source source = {.self = h, .vm_on_device = vm_of};
  const iso_view view = {.mesh = h->mesh, .time_ms = time_ms, .step_ms = 1, .source = &source};
  for (iso_lid i = 0; i < h->mesh->nowned; i++) h->vm[i] = -80 + 50 * (1 + tanh(time_ms - h->activation[i]));
  iso_device_upload_real(h->device, h->device_vm, 0, h->mesh->nowned, h->vm);
  ASSERT_OK(guest.look(guest.self, &view, &err));
}

/* The other program's, by line: t_ms and the leads. */
static void read_reference(double time_ms[SAMPLES], double value[SAMPLES][LEADS]) {
  char line[1024];
  FILE *file = fopen(DATA "/true_ecg.csv", "r");
  assert_non_null(file);
  assert_non_null(fgets(line, sizeof line, file));
  for (int s = 0; s < SAMPLES; s++) {
    assert_non_null(fgets(line, sizeof line, file));
    char *at = line;
    time_ms[s] = strtod(at, &at);
    for (int k = 0; k < LEADS; k++) value[s][k] = strtod(at + 1, &at);
  }
  assert_null(fgets(line, sizeof line, file));
  fclose(file);
}

static double range_of(double value[SAMPLES][LEADS], int lead) {
  double low = INFINITY, high = -INFINITY;
  for (int s = 0; s < SAMPLES; s++) low = fmin(low, value[s][lead]), high = fmax(high, value[s][lead]);
  return high - low;
}

/* 1e-6 of the range of each lead: the file has nine digits, and fibres go through single precision. */
static void check(const heart *h, const iso_leads *leads, double reference[SAMPLES][LEADS]) {
  double off = 0;
  for (int k = 0; k < LEADS; k++) {
    const double range = range_of(reference, k);
    const iso_lead *lead = iso_leads_find(leads, lead_names[k]);
    assert_non_null(lead);
    for (int s = 0; s < SAMPLES; s++) {
      const double phi = iso_lead_value(lead, iso_ecg_potentials(h->ecg) + s * h->electrodes.n);
      off = fmax(off, fabs(phi + reference[s][k]) / range);
    }
  }
  verified_at_most("ecg_of_another_program", off, 1e-6);
}

static double extreme(const heart *h, const iso_leads *leads, const char *name) {
  double most = 0;
  for (int s = 0; s < SAMPLES; s++) {
    const double phi =
        iso_lead_value(iso_leads_find(leads, name), iso_ecg_potentials(h->ecg) + s * h->electrodes.n);
    if (fabs(phi) > fabs(most)) most = phi;
  }
  return most;
}

/* The right ventricle first: the wave goes away from V1, towards the left arm and V6. */
static void check_block(const heart *h, const iso_leads *leads) {
  assert_true(extreme(h, leads, "V1") < 0);
  assert_true(extreme(h, leads, "I") > 0);
  assert_true(extreme(h, leads, "V6") > 0);
}

static void another_program_s_ecg_with_the_sign_of_physics(void **state) {
  (void)state;
  static double time_ms[SAMPLES], reference[SAMPLES][LEADS];
  heart h;
  iso_leads leads;
  heart_new(&h);
  ASSERT_OK(iso_leads_new(&leads, h.electrodes.n, h.electrodes.name, 0, NULL, &err));
  assert_int_equal(leads.n, LEADS);
  read_reference(time_ms, reference);
  for (int s = 0; s < SAMPLES; s++) show(&h, time_ms[s]);
  ASSERT_OK(iso_ecg_finish(h.ecg, &err));
  if (world_rank() == 0) {
    check(&h, &leads, reference);
    check_block(&h, &leads);
  }
  iso_leads_free(&leads);
  heart_free(&h);
}

/* ---- tables of electrodes ---- */

static void parse(const char *text, iso_electrodes *out) {
  char copy[512];
  snprintf(copy, sizeof copy, "%s", text);
  ASSERT_OK(iso_electrodes_parse(out, "e.csv", copy, &err));
}

static void electrodes_are_read_by_the_names_of_columns(void **state) {
  (void)state;
  iso_electrodes e;
  parse("\xEF\xBB\xBF# of a patient\r\n\r\nx_mm, name ,z_mm,side,y_mm\r\n1.5, V1 ,-3e1,left,2\r\n 4,RA,6,,5",
        &e);
  assert_int_equal(e.n, 2);
  assert_string_equal(e.name[0], "V1");
  assert_true(e.at_mm[0][0] == 1.5 && e.at_mm[0][1] == 2 && e.at_mm[0][2] == -30);
  assert_string_equal(e.name[1], "RA");
  assert_true(e.at_mm[1][0] == 4 && e.at_mm[1][1] == 5 && e.at_mm[1][2] == 6);
  iso_electrodes_free(&e);
}

static void what_is_no_table_is_refused_with_its_line(void **state) {
  (void)state;
  static const char *const wrong[][2] = {
      {"", "no electrode"},
      {"name,x_mm,y_mm,z_mm\n", "no electrode"},
      {"name,x,y,z\nV1,1,2,3\n", "e.csv:1: there is no column x_mm"},
      {"V1,1,2,3\n", "e.csv:1: there is no column name"},
      {"name,x_mm,y_mm,z_mm\nV1,1,2\n", "e.csv:2: the column z_mm is missing"},
      {"name,x_mm,y_mm,z_mm\nV1,1,two,3\n", "e.csv:2: 'two' is no number"},
      {"name,x_mm,y_mm,z_mm\nV1,1,nan,3\n", "e.csv:2: 'nan' is no number"},
      {"name,x_mm,y_mm,z_mm\nV1,1,1e999,3\n", "e.csv:2: '1e999' is no number"},
      {"name,x_mm,y_mm,z_mm\nV1,1,-51700,3\n", "e.csv:2: '-51700' is no number of mm from -10000"},
      {"name,x_mm,y_mm,z_mm\nV1,1,,3\n", "e.csv:2: '' is no number"},
      {"name,x_mm,y_mm,z_mm\nV1,1,2,3\n\nV1,1,2,3\n", "e.csv:4: the electrode 'V1' is there twice"},
      {"name,x_mm,y_mm,z_mm\nV 1,1,2,3\n", "e.csv:2: 'V 1' is no name"},
      {"name,x_mm,y_mm,z_mm\n,1,2,3\n", "e.csv:2: '' is no name"},
      {"name,x_mm,y_mm,z_mm\naVR,1,2,3\n", "e.csv:2: 'aVR' is no electrode's name"},
      {"name,x_mm,y_mm,z_mm\nqrs_axis,1,2,3\n", "e.csv:2: 'qrs_axis' is no electrode's name"},
      {"name,x_mm,y_mm,z_mm\nV1_activation,1,2,3\n", "e.csv:2: 'V1_activation' is no electrode's name"},
  };
  for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
    char text[256];
    iso_electrodes e;
    snprintf(text, sizeof text, "%s", wrong[k][0]);
    ASSERT_REFUSED(iso_electrodes_parse(&e, "e.csv", text, &err), wrong[k][1]);
    iso_electrodes_free(&e);
  }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(another_program_s_ecg_with_the_sign_of_physics),
    cmocka_unit_test(electrodes_are_read_by_the_names_of_columns),
    cmocka_unit_test(what_is_no_table_is_refused_with_its_line),
};
RUN_ON_ALL_RANKS(tests)
