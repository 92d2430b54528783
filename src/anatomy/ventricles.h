/* The walls of two ventricles, or of a left one alone, as fields: which surfaces are near, how deep a point
 * lies, and which way the base is. */
#ifndef ISO_ANATOMY_VENTRICLES_H
#define ISO_ANATOMY_VENTRICLES_H

#include "anatomy/anatomy.h"

#include <stdbool.h>

/* What a node is on, as bits. A node may be on the base besides; of the others, the first counts. */
enum { ISO_ON_LV_ENDO = 1, ISO_ON_RV_ENDO = 2, ISO_ON_EPI = 4, ISO_ON_BASE = 8, ISO_ON_APEX = 16 };

typedef struct iso_ventricles {
  bool two; /* whether there is a right ventricle, and so a septum */
  /* Harmonic fields [nlocal] that add up to 1: 1 on the surface of the name and 0 on the other two. */
  double *lv, *rv, *epi;
  double *apicobasal; /* [nlocal] harmonic: 0 at the apex, 1 on the base */
  iso_gid apex;       /* global number of the lowest node with apicobasal 0 */
} iso_ventricles;

/* Collective. on [nowned]: what each owned node is on; of the left endocardium, the epicardium and the base
 * there has to be something, and where nothing is the apex, it is the place farthest from the base: where u
 * with -div grad u = 1 and u = 0 on the base is largest. ISO_EINPUT says which surface is missing; free out
 * whatever the status. */
iso_status iso_ventricles_new(iso_ventricles *out, iso_anatomy *anatomy, const uint8_t *on, iso_error *err);
void iso_ventricles_free(iso_ventricles *ventricles);

/* Of the part of a surface: is [nowned] becomes 1 where on has one of the bits. */
void iso_ventricles_mark(const iso_mesh *mesh, const uint8_t *on, int bits, uint8_t *is);

#endif
