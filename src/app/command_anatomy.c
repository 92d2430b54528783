#include "app/command_anatomy.h"

#include "anatomy/landmarks.h"
#include "anatomy/spread.h"
#include "anatomy/ventricles.h"
#include "app/command_mesh.h"
#include "base/text.h"
#include "grid/format/write.h"

#include <stdlib.h>

/* How often the mesh was refined since its lists were made. */
static iso_status spread(const iso_arguments *a, const iso_mesh *mesh, uint8_t *on, iso_error *err) {
  const char *text = iso_argument(a, "refined");
  char *end;
  const long levels = strtol(text, &end, 10);
  if (end == text || *end || levels < 0 || levels > 6)
    return iso_fail(err, ISO_EINPUT, "--refined: expected a whole number from 0 to 6, got '%.40s'", text);
  for (long k = 0; k < levels; k++) ISO_TRY(iso_landmark_spread(mesh, on, err));
  return ISO_OK;
}

static iso_status mark_openings(const iso_arguments *a, const iso_mesh *mesh, const iso_landmark *list,
                                iso_openings *openings, uint8_t *on, iso_error *err) {
  for (const iso_landmark *l = list; l->option; l++) {
    const char *where = iso_argument(a, l->option);
    char what[32];
    if (!where || !iso_landmark_is_opening(where)) continue;
    snprintf(what, sizeof what, "--%s", l->option);
    ISO_TRY(iso_landmark_mark_opening(mesh, openings, what, where, l->bit, on, err));
  }
  return ISO_OK;
}

/* Places on a surface without sharp rims find all of it. */
static iso_status check_sides(const iso_mesh *mesh, uint8_t inner, uint8_t outer, const uint8_t *on,
                              iso_error *err) {
  int64_t n[3] = {0};
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    const bool in = on[i] & inner, out = on[i] & outer;
    n[0] += in, n[1] += out, n[2] += in && out;
  }
  MPI_Allreduce(MPI_IN_PLACE, n, 3, MPI_INT64_T, MPI_SUM, mesh->comm);
  if (2 * n[2] <= (n[0] < n[1] ? n[0] : n[1])) return ISO_OK;
  return iso_fail(
      err, ISO_EINPUT,
      "endocardium and epicardium have %lld nodes in common, of %lld and %lld: where the rims between "
      "them are no sharp edges, at:X,Y,Z finds both as one part of the outer surface; give the base or "
      "the rings before, or lists of nodes (FILE.vtx)",
      (long long)n[2], (long long)n[0], (long long)n[1]);
}

/* With the openings that are found, which most of what may be missing is. others: ", --epi are", or "". */
static iso_status fail_missing(const iso_mesh *mesh, const char *option, const char *others, uint8_t inner,
                               uint8_t outer, const uint8_t *on, iso_error *err) {
  char text[1200];
  iso_openings openings;
  iso_error none = {0};
  const iso_status status = iso_openings_find(&openings, mesh, on, inner, outer, &none);
  const bool any = status == ISO_OK && openings.n > 0;
  if (any) iso_openings_list(&openings, text, sizeof text);
  iso_openings_free(&openings);
  if (any)
    return iso_fail(
        err, ISO_EINPUT,
        "--%s is missing; give a list of nodes (FILE.vtx), or --%s ring:X,Y,Z with a place near one of "
        "the openings, mm: %s",
        option, option, text);
  return iso_fail(err, ISO_EINPUT, "--%s%s missing; give " ISO_LANDMARK_FORMS, option,
                  *others ? others : " is");
}

iso_status iso_command_mark(const iso_arguments *a, const iso_mesh *mesh, const iso_landmark *list,
                            uint8_t inner, uint8_t outer, uint8_t *on, iso_error *err) {
  iso_openings openings;
  bool open = false;
  const char *missing = NULL;
  char others[160] = ""; /* that are missing, too */
  for (const iso_landmark *l = list; l->option; l++) {
    const char *where = iso_argument(a, l->option);
    char what[32];
    snprintf(what, sizeof what, "--%s", l->option);
    if (!where && l->needed && missing) iso_text_append(others, sizeof others, ", %s", what);
    if (!where && l->needed && !missing) missing = l->option;
    if (where && iso_landmark_is_opening(where))
      open = true;
    else if (where)
      ISO_TRY(iso_landmark_mark(mesh, what, where, l->bit, on, err));
  }
  ISO_TRY(spread(a, mesh, on, err));
  ISO_TRY(check_sides(mesh, inner, outer, on, err));
  if (*others) iso_text_append(others, sizeof others, " are");
  if (missing) return fail_missing(mesh, missing, others, inner, outer, on, err);
  if (!open) return ISO_OK;
  iso_status status = iso_openings_find(&openings, mesh, on, inner, outer, err);
  if (status == ISO_OK) status = mark_openings(a, mesh, list, &openings, on, err);
  iso_openings_free(&openings);
  return status;
}

iso_status iso_command_mark_ventricles(const iso_arguments *a, const iso_mesh *mesh, bool has_base,
                                       uint8_t *on, iso_error *err) {
  const iso_landmark surfaces[] = {
      {"base", ISO_ON_BASE, !has_base}, /* parts the others where they are told by places */
      {"lv-endo", ISO_ON_LV_ENDO, true},
      {"rv-endo", ISO_ON_RV_ENDO, false},
      {"epi", ISO_ON_EPI, true},
      {"apex", ISO_ON_APEX, false},
      {NULL, 0, false}};
  return iso_command_mark(a, mesh, surfaces, ISO_ON_LV_ENDO | ISO_ON_RV_ENDO, ISO_ON_EPI, on, err);
}

static iso_status work_on(const iso_arguments *a, iso_mesh *mesh, iso_anatomy_work *make, void *self,
                          iso_error *err) {
  char message[256];
  iso_anatomy anatomy = {0};
  iso_device *device =
      iso_device_open(&(iso_device_options){.kind = "cpu", .threads = 1, .simd = getenv("ISOCHRONE_SIMD")},
                      message, sizeof message);
  iso_status status = device ? ISO_OK : iso_fail(err, ISO_EFAIL, "%s", message);
  status = iso_agree(a->comm, status, err);
  if (status == ISO_OK) status = iso_anatomy_new(&anatomy, mesh, device, err);
  if (status == ISO_OK) status = make(self, a, &anatomy, mesh, err);
  iso_anatomy_free(&anatomy);
  if (device) iso_device_close(device);
  return status;
}

iso_status iso_command_anatomy(const iso_arguments *a, iso_anatomy_work *make, void *self, iso_error *err) {
  iso_slice slice = {0};
  iso_mesh *mesh = NULL;
  iso_notes notes = {0};
  ISO_TRY(iso_command_check_target(a, a->positional[1], NULL, err));
  ISO_TRY(iso_command_read_mesh(a, a->positional[0], &slice, err));
  iso_status status = iso_mesh_build(a->comm, &slice, NULL, &mesh, &notes, err);
  iso_command_say_notes(a, &notes);
  ISO_TRY(status);
  status = work_on(a, mesh, make, self, err);
  iso_mesh_free(mesh);
  return status;
}
