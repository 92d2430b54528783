/* Outflow tracts: where a ventricle has its two valves apart, its wall goes to one of them for inflow and to
 * the other one for outflow, and fibres of the tract run another way than those of the ventricle (R. Doste et
 * al., Int. J. Numer. Methods Biomed. Eng. 35, e3185 (2019)). */
#ifndef ISO_ANATOMY_TRACTS_H
#define ISO_ANATOMY_TRACTS_H

#include "anatomy/ventricles.h"

/* Which valves' rings a node is on, as bits. */
enum {
  ISO_ON_MITRAL = 8,
  ISO_ON_AORTIC = 16,
  ISO_ON_TRICUSPID = 32,
  ISO_ON_PULMONARY = 64,
  ISO_ON_VALVES = 120
};

/* Of one ventricle. */
typedef struct iso_tract {
  bool known;
  double *weight; /* [nlocal] harmonic: 1 at the apex and the inflow valve, 0 at the other */
  double (*grad_in)[3], (*grad_out)[3]; /* [nlocal] of the fields from the apex, 0, to each valve, 1 */
} iso_tract;

/* Collective. valve [nowned]: those bits, NULL: none. Of the left and the right ventricle, where it has
 * valves. Its apex is the node of its endocardium that is farthest from the base, as iso_ventricles_from_base
 * tells. ISO_EINPUT where one of a ventricle's two valves is missing, or there are valves without a
 * ventricle; free out whatever the status. */
iso_status iso_tracts_new(iso_tract out[2], iso_ventricles *ventricles, const uint8_t *on,
                          const uint8_t *valve, iso_error *err);
void iso_tracts_free(iso_tract tracts[2]);

/* How much of its outflow tract element e is in, from 0 to 1, and the way to its valves, of length 1 or 0:
 * the mean of both gradients by the weight. */
double iso_tract_at(const iso_tract *tract, const iso_mesh *mesh, iso_lid e, double longitudinal[3]);

#endif
