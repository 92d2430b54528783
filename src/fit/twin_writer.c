#include "fit/twin_writer.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

iso_status iso_twin_add(iso_twin_writer *w, const char *name, nc_type type, int ndims, const int *which,
                        const char *unit, const char *meaning, void *data) {
  int dims[3];
  if (w->n == ISO_TWIN_MOST_VARIABLES) {
    free(data);
    return iso_fail(w->err, ISO_EFAIL, "a twin has more than %d variables; this is a bug: please report it",
                    ISO_TWIN_MOST_VARIABLES);
  }
  for (int k = 0; k < ndims; k++) dims[k] = w->dim[which[k]];
  w->put[w->n].type = type;
  w->put[w->n++].data = data;
  return type == NC_DOUBLE
             ? iso_nc_result(&w->file, name, type, ndims, dims, unit, meaning, &w->put[w->n - 1].id, w->err)
             : iso_nc_variable(&w->file, name, type, ndims, dims, unit, meaning, &w->put[w->n - 1].id,
                               w->err);
}

iso_status iso_twin_make(iso_twin_writer *w, double **out, size_t n) {
  return iso_alloc(out, n, sizeof **out, "a twin", w->err);
}

iso_status iso_twin_add_texts(iso_twin_writer *w, const char *name, int along, int length_dim, size_t length,
                              int n, iso_twin_text_of text, const char *meaning) {
  char *all;
  ISO_TRY(iso_alloc(&all, (size_t)n * length, 1, "a twin", w->err));
  for (int k = 0; k < n; k++) {
    const char *one = text(w->twin, k) ? text(w->twin, k) : "";
    const size_t size = strlen(one);
    memcpy(all + (size_t)k * length, one, size < length ? size : length);
  }
  return iso_twin_add(w, name, NC_CHAR, 2, (int[]){along, length_dim}, NULL, meaning, all);
}

iso_status iso_twin_add_copy(iso_twin_writer *w, const char *name, int ndims, const int *which,
                             const char *unit, const char *meaning, const double *from, size_t n) {
  double *value;
  ISO_TRY(iso_twin_make(w, &value, n));
  memcpy(value, from, n * sizeof *value);
  return iso_twin_add(w, name, NC_DOUBLE, ndims, which, unit, meaning, value);
}

iso_status iso_twin_add_number(iso_twin_writer *w, const char *name, const char *unit, const char *meaning,
                               double number) {
  double *value;
  ISO_TRY(iso_twin_make(w, &value, 1));
  *value = number;
  return iso_twin_add(w, name, NC_DOUBLE, 0, NULL, unit, meaning, value);
}
