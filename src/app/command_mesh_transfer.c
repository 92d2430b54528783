/* Fields of one heart on another. */
#include "app/command.h"

#include "anatomy/transfer.h"
#include "app/command_mesh.h"
#include "app/node_columns.h"
#include "base/memory.h"
#include "base/text.h"
#include "grid/ask/select_fields.h"
#include "grid/format/write.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { COORDINATES = 4, MOST_FIELDS = ISO_MOST_COLUMNS - COORDINATES, MOST_NAME = 64 };

/* In the order of iso_chart_fields. */
static const char *const coordinates[COORDINATES] = {"transventricular", "transmural", "apicobasal",
                                                     "rotational"};

typedef struct heart {
  const char *file;
  iso_mesh *mesh;
  double *coordinate[COORDINATES]; /* [nlocal] */
} heart;

typedef struct work {
  const iso_arguments *arguments;
  int n, nplaces;
  char name[MOST_FIELDS][MOST_NAME];
  heart from, to;
  double *field[MOST_FIELDS]; /* [from nlocal] */
  double *out[MOST_FIELDS];   /* [to nowned] */
} work;

/* The first nplaces are places. */
static iso_status read_names(work *k, iso_error *err) {
  const char *text = iso_argument(k->arguments, "fields");
  k->nplaces = iso_argument(k->arguments, "places") ? 3 : 0;
  for (; k->n < k->nplaces; k->n++) snprintf(k->name[k->n], MOST_NAME, "from_%c_mm", "xyz"[k->n]);
  if (!text && k->n == 0 && !iso_argument(k->arguments, "fibres"))
    return iso_fail(err, ISO_EINPUT,
                    "nothing is asked for; give --fields with names of %s, --places, or --fibres",
                    k->arguments->positional[0]);
  for (const char *at = text; at && *at;) {
    const size_t length = strcspn(at, ",");
    if (length == 0 || length >= MOST_NAME || k->n == MOST_FIELDS)
      return iso_fail(err, ISO_EINPUT,
                      "--fields: expected up to %d names of up to %d bytes with commas between, got '%.80s'",
                      (int)MOST_FIELDS - k->nplaces, (int)MOST_NAME - 1, text);
    memcpy(k->name[k->n++], at, length);
    at += length + (at[length] == ',');
  }
  return ISO_OK;
}

/* A field at local nodes, from a mesh's own file. */
static iso_status read_field(const heart *h, const char *name, double **out, iso_error *err) {
  const iso_mesh *mesh = h->mesh;
  iso_status status = iso_alloc(out, (size_t)mesh->nlocal, sizeof **out, "a field", err);
  ISO_TRY(iso_agree(mesh->comm, status, err));
  ISO_TRY(iso_coordinate_read(mesh, h->file, name, *out, err));
  return iso_halo_update(mesh->halo, *out, sizeof **out, err);
}

static iso_status check_finite(const heart *h, int which, iso_error *err) {
  iso_gid node = INT64_MAX;
  for (iso_lid i = 0; i < h->mesh->nowned; i++)
    if (!isfinite(h->coordinate[which][i]) && h->mesh->gid[i] < node) node = h->mesh->gid[i];
  MPI_Allreduce(MPI_IN_PLACE, &node, 1, MPI_INT64_T, MPI_MIN, h->mesh->comm);
  return node == INT64_MAX ? ISO_OK
                           : iso_fail(err, ISO_EINPUT, "%s: '%s' is no finite number at node %lld (from 0)",
                                      h->file, coordinates[which], (long long)node);
}

static iso_status read_heart(const work *k, heart *h, const char *file, iso_error *err) {
  iso_slice slice = {0};
  iso_notes notes = {0};
  h->file = file;
  ISO_TRY(iso_command_read_mesh(k->arguments, file, &slice, err));
  const iso_status status = iso_mesh_build(k->arguments->comm, &slice, NULL, &h->mesh, &notes, err);
  iso_command_say_notes(k->arguments, &notes);
  ISO_TRY(status);
  for (int c = 0; c < COORDINATES; c++) {
    ISO_TRY(read_field(h, coordinates[c], &h->coordinate[c], err));
    ISO_TRY(check_finite(h, c, err));
  }
  return ISO_OK;
}

static iso_status take_place(const iso_mesh *mesh, int axis, double **out, iso_error *err) {
  ISO_TRY(iso_agree(mesh->comm, iso_alloc(out, (size_t)mesh->nlocal, sizeof **out, "a field", err), err));
  for (iso_lid i = 0; i < mesh->nlocal; i++) (*out)[i] = mesh->xyz[i][axis];
  return ISO_OK;
}

