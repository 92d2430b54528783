/* What the files about strips share. */
#ifndef ISO_STUDY_CABLE_PARTS_H
#define ISO_STUDY_CABLE_PARTS_H

#include "study/cable.h"

/* The stimulus: far above any threshold, as long as the front is wide at least. */
#define STIMULUS_MM 1.5
#define STIMULUS_ELEMENTS 3
#define STIMULUS_PART 0.125 /* of the length at most */
#define STIMULUS_MS 2.0
#define STIMULUS_UA_PER_UF 50.0

struct iso_cable {
  iso_cable_options options;
  double length_mm;
  iso_config config[2]; /* of the last run, that the set-up is made from, and of the next */
  iso_config_region region[2];
  iso_setting *parameters; /* of the region, without fields */
  iso_config_stimulus stimulus;
  int turn;
  iso_timer timer;
  iso_setup setup;
  iso_guest guest[2]; /* of the wave that runs */
};

/* Makes the simulation of the next configuration with conductivities, S/m, along the strip and perpendicular
 * to it. */
iso_status iso_cable_set_up(iso_cable *cable, double along, double beside, iso_error *err);

#endif
