/* Cells of one model whose parameters differ, as the kernels take them in one launch: rows of those of the
 * model's constants that are not the same for all. */
#ifndef ISO_TISSUE_VARYING_H
#define ISO_TISSUE_VARYING_H

#include "kernels/device.h"
#include "tissue/tissue.h"

#include "grid/mesh.h"

#include <stdbool.h>

/* Writes what a cell has of its own into parameters [model->nparameters]. */
typedef void (*iso_parameters_of)(const void *cells, iso_lid cell, double *parameters);

typedef struct iso_varying {
  const iso_model *model;
  double step_ms;
  iso_parameters_of parameters_of;
  const void *cells;
  double *parameters; /* [model->nparameters] that a cell has unless parameters_of says otherwise */
  double *constants;  /* [iso_model_constants] of these */
  double *own[2];     /* room for the same of one cell */
  int nrows;
  int32_t *row;     /* [iso_model_constants] of each constant, -1 where all cells have the same */
  bool tables_vary; /* of a region: the tables of rates would differ from node to node */
} iso_varying;

/* Then every cell is compared, and the constants that some cell has another value of than the given
 * parameters get their rows. cells stays in use until rows are made. Free it whatever the status. */
iso_status iso_varying_begin(iso_varying *out, const iso_model *model, double step_ms,
                             const double *parameters, iso_parameters_of parameters_of, const void *cells,
                             iso_error *err);
void iso_varying_compare(iso_varying *varying, iso_lid cell);
void iso_varying_end(iso_varying *varying);

/* What iso_cells takes of the cells [first, first + count), on the device: *rows [nrows][ld] and *row; both
 * NULL where there are no rows. */
iso_status iso_varying_rows(iso_varying *varying, iso_device *device, iso_lid first, iso_lid count,
                            int64_t ld, void **rows, iso_error *err);
iso_status iso_varying_row(const iso_varying *varying, iso_device *device, int32_t **row, iso_error *err);

void iso_varying_free(iso_varying *varying);

/* Whether tables of rates differ between parameters least and most [model->nparameters]: where one parameter
 * alone has its largest value, or all have. room [model->nparameters]. */
bool iso_tables_vary(const iso_model *model, double step_ms, const double *least, const double *most,
                     double *room);

/* Whether they do where parameter p alone has its largest value. */
bool iso_tables_vary_with(const iso_model *model, double step_ms, const double *least, const double *most,
                          int p, double *room);

/* Collective. The nodes of region number r of the tissue, those that iso_tissue_of_node gives it, whose
 * fields are parameters; compared with the least value of each field. The same rows on every rank. */
iso_status iso_varying_region(iso_varying *out, const iso_mesh *mesh, const iso_tissue *tissue, int r,
                              double step_ms, iso_error *err);

#endif
