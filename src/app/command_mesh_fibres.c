/* Fibres by rules. */
#include "app/command.h"

#include "anatomy/landmarks.h"
#include "anatomy/ventricular_fibres.h"
#include "app/command_anatomy.h"
#include "app/command_atrial_fibres.h"
#include "app/node_columns.h"
#include "base/memory.h"
#include "base/text.h"
#include "grid/format/write.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* "60,-60" */
static iso_status read_angles(const iso_arguments *a, const char *name, const char *otherwise, double out[2],
                              iso_error *err) {
  const char *text = iso_argument(a, name) ? iso_argument(a, name) : iso_argument(a, otherwise);
  char *end;
  out[0] = strtod(text, &end);
  const bool first = end != text && *end == ',' && fabs(out[0]) <= 90;
  const char *second = first ? end + 1 : text;
  out[1] = strtod(second, &end);
  if (first && end != second && !*end && fabs(out[1]) <= 90) return ISO_OK;
  return iso_fail(err, ISO_EINPUT,
                  "--%s: expected two angles from -90 to 90 degrees, at endocardium and epicardium, with a "
                  "comma between, got '%.40s'",
                  name, text);
}

static iso_status read_rule(const iso_arguments *a, iso_fibre_rule *rule, iso_error *err) {
  const char *law = iso_argument(a, "law");
  if (strcmp(law, "linear") && strcmp(law, "bayer"))
    return iso_fail(err, ISO_EINPUT, "--law: there is no '%.40s'; there are: linear, bayer", law);
  rule->law = !strcmp(law, "bayer") ? ISO_FIBRES_BAYER : ISO_FIBRES_LINEAR;
  ISO_TRY(read_angles(a, "helix", "helix", rule->helix_lv, err));
  ISO_TRY(read_angles(a, "helix-rv", "helix", rule->helix_rv, err));
  ISO_TRY(read_angles(a, "tract", "tract", rule->helix_tract, err));
  ISO_TRY(read_angles(a, "tract-sheet", "tract-sheet", rule->sheet_tract, err));
  ISO_TRY(read_angles(a, "transverse", "transverse", rule->transverse_lv, err));
  ISO_TRY(read_angles(a, "transverse-rv", "transverse", rule->transverse_rv, err));
  ISO_TRY(read_angles(a, "tract-transverse", "tract-transverse", rule->transverse_tract, err));
  ISO_TRY(read_angles(a, "sheet", "sheet", rule->sheet_lv, err));
  return read_angles(a, "sheet-rv", "sheet", rule->sheet_rv, err);
}

static iso_status allocate(iso_mesh *mesh, uint8_t **on, iso_frame **frames, iso_error *err) {
  const size_t n = (size_t)mesh->nelem;
  ISO_TRY(iso_alloc(on, (size_t)mesh->nowned, 1, "surfaces", err));
  ISO_TRY(iso_alloc(frames, n, sizeof **frames, "fibres", err));
  if (!mesh->fibres) ISO_TRY(iso_alloc(&mesh->fibres, n, sizeof *mesh->fibres, "fibres", err));
  if (!mesh->sheets) ISO_TRY(iso_alloc(&mesh->sheets, n, sizeof *mesh->sheets, "sheets", err));
  return ISO_OK;
}

/* Elements without volume keep what they had. */
static void take_frames(iso_mesh *mesh, const iso_frame *frames) {
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    if (!iso_anatomy_has_volume(mesh, e)) continue;
    for (int d = 0; d < 3; d++) {
      mesh->fibres[e][d] = (float)frames[e].axis[0][d];
      mesh->sheets[e][d] = (float)frames[e].axis[2][d];
    }
  }
}

