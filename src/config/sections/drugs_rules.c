/* Rules of the section drugs, and what drugs leave of parameters. */
#include "config/sections/rules.h"

#include "base/arena.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Quantities given in one of two units: into the first. */
static iso_status complete_unit(const iso_config *config, const char *path, const char *key, double *nM,
                                double *uM, iso_error *err) {
  if (isnan(*nM) == isnan(*uM))
    return FAIL(path, "%s %s; give it once, as %s_nM or %s_uM", key,
                isnan(*nM) ? "is missing" : "is given twice", key, key);
  if (isnan(*nM)) *nM = 1e3 * *uM;
  *uM = NAN;
  return ISO_OK;
}

static bool drug_reaches(const iso_config *config, const iso_config_drug *drug, int region) {
  if (drug->nregions == 0) return true;
  for (int k = 0; k < drug->nregions; k++)
    if (!strcmp(drug->regions[k], config->regions[region].name)) return true;
  return false;
}

static iso_status check_drug_regions(const iso_config *config, int i, iso_error *err) {
  const iso_config_drug *drug = &config->drugs[i];
  for (int k = 0; k < drug->nregions; k++) {
    char path[64], list[700] = "";
    int r = 0;
    while (r < config->nregions && strcmp(drug->regions[k], config->regions[r].name)) r++;
    if (r < config->nregions) continue;
    for (r = 0; r < config->nregions; r++)
      iso_text_append(list, sizeof list, "%s%s", r ? ", " : "", config->regions[r].name);
    return FAIL(iso_config_item(path, "drugs", i, "regions"), "there is no region '%.60s'; use some of: %s",
                drug->regions[k], list);
  }
  return ISO_OK;
}

/* Every region that the drug reaches has the parameter. */
static iso_status check_block(const iso_config *config, int i, const iso_block *block, const char *path,
                              iso_error *err) {
  for (int r = 0; r < config->nregions; r++) {
    const iso_model *model = config->regions[r].model;
    if (!drug_reaches(config, &config->drugs[i], r) || iso_model_parameter(model, block->parameter) >= 0)
      continue;
    char list[1100] = "";
    for (int k = 0; k < model->nparameters; k++)
      iso_text_append(list, sizeof list, "%s%s", k ? ", " : "", model->parameters[k].name);
    return FAIL(path,
                "%s, the model of region '%.60s', has no such parameter; name the drug's regions, or use one "
                "of: %s",
                model->name, config->regions[r].name, list);
  }
  return ISO_OK;
}

/* A multiple of the highest concentration in patients becomes a concentration. */
static iso_status complete_cmax(iso_config *config, int i, iso_error *err) {
  iso_config_drug *drug = &config->drugs[i];
  char path[64];
  if (isnan(drug->cmax_nM) && isnan(drug->times_cmax)) return ISO_OK;
  iso_config_item(path, "drugs", i, "times_cmax");
  if (isnan(drug->cmax_nM)) return FAIL(path, "it is a multiple of cmax_nM, which is not given");
  if (isnan(drug->times_cmax))
    return FAIL(iso_config_item(path, "drugs", i, "cmax_nM"), "times_cmax, the multiple of it, is not given");
  if (!isnan(drug->concentration_nM) || !isnan(drug->concentration_uM))
    return FAIL(path, "there is a concentration, too; give one of them");
  drug->concentration_nM = drug->times_cmax * drug->cmax_nM;
  drug->cmax_nM = drug->times_cmax = NAN;
  return ISO_OK;
}

iso_status iso_config_complete_drug(iso_config *config, int i, iso_error *err) {
  iso_config_drug *drug = &config->drugs[i];
  char path[64], block_path[160];
  if (!drug->drug.name) ISO_TRY(iso_arena_print(config->memory, &drug->drug.name, err, "drug%d", i));
  ISO_TRY(complete_cmax(config, i, err));
  ISO_TRY(complete_unit(config, iso_config_item(path, "drugs", i, ""), "concentration",
                        &drug->concentration_nM, &drug->concentration_uM, err));
  ISO_TRY(check_drug_regions(config, i, err));
  for (int k = 0; k < drug->drug.nblocks; k++) {
    iso_block *block = &drug->drug.blocks[k];
    snprintf(block_path, sizeof block_path, "%s.%.80s", iso_config_item(path, "drugs", i, "block"),
             block->parameter);
    ISO_TRY(check_block(config, i, block, block_path, err));
    ISO_TRY(complete_unit(config, block_path, "ic50", &block->ic50_nM, &block->ic50_uM, err));
  }
  return ISO_OK;
}

double iso_config_drug_scale(const iso_config *config, const iso_config_drug *drug, int region,
                             int parameter) {
  if (!drug_reaches(config, drug, region)) return 1;
  return iso_drug_leaves(&drug->drug, drug->concentration_nM,
                         config->regions[region].model->parameters[parameter].name);
}

double iso_config_drugs_scale(const iso_config *config, int region, int parameter) {
  double scale = 1;
  for (int i = 0; i < config->ndrugs; i++)
    scale *= iso_config_drug_scale(config, &config->drugs[i], region, parameter);
  return scale;
}
