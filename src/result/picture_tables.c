#include "result/picture_tables.h"

#include "result/json.h"
#include "result/picture.h"

#include <math.h>
#include <string.h>

static bool is_column(const iso_variable *v, const char *dimension) {
  return !v->fill && v->ndims == 1 && !strcmp(v->dims[0].name, dimension);
}

/* A signal in time has a column for each of its traces: no table for people. */
static bool is_of_signal(const iso_results *results, const char *dimension) {
  for (int k = 0; k < results->nvariables; k++) {
    const iso_variable *v = &results->variables[k];
    if (!v->fill && v->ndims == 2 && !strcmp(v->dims[0].name, dimension)) return true;
  }
  return false;
}

static void put_value(FILE *f, const iso_variable *v, int64_t row) {
  if (v->type == ISO_VARIABLE_TEXT)
    iso_json_text(f, ((const char *const *)v->data)[row]);
  else if (v->type == ISO_VARIABLE_WHOLE)
    fprintf(f, "%d", (int)((const int32_t *)v->data)[row]);
  else if (isfinite(((const double *)v->data)[row]))
    fprintf(f, "%.6g", ((const double *)v->data)[row]);
  else
    fputs("null", f);
}

static void put_column(FILE *f, const iso_variable *v, bool first) {
  fputs(first ? "{\"name\":" : ",{\"name\":", f);
  iso_json_text(f, v->name);
  iso_json_field(f, "unit", v->unit);
  iso_json_field(f, "meaning", v->meaning);
  fputs(",\"values\":[", f);
  for (int64_t row = 0; row < v->dims[0].length; row++) {
    if (row > 0) fputc(',', f);
    put_value(f, v, row);
  }
  fputs("]}", f);
}

void iso_picture_put_tables(FILE *f, const iso_results *results) {
  bool first_table = true;
  for (int k = 0; k < results->nvariables; k++) {
    const iso_variable *v = &results->variables[k];
    if (v->fill || v->ndims != 1 || v->dims[0].length > ISO_PICTURE_SAMPLES) continue;
    const char *dimension = v->dims[0].name;
    bool first = true;
    for (int i = 0; i < k; i++) first = first && !is_column(&results->variables[i], dimension);
    if (!first || is_of_signal(results, dimension)) continue;
    fputs(first_table ? "{\"name\":" : ",{\"name\":", f);
    iso_json_text(f, dimension);
    fputs(",\"columns\":[", f);
    for (int i = k; i < results->nvariables; i++)
      if (is_column(&results->variables[i], dimension)) put_column(f, &results->variables[i], i == k);
    fputs("]}", f);
    first_table = false;
  }
}
