#include "base/atomic.h"
#include "base/csv.h"
#include "base/memory.h"
#include "base/text.h"
#include "result/plain.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The table of one first dimension. */
typedef struct {
  const iso_results *results;
  const iso_dimension *row;
} table;

static bool same(const iso_dimension *a, const iso_dimension *b) { return strcmp(a->name, b->name) == 0; }

static bool is_in(const iso_variable *v, const iso_dimension *row) {
  return !v->fill && v->ndims > 0 && same(&v->dims[0], row);
}

/* What member i of a dimension is called: x, y and z of space, the text of a variable of that dimension, or
 * its number. Returns buffer, cut where it is too small. */
static const char *label_of(const iso_results *results, const iso_dimension *d, int64_t i, char *buffer,
                            size_t size) {
  for (int k = 0; k < results->nvariables; k++) {
    const iso_variable *v = &results->variables[k];
    if (is_in(v, d) && v->ndims == 1 && v->type == ISO_VARIABLE_TEXT) {
      snprintf(buffer, size, "%s", ((const char *const *)v->data)[i]);
      return buffer;
    }
  }
  if (strcmp(d->name, "num_dim") == 0)
    snprintf(buffer, size, "%c", "xyz"[i]);
  else
    snprintf(buffer, size, "%lld", (long long)i);
  return buffer;
}

/* "probe_vm_mV.apex" */
static void put_heads(const iso_results *results, const iso_variable *v, bool *first, FILE *file) {
  const int64_t n = v->ndims == 2 ? v->dims[1].length : 1;
  for (int64_t i = 0; i < n; i++) {
    char label[256], head[512];
    const bool has_unit = v->unit && strcmp(v->unit, "1") != 0;
    snprintf(head, sizeof head, "%s%s%s%s%s", v->name, has_unit ? "_" : "", has_unit ? v->unit : "",
             v->ndims == 2 ? "." : "",
             v->ndims == 2 ? label_of(results, &v->dims[1], i, label, sizeof label) : "");
    if (!*first) fputc(',', file);
    *first = false;
    iso_csv_put(file, head);
  }
}

static void put_value(const iso_variable *v, int64_t at, FILE *file) {
  char text[32];
  if (v->type == ISO_VARIABLE_TEXT)
    iso_csv_put(file, ((const char *const *)v->data)[at]);
  else if (v->type == ISO_VARIABLE_WHOLE)
    fprintf(file, "%d", (int)((const int32_t *)v->data)[at]);
  else if (!isnan(((const double *)v->data)[at]))
    fputs(iso_text_shortest(((const double *)v->data)[at], text, sizeof text), file);
}

static void put_row(const table *t, int64_t row, FILE *file) {
  bool first = true;
  for (int k = 0; k < t->results->nvariables; k++) {
    const iso_variable *v = &t->results->variables[k];
    if (!is_in(v, t->row)) continue;
    if (row < 0) {
      put_heads(t->results, v, &first, file);
      continue;
    }
    const int64_t n = v->ndims == 2 ? v->dims[1].length : 1;
    for (int64_t i = 0; i < n; i++) {
      if (!first) fputc(',', file);
      first = false;
      put_value(v, row * n + i, file);
    }
  }
  fputc('\n', file);
}

static void put_table(const void *self, FILE *file) {
  const table *t = self;
  for (int64_t row = -1; row < t->row->length; row++) put_row(t, row, file);
}

/* The first dimension of variable k, if no variable before has it. */
static const iso_dimension *new_dimension(const iso_results *results, int k) {
  const iso_variable *v = &results->variables[k];
  if (v->fill || v->ndims == 0) return NULL;
  for (int j = 0; j < k; j++)
    if (is_in(&results->variables[j], &v->dims[0])) return NULL;
  return &v->dims[0];
}

static iso_status save_table(const char *prefix, const table *t, iso_names *written, iso_error *err) {
  static const char counts[] = "num_";
  const char *name = t->row->name;
  if (strncmp(name, counts, sizeof counts - 1) == 0) name += sizeof counts - 1;
  const size_t size = strlen(prefix) + strlen(name) + sizeof "_.csv";
  char *path;
  ISO_TRY(iso_alloc(&path, size, 1, "a file name", err));
  snprintf(path, size, "%s_%s.csv", prefix, name);
  iso_status status = iso_atomic_write(path, false, put_table, t, err);
  if (status == ISO_OK) status = iso_names_add(written, path, err);
  free(path);
  return status;
}

iso_status iso_plain_save_tables(const char *prefix, MPI_Comm comm, const iso_results *results,
                                 iso_names *written, iso_error *err) {
  int rank;
  MPI_Comm_rank(comm, &rank);
  iso_status status = ISO_OK;
  for (int k = 0; rank == 0 && k < results->nvariables && status == ISO_OK; k++) {
    const iso_dimension *row = new_dimension(results, k);
    if (row) status = save_table(prefix, &(table){results, row}, written, err);
  }
  return iso_agree(comm, status, err);
}
