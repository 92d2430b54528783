/* Parameters that are fields on nodes, as the cell kernels take them: rows of those of the model's constants
 * that differ between the nodes of a region. */
#ifndef ISO_SOLVE_VARYING_H
#define ISO_SOLVE_VARYING_H

#include "grid/mesh.h"
#include "solve/tissue.h"

#include <stdbool.h>

/* Of one region, the same on every rank. */
typedef struct iso_varying {
  const iso_model *model;
  double step_ms;
  int nfields;
  const iso_parameter_field *fields;
  double *parameters; /* [model->nparameters] where a parameter is a field, its least value in the region */
  int nrows;
  int32_t *row;     /* [iso_model_constants] of each constant, -1 where all nodes have the same */
  bool tables_vary; /* the tables of rates would differ from node to node */
} iso_varying;

/* Collective. region: number r of the tissue; its nodes are those that iso_tissue_of_node gives it. */
iso_status iso_varying_new(iso_varying *out, const iso_mesh *mesh, const iso_tissue *tissue, int r,
                           double step_ms, iso_error *err);

/* Rows [nrows][count] of the owned nodes [first, first + count), which are of this region. */
iso_status iso_varying_rows(const iso_varying *varying, iso_lid first, iso_lid count, double *rows,
                            iso_error *err);

void iso_varying_free(iso_varying *varying);

#endif
