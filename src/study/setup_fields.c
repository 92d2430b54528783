/* What of regions differs from node to node: parameters, and a scale of conductivities. */
#include "study/setup.h"

#include "base/memory.h"
#include "config/config_range.h"
#include "grid/ask/select_fields.h"
#include "study/node_field.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* The lowest node of a region where value is below 0, or is no finite number, or INT64_MAX: the same on
 * any number of ranks. */
static iso_gid lowest(const iso_setup *setup, int r, const double *value, bool negative) {
  const iso_mesh *mesh = setup->mesh;
  iso_gid node = INT64_MAX;
  for (iso_lid i = 0; i < mesh->nowned; i++)
    if (iso_tissue_of_node(&setup->tissue, mesh->node_tag[i]) == r && mesh->gid[i] < node &&
        (negative ? value[i] < 0 : !isfinite(value[i])))
      node = mesh->gid[i];
  MPI_Allreduce(MPI_IN_PLACE, &node, 1, MPI_INT64_T, MPI_MIN, mesh->comm);
  return node;
}

/* Its value on the rank that has it. */
static double value_at(const iso_mesh *mesh, const double *value, iso_gid node) {
  double at = -INFINITY;
  for (iso_lid i = 0; i < mesh->nowned; i++)
    if (mesh->gid[i] == node) at = value[i];
  MPI_Allreduce(MPI_IN_PLACE, &at, 1, MPI_DOUBLE, MPI_MAX, mesh->comm);
  return at;
}

static iso_status check_sign(const iso_setup *setup, int r, const iso_setting *setting, const char *path,
                             const double *value, iso_error *err) {
  const iso_config_region *region = &setup->config->regions[r];
  if (!setting->scales && !iso_range_not_negative(region->model, region->variant, setting->index))
    return ISO_OK;
  const iso_gid node = lowest(setup, r, value, true);
  if (node == INT64_MAX) return ISO_OK;
  return iso_config_fail(
      setup->config, err, path,
      "the field is %.10g at node %lld (from 0), which is in region '%.60s'; it must be at "
      "least 0",
      value_at(setup->mesh, value, node), (long long)node, region->name);
}

/* As the region has it: scaled by the variant's value where the field is a scale, and by drugs. factor is
 * both. */
static iso_status take_values(const iso_setup *setup, int r, const char *path, double factor, double *value,
                              iso_error *err) {
  for (iso_lid i = 0; i < setup->mesh->nowned; i++)
    if (iso_tissue_of_node(&setup->tissue, setup->mesh->node_tag[i]) == r) value[i] *= factor;
  const iso_gid node = lowest(setup, r, value, false);
  if (node == INT64_MAX) return ISO_OK;
  return iso_config_fail(setup->config, err, path,
                         "the field has no finite number at node %lld (from 0), which is in this region",
                         (long long)node);
}

/* By a coordinate of the mesh's file: value [nowned]. */
static iso_status follow(const iso_setup *setup, const iso_course *course, double *value, iso_error *err) {
  ISO_TRY(iso_coordinate_read(setup->mesh, setup->config->mesh.file, course->by, value, err));
  for (iso_lid i = 0; i < setup->mesh->nowned; i++) value[i] = iso_course_at(course, value[i]);
  return ISO_OK;
}

static iso_status read_values(const iso_setup *setup, const iso_setting *setting, double *value,
                              iso_error *err) {
  return setting->course.by ? follow(setup, &setting->course, value, err)
                            : iso_node_field_read(setup->mesh, setting->field, setting->variable, value, err);
}

static iso_status read_field(const iso_setup *setup, int r, const iso_setting *setting, double **out,
                             iso_error *err) {
  const iso_config_region *region = &setup->config->regions[r];
  const iso_region *tissue = &setup->tissue.regions[r];
  char path[128];
  iso_error inner = {0};
  snprintf(path, sizeof path, "regions.%d.parameters.%s", r, region->model->parameters[setting->index].name);
  ISO_TRY(iso_agree(setup->mesh->comm,
                    iso_alloc(out, (size_t)setup->mesh->nowned, sizeof **out, "a field", err), err));
  double *value = *out;
  iso_status status = read_values(setup, setting, value, &inner);
  if (status == ISO_EINPUT) return iso_config_fail(setup->config, err, path, "%s", inner.message);
  if (status != ISO_OK) return iso_fail(err, status, "%s", inner.message);
  ISO_TRY(check_sign(setup, r, setting, path, value, err));
  double factor = setting->scales ? tissue->parameters[setting->index]
                                  : iso_config_drugs_scale(setup->config, r, setting->index);
  return take_values(setup, r, path, factor, value, err);
}

