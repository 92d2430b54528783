#include "anatomy/landmarks.h"

#include "anatomy/anatomy.h"
#include "anatomy/surface_patch.h"
#include "base/memory.h"
#include "grid/ask/select.h"
#include "grid/geometry.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_TAGS = 64 };

static iso_status read_tags(const char *what, const char *text, int32_t *tags, int *n, iso_error *err) {
  for (const char *at = text; *n < MOST_TAGS; at++) {
    char *end;
    const long tag = strtol(at, &end, 10);
    if (end == at || (*end && *end != ',') || tag != (int32_t)tag) break;
    tags[(*n)++] = (int32_t)tag;
    if (!*end) return ISO_OK;
    at = end;
  }
  return iso_fail(err, ISO_EINPUT,
                  "%s: expected up to %d whole numbers with commas after 'tag:', got '%.80s'", what,
                  MOST_TAGS, text);
}

static bool ends_with(const char *text, const char *ending) {
  const size_t n = strlen(text), m = strlen(ending);
  return n > m && !strcmp(text + n - m, ending);
}

/* As a set; what it points to is text's and tags'. */
static iso_status parse(const char *what, const char *text, iso_select *select, int32_t *tags,
                        iso_error *err) {
  if (!strncmp(text, "tag:", 4)) {
    select->tags = tags;
    return read_tags(what, text + 4, tags, &select->ntags, err);
  }
  *(ends_with(text, ".vtx")    ? &select->nodes
    : ends_with(text, ".surf") ? &select->surface
                               : &select->surface_name) = (char *)text;
  return ISO_OK;
}

/* Three numbers with commas between them, up to *end. */
static iso_status read_place(const char *what, const char *form, const char *text, double place[3],
                             const char **end, iso_error *err) {
  const char *at = text;
  for (int d = 0; d < 3; d++) {
    char *stop;
    place[d] = strtod(at, &stop);
    if (stop == at || !isfinite(place[d]) || (d < 2 && *stop != ','))
      return iso_fail(err, ISO_EINPUT,
                      "%s: expected three numbers with commas after '%s', in mm, got '%.80s'", what, form,
                      text);
    at = d < 2 ? stop + 1 : stop;
  }
  *end = at;
  return ISO_OK;
}

static bool has_form(const char *text, const char *form) { return !strncmp(text, form, strlen(form)); }

/* The one place of a text of that form, which it has. */
static iso_status read_only_place(const char *what, const char *form, const char *text, double place[3],
                                  iso_error *err) {
  const char *at = text + strlen(form), *end = at;
  ISO_TRY(read_place(what, form, at, place, &end, err));
  return *end == '\0' ? ISO_OK
                      : iso_fail(err, ISO_EINPUT,
                                 "%s: expected three numbers with commas after '%s', in mm, got '%.80s'",
                                 what, form, at);
}

iso_status iso_landmark_place(const char *what, const char *text, double place[3], iso_error *err) {
  if (has_form(text, "at:")) return read_only_place(what, "at:", text, place, err);
  return iso_fail(err, ISO_EINPUT, "%s: expected at:X,Y,Z in mm, got '%.80s'", what, text);
}

static iso_status mark_patch(const iso_mesh *mesh, const char *what, const char *text, uint8_t bits,
                             uint8_t *on, iso_error *err) {
  double place[3];
  uint8_t *is;
  ISO_TRY(read_only_place(what, "at:", text, place, err));
  ISO_TRY(iso_alloc_all(mesh->comm, &is, (size_t)mesh->nowned, 1, "surfaces", err));
  iso_status status = iso_surface_patch(mesh, place, on, is, err);
  for (iso_lid i = 0; i < mesh->nowned && status == ISO_OK; i++)
    if (is[i]) on[i] |= bits;
  free(is);
  return status;
}

/* The lowest of the nodes that are nearest to a place and of an element with volume. */
static iso_status mark_nearest(const iso_mesh *mesh, const char *what, const char *text, uint8_t bits,
                               uint8_t *on, iso_error *err) {
  double place[3], least = INFINITY, all;
  iso_gid best = INT64_MAX, lowest;
  iso_lid which = -1;
  ISO_TRY(read_only_place(what, "near:", text, place, err));
  for (iso_lid e = 0; e < mesh->nelem; e++)
    for (int c = 0; iso_anatomy_has_volume(mesh, e) && c < iso_shape_nodes(mesh->shape[e]); c++) {
      const iso_lid i = mesh->conn[(int64_t)e * mesh->width + c];
      const double square = iso_square_distance(mesh->xyz[i], place);
      if (i >= mesh->nowned || square > least || (square == least && mesh->gid[i] >= best)) continue;
      least = square, best = mesh->gid[i], which = i;
    }
  MPI_Allreduce(&least, &all, 1, MPI_DOUBLE, MPI_MIN, mesh->comm);
  if (least > all) best = INT64_MAX;
  MPI_Allreduce(&best, &lowest, 1, MPI_INT64_T, MPI_MIN, mesh->comm);
  if (which >= 0 && best == lowest) on[which] |= bits;
  return ISO_OK;
}

