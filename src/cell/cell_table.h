/* The table of a study of single cells: a row a cell, with what it was given and what its last beat was like.
 */
#ifndef ISO_CELL_CELL_TABLE_H
#define ISO_CELL_CELL_TABLE_H

#include "cell/cell_study.h"

/* What only the protocol knows of a cell's last beat. */
typedef struct iso_cell_row {
  double coupling_ms; /* NAN: no premature beat */
  double diastole_ms; /* from the APD90 of the beat before to the last pulse */
  int beats;          /* up to it, all protocols' together */
} iso_cell_row;

/* Rank 0 alone. Fills out, empty, for cells [n] that were paced as lanes say, of which paced holds the last
 * beats. Fails for lack of memory alone; out is then the caller's to free, too. */
iso_status iso_cell_table_fill(iso_table *out, const iso_cell_study *study, int n, const iso_lane *lanes,
                               const iso_paced *paced, const iso_cell_row *row, iso_error *err);

#endif
