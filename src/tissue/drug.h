/* Simple pore block. */
#ifndef ISO_TISSUE_DRUG_H
#define ISO_TISSUE_DRUG_H

#include <math.h>

/* What a drug leaves of a conductance: 1 / (1 + (concentration / ic50)^hill), Hill's equation for a blocker
 * without kinetics. */
static inline double iso_drug_leaves(double concentration, double ic50, double hill) {
  return 1 / (1 + pow(concentration / ic50, hill));
}

#endif