static iso_status write(const iso_arguments *a, const iso_mesh *mesh, iso_error *err) {
  iso_slice slice = {0};
  char files[4200], elements[32];
  iso_status status = iso_slice_of_mesh(mesh, &slice, err);
  if (status == ISO_OK) status = iso_slice_write(a->comm, &slice, a->positional[1], err);
  if (status == ISO_OK) {
    iso_slice_name_files(&slice, a->positional[1], files, sizeof files);
    iso_say(a, "%s: %s elements with fibre and sheet\n", files,
            iso_text_count(slice.nelems, elements, sizeof elements));
  }
  iso_slice_free(&slice);
  return status;
}

/* Fills frames by the surfaces on, and writes the mesh with them. self: the rule. */
typedef iso_status fibre_maker(const void *self, const iso_arguments *a, iso_anatomy *anatomy, iso_mesh *mesh,
                               uint8_t *on, iso_frame *frames, iso_error *err);

typedef struct request {
  const void *rule;
  fibre_maker *fill;
} request;

static const iso_landmark valves[] = {{"mitral", ISO_ON_MITRAL, false},
                                      {"aortic", ISO_ON_AORTIC, false},
                                      {"tricuspid", ISO_ON_TRICUSPID, false},
                                      {"pulmonary", ISO_ON_PULMONARY, false},
                                      {NULL, 0, false}};

static bool any_valve(const iso_arguments *a) {
  for (const iso_landmark *l = valves; l->option; l++)
    if (iso_argument(a, l->option)) return true;
  return false;
}

/* valve [nowned]; their rings are of the base, too. */
static iso_status mark_valves(const iso_arguments *a, const iso_mesh *mesh, uint8_t *on, uint8_t *valve,
                              iso_error *err) {
  const int inner = ISO_ON_LV_ENDO | ISO_ON_RV_ENDO;
  for (iso_lid i = 0; i < mesh->nowned; i++) valve[i] = (uint8_t)(on[i] & (inner | ISO_ON_EPI));
  ISO_TRY(iso_command_mark(a, mesh, valves, (uint8_t)inner, ISO_ON_EPI, valve, err));
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    valve[i] &= ISO_ON_VALVES;
    if (valve[i]) on[i] |= ISO_ON_BASE;
  }
  return ISO_OK;
}

static iso_status fill_ventricles(const void *rule, const iso_arguments *a, iso_anatomy *anatomy,
                                  iso_mesh *mesh, uint8_t *on, iso_frame *frames, iso_error *err) {
  const bool any = any_valve(a);
  uint8_t *valve = NULL;
  ISO_TRY(iso_command_mark_ventricles(a, mesh, any, on, err));
  iso_status status = any ? iso_alloc(&valve, (size_t)mesh->nowned, 1, "valves", err) : ISO_OK;
  ISO_TRY(iso_agree(a->comm, status, err));
  if (any) status = mark_valves(a, mesh, on, valve, err);
  if (status == ISO_OK) status = iso_ventricular_fibres(anatomy, on, valve, rule, frames, err);
  free(valve);
  ISO_TRY(status);
  take_frames(mesh, frames);
  return write(a, mesh, err);
}

/* With the fields that the fibres follow, where the file takes them. */
static iso_status write_atrium(const iso_arguments *a, const iso_mesh *mesh, int n, double *const *fields,
                               iso_error *err) {
  iso_node_column columns[ISO_ATRIAL_FIELDS];
  iso_error no_fields = {0};
  if (iso_slice_check_fields_target(a->positional[1], &no_fields) != ISO_OK) return write(a, mesh, err);
  for (int f = 0; f < n; f++) columns[f] = (iso_node_column){iso_atrial_field_names[f], fields[f]};
  return iso_command_write_columns(a, mesh, n, columns, a->positional[1], err);
}

