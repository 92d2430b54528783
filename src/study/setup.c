/* The stages of a set-up, one after the other, and the simulation. */
#include "study/setup.h"

#include "grid/ask/edges.h"
#include "study/accuracy.h"
#include "study/front.h"
#include "study/wave_parts.h"

#include <math.h>
#include <stdlib.h>

static iso_status add_stimulus(iso_setup *setup, int k, iso_error *err) {
  iso_selection hit;
  ISO_TRY(iso_setup_stimulated(setup, k, &hit, err));
  iso_status status = iso_simulation_stimulate(setup->simulation, &setup->config->stimuli[k].pulses,
                                               hit.count, hit.node, err);
  iso_selection_free(&hit);
  return iso_agree(setup->mesh->comm, status, err);
}

/* Drops an operator that waits but does not serve. */
static void look_at_operator(iso_setup *setup, const iso_simulation_options *o) {
  const iso_body_options made_from = {.mesh = o->mesh,
                                      .device = o->device,
                                      .tissue = o->tissue,
                                      .numerics = o->numerics,
                                      .step_ms = o->step_ms};
  if (setup->body && iso_body_serves(setup->body, &made_from)) return;
  iso_body_drop(setup->body);
  setup->body = NULL;
}

/* With the operator that waits, if it serves. */
static iso_status make_simulation(iso_setup *setup, iso_simulation_options options, iso_error *err) {
  look_at_operator(setup, &options);
  options.body = setup->body;
  ISO_TRY(iso_simulation_new(&setup->simulation, &options, err));
  setup->made[ISO_STAGE_OPERATOR] += !options.body;
  setup->made[ISO_STAGE_CELLS]++;
  iso_body_drop(setup->body);
  setup->body = NULL;
  return ISO_OK;
}

iso_simulation_options iso_setup_options(const iso_setup *setup) {
  const iso_config *config = setup->config;
  const bool by_level = isnan(config->outputs.repolarisation_mV);
  iso_numerics numerics = config->numerics.scheme;
  if (setup->moves) numerics.pace = ISO_PACE_FIXED;
  return (iso_simulation_options){.mesh = setup->mesh,
                                  .tissue = &setup->tissue,
                                  .device = setup->device,
                                  .numerics = numerics,
                                  .mover = setup->moves,
                                  .step_ms = config->time.step_ms,
                                  .activation_mV = config->outputs.activation_mV,
                                  .repolarisation = by_level ? config->outputs.repolarisation_level / 100 : 0,
                                  .recovery_mV = config->outputs.repolarisation_mV,
                                  .timer = setup->timer};
}

iso_status iso_setup_simulation(iso_setup *setup, iso_error *err) {
  const iso_config *config = setup->config;
  setup->moves = NULL;
  if (config->method == ISO_METHOD_RECURRENT) ISO_TRY(iso_setup_front(setup, err));
  const iso_simulation_options options = iso_setup_options(setup);
  iso_log_now(setup->log, "assembling the equations");
  ISO_TRY(make_simulation(setup, options, err));
  for (int r = 0; r < config->nregions; r++)
    if (options.numerics.rates == ISO_RATES_TABULATED && iso_simulation_tables_vary(setup->simulation, r))
      iso_log_say(setup->log, ISO_LOG_INFO,
                  "region %s: fields of its parameters change functions of V from node to node, so these are "
                  "evaluated instead of tabulated, which is slower",
                  config->regions[r].name);
  for (int k = 0; k < config->nstimuli; k++) ISO_TRY(add_stimulus(setup, k, err));
  return iso_setup_phase_map(setup, err);
}

/* The step that numerics.accuracy asks for on this mesh. */
static iso_status choose_step(iso_setup *setup, iso_error *err) {
  const iso_config *config = setup->config;
  if (!config->numerics.step_follows) return ISO_OK;
  const double step_ms =
      iso_accurate_step(config->numerics.accuracy, iso_mesh_edge_mm(setup->mesh), config->time.step_ms);
  setup->with_step = *config;
  setup->config = &setup->with_step;
  return iso_config_take_step(&setup->with_step, step_ms, err);
}

