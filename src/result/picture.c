#include "result/picture.h"

#include "base/memory.h"
#include "base/share.h"
#include "grid/ask/outline.h"
#include "result/base64.h"
#include "result/json.h"
#include "result/picture_strips.h"
#include "result/picture_tables.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FULL = ISO_PICTURE_NEVER }; /* of 16 bits; in a map: no value */

/* ---- the surface ---- */

static void put_array(FILE *f, const char *key, const uint32_t *number, size_t n, int bytes) {
  iso_json_key(f, key);
  fputc('"', f);
  iso_base64_put(f, number, n, bytes);
  fputc('"', f);
}

/* Places in parts of the box around all of them, 16 bits a coordinate. */
static void put_places(FILE *f, const iso_outline *o, uint32_t *room) {
  double low[3], size = 0;
  for (int k = 0; k < 3; k++) {
    double high = -INFINITY;
    low[k] = INFINITY;
    for (int i = 0; i < o->npoints; i++) low[k] = fmin(low[k], o->xyz[i][k]), high = fmax(high, o->xyz[i][k]);
    size = fmax(size, high - low[k]);
  }
  if (o->npoints == 0) low[0] = low[1] = low[2] = 0;
  for (int i = 0; i < o->npoints; i++)
    for (int k = 0; k < 3; k++)
      room[3 * i + k] = size > 0 ? (uint32_t)lround((o->xyz[i][k] - low[k]) / size * FULL) : 0;
  fprintf(f, "\"low_mm\":[%.9g,%.9g,%.9g],\"size_mm\":%.9g", low[0], low[1], low[2], size);
  put_array(f, "places", room, 3 * (size_t)o->npoints, 2);
}

static iso_status put_surface(FILE *f, const iso_outline *o, iso_error *err) {
  const int64_t triangles = 3 * o->ntriangles, lines = 2 * o->nlines, places = 3 * (int64_t)o->npoints;
  int64_t most = triangles > lines ? triangles : lines;
  uint32_t *room;
  most = most > places ? most : places;
  ISO_TRY(iso_alloc(&room, (size_t)most, sizeof *room, "a picture", err));
  fprintf(f, "{\"points\":%d,\"cell_mm\":%.9g,", o->npoints, o->cell_mm);
  put_places(f, o, room);
  for (int64_t i = 0; i < triangles; i++) room[i] = (uint32_t)o->triangle[i / 3][i % 3];
  put_array(f, "triangles", room, (size_t)triangles, 2);
  for (int64_t i = 0; i < lines; i++) room[i] = (uint32_t)o->line[i / 2][i % 2];
  put_array(f, "lines", room, (size_t)lines, 2);
  fputc('}', f);
  free(room);
  return ISO_OK;
}

/* ---- maps ---- */

static bool is_map(const iso_variable *v) { return v->fill && v->ndims == 0; }

static void put_map(FILE *f, const iso_variable *v, int n, const double *value, uint32_t *room) {
  double low = INFINITY, high = -INFINITY;
  for (int i = 0; i < n; i++)
    if (isfinite(value[i])) low = fmin(low, value[i]), high = fmax(high, value[i]);
  for (int i = 0; i < n; i++)
    room[i] = !isfinite(value[i]) ? FULL
              : high > low        ? (uint32_t)lround((value[i] - low) / (high - low) * (FULL - 1))
                                  : 0;
  fputs("{\"name\":", f);
  iso_json_text(f, v->name);
  iso_json_field(f, "unit", v->unit);
  iso_json_field(f, "meaning", v->meaning);
  iso_json_number(f, "low", low);
  iso_json_number(f, "high", high);
  put_array(f, "values", room, (size_t)n, 2);
  fputc('}', f);
}

typedef struct scratch {
  double *owned, *value; /* [nowned], [points] */
  uint32_t *number;      /* [points] */
} scratch;

/* f: on rank 0. */
static iso_status put_maps(FILE *f, const iso_picture_spec *spec, const iso_outline *o, const scratch *room,
                           iso_error *err) {
  int n = 0;
  for (int k = 0; k < spec->results->nvariables && n < ISO_PICTURE_MAPS; k++) {
    const iso_variable *v = &spec->results->variables[k];
    if (!is_map(v)) continue;
    v->fill(v->self, 0, room->owned);
    ISO_TRY(iso_outline_values(o, spec->mesh, room->owned, room->value, err));
    if (f && n > 0) fputc(',', f);
    if (f) put_map(f, v, o->npoints, room->value, room->number);
    n++;
  }
  return ISO_OK;
}

