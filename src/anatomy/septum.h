/* Where two ventricles' walls change into each other: the middle of the septum, the insertions on the
 * epicardium, and in each ventricle the ridge between septum and free wall.
 *
 * The potential w = rv - lv goes from -1 on the left endocardium to 1 on the right one and is 0 on the
 * epicardium and on the middle of the septum. That is what separates the ventricles here, and nothing is cut:
 * what begins on a surface between nodes begins at the nodes of the elements that it runs through, at their
 * distance. */
#ifndef ISO_ANATOMY_SEPTUM_H
#define ISO_ANATOMY_SEPTUM_H

#include "anatomy/ventricles.h"

typedef struct iso_septum {
  double *w, (*grad_w)[3]; /* [nlocal] */
  int8_t *side;            /* [nlocal] -1 in the left ventricle, 1 in the right one, the epicardium's too */
  uint8_t *middle;         /* [nowned] 1 at nodes of elements that the middle of the septum runs through */
  bool has_ridge;          /* of two ventricles, or of a left one where a place in the septum is given */
  /* Of two ventricles: harmonic, 0 on the epicardium, 1 on the middle of the septum; the ridge is at a half.
   * Of one, a half and the distance (mm) from the half-planes through the long axis that are 60 degrees to
   * either side of the given place, rising into the septum between them. */
  double *ridge, (*grad_ridge)[3]; /* [nlocal] */
  uint8_t *on_ridge;               /* [nowned] 1 at nodes of elements that the ridge runs through */
  iso_gid apex; /* where the insertion is farthest from the base; of one ventricle, all of it */
  double apex_mm[3];
  double across[3]; /* unit vector: the plane through the apex with it as normal has the long
                       axis and the way from left to right in it */
} iso_septum;

/* Collective. on [nowned]: as of iso_ventricles_new; a node on the apex there is it. septum_mm: of one
 * ventricle, a place in the middle of its septum or beyond it; NULL: not known. ISO_EINPUT where the
 * ventricles share no insertion, or that place is on the long axis; free out whatever the status. */
iso_status iso_septum_new(iso_septum *out, iso_ventricles *ventricles, const uint8_t *on,
                          const double *septum_mm, iso_error *err);
void iso_septum_free(iso_septum *septum);

#endif
