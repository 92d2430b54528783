/* The walls of two ventricles, or of a left one alone, as fields: which surfaces are near, how deep a point
 * lies, and which way the base is. */
#ifndef ISO_ANATOMY_VENTRICLES_H
#define ISO_ANATOMY_VENTRICLES_H

#include "anatomy/poisson.h"

#include <stdbool.h>

/* What a node is on, as bits. A node may be on the base besides; of the others, the first counts. */
enum { ISO_ON_LV_ENDO = 1, ISO_ON_RV_ENDO = 2, ISO_ON_EPI = 4, ISO_ON_BASE = 8, ISO_ON_APEX = 16 };

typedef struct iso_ventricles {
  bool two;         /* whether there is a right ventricle, and so a septum */
  iso_poisson unit; /* the operator of harmonic fields */
  /* Harmonic fields [nlocal] that add up to 1: 1 on the surface of the name and 0 on the other two. */
  double *lv, *rv, *epi;
} iso_ventricles;

/* Collective. on [nowned]: what each owned node is on; of the left endocardium, the epicardium and the base
 * there has to be something. ISO_EINPUT says which surface is missing; free out whatever the status. */
iso_status iso_ventricles_new(iso_ventricles *out, iso_anatomy *anatomy, const uint8_t *on, iso_error *err);
void iso_ventricles_free(iso_ventricles *ventricles);

/* Collective. u [nlocal] with -div grad u = 1 and u = 0 on the base, mm2: the farther, the larger. */
iso_status iso_ventricles_from_base(iso_ventricles *ventricles, const uint8_t *on, double *u, iso_error *err);

/* Collective. Of the owned nodes where among [nowned] is not 0 (NULL: all) the one with the largest u, the
 * lowest on ties: its global number, the same on every rank, or -1 where there is none. */
iso_gid iso_ventricles_largest(const iso_mesh *mesh, const double *u, const uint8_t *among);

/* Collective. The lowest node with that bit, or -1. */
iso_gid iso_ventricles_lowest(const iso_mesh *mesh, const uint8_t *on, int bit);

/* Collective. The harmonic field [nlocal] that is 0 at the apex and 1 on the base. Where no node is on the
 * apex, that is the place farthest from the base, by the field above. */
iso_status iso_ventricles_apicobasal(iso_ventricles *ventricles, const uint8_t *on, double *apicobasal,
                                     iso_error *err);

/* Of the part of a surface: is [nowned] becomes 1 where on has one of the bits. */
void iso_ventricles_mark(const iso_mesh *mesh, const uint8_t *on, int bits, uint8_t *is);

#endif
