#include "solve/archive.h"

#include "base/memory.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct held {
  iso_archive_array array; /* with texts of its own, and values unless they are lent */
  bool lent;               /* they are another archive's */
} held;

struct iso_archive {
  const iso_mesh *mesh;
  int narrays;
  held *arrays; /* [narrays] */
};

size_t iso_archive_bytes(iso_archive_type type) {
  return type == ISO_ARCHIVE_FLOAT || type == ISO_ARCHIVE_INT32 ? 4 : 8;
}

iso_status iso_archive_new(iso_archive **out, const iso_mesh *mesh, iso_error *err) {
  *out = NULL;
  ISO_TRY(iso_alloc(out, 1, sizeof **out, "an archive", err));
  (*out)->mesh = mesh;
  return ISO_OK;
}

static void release(held *one) {
  free((char *)one->array.name);
  free((char *)one->array.unit);
  free((char *)one->array.meaning);
  if (!one->lent) free(one->array.values);
}

void iso_archive_free(iso_archive *a) {
  if (!a) return;
  for (int k = 0; k < a->narrays; k++) release(&a->arrays[k]);
  free(a->arrays);
  free(a);
}

int iso_archive_count(const iso_archive *a) { return a->narrays; }
const iso_archive_array *iso_archive_array_at(const iso_archive *a, int k) { return &a->arrays[k].array; }
const iso_mesh *iso_archive_mesh(const iso_archive *a) { return a->mesh; }

static iso_archive_array *find(const iso_archive *a, const char *name) {
  for (int k = 0; k < a->narrays; k++)
    if (!strcmp(a->arrays[k].array.name, name)) return &a->arrays[k].array;
  return NULL;
}

const iso_archive_array *iso_archive_find(const iso_archive *a, const char *name) { return find(a, name); }

/* Two texts as one. */
static iso_status copy_text(const char **out, const char *before, const char *text, iso_error *err) {
  const size_t size = strlen(before) + strlen(text) + 1;
  char *copy = NULL;
  ISO_TRY(iso_alloc(&copy, size, 1, "an archive", err));
  snprintf(copy, size, "%s%s", before, text);
  *out = copy;
  return ISO_OK;
}

/* Appends an array without values, whose name is prefix and that of another. */
static iso_status append(iso_archive *a, const char *prefix, const iso_archive_array *array, iso_error *err) {
  ISO_TRY(iso_realloc(&a->arrays, (size_t)a->narrays + 1, sizeof *a->arrays, "an archive", err));
  held *one = &a->arrays[a->narrays];
  *one = (held){.array = {.place = array->place, .type = array->type}};
  iso_archive_array *mine = &one->array;
  iso_status status = copy_text(&mine->name, prefix, array->name, err);
  if (status == ISO_OK) status = copy_text(&mine->unit, "", array->unit, err);
  if (status == ISO_OK) status = copy_text(&mine->meaning, "", array->meaning, err);
  if (status == ISO_OK)
    a->narrays++;
  else
    release(one);
  return status;
}

iso_status iso_archive_room(iso_archive *a, const iso_archive_array *array, void **values, iso_error *err) {
  iso_archive_array *mine = find(a, array->name);
  const size_t bytes = iso_archive_bytes(array->type);
  if (!mine) {
    ISO_TRY(append(a, "", array, err));
    mine = &a->arrays[a->narrays - 1].array;
  }
  if (!mine->values || (size_t)mine->count * iso_archive_bytes(mine->type) != (size_t)array->count * bytes) {
    free(mine->values);
    mine->values = NULL, mine->count = 0;
    ISO_TRY(iso_alloc(&mine->values, (size_t)array->count, bytes, "an archive", err));
  }
  mine->place = array->place, mine->type = array->type, mine->count = array->count;
  *values = mine->values;
  return ISO_OK;
}

iso_status iso_archive_put(iso_archive *a, const iso_archive_array *array, iso_error *err) {
  void *values;
  ISO_TRY(iso_archive_room(a, array, &values, err));
  if (array->count) memcpy(values, array->values, (size_t)array->count * iso_archive_bytes(array->type));
  return ISO_OK;
}

/* ---- with another archive ---- */

iso_status iso_archive_lend(iso_archive *a, const char *prefix, const iso_archive *other, iso_error *err) {
  for (int k = 0; k < other->narrays; k++) {
    const iso_archive_array *from = &other->arrays[k].array;
    ISO_TRY(append(a, prefix, from, err));
    held *one = &a->arrays[a->narrays - 1];
    one->lent = true, one->array.values = from->values, one->array.count = from->count;
  }
  return ISO_OK;
}

/* One array, under what follows the first n letters of its name. */
static iso_status take_one(iso_archive *a, size_t n, held *from, iso_error *err) {
  iso_archive_array under = from->array;
  under.name += n;
  ISO_TRY(append(a, "", &under, err));
  held *one = &a->arrays[a->narrays - 1];
  one->lent = from->lent, one->array.values = from->array.values, one->array.count = from->array.count;
  from->array.values = NULL;
  release(from);
  return ISO_OK;
}

