#include "study/setup.h"

#include "base/memory.h"
#include "grid/ask/edges.h"
#include "grid/format/read.h"
#include "grid/make/attach.h"
#include "grid/make/bisect.h"
#include "grid/make/network.h"
#include "grid/make/refine.h"
#include "grid/share/drop_surfaces.h"
#include "linear/exchange.h"
#include "solve/device_fits.h"
#include "study/accuracy.h"
#include "study/inputs.h"
#include "study/load.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void say_notes(const iso_log *log, const iso_notes *notes) {
  for (int k = 0; k < notes->count; k++) iso_log_say(log, ISO_LOG_WARNING, "mesh: %s", notes->text[k]);
}

/* The configuration's fibre, for every element of a mesh that has none of its own. */
static iso_status set_fibre(iso_slice *slice, const double direction[3], iso_error *err) {
  if (isnan(direction[0]) || slice->fibre || slice->node_fibre) return ISO_OK;
  ISO_TRY(iso_alloc(&slice->fibre, (size_t)slice->nelem, sizeof *slice->fibre, "fibres", err));
  double length =
      sqrt(direction[0] * direction[0] + direction[1] * direction[1] + direction[2] * direction[2]);
  for (int64_t e = 0; e < slice->nelem; e++)
    for (int d = 0; d < 3; d++) slice->fibre[e][d] = (float)(direction[d] / length);
  return ISO_OK;
}

static iso_status drop_surfaces(MPI_Comm comm, bool refined, iso_slice *slice, iso_notes *notes,
                                iso_error *err) {
  int64_t dropped[ISO_NSHAPES];
  ISO_TRY(iso_slice_drop_surfaces(comm, slice, dropped, notes, err));
  if (dropped[ISO_TRIANGLE] + dropped[ISO_LINE] > 0)
    iso_notes_add(notes,
                  "%lld triangles and %lld lines are faces and edges of other elements: they are taken as a "
                  "surface, not as tissue, and left out%s; mesh.keep_surfaces: true makes them tissue",
                  (long long)dropped[ISO_TRIANGLE], (long long)dropped[ISO_LINE],
                  refined ? " (with mesh.refine, their tags select no nodes)" : "");
  return ISO_OK;
}

static bool is_refined(const iso_config_mesh *mesh) { return mesh->refine > 0 || !isnan(mesh->edge_mm); }

iso_status iso_setup_read_slice(const iso_setup *setup, MPI_Comm comm, iso_slice *slice, iso_notes *notes,
                                iso_error *err) {
  const iso_config_mesh *mesh = &setup->config->mesh;
  if (mesh->has_slab) return iso_slab(comm, &mesh->slab, slice, err);
  ISO_TRY(iso_slice_read(comm,
                         &(iso_read_options){.path = mesh->file,
                                             .format = mesh->format,
                                             .unit = mesh->unit,
                                             .cut_second_order = mesh->second_order == ISO_SECOND_ORDER_CUT,
                                             .tag_array = mesh->tag_array,
                                             .fibre_array = mesh->fibre_array,
                                             .sheet_array = mesh->sheet_array,
                                             .notes = notes},
                         slice, err));
  ISO_TRY(iso_agree(comm, set_fibre(slice, mesh->fibre, err), err));
  return mesh->keep_surfaces ? ISO_OK : drop_surfaces(comm, is_refined(mesh), slice, notes, err);
}

/* Surfaces in files of their own. */
static iso_status attach_surfaces(const iso_setup *setup, MPI_Comm comm, iso_slice *slice, iso_notes *notes,
                                  iso_error *err) {
  const iso_config_mesh *mesh = &setup->config->mesh;
  for (int k = 0; k < mesh->nsurfaces; k++) {
    const iso_config_surface *s = &mesh->surfaces[k];
    const bool own_unit = strcmp(s->unit, "auto") != 0;
    const iso_attachment attachment = {s->name, s->file, own_unit ? s->unit : mesh->unit, s->tolerance_mm};
    iso_error why = {0};
    char path[160];
    const iso_status status = iso_slice_attach(comm, slice, &attachment, notes, &why);
    if (status == ISO_OK) continue;
    snprintf(path, sizeof path, "mesh.surfaces.%.100s", s->name);
    if (status == ISO_EINPUT) return iso_config_fail(setup->config, err, path, "%s", why.message);
    return iso_fail(err, status, "%s", why.message);
  }
  return ISO_OK;
}

