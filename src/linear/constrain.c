#include "linear/constrain.h"

#include "base/memory.h"

#include <stdlib.h>

iso_status iso_constrain(const iso_constraints *c, iso_field *x, iso_error *err) {
  double *values;
  ISO_TRY(iso_alloc(&values, (size_t)x->mesh->nowned, sizeof *values, "constraints", err));
  iso_field_get(x, values);
  for (int64_t k = 0; k < c->count; k++) values[c->node[k]] = c->value[k];
  iso_field_put(x, values);
  free(values);
  return ISO_OK;
}