static iso_status fill_atrium(const void *self, const iso_arguments *a, iso_anatomy *anatomy, iso_mesh *mesh,
                              uint8_t *on, iso_frame *frames, iso_error *err) {
  const iso_atrium_request *r = self;
  double *fields[ISO_ATRIAL_FIELDS] = {NULL};
  ISO_TRY(iso_command_mark_atrium(a, mesh, r->atrium, on, err));
  iso_status status = iso_atrial_fields_new(anatomy, r->atrium, on, fields, err);
  if (status == ISO_OK) status = iso_atrial_fibres(anatomy, r->atrium, &r->bundles, fields, frames, err);
  if (status == ISO_OK) take_frames(mesh, frames);
  if (status == ISO_OK) status = write_atrium(a, mesh, iso_atrial_fields(r->atrium), fields, err);
  for (int f = 0; f < ISO_ATRIAL_FIELDS; f++) free(fields[f]);
  return status;
}

static iso_status make(void *self, const iso_arguments *a, iso_anatomy *anatomy, iso_mesh *mesh,
                       iso_error *err) {
  const request *r = self;
  uint8_t *on = NULL;
  iso_frame *frames = NULL;
  iso_status status = iso_agree(a->comm, allocate(mesh, &on, &frames, err), err);
  if (status == ISO_OK) status = r->fill(r->rule, a, anatomy, mesh, on, frames, err);
  free(on);
  free(frames);
  return status;
}

static iso_status fibres(const iso_arguments *a, iso_error *err) {
  iso_fibre_rule rule;
  iso_atrium_request atrium;
  if (!strcmp(iso_argument(a, "chamber"), "ventricles")) {
    ISO_TRY(read_rule(a, &rule, err));
    return iso_command_anatomy(a, make, &(request){&rule, fill_ventricles}, err);
  }
  ISO_TRY(iso_command_read_atrium(a, &atrium, err));
  return iso_command_anatomy(a, make, &(request){&atrium, fill_atrium}, err);
}

static const iso_option options[] = {
    ISO_VENTRICLE_OPTIONS,
    {"chamber", 0, "WHAT", "ventricles", "ventricles, left-atrium or right-atrium"},
    ISO_ATRIUM_OPTIONS,
    {"law", 0, "LAW", "linear",
     "of the helix in the wall: linear in depth, or bayer, the law published in 2012 (quadratic)"},
    {"helix", 0, "ENDO,EPI", "60,-60", "helix angles at endocardium and epicardium, degrees"},
    {"helix-rv", 0, "ENDO,EPI", NULL, "of the right ventricle, where they differ"},
    {"sheet", 0, "ENDO,EPI", "0,0", "angles of the sheet against the transmural direction, degrees"},
    {"transverse", 0, "ENDO,EPI", "0,0",
     "by which fibres leave the wall, about its longitudinal direction, degrees"},
    {"transverse-rv", 0, "ENDO,EPI", NULL, "of the right ventricle, where they differ"},
    {"mitral", 0, "WHERE", NULL, "ring of the mitral valve, where outflow tracts are wanted"},
    {"aortic", 0, "WHERE", NULL, "of the aortic valve; both valves of a ventricle, or none"},
    {"tricuspid", 0, "WHERE", NULL, "of the tricuspid valve"},
    {"pulmonary", 0, "WHERE", NULL, "of the pulmonary valve"},
    {"tract", 0, "ENDO,EPI", "90,0", "helix angles in the outflow tracts, degrees"},
    {"tract-sheet", 0, "ENDO,EPI", "0,0", "of the sheet there"},
    {"tract-transverse", 0, "ENDO,EPI", "0,0", "angles by which fibres leave the wall there"},
    {"sheet-rv", 0, "ENDO,EPI", NULL, "of the right ventricle, where they differ"},
    {0}};

const iso_command iso_command_mesh_fibres = {
    "mesh fibres",
    "IN OUT",
    2,
    2,
    "fibres and sheets of ventricles or an atrium by a rule",
    "Surfaces are given as " ISO_LANDMARK_FORMS ".\n"
    "Without --rv-endo the mesh is a left ventricle alone. Needs tetrahedra or hexahedra.\n",
    options,
    fibres,
};
