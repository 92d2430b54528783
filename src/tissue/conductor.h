/* The heart as a conductor: conductivities along and across the fibres of each element's region. */
#ifndef ISO_TISSUE_CONDUCTOR_H
#define ISO_TISSUE_CONDUCTOR_H

#include "linear/conductor.h"
#include "tissue/tissue.h"

/* A tissue and the tag that was looked up last, because neighbours mostly share it. */
typedef struct iso_tissue_conductor {
  const iso_tissue *tissue;
  int32_t tag;
  int region; /* of tag; -1: none was looked up */
} iso_tissue_conductor;

/* A conductor of tissue, with capacity chi Cm. self: room that it uses as long as the conductor; its old
 * contents do not matter. An element whose tag no region takes is ISO_EINPUT. */
iso_conductor iso_tissue_conduct(iso_tissue_conductor *self, const iso_tissue *tissue);

#endif
