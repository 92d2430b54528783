#include "solve/currents.h"

#include "linear/device_memory.h"

#include <string.h>

iso_status iso_currents_new(iso_currents *out, const iso_mesh *mesh, const iso_tissue_cells *cells,
                            const iso_fast_tables *tables, const iso_numerics *numerics,
                            iso_exchange *exchange, iso_timer *timer, iso_error *err) {
  *out = (iso_currents){.cells = cells, .exchange = exchange, .timer = timer};
  const size_t bytes = (size_t)mesh->nlocal * cells->device->real_bytes;
  out->iion = iso_device_alloc(cells->device, bytes);
  if (!out->iion) return iso_fail_device(err, cells->device, bytes, "ionic currents");
  return iso_fast_work_new(&out->fast, tables, numerics, out->iion, err);
}

void iso_currents_free(iso_currents *c) {
  if (!c->cells) return;
  iso_fast_work_free(&c->fast);
  iso_device_release(c->cells->device, c->iion);
  memset(c, 0, sizeof *c);
}

bool iso_currents_are_nodal(const iso_currents *c) { return !c->fast.factors; }

typedef struct stepping {
  const iso_tissue_cells *cells;
  iso_cell_fields fields;
  int nwritten;
  iso_field **written; /* [nwritten] those of the fields that others need */
} stepping;

static void step_cells(void *self, bool boundary) {
  const stepping *s = self;
  for (int k = 0; k < s->nwritten; k++)
    iso_field_write(s->written[k], boundary ? ISO_BOUNDARY_ROWS : ISO_INNER_ROWS);
  iso_tissue_cells_step(s->cells, boundary, &s->fields);
}

void iso_currents_begin(iso_currents *c, iso_mean vm, void *const *rows, iso_field *extrapolated) {
  iso_phase before = iso_timer_enter(c->timer, ISO_PHASE_CELLS);
  iso_field *sent[ISO_MAX_FIELDS];
  int nsent = iso_fast_work_fields(&c->fast, sent);
  if (extrapolated) sent[nsent++] = extrapolated;
  stepping s = {c->cells,
                {.state = rows,
                 .vm = vm,
                 .extrapolated = extrapolated ? extrapolated->real : NULL,
                 .iion = c->iion,
                 .fast = c->fast.factors,
                 .fast_ld = c->fast.launch.ld},
                nsent,
                sent};
  c->sends = nsent > 0;
  if (c->sends) {
    iso_produce(c->exchange, nsent, sent, step_cells, &s);
  } else {
    step_cells(&s, true);
    step_cells(&s, false);
  }
  iso_timer_enter(c->timer, before);
}

void iso_currents_end(iso_currents *c) {
  iso_phase before = iso_timer_enter(c->timer, ISO_PHASE_CELLS);
  if (c->sends) iso_exchange_receive(c->exchange);
  iso_fast_work_add(&c->fast);
  iso_timer_enter(c->timer, before);
}