/* Networks, whose nodes and lines come after those of the refined mesh. */
static iso_status add_networks(const iso_setup *setup, MPI_Comm comm, iso_slice *slice, iso_notes *notes,
                               iso_error *err) {
  const iso_config_mesh *mesh = &setup->config->mesh;
  iso_network *network = NULL;
  iso_error why = {0};
  char path[160];
  int which = 0;
  if (mesh->nnetworks == 0) return ISO_OK;
  iso_status status = iso_alloc(&network, (size_t)mesh->nnetworks, sizeof *network, "networks", err);
  ISO_TRY(iso_agree(comm, status, err));
  for (int k = 0; k < mesh->nnetworks; k++) {
    const iso_config_network *n = &mesh->networks[k];
    network[k] = (iso_network){.name = n->name,
                               .path = n->file,
                               .unit = n->unit,
                               .tag = n->tag,
                               .ncut = n->ncut,
                               .cut = n->cut,
                               .root_mm = {n->root_mm[0], n->root_mm[1], n->root_mm[2]},
                               .edge_mm = n->edge_mm,
                               .radius_mm = n->junction_radius_mm,
                               .nodes = n->junction_nodes,
                               .resistance_kohm = n->junction_resistance_kohm};
  }
  status = iso_slice_add_networks(comm, slice, mesh->nnetworks, network, &which, notes, &why);
  free(network);
  if (status == ISO_OK) return ISO_OK;
  if (which == mesh->nnetworks) return iso_fail(err, status, "%s", why.message);
  snprintf(path, sizeof path, "mesh.networks.%.100s", mesh->networks[which].name);
  return status == ISO_EINPUT ? iso_config_fail(setup->config, err, path, "%s", why.message)
                              : iso_fail(err, status, "%s", why.message);
}

static bool is_adaptive(const iso_config *config) {
  return config->numerics.scheme.pace == ISO_PACE_ADAPTIVE;
}

/* The elements of a wavefront cost extra where the fast current is not nodal, and a GPU has room for them.
 * Where patches have a pace of their own nearly all work is at wavefronts. */
static int pieces_of(const iso_setup *setup) {
  const iso_config *config = setup->config;
  if (config->mesh.pieces > 0) return config->mesh.pieces;
  if (is_adaptive(config)) return 8;
  const bool cpu = !setup->device || !setup->device->deferred;
  return cpu && config->numerics.scheme.fast_current != ISO_FAST_NODAL ? 4 : 1;
}

/* Without what lesions are known to have burned. To be freed on failure, too. */
static iso_status make_slice(const iso_setup *setup, MPI_Comm comm, iso_slice *slice, iso_notes *notes,
                             iso_error *err) {
  const iso_config_mesh *mesh = &setup->config->mesh;
  ISO_TRY(iso_setup_read_slice(setup, comm, slice, notes, err));
  ISO_TRY(attach_surfaces(setup, comm, slice, notes, err));
  ISO_TRY(iso_setup_passive(setup, comm, slice, err));
  if (mesh->refine > 0) ISO_TRY(iso_slice_refine(comm, slice, mesh->refine, notes, err));
  if (!isnan(mesh->edge_mm)) ISO_TRY(iso_slice_bisect(comm, slice, mesh->edge_mm, notes, err));
  ISO_TRY(add_networks(setup, comm, slice, notes, err));
  return setup->burned.nelem > 0 ? iso_slice_burn(comm, slice, &setup->burned, err) : ISO_OK;
}

static iso_status make_mesh(iso_setup *setup, MPI_Comm comm, iso_notes *notes, iso_error *err) {
  const iso_partition_options options = {.partitioner = setup->config->mesh.partition,
                                         .pieces = pieces_of(setup),
                                         .patches = is_adaptive(setup->config)};
  iso_slice slice = {0};
  const iso_phase before = iso_timer_enter(setup->timer, ISO_PHASE_READ);
  iso_status status = make_slice(setup, comm, &slice, notes, err);
  iso_timer_enter(setup->timer, ISO_PHASE_PARTITION);
  if (status == ISO_OK)
    status = iso_mesh_build(comm, &slice, &options, &setup->mesh, notes, err);
  else
    iso_slice_free(&slice);
  iso_timer_enter(setup->timer, before);
  return status;
}

/* Where lesions are is known from the mesh without them. What is noted of it is noted already. */
static iso_status burn(iso_setup *setup, MPI_Comm comm, iso_error *err) {
  ISO_TRY(iso_setup_find_burned(setup, err));
  iso_mesh_free(setup->mesh);
  setup->mesh = NULL;
  return make_mesh(setup, comm, NULL, err);
}

/* As they are before anything of them is read. */
static iso_status list_inputs(iso_setup *setup, MPI_Comm comm, iso_error *err) {
  return setup->inputs ? ISO_OK : iso_inputs_list(comm, setup->config, &setup->inputs, err);
}

iso_status iso_setup_mesh(iso_setup *setup, MPI_Comm comm, iso_error *err) {
  iso_notes notes = {0};
  ISO_TRY(list_inputs(setup, comm, err));
  iso_status status = make_mesh(setup, comm, &notes, err);
  if (status == ISO_OK && setup->config->nlesions > 0) status = burn(setup, comm, err);
  const iso_phase before = iso_timer_enter(setup->timer, ISO_PHASE_PARTITION);
  if (status == ISO_OK) status = iso_setup_sites(setup, err);
  iso_timer_enter(setup->timer, before);
  say_notes(setup->log, &notes);
  iso_notes_free(&notes);
  return status;
}

