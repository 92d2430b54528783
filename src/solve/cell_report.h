/* What the cell of a node is and how it is, for a message. */
#ifndef ISO_SOLVE_CELL_REPORT_H
#define ISO_SOLVE_CELL_REPORT_H

#include "solve/state.h"

/* Collective. Appends to the message of err, which stands, the region of a node, its model and the first
 * state that is not a number or not finite, if there is one; nothing for a node without cells. ISO_EFAIL
 * where memory is short, with the message as it was. */
iso_status iso_cell_report(const iso_state *state, const iso_tissue_cells *cells, const iso_mesh *mesh,
                           iso_gid node, iso_error *err);

#endif
