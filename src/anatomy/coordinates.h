/* Coordinates of the ventricles, after Cobiveco (S. Schuler et al., Med. Image Anal. 74, 102247 (2021)), on
 * the heart's own mesh: where Cobiveco cuts the mesh along the middle of the septum and the ridges and fits
 * curves, lengths of trajectories begin at the distance from those surfaces here (septum.h, trajectory.h).
 *
 * transventricular: 0 in the left ventricle, 1 in the right one, whose border is the middle of the septum.
 * transmural:       0 on the epicardium and in the middle of the septum, 1 on the endocardia.
 * apicobasal:       0 at the apex, 1 on the base. The apex is where the insertion of the right ventricle is
 *                   farthest from the base, and from there the ridge through the walls to both endocardia.
 * rotational:       0 at the inferior insertion, rising to 2/3 at the anterior one through the free wall and
 *                   from there to 1 through the septum, in both ventricles; it jumps from 1 to 0.
 * aha_segment:      1 to 17 in the left ventricle and all of the septum, 0 elsewhere.
 *
 * A left ventricle alone has no insertions. Where a place in its septum is known, these are taken to be 60
 * degrees to either side of it, round the long axis (from the apex to the middle of the base's inner rim). */
#ifndef ISO_ANATOMY_COORDINATES_H
#define ISO_ANATOMY_COORDINATES_H

#include "anatomy/anatomy.h"

#include <stdbool.h>

typedef struct iso_coordinates {
  bool has_round; /* of two ventricles, or of one whose septum is known; else rotational and segment are 0 */
  double *transventricular, *transmural, *apicobasal, *rotational, *segment; /* [nlocal] */
} iso_coordinates;

/* Collective. on [nowned]: as of iso_ventricles_new. septum_mm: of a left ventricle alone, a place in the
 * middle of its septum or beyond it; NULL: not known. Free out whatever the status. */
iso_status iso_coordinates_new(iso_coordinates *out, iso_anatomy *anatomy, const uint8_t *on,
                               const double *septum_mm, iso_error *err);
void iso_coordinates_free(iso_coordinates *coordinates);

#endif
