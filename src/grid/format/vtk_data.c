/* Points of a VTK file, and what its arrays say of its cells. */
#include "base/memory.h"
#include "grid/format/vtk_names.h"
#include "grid/format/vtk_share.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { CHUNK = 4096, LIST = 160 };

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

/* ---- one field ---- */

/* Takes n values of items that begin at entry to of the rank's own. */
typedef iso_status (*take_values)(iso_vtk_share *s, const iso_values *in, int64_t item, int64_t to, int64_t n,
                                  const double *from, void *context);

/* What of the field lies in [first, first + n), in reals. */
static iso_status read_field(iso_vtk_share *s, const iso_vtk_field *field, int64_t first, int64_t n,
                             take_values take, void *context) {
  double buffer[3 * CHUNK];
  const int components = field->array.components;
  iso_vtk_range own = iso_vtk_common(field->first, field->items, first, n);
  if (own.from >= own.to) return ISO_OK;
  iso_values *in;
  ISO_TRY(iso_vtk_open(s->index, &field->array, &in, s->err));
  iso_status status = iso_values_skip(in, (own.from - field->first) * components, s->err);
  for (int64_t at = own.from, part; at < own.to && status == ISO_OK; at += part) {
    part = smaller(CHUNK, own.to - at);
    status = iso_values_reals(in, part * components, buffer, s->err);
    if (status == ISO_OK) status = take(s, in, at, at - first, part, buffer, context);
  }
  if (status == ISO_OK && own.to == field->first + field->items) status = iso_values_finish(in, s->err);
  iso_values_close(in);
  return status;
}

/* All fields of that meaning and name, wherever their pieces are. */
static iso_status read_named(iso_vtk_share *s, iso_vtk_meaning meaning, const char *name, take_values take,
                             void *context) {
  const bool of_points = meaning == ISO_VTK_NODE_FIBRE;
  for (int f = 0; f < s->index->nfields; f++) {
    const iso_vtk_field *field = &s->index->fields[f];
    if (iso_vtk_fits(field, meaning) && strcmp(field->array.name, name) == 0)
      ISO_TRY(read_field(s, field, of_points ? s->slice->first_node : s->first_cell,
                         of_points ? s->slice->nnode : s->ncells, take, context));
  }
  return ISO_OK;
}

/* ---- numbers ---- */

static iso_status take_numbers(iso_vtk_share *s, const iso_values *in, int64_t item, int64_t to, int64_t n,
                               const double *from, void *context) {
  (void)s, (void)in, (void)item;
  memcpy((double *)context + to, from, (size_t)n * sizeof *from);
  return ISO_OK;
}

iso_status iso_vtk_read_part(iso_vtk_share *s, const iso_vtk_field *field, int64_t first, int64_t n,
                             double *values) {
  return read_field(s, field, first, n, take_numbers, values);
}

iso_status iso_vtk_read_numbers(iso_vtk_share *s, const char *name, double *values) {
  return read_named(s, ISO_VTK_TAG, name, take_numbers, values);
}

/* ---- points ---- */

static iso_status take_points(iso_vtk_share *s, const iso_values *in, int64_t item, int64_t to, int64_t n,
                              const double *from, void *context) {
  double(*xyz)[3] = context;
  for (int64_t i = 0; i < 3 * n; i++)
    if (!isfinite(from[i]))
      return iso_values_fail_ahead(in, s->err, "a coordinate of point %lld is not a finite number",
                                   (long long)(item + i / 3));
  memcpy(xyz + to, from, (size_t)n * sizeof *xyz);
  return ISO_OK;
}

iso_status iso_vtk_read_points(iso_vtk_share *s) {
  iso_slice *slice = s->slice;
  ISO_TRY(iso_alloc(&slice->xyz, (size_t)slice->nnode, sizeof *slice->xyz, "nodes", s->err));
  for (int f = 0; f < s->index->nfields; f++)
    if (s->index->fields[f].role == ISO_VTK_POINTS)
      ISO_TRY(read_field(s, &s->index->fields[f], slice->first_node, slice->nnode, take_points, slice->xyz));
  return ISO_OK;
}

/* ---- ghosts ---- */

typedef struct {
  const iso_vtk_field *field;
  uint8_t *ghost;
} ghosts_context;

static iso_status take_ghosts(iso_vtk_share *s, const iso_values *in, int64_t item, int64_t to, int64_t n,
                              const double *from, void *context) {
  (void)s, (void)in, (void)item;
  ghosts_context *c = context;
  for (int64_t i = 0; i < n; i++)
    if (from[i] > 0 && from[i] < 256 && iso_vtk_is_ghost(c->field, (int64_t)from[i])) c->ghost[to + i] = 1;
  return ISO_OK;
}

