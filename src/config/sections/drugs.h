/* The section drugs. */
#ifndef ISO_CONFIG_SECTIONS_DRUGS_H
#define ISO_CONFIG_SECTIONS_DRUGS_H

#include "tissue/drug.h"

typedef struct iso_config_drug {
  iso_drug drug;
  double concentration_nM;
  /* The same as it may be given, NAN after loading: */
  double concentration_uM;
  double cmax_nM, times_cmax;
  int nregions;   /* 0: all */
  char **regions; /* names of regions */
} iso_config_drug;

#endif
