/* The keys of drugs. */
#include "config/sections/keys.h"

static const iso_key block_keys[] = {{"ic50_nM", ISO_KEY_REAL, .at = offsetof(iso_block, ic50_nM),
                                      ABOVE(0, 1e12), .meaning = "concentration that halves the parameter"},
                                     {"ic50_uM", ISO_KEY_REAL, .at = offsetof(iso_block, ic50_uM),
                                      ABOVE(0, 1e9), .meaning = "the same in umol/l"},
                                     {"hill", ISO_KEY_REAL, .at = offsetof(iso_block, hill), .fallback = "1",
                                      ABOVE(0, 100), .meaning = "Hill coefficient"},
                                     {0}};

const iso_key iso_config_drug_keys[] = {
    {"name", ISO_KEY_TEXT, IN(drug, drug.name), .meaning = "for messages; drug0, drug1, ... where not given"},
    {"concentration_nM", ISO_KEY_REAL, IN(drug, concentration_nM), RANGE(0, 1e12),
     .meaning = "free concentration at the cells"},
    {"concentration_uM", ISO_KEY_REAL, IN(drug, concentration_uM), RANGE(0, 1e9),
     .meaning = "the same in umol/l"},
    {"cmax_nM", ISO_KEY_REAL, IN(drug, cmax_nM), ABOVE(0, 1e12),
     .meaning = "the highest free concentration in patients, with times_cmax instead of a concentration"},
    {"times_cmax", ISO_KEY_REAL, IN(drug, times_cmax), RANGE(0, 1e6),
     .meaning = "the concentration as a multiple of cmax_nM"},
    {"regions", ISO_KEY_NAMES, IN(drug, regions), EXTRA(drug, nregions),
     .meaning = "names of the regions it acts on; without: all"},
    {"block", ISO_KEY_NAMED, .required = true, IN(drug, drug.blocks), EXTRA(drug, drug.nblocks),
     .keys = block_keys, .size = sizeof(iso_block),
     .meaning = "parameters of the model by name, each scaled by 1 / (1 + (concentration / ic50)^hill)"},
    {0}};
