/* Lead fields in a bounded conductor, a torso with the heart in it: div (sigma grad Z) = 0 inside, a unit
 * current enters at an electrode and leaves at the ground, none crosses the surface (McFee and Johnston,
 * Circulation 8:554, 1953). sigma is that of the bulk: of the heart the intra- and the extracellular one
 * together. By reciprocity -K_i Z are the weights of the electrode against the ground (lead_weights.h). */
#ifndef ISO_OBSERVE_LEAD_FIELDS_H
#define ISO_OBSERVE_LEAD_FIELDS_H

#include "grid/ask/locate.h"
#include "grid/index.h"
#include "kernels/device.h"
#include "linear/conductor.h"

typedef struct iso_lead_fields {
  const iso_mesh *mesh;
  int n;           /* electrodes */
  double *z;       /* [n][mesh->nlocal] mV/uA; 0 at the ground */
  iso_index local; /* local numbers of the nodes by their global ones */
} iso_lead_fields;

/* Collective. One solution for each electrode, by conjugate gradients in the precision of device, which has
 * to be double. electrode [n]: where each is in mesh, the same on all ranks. ground: which of them; its
 * nearest node is at 0 and its Z is 0 everywhere. mesh outlives the fields. ISO_EFAIL where memory is short
 * or a solution does not converge, as where an electrode does not hang together with the ground. Free it
 * whatever the status. */
iso_status iso_lead_fields_new(iso_lead_fields *out, iso_device *device, const iso_mesh *mesh,
                               iso_conductor bulk, int n, const iso_location *electrode, int ground,
                               iso_error *err);
void iso_lead_fields_free(iso_lead_fields *fields);

/* Collective. Z of every electrode at this rank's points at [npoints], interpolated in the elements: z
 * [n][npoints]. *outside: 0, or how far from the mesh's nodes the farthest point is of those, on any rank,
 * that lie in no element, mm; at such a point Z is the nearest node's. */
iso_status iso_lead_fields_at(const iso_lead_fields *fields, int64_t npoints, const double (*at)[3],
                              double *z, double *outside, iso_error *err);

#endif
