#include "tissue/conductor.h"

#include "kernels/element.h"

static iso_status find_region(iso_tissue_conductor *c, int32_t tag, iso_error *err) {
  if (c->region >= 0 && tag == c->tag) return ISO_OK;
  c->region = iso_tissue_region(c->tissue, c->tag = tag);
  if (c->region >= 0) return ISO_OK;
  return iso_fail(
      err, ISO_EINPUT,
      "the mesh has elements with tag %d, which no region takes; name it in the tags of a region, or "
      "leave the tags of one region out so that it takes the rest",
      (int)tag);
}

/* Summed in the order of the element's nodes, which every rank has alike. */
static double mean_of(const double *of_node, const iso_mesh *mesh, iso_lid e) {
  const int n = iso_shape_nodes(mesh->shape[e]);
  double sum = 0;
  for (int c = 0; c < n; c++) sum += of_node[mesh->conn[(int64_t)e * mesh->width + c]];
  return sum / n;
}

static void scale(double by, double conductivity[3][3]) {
  for (int k = 0; k < 9; k++) conductivity[k / 3][k % 3] *= by;
}

static iso_status at(void *self, const iso_mesh *mesh, iso_lid e, iso_conduction *out, iso_error *err) {
  iso_tissue_conductor *c = self;
  ISO_TRY(find_region(c, iso_mesh_tag(mesh, e), err));
  const iso_region *region = &c->tissue->regions[c->region];
  static const float none[3] = {0, 0, 0};
  const float *fibre = mesh->fibres ? iso_mesh_fibre(mesh, e) : none, *sheet = iso_mesh_sheet(mesh, e);
  iso_conductivity(fibre, sheet, region->longitudinal, region->transverse, region->normal, out->conductivity);
  if (region->scale) scale(mean_of(region->scale, mesh, e), out->conductivity);
  if (c->tissue->boost) scale(c->tissue->boost[e], out->conductivity);
  out->capacity = region->chi * region->cm;
  out->extent = mesh->shape[e] == ISO_LINE ? region->cross_section : region->thickness;
  return ISO_OK;
}

iso_conductor iso_tissue_conduct(iso_tissue_conductor *self, const iso_tissue *tissue) {
  *self = (iso_tissue_conductor){.tissue = tissue, .region = -1};
  return (iso_conductor){.self = self, .at = at};
}