iso_status iso_vtk_read_ghosts(iso_vtk_share *s) {
  for (int f = 0; f < s->index->nfields; f++) {
    ghosts_context c = {.field = &s->index->fields[f]};
    if (!iso_vtk_is_ghost_array(c.field)) continue;
    if (!s->ghost) ISO_TRY(iso_alloc(&s->ghost, (size_t)s->ncells, 1, "ghost cells", s->err));
    c.ghost = s->ghost;
    ISO_TRY(read_field(s, c.field, s->first_cell, s->ncells, take_ghosts, &c));
  }
  return ISO_OK;
}

/* ---- what cells have, for elements ---- */

/* per_cell [ncells] items of that many bytes -> one for each element, in its place; takes it over. */
static iso_status give_elements(iso_vtk_share *s, void *per_cell, size_t bytes, void *out) {
  char *from = per_cell, *to;
  if (s->one_each) {
    memcpy(out, &per_cell, sizeof per_cell);
    return ISO_OK;
  }
  iso_status status = iso_alloc(&to, (size_t)s->slice->nelem, bytes, "data of elements", s->err);
  for (int64_t e = 0; status == ISO_OK && e < s->slice->nelem; e++)
    memcpy(to + (size_t)e * bytes, from + (size_t)s->cell[e] * bytes, bytes);
  free(per_cell);
  if (status == ISO_OK) memcpy(out, &to, sizeof to);
  return status;
}

/* ---- tags ---- */

typedef struct {
  int32_t *tag; /* [ncells] */
  int real;     /* a value was met that is no whole number */
} tags_context;

static bool is_real(const iso_values *in) {
  const iso_vtk_type type = iso_values_array(in)->type;
  return type == ISO_VTK_FLOAT32 || type == ISO_VTK_FLOAT64;
}

static iso_status take_tags(iso_vtk_share *s, const iso_values *in, int64_t item, int64_t to, int64_t n,
                            const double *from, void *context) {
  tags_context *c = context;
  for (int64_t i = 0; i < n && !c->real; i++) {
    const bool fits = from[i] >= INT32_MIN && from[i] <= INT32_MAX;
    if (!(from[i] == floor(from[i])) || (!fits && is_real(in)))
      c->real = 1;
    else if (!fits)
      return iso_values_fail_ahead(in, s->err, "the tag %.0f of cell %lld does not fit in 32 bits", from[i],
                                   (long long)(item + i));
    else
      c->tag[to + i] = (int32_t)from[i];
  }
  return ISO_OK;
}

/* *used: the array holds whole numbers on all ranks, and the elements have them. */
static iso_status read_tags(iso_vtk_share *s, const char *name, bool *used) {
  tags_context c = {0};
  iso_status status = iso_alloc(&c.tag, (size_t)s->ncells, sizeof *c.tag, "region tags", s->err);
  if (status == ISO_OK) status = read_named(s, ISO_VTK_TAG, name, take_tags, &c);
  status = iso_agree(s->comm, status, s->err);
  MPI_Allreduce(MPI_IN_PLACE, &c.real, 1, MPI_INT, MPI_MAX, s->comm);
  *used = status == ISO_OK && !c.real;
  if (!*used) {
    free(c.tag);
    return status;
  }
  free(s->slice->tag);
  s->slice->tag = NULL;
  return iso_agree(s->comm, give_elements(s, c.tag, sizeof *c.tag, &s->slice->tag), s->err);
}

/* ---- vectors ---- */

static iso_status take_vectors(iso_vtk_share *s, const iso_values *in, int64_t item, int64_t to, int64_t n,
                               const double *from, void *context) {
  (void)s, (void)in, (void)item;
  float(*vector)[3] = context;
  for (int64_t i = 0; i < n; i++)
    for (int k = 0; k < 3; k++) vector[to + i][k] = (float)from[3 * i + k];
  return ISO_OK;
}

static iso_status read_vectors(iso_vtk_share *s, iso_vtk_meaning meaning, const char *name, const char *what,
                               float (**out)[3]) {
  const bool of_points = meaning == ISO_VTK_NODE_FIBRE;
  float(*vector)[3] = NULL;
  const size_t n = (size_t)(of_points ? s->slice->nnode : s->ncells);
  iso_status status = iso_alloc(&vector, n, sizeof *vector, what, s->err);
  if (status == ISO_OK) status = read_named(s, meaning, name, take_vectors, vector);
  if (status != ISO_OK || of_points)
    *out = vector; /* freed with the slice */
  else
    status = give_elements(s, vector, sizeof *vector, out);
  return iso_agree(s->comm, status, s->err);
}

/* ---- which arrays ---- */

static bool is_asked(const char *name) { return name && *name; }

