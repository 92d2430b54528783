/* The keys of outputs.reentry, singularities, conduction, spectra and wavefronts. */
#include "config/sections/keys.h"

#define REENTRY(type, kind, name, ...) ROW(iso_config_outputs, reentry.name, kind, name, __VA_ARGS__)
const iso_key iso_config_reentry_keys[] = {ISO_REENTRY_KEYS(REENTRY){0}};

#define SINGULARITY(type, kind, name, ...)                                                                   \
  ROW(iso_config_outputs, singularities.name, kind, name, __VA_ARGS__)
const iso_key iso_config_singularity_keys[] = {ISO_SINGULARITY_KEYS(SINGULARITY){0}};

#define CONDUCTION(type, kind, name, ...) ROW(iso_config_outputs, conduction.name, kind, name, __VA_ARGS__)
const iso_key iso_config_conduction_keys[] = {ISO_CONDUCTION_KEYS(CONDUCTION){0}};

#define SPECTRA(type, kind, name, ...) ROW(iso_config_outputs, spectra.name, kind, name, __VA_ARGS__)
const iso_key iso_config_spectra_keys[] = {ISO_SPECTRA_KEYS(SPECTRA){0}};

#define WAVEFRONT(type, kind, name, ...) ROW(iso_config_outputs, wavefronts.name, kind, name, __VA_ARGS__)
const iso_key iso_config_wavefront_keys[] = {ISO_WAVEFRONT_KEYS(WAVEFRONT){0}};