/* ---- openings ---- */

bool iso_landmark_is_opening(const char *text) {
  return !strcmp(text, "rings") || has_form(text, "ring:") || has_form(text, "half:");
}

static void mark_all(const iso_mesh *mesh, const iso_openings *o, uint8_t bits, uint8_t *on) {
  for (iso_lid i = 0; i < mesh->nowned; i++)
    for (int k = 0; k < o->n; k++)
      if (o->label[i] == o->opening[k].label) on[i] |= bits;
}

/* half: those alone that are on the place's side of the opening's middle. */
static void mark_one(const iso_mesh *mesh, const iso_openings *o, const iso_opening *one,
                     const double place[3], bool half, uint8_t bits, uint8_t *on) {
  double toward[3], from[3];
  iso_subtract(place, one->middle_mm, toward);
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    iso_subtract(mesh->xyz[i], one->middle_mm, from);
    if (o->label[i] == one->label && !(half && iso_dot(from, toward) < 0)) on[i] |= bits;
  }
}

/* Halves of an opening may be meant by two options, all of it by one. */
static iso_status claim(const iso_openings *o, iso_opening *one, const char *what, bool half,
                        iso_error *err) {
  char list[1200];
  if (*one->meant_by && strcmp(one->meant_by, what) != 0)
    return iso_fail(
        err, ISO_EINPUT,
        "%s: its place means the opening that %s does; give one nearer to its own. There are, mm: %s", what,
        one->meant_by, iso_openings_list(o, list, sizeof list));
  if (!half) snprintf(one->meant_by, sizeof one->meant_by, "%.31s", what);
  return ISO_OK;
}

iso_status iso_landmark_mark_opening(const iso_mesh *mesh, iso_openings *o, const char *what,
                                     const char *text, uint8_t bits, uint8_t *on, iso_error *err) {
  const char *form = has_form(text, "half:") ? "half:" : "ring:";
  char list[1200];
  if (o->n == 0)
    return iso_fail(err, ISO_EINPUT,
                    "%s: the outer surface has no opening between endocardium and epicardium", what);
  if (!strcmp(text, "rings")) {
    mark_all(mesh, o, bits, on);
    return ISO_OK;
  }
  if (!strcmp(text, form))
    return iso_fail(err, ISO_EINPUT, "%s: which opening is meant? Give %sX,Y,Z; there are, mm: %s", what,
                    form, iso_openings_list(o, list, sizeof list));
  for (const char *at = text + strlen(form);; at++) {
    double place[3];
    ISO_TRY(read_place(what, form, at, place, &at, err));
    iso_opening *one = iso_openings_nearest(o, place);
    ISO_TRY(claim(o, one, what, *form == 'h', err));
    mark_one(mesh, o, one, place, *form == 'h', bits, on);
    if (*at == '\0') return ISO_OK;
    if (*at != '/') return iso_fail(err, ISO_EINPUT, "%s: expected / between places, got '%.80s'", what, at);
  }
}

/* ---- all others ---- */

iso_status iso_landmark_mark(const iso_mesh *mesh, const char *what, const char *text, uint8_t bits,
                             uint8_t *on, iso_error *err) {
  int32_t tags[MOST_TAGS];
  iso_select select = {0};
  iso_selection found;
  if (has_form(text, "at:")) return mark_patch(mesh, what, text, bits, on, err);
  if (has_form(text, "near:")) return mark_nearest(mesh, what, text, bits, on, err);
  ISO_TRY(parse(what, text, &select, tags, err));
  ISO_TRY(iso_select_nodes(mesh, &select, NULL, &found, err));
  const int64_t total = found.total;
  for (int64_t k = 0; k < found.count; k++) on[found.node[k]] |= bits;
  iso_selection_free(&found);
  return total > 0 ? ISO_OK : iso_fail(err, ISO_EINPUT, "%s: '%.200s' has no node of the mesh", what, text);
}