/* Number of this rank among those of its machine. Collective. */
static int local_rank(MPI_Comm comm) {
  MPI_Comm machine;
  int rank;
  MPI_Comm_split_type(comm, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &machine);
  MPI_Comm_rank(machine, &rank);
  MPI_Comm_free(&machine);
  return rank;
}

/* Whether rank 0, which would, can compile own models for its device. */
static bool takes_own(const iso_setup *setup, MPI_Comm comm) {
  int rank, takes = 1;
  MPI_Comm_rank(comm, &rank);
  if (rank == 0 && setup->device) takes = iso_setup_takes_own(setup->device, setup->log);
  MPI_Bcast(&takes, 1, MPI_INT, 0, comm);
  return takes;
}

/* Which way halos go between GPUs, if there are several. */
static iso_status say_halo_path(const iso_setup *setup, MPI_Comm comm, iso_error *err) {
  int ranks;
  bool direct;
  size_t free_bytes, all_bytes;
  MPI_Comm_size(comm, &ranks);
  iso_status status = iso_exchange_is_direct(setup->device, &direct, err);
  ISO_TRY(iso_agree(comm, status, err));
  iso_device_memory(setup->device, &free_bytes, &all_bytes);
  if (ranks > 1 && all_bytes > 0)
    iso_log_say(setup->log, ISO_LOG_INFO, "halo: MPI takes it %s (ISOCHRONE_GPU_DIRECT=%d for the other way)",
                direct ? "straight from GPU memory" : "through memory of the host", !direct);
  return ISO_OK;
}

static void warn_of_sharing(const iso_setup *setup, MPI_Comm comm) {
  int ranks = iso_device_ranks(setup->device, comm), most;
  MPI_Allreduce(&ranks, &most, 1, MPI_INT, MPI_MAX, comm);
  if (most > 1)
    iso_log_say(setup->log, ISO_LOG_WARNING,
                "%d ranks share a GPU, which serves them in turn; one rank for each GPU is faster", most);
}

iso_status iso_setup_device(iso_setup *setup, MPI_Comm comm, iso_error *err) {
  const iso_config *config = setup->config;
  char message[256];
  int threads;
  ISO_TRY(iso_setup_threads(setup, comm, &threads, err));
  iso_device_options options = {.kind = config->device,
                                .precision = config->numerics.precision,
                                .threads = threads,
                                .simd = getenv("ISOCHRONE_SIMD"),
                                .local_rank = local_rank(comm)};
  setup->device = iso_device_open(&options, message, sizeof message);
  if (iso_study_own_models(config).n > 0 && !strcmp(config->device, "auto") && !takes_own(setup, comm)) {
    iso_device_close(setup->device);
    options.kind = "cpu";
    setup->device = iso_device_open(&options, message, sizeof message);
  }
  iso_status status =
      setup->device ? ISO_OK : iso_fail(err, ISO_EFAIL, "--device %s: %s", config->device, message);
  ISO_TRY(iso_agree(comm, status, err));
  warn_of_sharing(setup, comm);
  return say_halo_path(setup, comm, err);
}

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
  return (iso_simulation_options){.mesh = setup->mesh,
                                  .tissue = &setup->tissue,
                                  .device = setup->device,
                                  .numerics = config->numerics.scheme,
                                  .step_ms = config->time.step_ms,
                                  .activation_mV = config->outputs.activation_mV,
                                  .repolarisation = by_level ? config->outputs.repolarisation_level / 100 : 0,
                                  .recovery_mV = config->outputs.repolarisation_mV,
                                  .timer = setup->timer};
}

iso_status iso_setup_simulation(iso_setup *setup, iso_error *err) {
  const iso_config *config = setup->config;
  const iso_simulation_options options = iso_setup_options(setup);
  ISO_TRY(make_simulation(setup, options, err));
  for (int r = 0; r < config->nregions; r++)
    if (options.numerics.rates == ISO_RATES_TABULATED && iso_simulation_tables_vary(setup->simulation, r))
      iso_log_say(setup->log, ISO_LOG_INFO,
                  "region %s: fields of its parameters change functions of V from node to node, so these are "
                  "evaluated instead of tabulated, which is slower",
                  config->regions[r].name);
  for (int k = 0; k < config->nstimuli; k++) ISO_TRY(add_stimulus(setup, k, err));
  return ISO_OK;
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
  ISO_TRY(list_inputs(setup, comm, err)); /* also where the mesh is there already */
  if (!setup->device) {                   /* before hours of reading rather than after */
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

void iso_setup_drop_tissue(iso_setup *setup) {
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
  setup->burned_percent = setup->burned_mL = 0;
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
