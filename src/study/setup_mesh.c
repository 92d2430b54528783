/* The stage mesh: read or made, with surfaces and networks, finer, burned, partitioned. */
#include "study/setup.h"

#include "base/memory.h"
#include "grid/format/read.h"
#include "grid/make/attach.h"
#include "grid/make/bisect.h"
#include "grid/make/refine.h"
#include "grid/pack.h"
#include "grid/share/drop_surfaces.h"
#include "study/inputs.h"
#include "study/networks.h"

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

/* Of the mesh and the networks beside it as they are in their files. */
static iso_status make_finer(const iso_setup *setup, MPI_Comm comm, iso_slice *slice, iso_networks *networks,
                             iso_notes *notes, iso_error *err) {
  const iso_config_mesh *mesh = &setup->config->mesh;
  /* after surfaces, which lie where the file has nodes */
  ISO_TRY(iso_setup_shape(setup, comm, slice, networks, err));
  ISO_TRY(iso_setup_passive(setup, comm, slice, err));
  if (is_refined(mesh)) iso_log_now(setup->log, "refining the mesh");
  if (mesh->refine > 0) ISO_TRY(iso_slice_refine(comm, slice, mesh->refine, mesh->most_elements, notes, err));
  if (!isnan(mesh->edge_mm))
    ISO_TRY(iso_slice_bisect(comm, slice, mesh->edge_mm, mesh->most_elements, notes, err));
  return iso_networks_add(networks, setup, comm, slice, err);
}

/* To be freed on failure, too. */
static iso_status make_slice(const iso_setup *setup, MPI_Comm comm, iso_slice *slice, iso_notes *notes,
                             iso_error *err) {
  iso_networks networks;
  iso_log_now(setup->log, setup->config->mesh.has_slab ? "making the mesh" : "reading the mesh");
  ISO_TRY(iso_setup_read_slice(setup, comm, slice, notes, err));
  ISO_TRY(attach_surfaces(setup, comm, slice, notes, err));
  iso_status status = iso_networks_read(&networks, setup, comm, notes, err);
  if (status == ISO_OK) status = make_finer(setup, comm, slice, &networks, notes, err);
  iso_networks_free(&networks);
  return status;
}

static iso_status make_mesh(iso_setup *setup, MPI_Comm comm, iso_notes *notes, iso_error *err) {
  const iso_partition_options options = {.partitioner = setup->config->mesh.partition,
                                         .pieces = pieces_of(setup),
                                         .patches = is_adaptive(setup->config)};
  iso_slice slice = {0};
  const iso_phase before = iso_timer_enter(setup->timer, ISO_PHASE_READ);
  iso_status status = make_slice(setup, comm, &slice, notes, err);
  iso_timer_enter(setup->timer, ISO_PHASE_PARTITION);
  iso_log_now(setup->log, "sharing the mesh out to ranks");
  if (status == ISO_OK)
    status = iso_mesh_build(comm, &slice, &options, &setup->mesh, notes, err);
  else
    iso_slice_free(&slice);
  if (status == ISO_OK && iso_setup_burns(setup->config, -1, 0)) status = iso_setup_burn(setup, err);
  if (status == ISO_OK) status = iso_mesh_pack(setup->mesh, err);
  iso_timer_enter(setup->timer, before);
  return status;
}

iso_status iso_setup_inputs(iso_setup *setup, MPI_Comm comm, iso_error *err) {
  return setup->inputs ? ISO_OK : iso_inputs_list(comm, setup->config, &setup->inputs, err);
}

iso_status iso_setup_mesh(iso_setup *setup, MPI_Comm comm, iso_error *err) {
  iso_notes notes = {0};
  ISO_TRY(iso_setup_inputs(setup, comm, err));
  setup->burned_units = 0, setup->burned_percent = setup->burned_mL = 0;
  iso_status status = make_mesh(setup, comm, &notes, err);
  if (status == ISO_OK) status = iso_setup_check_late(setup, err);
  const iso_phase before = iso_timer_enter(setup->timer, ISO_PHASE_PARTITION);
  if (status == ISO_OK) status = iso_setup_sites(setup, err);
  iso_timer_enter(setup->timer, before);
  say_notes(setup->log, &notes);
  iso_notes_free(&notes);
  return status;
}
