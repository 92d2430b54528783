/* Which numbers a region's parameters and initial states may have: wide, to catch slips of unit and sign.
 *
 * The model's tables tell. A parameter with a unit of its own (conductance, permeability, concentration,
 * time, volume, ...; not "1", and not mV, which has a sign) is not negative where the variant's is not. V
 * stays within 500 mV, a concentration is not negative, and a gate or fraction is between 0 and 1. */
#ifndef ISO_CONFIG_CONFIG_RANGE_H
#define ISO_CONFIG_CONFIG_RANGE_H

#include "config/config.h"

/* Whether a parameter must not be negative; its fields neither. */
bool iso_range_not_negative(const iso_model *model, int variant, int parameter);

/* Checks all numbers that a region gives. */
iso_status iso_config_check_ranges(const iso_config *config, int region, iso_error *err);

#endif
