/* Restitution in a strip: the protocol of that name, with the strip's own stimulus. */
#include "base/memory.h"
#include "study/cable_parts.h"
#include "study/protocol.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* After S2, for a beat to be over at the beginning of the way and past its end: so many times as long as the
 * wave from rest needs for the strip, and as its action potential lasts. */
#define PATIENCE_OF_WAY 4.0
#define PATIENCE_OF_BEAT 1.5

/* The way begins so many elements from the stimulus, and is so long: a premature beat's rest grows from there
 * on, since it is slower than the beat before it. */
#define FROM_ELEMENTS 3
#define WAY_ELEMENTS 6

/* All nodes about a place so many elements from the stimulus. */
static iso_select slice_at(const iso_cable *c, int elements) {
  const double h = 0.75 * c->options.spacing_mm, wide = c->length_mm,
               at = c->stimulus.where.box.max_mm[0] + elements * c->options.spacing_mm;
  return (iso_select){
      .name = "slice", .has_box = true, .box = {{at - h, -wide, -wide}, {at + h, wide, wide}}};
}

static void ask(iso_cable *c, const iso_cable_rests *rests) {
  const double way_ms = c->length_mm / c->options.wanted_m_per_s;
  iso_config *config = &c->config[c->turn];
  config->nstimuli = 0;
  config->has_protocol = true;
  config->protocol =
      (iso_config_protocol){.where = c->stimulus.where,
                            .node = -1,
                            .sense = slice_at(c, FROM_ELEMENTS),
                            .sense_distance_mm = NAN,
                            .s1 = c->stimulus.pulses,
                            .window_ms = PATIENCE_OF_WAY * way_ms + PATIENCE_OF_BEAT * rests->apd_ms,
                            .has_restitution = true,
                            .restitution = {.from = slice_at(c, FROM_ELEMENTS),
                                            .to = slice_at(c, FROM_ELEMENTS + WAY_ELEMENTS),
                                            .longest_ms = rests->longest_ms,
                                            .shortest_ms = rests->shortest_ms,
                                            .resolution_ms = rests->resolution_ms}};
  config->protocol.where.name = c->stimulus.name;
  config->protocol.s1.period_ms = rests->longest_ms;
  config->time.duration_ms = rests->longest_ms + config->protocol.window_ms + config->time.step_ms;
  config->outputs.repolarisation_level = 90, config->outputs.repolarisation_mV = NAN;
}

static iso_status step(void *self, const iso_trials *trials, bool *stop, iso_error *err) {
  iso_simulation *simulation = self;
  (void)trials;
  *stop = false;
  return iso_simulation_step(simulation, err);
}

static iso_status run(iso_cable *c, const iso_protocol_guests *guests, iso_guest *guest, int n,
                      iso_error *err) {
  iso_simulation *simulation = c->setup.simulation;
  iso_protocol_result result;
  iso_archive *none = NULL;
  for (int k = 0; k < n; k++) {
    guest[k] = iso_protocol_guest(guests, k);
    ISO_TRY(iso_simulation_invite(simulation, &guest[k], err));
  }
  ISO_TRY(iso_simulation_start(simulation, err));
  ISO_TRY(iso_protocol_run(&result, &c->setup, guests, (iso_protocol_stepper){simulation, step}, &none, err));
  return iso_simulation_check(simulation, err);
}

static iso_status copy(const iso_protocol_guests *guests, iso_restitution_row **rows, int *n,
                       iso_error *err) {
  const iso_restitution_row *beats = iso_protocol_record_beats(guests->record, n);
  ISO_TRY(iso_alloc(rows, (size_t)*n + 1, sizeof **rows, "restitution", err));
  if (*n > 0) memcpy(*rows, beats, (size_t)*n * sizeof *beats);
  return ISO_OK;
}

iso_status iso_cable_restitution(iso_cable *c, double along, double beside, const iso_cable_rests *rests,
                                 iso_restitution_row **rows, int *n, iso_error *err) {
  iso_protocol_guests guests = {0};
  iso_guest *guest = NULL;
  *rows = NULL, *n = 0;
  ask(c, rests);
  ISO_TRY(iso_cable_set_up(c, along, beside, err));
  const int nguests = iso_protocol_guests_count(c->setup.config);
  iso_status status = iso_alloc(&guest, (size_t)nguests, sizeof *guest, "guests", err);
  if (status == ISO_OK) status = iso_protocol_guests_new(&guests, &c->setup, err);
  if (status == ISO_OK) status = run(c, &guests, guest, nguests, err);
  if (status == ISO_OK) status = copy(&guests, rows, n, err);
  iso_setup_drop_cells(&c->setup, false); /* its guests go now */
  iso_protocol_guests_free(&guests);
  free(guest);
  return status;
}
