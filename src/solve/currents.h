/* The ionic current of a step: the cells', and what the fast current inside elements adds to it. Boundary
 * cells go first, so that what other ranks need of them travels while the inner ones are computed. Its time
 * counts as ISO_PHASE_CELLS. */
#ifndef ISO_SOLVE_CURRENTS_H
#define ISO_SOLVE_CURRENTS_H

#include "linear/exchange.h"
#include "solve/cells.h"
#include "solve/fast_current.h"

typedef struct iso_currents {
  const iso_tissue_cells *cells;
  iso_fast_work fast;
  iso_exchange *exchange;
  iso_timer *timer;
  void *iion; /* [nowned] real, on the device, uA/uF */
  bool sends; /* between begin and end: whether an exchange is under way */
} iso_currents;

/* cells, tables of the fast current, exchange (of ISO_MAX_FIELDS) and timer outlive it. Not collective; to be
 * freed whatever the status. */
iso_status iso_currents_new(iso_currents *out, const iso_mesh *mesh, const iso_tissue_cells *cells,
                            const iso_fast_tables *tables, const iso_numerics *numerics,
                            iso_exchange *exchange, iso_timer *timer, iso_error *err);
void iso_currents_free(iso_currents *currents);

/* Whether currents are those of the nodes' cells alone, which begin leaves ready. */
bool iso_currents_are_nodal(const iso_currents *currents);

/* Collective among neighbours. Moves the cells' states rows (see iso_state) on by a step, with currents at
 * vm. That mean goes to extrapolated unless it is NULL. Its ghosts and iion are there after end. */
void iso_currents_begin(iso_currents *currents, iso_mean vm, void *const *rows, iso_field *extrapolated);
void iso_currents_end(iso_currents *currents);

#endif
