#include "study/torso.h"

#include "base/memory.h"
#include "grid/ask/locate.h"
#include "grid/share/drop_surfaces.h"
#include "kernels/element.h"
#include "observe/lead_fields.h"
#include "observe/lead_weights.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* From the mesh, mm: beyond this, places are meant in another unit or frame. */
static const double far_electrode_mm = 30, far_node_mm = 5;

#define FAIL(setup, err, key, ...) iso_config_fail((setup)->config, err, "outputs.ecg.torso" key, __VA_ARGS__)

int iso_torso_ground(const iso_config_torso *torso, const iso_electrodes *electrodes) {
  const char *name = torso->ground ? torso->ground : "RL";
  for (int k = 0; k < electrodes->n; k++)
    if (!strcmp(electrodes->name[k], name)) return k;
  return torso->ground ? -1 : 0;
}

/* ---- its conductor ---- */

static const iso_config_torso_region *part_of(int n, const iso_config_torso_region *parts, int32_t tag) {
  const iso_config_torso_region *rest = NULL;
  for (int r = 0; r < n; r++) {
    if (parts[r].ntags == 0) rest = &parts[r];
    for (int k = 0; k < parts[r].ntags; k++)
      if (parts[r].tags[k] == tag) return &parts[r];
  }
  return rest;
}

/* Of the bulk, along fibre, sheet and their normal. */
typedef struct bulk {
  double along, across, normal;
} bulk;

/* si + se of monodomain and intracellular conductivities: se = s si / (si - s). */
static double both(double monodomain, double inside) { return inside * inside / (inside - monodomain); }

/* In the heart's own mesh what follows from a region's conductivities. */
static bool find_heart(const iso_config *config, int32_t tag, bulk *out) {
  const iso_config_region *region = NULL;
  for (int r = 0; r < config->nregions; r++) {
    const iso_config_region *at = &config->regions[r];
    if (at->ntags == 0 && !at->where.name && !region) region = at;
    for (int k = 0; k < at->ntags; k++)
      if (at->tags[k] == tag) region = at;
  }
  if (region)
    *out = (bulk){both(region->longitudinal_S_per_m, region->intracellular_longitudinal_S_per_m),
                  both(region->transverse_S_per_m, region->intracellular_transverse_S_per_m),
                  both(region->normal_S_per_m, region->intracellular_normal_S_per_m)};
  return region;
}

static bool find_bulk(const iso_config *config, int32_t tag, bulk *out) {
  const iso_config_torso *torso = &config->outputs.ecg.torso;
  const iso_config_torso_region *part = part_of(torso->nregions, torso->regions, tag);
  if (!part && !torso->file) part = part_of(config->mesh.npassive, config->mesh.passive, tag);
  if (!part) return !torso->file && find_heart(config, tag, out);
  *out = (bulk){part->longitudinal_S_per_m, part->transverse_S_per_m, part->transverse_S_per_m};
  return true;
}

static iso_status conduct(void *self, const iso_mesh *mesh, iso_lid e, iso_conduction *out, iso_error *err) {
  static const float none[3] = {0, 0, 0};
  bulk b;
  if (!find_bulk(self, iso_mesh_tag(mesh, e), &b))
    return iso_fail(
        err, ISO_EINPUT,
        "the torso has elements with tag %d, which no region of it takes; name it in the tags of one, or "
        "leave the tags of one out so that it takes the rest",
        (int)iso_mesh_tag(mesh, e));
  if (!mesh->fibres && (b.along != b.across || b.normal != b.across))
    return iso_fail(err, ISO_EINPUT,
                    "the torso has no fibres for a conductivity that differs along and across them; give "
                    "isotropic_S_per_m, or a mesh with fibres");
  *out = (iso_conduction){.capacity = 1, .extent = 1};
  iso_conductivity(mesh->fibres ? iso_mesh_fibre(mesh, e) : none,
                   b.normal != b.across ? iso_mesh_sheet(mesh, e) : NULL, b.along, b.across, b.normal,
                   out->conductivity);
  return ISO_OK;
}

/* ---- its mesh ---- */

/* In a file of its own, or the heart's with all that is passive in it. */
static iso_status read_slice(const iso_setup *setup, iso_slice *slice, iso_notes *notes, iso_error *err) {
  const iso_config_torso *torso = &setup->config->outputs.ecg.torso;
  MPI_Comm comm = setup->mesh->comm;
  int64_t dropped[ISO_NSHAPES];
  if (!torso->file) {
    ISO_TRY(iso_setup_read_slice(setup, comm, slice, notes, err));
    return iso_setup_shape(setup, comm, slice, NULL, err);
  }
  const iso_read_options options = {
      .path = torso->file, .format = torso->format, .unit = torso->unit, .notes = notes};
  ISO_TRY(iso_slice_read(comm, &options, slice, err));
  return iso_slice_drop_surfaces(comm, slice, dropped, notes, err);
}

