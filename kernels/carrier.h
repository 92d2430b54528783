/* The ions that a stimulus current brings into a single cell. */
#ifndef ISO_KERNELS_CARRIER_H
#define ISO_KERNELS_CARRIER_H

#include "kernels/model.h"

/* Without them a cell that is paced for long loses potassium, because the pulses bring charge but no ions
 * (Hund et al., Biophys J 81:3324, 2001, doi:10.1016/S0006-3495(01)75965-6). */
typedef struct iso_carrier {
  const char *model;
  const char *state; /* that the current adds to */
  double carried;    /* mM per uA/uF and ms */
} iso_carrier;

/* Of a model, or NULL: its stimulus brings no ions. */
const iso_carrier *iso_model_carrier(const iso_model *model);

#endif