iso_status iso_archive_take(iso_archive *a, const char *prefix, iso_archive *other, int *taken,
                            iso_error *err) {
  const size_t n = strlen(prefix);
  int left = 0;
  iso_status status = ISO_OK;
  *taken = 0;
  for (int k = 0; k < other->narrays; k++) {
    held *from = &other->arrays[k];
    const bool asked = strncmp(from->array.name, prefix, n) == 0;
    if (asked && status == ISO_OK) status = take_one(a, n, from, err);
    if (asked && status == ISO_OK)
      ++*taken;
    else
      other->arrays[left++] = *from;
  }
  other->narrays = left;
  return status;
}

/* ---- the usual ones ---- */

iso_status iso_archive_put_nodes(iso_archive *a, const char *name, const char *unit, const char *meaning,
                                 iso_archive_type type, const void *values, iso_error *err) {
  return iso_archive_put(
      a, &(iso_archive_array){name, unit, meaning, ISO_ARCHIVE_NODES, type, a->mesh->nowned, (void *)values},
      err);
}

iso_status iso_archive_put_root(iso_archive *a, const char *name, const char *unit, const char *meaning,
                                iso_archive_type type, int64_t count, const void *values, iso_error *err) {
  int rank;
  MPI_Comm_rank(a->mesh->comm, &rank);
  return iso_archive_put(a,
                         &(iso_archive_array){name, unit, meaning, ISO_ARCHIVE_ROOT, type,
                                              rank == 0 ? count : 0, (void *)values},
                         err);
}

iso_status iso_archive_put_number(iso_archive *a, const char *name, const char *unit, const char *meaning,
                                  double value, iso_error *err) {
  return iso_archive_put(
      a, &(iso_archive_array){name, unit, meaning, ISO_ARCHIVE_ALL, ISO_ARCHIVE_DOUBLE, 1, &value}, err);
}

iso_status iso_archive_put_count(iso_archive *a, const char *name, const char *unit, const char *meaning,
                                 int64_t value, iso_error *err) {
  return iso_archive_put(
      a, &(iso_archive_array){name, unit, meaning, ISO_ARCHIVE_ALL, ISO_ARCHIVE_INT64, 1, &value}, err);
}

iso_status iso_archive_get(const iso_archive *a, const char *name, iso_archive_place place,
                           iso_archive_type type, const iso_archive_array **out, iso_error *err) {
  *out = find(a, name);
  if (*out && (*out)->place == place && (*out)->type == type) return ISO_OK;
  return iso_fail(err, ISO_EINPUT, "the saved state has no %s%s; it is of another kind of run", name,
                  *out ? " of this precision" : "");
}

iso_status iso_archive_get_nodes(const iso_archive *a, const char *name, iso_archive_type type, void *values,
                                 iso_error *err) {
  const iso_archive_array *array;
  ISO_TRY(iso_archive_get(a, name, ISO_ARCHIVE_NODES, type, &array, err));
  memcpy(values, array->values, (size_t)array->count * iso_archive_bytes(type));
  return ISO_OK;
}

static iso_status get_one(const iso_archive *a, const char *name, iso_archive_type type, void *value,
                          iso_error *err) {
  const iso_archive_array *array;
  ISO_TRY(iso_archive_get(a, name, ISO_ARCHIVE_ALL, type, &array, err));
  if (array->count != 1)
    return iso_fail(err, ISO_EINPUT, "the saved state has no %s; it is of another kind of run", name);
  memcpy(value, array->values, iso_archive_bytes(type));
  return ISO_OK;
}

iso_status iso_archive_get_number(const iso_archive *a, const char *name, double *value, iso_error *err) {
  return get_one(a, name, ISO_ARCHIVE_DOUBLE, value, err);
}

iso_status iso_archive_get_count(const iso_archive *a, const char *name, int64_t *value, iso_error *err) {
  return get_one(a, name, ISO_ARCHIVE_INT64, value, err);
}

iso_status iso_archive_get_root(const iso_archive *a, const char *name, iso_archive_type type, int64_t *count,
                                const void **values, iso_error *err) {
  const iso_archive_array *array;
  ISO_TRY(iso_archive_get(a, name, ISO_ARCHIVE_ROOT, type, &array, err));
  *count = array->count, *values = array->values;
  return ISO_OK;
}

iso_status iso_archive_get_doubles(const iso_archive *archive, const char *name, int64_t count, double *out,
                                   iso_error *err) {
  int64_t n;
  const void *values;
  ISO_TRY(iso_archive_get_root(archive, name, ISO_ARCHIVE_DOUBLE, &n, &values, err));
  if (n != count)
    return iso_fail(err, ISO_EINPUT, "the saved state has %lld values of %s, and %lld are needed",
                    (long long)n, name, (long long)count);
  if (count > 0) memcpy(out, values, (size_t)count * sizeof *out);
  return ISO_OK;
}
