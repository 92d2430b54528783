#include "anatomy/landmarks.h"

#include "anatomy/surface_patch.h"
#include "base/memory.h"
#include "grid/ask/select.h"

#include <math.h>
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

static bool is_place(const char *text) { return !strncmp(text, "at:", 3); }

iso_status iso_landmark_place(const char *what, const char *text, double place[3], iso_error *err) {
  const char *at = is_place(text) ? text + 3 : text;
  if (!is_place(text))
    return iso_fail(err, ISO_EINPUT, "%s: expected at:X,Y,Z in mm, got '%.80s'", what, text);
  for (int d = 0; d < 3; d++) {
    char *end;
    place[d] = strtod(at, &end);
    if (end == at || !isfinite(place[d]) || *end != (d < 2 ? ',' : '\0'))
      return iso_fail(err, ISO_EINPUT,
                      "%s: expected three numbers with commas after 'at:', in mm, got '%.80s'", what,
                      text + 3);
    at = end + 1;
  }
  return ISO_OK;
}

static iso_status mark_patch(const iso_mesh *mesh, const char *what, const char *text, uint8_t bits,
                             uint8_t *on, iso_error *err) {
  double place[3];
  uint8_t *is;
  ISO_TRY(iso_landmark_place(what, text, place, err));
  iso_status status = iso_alloc(&is, (size_t)mesh->nowned, 1, "surfaces", err);
  ISO_TRY(iso_agree(mesh->comm, status, err));
  status = iso_surface_patch(mesh, place, on, is, err);
  for (iso_lid i = 0; i < mesh->nowned && status == ISO_OK; i++)
    if (is[i]) on[i] |= bits;
  free(is);
  return status;
}

iso_status iso_landmark_mark(const iso_mesh *mesh, const char *what, const char *text, uint8_t bits,
                             uint8_t *on, iso_error *err) {
  int32_t tags[MOST_TAGS];
  iso_select select = {0};
  iso_selection found;
  if (is_place(text)) return mark_patch(mesh, what, text, bits, on, err);
  ISO_TRY(parse(what, text, &select, tags, err));
  ISO_TRY(iso_select_nodes(mesh, &select, &found, err));
  const int64_t total = found.total;
  for (int64_t k = 0; k < found.count; k++) on[found.node[k]] |= bits;
  iso_selection_free(&found);
  return total > 0 ? ISO_OK : iso_fail(err, ISO_EINPUT, "%s: '%.200s' has no node of the mesh", what, text);
}