static iso_status read_fields(iso_setup *setup, int r, iso_error *err) {
  const iso_config_region *from = &setup->config->regions[r];
  iso_region *to = &setup->regions[r];
  iso_setup_region *room = &setup->room[r];
  size_t n = 0;
  for (int k = 0; k < from->nparameters; k++) n += iso_setting_varies(&from->parameters[k]);
  iso_status status = iso_alloc(&room->fields, n, sizeof *room->fields, "fields of parameters", err);
  if (status == ISO_OK)
    status = iso_alloc(&room->values, n, sizeof *room->values, "fields of parameters", err);
  ISO_TRY(iso_agree(setup->mesh->comm, status, err));
  to->fields = room->fields;
  for (int k = 0; k < from->nparameters; k++) {
    if (!iso_setting_varies(&from->parameters[k])) continue;
    const int f = to->nfields++;
    ISO_TRY(read_field(setup, r, &from->parameters[k], &room->values[f], err));
    room->fields[f] = (iso_parameter_field){.parameter = from->parameters[k].index, .value = room->values[f]};
  }
  return ISO_OK;
}

/* Also at nodes that count to another region, but whose elements are of this one. */
static iso_status check_elements(const iso_setup *setup, int r, const char *path, const double *scale,
                                 iso_error *err) {
  const iso_mesh *mesh = setup->mesh;
  iso_gid node = INT64_MAX;
  for (iso_lid e = 0; e < mesh->nelem; e++) {
    if (iso_tissue_region(&setup->tissue, iso_mesh_tag(mesh, e)) != r) continue;
    for (int c = 0; c < iso_shape_nodes(mesh->shape[e]); c++) {
      const iso_lid i = mesh->conn[(int64_t)e * mesh->width + c];
      if (!isfinite(scale[i]) && mesh->gid[i] < node) node = mesh->gid[i];
    }
  }
  MPI_Allreduce(MPI_IN_PLACE, &node, 1, MPI_INT64_T, MPI_MIN, mesh->comm);
  if (node == INT64_MAX) return ISO_OK;
  return iso_config_fail(setup->config, err, path,
                         "the coordinate is no finite number at node %lld (from 0), which an element of this "
                         "region has",
                         (long long)node);
}

static iso_status read_scale(iso_setup *setup, int r, iso_error *err) {
  const iso_mesh *mesh = setup->mesh;
  double **scale = &setup->room[r].scale;
  iso_error inner = {0};
  char path[64];
  if (!setup->config->regions[r].has_scale) return ISO_OK;
  iso_status status = iso_alloc(scale, (size_t)mesh->nlocal, sizeof **scale, "a scale", err);
  ISO_TRY(iso_agree(mesh->comm, status, err));
  setup->regions[r].scale = *scale;
  snprintf(path, sizeof path, "regions.%d.conductivity.scale", r);
  status = follow(setup, &setup->config->regions[r].scale, *scale, &inner);
  if (status == ISO_EINPUT) return iso_config_fail(setup->config, err, path, "%s", inner.message);
  if (status != ISO_OK) return iso_fail(err, status, "%s", inner.message);
  ISO_TRY(iso_halo_update(mesh->halo, *scale, sizeof **scale, err));
  return check_elements(setup, r, path, *scale, err);
}

iso_status iso_setup_fields(iso_setup *setup, iso_error *err) {
  for (int r = 0; r < setup->tissue.nregions; r++) {
    ISO_TRY(read_fields(setup, r, err));
    ISO_TRY(read_scale(setup, r, err));
  }
  return ISO_OK;
}