static iso_status read_mesh(const iso_setup *setup, iso_mesh **out, iso_error *err) {
  MPI_Comm comm = setup->mesh->comm;
  iso_slice slice = {0};
  iso_notes notes = {0};
  iso_status status = read_slice(setup, &slice, &notes, err);
  if (status == ISO_OK)
    status = iso_mesh_build(comm, &slice, NULL, out, &notes, err);
  else
    iso_slice_free(&slice);
  for (int k = 0; k < notes.count; k++) iso_log_say(setup->log, ISO_LOG_WARNING, "torso: %s", notes.text[k]);
  iso_notes_free(&notes);
  return status;
}

/* location [n]; the same on all ranks. */
static iso_status place_electrodes(const iso_setup *setup, const iso_mesh *torso, const iso_electrodes *e,
                                   iso_location *location, iso_error *err) {
  ISO_TRY(iso_locate(torso, e->n, (const double(*)[3])e->at_mm, location, err));
  for (int k = 0; k < e->n; k++)
    if (location[k].distance_mm > far_electrode_mm)
      return FAIL(
          setup, err, ".file",
          "the electrode '%s' is %.3g mm from the torso's nearest node; both are in the frame of the heart's "
          "mesh, in mm: check their units",
          e->name[k], location[k].distance_mm);
  return ISO_OK;
}

/* ---- weights ---- */

static iso_status open_device(const iso_setup *setup, iso_device **out, iso_error *err) {
  char message[256];
  const iso_device_options options = {
      .kind = "cpu", .precision = ISO_PRECISION_DOUBLE, .threads = setup->device->threads, .simd = "auto"};
  *out = iso_device_open(&options, message, sizeof message);
  return iso_agree(setup->mesh->comm, *out ? ISO_OK : iso_fail(err, ISO_EFAIL, "%s", message), err);
}

/* z [electrodes->n][nlocal] at the heart's nodes. */
static iso_status interpolate(const iso_setup *setup, const iso_lead_fields *fields, double *z,
                              iso_error *err) {
  const iso_mesh *heart = setup->mesh;
  double outside;
  ISO_TRY(iso_lead_fields_at(fields, heart->nlocal, (const double(*)[3])heart->xyz, z, &outside, err));
  if (outside > far_node_mm)
    return FAIL(setup, err, ".file",
                "the heart has a node outside of the torso, %.3g mm from its nearest node: the torso's mesh "
                "has the heart "
                "in it, in the frame of the heart's mesh; check their units",
                outside);
  if (outside > 0)
    iso_log_say(setup->log, ISO_LOG_WARNING,
                "ecg: nodes of the heart lie in no element of the torso, up to %.3g mm from its nodes, whose "
                "field they "
                "take",
                outside);
  return ISO_OK;
}

static iso_status fields_to_weights(const iso_setup *setup, const iso_lead_fields *fields,
                                    const iso_system *sources, double *weight, iso_error *err) {
  const iso_mesh *heart = setup->mesh;
  double *z;
  ISO_TRY(iso_alloc_all(heart->comm, &z, (size_t)fields->n * (size_t)heart->nlocal, sizeof *z, "lead fields",
                        err));
  iso_status status = interpolate(setup, fields, z, err);
  for (int k = 0; k < fields->n && status == ISO_OK; k++)
    iso_lead_weights(sources, z + (int64_t)k * heart->nlocal, weight + (int64_t)k * heart->nowned);
  free(z);
  return status;
}

/* location [n] is room. */
static iso_status solve(const iso_setup *setup, const iso_mesh *torso, iso_device *device,
                        const iso_electrodes *e, iso_location *location, const iso_system *sources,
                        double *weight, iso_error *err) {
  const iso_config_torso *asked = &setup->config->outputs.ecg.torso;
  const int ground = iso_torso_ground(asked, e);
  iso_lead_fields fields;
  iso_error why = {0};
  if (ground < 0)
    return FAIL(setup, err, ".ground", "there is no electrode '%.60s'; name one of the electrodes",
                asked->ground);
  ISO_TRY(place_electrodes(setup, torso, e, location, err));
  iso_status status = iso_lead_fields_new(
      &fields, device, torso, (iso_conductor){(void *)setup->config, conduct}, e->n, location, ground, &why);
  if (status == ISO_EINPUT) FAIL(setup, err, ".regions", "%s", why.message);
  if (status == ISO_EFAIL) iso_fail(err, status, "%s", why.message);
  if (status == ISO_OK) status = fields_to_weights(setup, &fields, sources, weight, err);
  iso_lead_fields_free(&fields);
  return status;
}

iso_status iso_torso_weights(const iso_setup *setup, const iso_electrodes *e, const iso_system *sources,
                             double *weight, iso_error *err) {
  iso_mesh *torso = NULL;
  iso_device *device = NULL;
  iso_location *location = NULL;
  iso_status status = iso_alloc(&location, (size_t)e->n, sizeof *location, "electrodes", err);
  status = iso_agree(setup->mesh->comm, status, err);
  if (status == ISO_OK) status = read_mesh(setup, &torso, err);
  if (status == ISO_OK) status = open_device(setup, &device, err);
  if (status == ISO_OK) status = solve(setup, torso, device, e, location, sources, weight, err);
  if (device) iso_device_close(device);
  iso_mesh_free(torso);
  free(location);
  return status;
}
