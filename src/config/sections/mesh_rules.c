/* Rules of the section mesh. */
#include "config/sections/rules.h"

#include <math.h>
#include <string.h>

static iso_status complete_slab(iso_config *config, iso_error *err) {
  iso_slab_options *slab = &config->mesh.slab;
  int axes = slab->shape == ISO_LINE ? 1 : slab->shape == ISO_TRIANGLE ? 2 : 3;
  for (int k = 0; k < 3; k++) {
    if (k >= axes) {
      slab->size_mm[k] = 0;
    } else if (slab->size_mm[k] < slab->spacing_mm) {
      return FAIL("mesh.slab.size_mm",
                  "%g mm is less than one spacing of %g mm; enlarge it or refine mesh.slab.spacing_mm",
                  slab->size_mm[k], slab->spacing_mm);
    }
  }
  memcpy(slab->fibre, config->mesh.fibre, sizeof slab->fibre);
  return ISO_OK;
}

iso_status iso_config_complete_conductor(const iso_config *config, const char *list,
                                         iso_config_torso_region *parts, int i, iso_error *err) {
  iso_config_torso_region *r = &parts[i];
  char path[64];
  iso_config_item(path, list, i, "");
  const bool along = !isnan(r->longitudinal_S_per_m), across = !isnan(r->transverse_S_per_m),
             alike = !isnan(r->isotropic_S_per_m);
  if (alike ? along || across : !along || !across)
    return FAIL(path, "give isotropic_S_per_m alone, or longitudinal_S_per_m and transverse_S_per_m");
  if (alike) r->longitudinal_S_per_m = r->transverse_S_per_m = r->isotropic_S_per_m;
  r->isotropic_S_per_m = NAN;
  for (int j = 0; j < i && !r->ntags; j++)
    if (!parts[j].ntags)
      return FAIL(path, "%s.%d takes all remaining tags already; give this one its tags", list, j);
  return ISO_OK;
}

iso_status iso_config_complete_mesh(iso_config *config, iso_error *err) {
  iso_config_mesh *mesh = &config->mesh;
  if (!mesh->file == !mesh->has_slab)
    return FAIL("mesh", "%s; give either mesh.file or mesh.slab",
                mesh->file ? "there are a file and a slab" : "there is no mesh");
  if (mesh->has_shape && mesh->has_slab)
    return FAIL("mesh.shape",
                "a slab has one shape; write it as a file (isochrone mesh slab), or leave one out");
  double *f = mesh->fibre, length = sqrt(f[0] * f[0] + f[1] * f[1] + f[2] * f[2]);
  if (length == 0) return FAIL("mesh.fibre", "a direction cannot be all zeros; for example [1, 0, 0]");
  for (int k = 0; k < 3; k++) f[k] /= length;
  if (!mesh->has_slab) return ISO_OK;
  if (isnan(length)) memcpy(f, (double[3]){1, 0, 0}, sizeof mesh->fibre);
  return complete_slab(config, err);
}

/* What is passive is nobody's tissue. */
static iso_status check_passive_tags(const iso_config *config, int i, iso_error *err) {
  const iso_config_torso_region *part = &config->mesh.passive[i];
  char path[64];
  if (part->ntags == 0)
    return FAIL(iso_config_item(path, "mesh.passive", i, ""),
                "give the tags of its elements; the heart has the rest");
  for (int k = 0; k < part->ntags; k++)
    for (int r = 0; r < config->nregions; r++)
      for (int t = 0; t < config->regions[r].ntags; t++)
        if (config->regions[r].tags[t] == part->tags[k])
          return FAIL(iso_config_item(path, "mesh.passive", i, "tags"),
                      "tag %d is that of the region '%.60s', too; leave it out here or there",
                      (int)part->tags[k], config->regions[r].name);
  return ISO_OK;
}

iso_status iso_config_complete_passive(const iso_config *config, iso_error *err) {
  const iso_config_mesh *mesh = &config->mesh;
  if (mesh->npassive > 0 && mesh->has_slab)
    return FAIL("mesh.passive", "a slab has one tag and is tissue; give a mesh with tags");
  for (int i = 0; i < mesh->npassive; i++) {
    ISO_TRY(iso_config_complete_conductor(config, "mesh.passive", mesh->passive, i, err));
    ISO_TRY(check_passive_tags(config, i, err));
  }
  return ISO_OK;
}