/* The array of that name, or else of that name in other letters; NULL: there is none. */
static const char *find(const iso_vtk_share *s, iso_vtk_meaning meaning, const char *name) {
  const char *near = NULL;
  for (int f = 0; f < s->index->nfields; f++) {
    const iso_vtk_field *field = &s->index->fields[f];
    if (!iso_vtk_fits(field, meaning)) continue;
    if (strcmp(field->array.name, name) == 0) return field->array.name;
    if (!near && strcasecmp(field->array.name, name) == 0) near = field->array.name;
  }
  return near;
}

static iso_status fail_asked(const iso_vtk_share *s, iso_vtk_meaning meaning, const char *asked) {
  char list[LIST] = "";
  iso_vtk_list_fitting(s->index, meaning, list, sizeof list);
  return iso_fail(s->err, ISO_EINPUT, "%s has no array '%.100s' with %s for each cell; there are: %s",
                  s->path, asked, meaning == ISO_VTK_TAG ? "one number" : "three numbers",
                  *list ? list : "none");
}

static iso_status read_asked_tags(iso_vtk_share *s, const char *asked, iso_notes *notes) {
  bool used;
  const char *name = find(s, ISO_VTK_TAG, asked);
  if (!name) return fail_asked(s, ISO_VTK_TAG, asked);
  ISO_TRY(read_tags(s, name, &used));
  if (!used)
    return iso_fail(
        s->err, ISO_EINPUT,
        "%s: '%.100s' holds numbers that are not whole, so they are no region tags; name another array",
        s->path, name);
  iso_notes_add(notes, "region tags are read from '%.100s'", name);
  return ISO_OK;
}

static iso_status read_usual_tags(iso_vtk_share *s, iso_notes *notes) {
  const char *name;
  char list[LIST] = "";
  for (int next = 0; (name = iso_vtk_usual(s->index, ISO_VTK_TAG, &next));) {
    bool used;
    ISO_TRY(read_tags(s, name, &used));
    if (used) {
      iso_notes_add(notes, "region tags are read from '%.100s'", name);
      return ISO_OK;
    }
    iso_notes_add(notes, "'%.100s' holds numbers that are not whole, and is not taken for region tags", name);
  }
  memset(s->slice->tag, 0, (size_t)s->slice->nelem * sizeof *s->slice->tag);
  iso_vtk_list_fitting(s->index, ISO_VTK_TAG, list, sizeof list);
  if (*list)
    iso_notes_add(notes, "no array is read as region tags; cells have: %s; mesh.tag_array names one", list);
  return ISO_OK;
}

/* asked NULL or "": by the usual names. */
static iso_status read_direction(iso_vtk_share *s, iso_vtk_meaning meaning, const char *asked,
                                 const char *what, float (**out)[3], iso_notes *notes) {
  int next = 0;
  const char *name = is_asked(asked) ? find(s, meaning, asked) : iso_vtk_usual(s->index, meaning, &next);
  if (!name) return ISO_OK;
  ISO_TRY(read_vectors(s, meaning, name, what, out));
  iso_notes_add(notes, "%s are read from '%.100s'", what, name);
  return ISO_OK;
}

static void note_vectors(const iso_vtk_share *s, iso_notes *notes) {
  char list[LIST] = "";
  iso_vtk_list_fitting(s->index, ISO_VTK_FIBRE, list, sizeof list);
  if (*list)
    iso_notes_add(notes, "no array is read as fibres; cells have vectors: %s; mesh.fibre_array names one",
                  list);
}

iso_status iso_vtk_read_data(iso_vtk_share *s, const iso_read_options *o) {
  iso_slice *slice = s->slice;
  iso_notes *notes = o->notes;
  ISO_TRY(is_asked(o->tag_array) ? read_asked_tags(s, o->tag_array, notes) : read_usual_tags(s, notes));
  ISO_TRY(read_direction(s, ISO_VTK_FIBRE, o->fibre_array, "fibres", &slice->fibre, notes));
  ISO_TRY(
      read_direction(s, ISO_VTK_NODE_FIBRE, o->fibre_array, "fibres on nodes", &slice->node_fibre, notes));
  ISO_TRY(read_direction(s, ISO_VTK_SHEET, o->sheet_array, "sheets", &slice->sheet, notes));
  if (is_asked(o->fibre_array) && !slice->fibre && !slice->node_fibre)
    return fail_asked(s, ISO_VTK_FIBRE, o->fibre_array);
  if (is_asked(o->sheet_array) && !slice->sheet) return fail_asked(s, ISO_VTK_SHEET, o->sheet_array);
  if (!slice->fibre && !slice->node_fibre) note_vectors(s, notes);
  return ISO_OK;
}