static iso_status read_fields(work *k, iso_error *err) {
  for (int f = 0; f < k->n; f++) {
    iso_status status = iso_alloc(&k->out[f], (size_t)k->to.mesh->nowned, sizeof *k->out[f], "a field", err);
    ISO_TRY(iso_agree(k->arguments->comm, status, err));
    ISO_TRY(f < k->nplaces ? take_place(k->from.mesh, f, &k->field[f], err)
                           : read_field(&k->from, k->name[f], &k->field[f], err));
  }
  return ISO_OK;
}

static iso_status write(const work *k, int64_t beside, iso_error *err) {
  const iso_arguments *a = k->arguments;
  iso_node_column column[ISO_MOST_COLUMNS];
  char count[32];
  for (int f = 0; f < k->n; f++) column[f] = (iso_node_column){k->name[f], k->out[f]};
  for (int c = 0; c < COORDINATES; c++)
    column[k->n + c] = (iso_node_column){coordinates[c], k->to.coordinate[c]};
  ISO_TRY(iso_command_write_columns(a, k->to.mesh, k->n + COORDINATES, column, a->positional[2], err));
  if (beside > 0)
    iso_say(a,
            "%s of them lie beside the elements of %s among coordinates: they have what is nearest there\n",
            iso_text_count(beside, count, sizeof count), a->positional[0]);
  return ISO_OK;
}

static iso_chart_fields fields_of(const heart *h) {
  return (iso_chart_fields){h->coordinate[0], h->coordinate[1], h->coordinate[2], h->coordinate[3]};
}

/* The fibres and sheets of the heart from take the place of those of to. */
static iso_status take_fibres(work *k, const iso_chart_fields *at, const iso_chart_fields *want,
                              iso_error *err) {
  const iso_mesh *from = k->from.mesh;
  iso_mesh *to = k->to.mesh;
  const size_t n = (size_t)to->nelem;
  const int nvectors = from->sheets ? 2 : 1;
  int64_t beside;
  if (!from->fibres)
    return iso_fail(err, ISO_EINPUT,
                    "%s has no fibres; leave --fibres out, or make them: isochrone mesh fibres",
                    k->from.file);
  free(to->fibres), free(to->sheets);
  to->fibres = to->sheets = NULL;
  iso_status status = iso_alloc(&to->fibres, n, sizeof *to->fibres, "fibres", err);
  if (status == ISO_OK && from->sheets) status = iso_alloc(&to->sheets, n, sizeof *to->sheets, "sheets", err);
  ISO_TRY(iso_agree(to->comm, status, err));
  float(*const vectors[2])[3] = {from->fibres, from->sheets};
  float(*const out[2])[3] = {to->fibres, to->sheets};
  return iso_transfer_vectors(from, at, nvectors, vectors, to, want, out, &beside, err);
}

static iso_status make(work *k, iso_error *err) {
  const iso_arguments *a = k->arguments;
  int64_t beside;
  ISO_TRY(read_names(k, err));
  ISO_TRY(read_heart(k, &k->from, a->positional[0], err));
  ISO_TRY(read_heart(k, &k->to, a->positional[1], err));
  ISO_TRY(read_fields(k, err));
  const iso_chart_fields at = fields_of(&k->from), want = fields_of(&k->to);
  ISO_TRY(iso_transfer_fields(k->from.mesh, &at, k->n, (const double *const *)k->field, k->to.mesh, &want,
                              k->out, &beside, err));
  if (iso_argument(a, "fibres")) ISO_TRY(take_fibres(k, &at, &want, err));
  return write(k, beside, err);
}

static void free_heart(heart *h) {
  for (int c = 0; c < COORDINATES; c++) free(h->coordinate[c]);
  if (h->mesh) iso_mesh_free(h->mesh);
}

static iso_status transfer(const iso_arguments *a, iso_error *err) {
  work k = {.arguments = a};
  ISO_TRY(iso_slice_check_fields_target(a->positional[2], err));
  const iso_status status = make(&k, err);
  for (int f = 0; f < MOST_FIELDS; f++) free(k.field[f]), free(k.out[f]);
  free_heart(&k.from);
  free_heart(&k.to);
  return status;
}

static const iso_option options[] = {
    {"fields", 0, "A,B", NULL, "of nodes of FROM, names with commas between"},
    {"places", 0, NULL, NULL, "the place in FROM of each node of TO: from_x_mm, from_y_mm, from_z_mm"},
    {"fibres", 0, NULL, NULL, "fibres and sheets of elements, turned with the coordinates"},
    {"format", 'f', "FORMAT", "auto", "of both: auto, or one of the table"},
    {"unit", 'u', "UNIT", "auto", "of both: auto (um for CARP, else mm), um, mm, cm, m"},
    {0}};

const iso_command iso_command_mesh_transfer = {
    "mesh transfer",
    "FROM TO OUT",
    3,
    3,
    "fields of one heart on another, by ventricular coordinates",
    "Both have coordinates as fields, as isochrone mesh coordinates writes them. OUT is TO with the "
    "fields.\n",
    options,
    transfer,
};
