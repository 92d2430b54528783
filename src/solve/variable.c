#include "solve/variable.h"

#include "base/memory.h"

#include <stdlib.h>

iso_status iso_results_add(iso_results *r, const iso_variable *variable, iso_error *err) {
  ISO_TRY(iso_realloc(&r->variables, (size_t)r->nvariables + 1, sizeof *r->variables, "results", err));
  r->variables[r->nvariables++] = *variable;
  return ISO_OK;
}

void iso_results_free(iso_results *r) {
  free(r->variables);
  *r = (iso_results){0};
}