iso_status iso_setup_heart(iso_setup *setup, MPI_Comm comm, iso_error *err) {
  ISO_TRY(iso_setup_inputs(setup, comm, err)); /* also where the mesh is there already */
  if (!setup->device) {                        /* before hours of reading rather than after */
    ISO_TRY(iso_setup_device(setup, comm, err));
    ISO_TRY(iso_setup_own(setup, comm, err));
    setup->made[ISO_STAGE_DEVICE]++;
  }
  if (!setup->mesh) {
    ISO_TRY(iso_setup_mesh(setup, comm, err));
    setup->made[ISO_STAGE_MESH]++;
  }
  ISO_TRY(choose_step(setup, err));
  if (!setup->regions) {
    iso_log_now(setup->log, "setting up the tissue");
    ISO_TRY(iso_setup_tissue(setup, err));
    ISO_TRY(iso_setup_judge(setup, err));
    setup->made[ISO_STAGE_TISSUE]++;
  }
  return ISO_OK;
}

iso_status iso_setup_all(iso_setup *setup, MPI_Comm comm, iso_error *err) {
  ISO_TRY(iso_setup_heart(setup, comm, err));
  return iso_setup_simulation(setup, err);
}

void iso_setup_drop_cells(iso_setup *setup, bool with_operator) {
  if (setup->simulation && !with_operator) {
    iso_body_drop(setup->body);
    setup->body = iso_body_keep(iso_simulation_body(setup->simulation));
  }
  iso_simulation_free(setup->simulation);
  setup->simulation = NULL;
  if (!with_operator) return;
  iso_body_drop(setup->body);
  setup->body = NULL;
}

void iso_setup_drop_waves(iso_setup *setup) {
  iso_wave_parts_free(setup->parts);
  setup->parts = NULL;
}

void iso_setup_drop_tissue(iso_setup *setup) {
  iso_setup_drop_front(setup);
  iso_setup_drop_waves(setup);
  for (int r = 0; setup->room && r < setup->tissue.nregions; r++) {
    iso_setup_region *room = &setup->room[r];
    for (int f = 0; room->values && f < setup->regions[r].nfields; f++) free(room->values[f]);
    free(room->values);
    free(room->fields);
    free(room->scale);
    free(room->parameters);
    free(room->states);
  }
  free(setup->room);
  free(setup->regions);
  free(setup->site_tag);
  free(setup->boost);
  setup->site_tag = NULL, setup->boost = NULL;
  setup->room = NULL, setup->regions = NULL;
  setup->tissue = (iso_tissue){0};
}

void iso_setup_drop_mesh(iso_setup *setup) {
  if (setup->mesh) iso_mesh_free(setup->mesh);
  setup->mesh = NULL;
  iso_burned_free(&setup->burned);
  setup->burned_units = 0, setup->burned_percent = setup->burned_mL = 0;
}

void iso_setup_drop_device(iso_setup *setup) {
  for (int k = 0; k < setup->nown; k++) iso_own_model_close(&setup->own[k]);
  free(setup->own);
  if (setup->device) iso_device_close(setup->device);
  setup->device = NULL, setup->own = NULL, setup->nown = 0;
}

void iso_setup_free(iso_setup *setup) {
  iso_setup_drop_cells(setup, true);
  iso_setup_drop_tissue(setup);
  iso_setup_drop_mesh(setup);
  iso_setup_drop_device(setup);
  free(setup->inputs);
  setup->inputs = NULL;
}

int64_t iso_setup_steps(const iso_config_time *time) {
  return (int64_t)floor(time->duration_ms / time->step_ms * (1 + 1e-12) + 1e-6); /* 0.3 / 0.1 is below 3 */
}
