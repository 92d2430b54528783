#include "solve/cell_report.h"

#include "base/memory.h"
#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_BYTES = 256 };

/* The region of an owned node; -1 where it has no cell. */
static int region_of(const iso_tissue_cells *cells, iso_lid i) {
  for (int g = 0; g < cells->ngroups; g++) {
    const iso_cell_group *group = &cells->groups[g];
    if (i >= group->first && i < group->first + group->count) return group->idle ? -1 : group->region;
  }
  return -1;
}

/* values: room for [nowned]. */
static void describe(const iso_state *state, const iso_region *region, iso_lid i, double *values,
                     char *text) {
  const iso_model *model = region->model;
  if (region->name) iso_text_append(text, TEXT_BYTES, "; it is in region '%.60s'", region->name);
  iso_text_append(text, TEXT_BYTES, "%s model %s", region->name ? "," : "; it has the", model->name);
  for (int k = 0; k < model->nstates; k++) {
    iso_state_get(state, k, values);
    if (isfinite(values[i])) continue;
    iso_text_append(text, TEXT_BYTES, ", whose state %s is %g", model->states[k].name,
                    isnan(values[i]) ? NAN : values[i]); /* whatever its sign */
    return;
  }
}

/* On the rank that owns the node; the others leave the text empty. */
static iso_status describe_mine(const iso_state *state, const iso_tissue_cells *cells, const iso_mesh *mesh,
                                iso_gid node, char *text, iso_error *err) {
  iso_lid i = 0;
  double *values;
  while (i < mesh->nowned && mesh->gid[i] != node) i++;
  const int region = i < mesh->nowned ? region_of(cells, i) : -1;
  if (region < 0) return ISO_OK;
  ISO_TRY(iso_alloc(&values, (size_t)mesh->nowned, sizeof *values, "states", err));
  describe(state, &cells->tissue->regions[region], i, values, text);
  free(values);
  return ISO_OK;
}

iso_status iso_cell_report(const iso_state *state, const iso_tissue_cells *cells, const iso_mesh *mesh,
                           iso_gid node, iso_error *err) {
  char mine[TEXT_BYTES] = "", text[TEXT_BYTES];
  iso_error why = {0};
  ISO_TRY(iso_agree(mesh->comm, describe_mine(state, cells, mesh, node, mine, &why), &why));
  MPI_Allreduce(mine, text, TEXT_BYTES, MPI_UNSIGNED_CHAR, MPI_MAX, mesh->comm); /* all but one are empty */
  iso_text_append(err->message, sizeof err->message, "%s", text);
  return ISO_OK;
}
