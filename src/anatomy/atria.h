/* Fields and fibres of one atrium with a wall, by the rules of R. Piersanti et al., Comput. Methods Appl.
 * Mech. Eng. 373, 113468 (2021): harmonic fields between rings of veins and valves; in each bundle the fibre
 * runs along the levels of the field that is the bundle's. */
#ifndef ISO_ANATOMY_ATRIA_H
#define ISO_ANATOMY_ATRIA_H

#include "anatomy/anatomy.h"
#include "anatomy/frame.h"

typedef enum { ISO_LEFT_ATRIUM, ISO_RIGHT_ATRIUM } iso_atrium;

/* What a node is on, as bits: the walls, and of either atrium what it has. */
enum {
  ISO_ON_ATRIAL_ENDO = 1,
  ISO_ON_ATRIAL_EPI = 2,
  /* left: veins of both sides, mitral valve, tip of the appendage */
  ISO_ON_LPV = 4,
  ISO_ON_RPV = 8,
  ISO_ON_MV = 16,
  ISO_ON_LAA = 32,
  /* right: both venae cavae, tricuspid valve at the septum and at the free wall, tip of the appendage, and
   * the line on top from the superior to the inferior vena cava */
  ISO_ON_SVC = 4,
  ISO_ON_IVC = 8,
  ISO_ON_TV_SEPTAL = 16,
  ISO_ON_TV_FREE = 32,
  ISO_ON_RAA = 64,
  ISO_ON_TOP = 128,
};

/* The fields, with what they are given:
 *         left atrium                        right atrium
 * trans   endocardium 0, epicardium 1        the same
 * ab      LPV 0, RPV 2, MV 1, LAA -1         SVC 0, IVC 2, TV 1, RAA -1
 * v       LPV 0, RPV 1                       SVC 0, RAA 0, IVC 1
 * r       LPV 0, RPV 0, LAA 0, MV 1          top 0, TV 1
 * w       none                               TV septal 1, TV free -1, top 0 */
enum { ISO_ATRIAL_TRANS, ISO_ATRIAL_AB, ISO_ATRIAL_V, ISO_ATRIAL_R, ISO_ATRIAL_W, ISO_ATRIAL_FIELDS };
extern const char *const iso_atrial_field_names[ISO_ATRIAL_FIELDS];

/* How many of them an atrium has: the first so many. */
int iso_atrial_fields(iso_atrium atrium);

/* Where a bundle begins: of the valve in r, of veins in v (up to low, from high), of the crista terminalis
 * and the intercaval bundle in w (between both), where r is below wall. */
typedef struct iso_atrial_bundles {
  double valve, low_veins, high_veins, low_crista, high_crista, wall;
} iso_atrial_bundles;

/* Those of the papers' meshes, to begin with: they depend on the geometry. */
iso_atrial_bundles iso_atrial_bundles_of(iso_atrium atrium);

/* Collective. fields [iso_atrial_fields][nlocal]: each is made, and to be freed whatever the status. on
 * [nowned]. ISO_EINPUT names a field that no node is given. */
iso_status iso_atrial_fields_new(iso_anatomy *anatomy, iso_atrium atrium, const uint8_t *on,
                                 double *fields[ISO_ATRIAL_FIELDS], iso_error *err);

/* Collective. The frame of every local element with volume, frames [nelem]: fibre, across it in the wall, and
 * away from the endocardium. fields: as above. */
iso_status iso_atrial_fibres(iso_anatomy *anatomy, iso_atrium atrium, const iso_atrial_bundles *bundles,
                             double *const fields[ISO_ATRIAL_FIELDS], iso_frame *frames, iso_error *err);

#endif