/* ---- numbers ---- */

static bool is_number(const iso_variable *v) {
  return !v->fill && v->ndims == 0 && v->data && v->type != ISO_VARIABLE_TEXT;
}

/* On rank 0, who has them. */
static void put_numbers(FILE *f, const iso_results *results) {
  bool first = true;
  for (int k = 0; k < results->nvariables; k++) {
    const iso_variable *v = &results->variables[k];
    if (!is_number(v)) continue;
    fputs(first ? "{\"name\":" : ",{\"name\":", f);
    iso_json_text(f, v->name);
    iso_json_field(f, "unit", v->unit);
    iso_json_field(f, "meaning", v->meaning);
    iso_json_number(f, "value",
                    v->type == ISO_VARIABLE_REAL ? *(const double *)v->data : *(const int32_t *)v->data);
    fputc('}', f);
    first = false;
  }
}

/* ---- all of it ---- */

static void put_attributes(FILE *f, int n, const iso_attribute *attribute) {
  for (int k = 0; k < n; k++) {
    fputs(k ? ",[" : "[", f);
    iso_json_text(f, attribute[k].name);
    fputc(',', f);
    iso_json_text(f, attribute[k].text);
    fputc(']', f);
  }
}

static iso_status put_rest(FILE *f, const iso_picture_spec *spec, const iso_outline *o, const scratch *room,
                           iso_error *err) {
  if (f) fputs("{\"numbers\":[", f);
  if (f) put_numbers(f, spec->results);
  if (f) fputs("],\"maps\":[", f);
  ISO_TRY(put_maps(f, spec, o, room, err));
  if (!f) return ISO_OK;
  fputs("],\"strips\":[", f);
  iso_picture_put_strips(f, spec);
  fputs("],\"tables\":[", f);
  iso_picture_put_tables(f, spec->results);
  fputs("],\"made\":[", f);
  put_attributes(f, spec->nattributes, spec->attribute);
  fputs("]}", f);
  return ISO_OK;
}

static iso_status open_text(FILE **f, char **text, size_t *size, iso_error *err) {
  *f = open_memstream(text, size);
  return *f ? ISO_OK : iso_fail(err, ISO_EFAIL, "out of memory for a page");
}

static iso_status close_text(FILE *f, iso_status status, iso_error *err) {
  if (!f) return status;
  const bool bad = ferror(f) || fflush(f) != 0;
  fclose(f);
  return status == ISO_OK && bad ? iso_fail(err, ISO_EFAIL, "out of memory for a page") : status;
}

static iso_status write_both(iso_picture *out, const iso_picture_spec *spec, const iso_outline *o,
                             const scratch *room, iso_error *err) {
  const bool first = iso_rank(spec->mesh->comm) == 0;
  FILE *f = NULL;
  size_t size;
  iso_status status = first ? open_text(&f, &out->surface, &size, err) : ISO_OK;
  if (status == ISO_OK && first) status = put_surface(f, o, err);
  status = close_text(f, status, err);
  f = NULL;
  if (status == ISO_OK && first) status = open_text(&f, &out->rest, &size, err);
  status = iso_agree(spec->mesh->comm, status, err);
  if (status == ISO_OK) status = put_rest(f, spec, o, room, err);
  return iso_agree(spec->mesh->comm, close_text(f, status, err), err);
}

iso_status iso_picture_new(iso_picture *out, const iso_picture_spec *spec, iso_error *err) {
  iso_outline o;
  scratch room = {0};
  *out = (iso_picture){0};
  iso_status status = iso_outline_new(&o, spec->mesh, ISO_PICTURE_POINTS, err);
  if (status == ISO_OK) {
    const size_t n = (size_t)o.npoints;
    status = iso_alloc(&room.owned, (size_t)spec->mesh->nowned, sizeof *room.owned, "a map", err);
    if (status == ISO_OK) status = iso_alloc(&room.value, n, sizeof *room.value, "a map", err);
    if (status == ISO_OK) status = iso_alloc(&room.number, n, sizeof *room.number, "a map", err);
    status = iso_agree(spec->mesh->comm, status, err);
  }
  if (status == ISO_OK) status = write_both(out, spec, &o, &room, err);
  free(room.owned);
  free(room.value);
  free(room.number);
  iso_outline_free(&o);
  return status;
}

void iso_picture_free(iso_picture *picture) {
  free(picture->surface);
  free(picture->rest);
  *picture = (iso_picture){0};
}
