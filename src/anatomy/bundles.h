/* The conduction system of both ventricles: a His bundle from the atrioventricular node, which divides into
 * two bundle branches down the septum to the roots of two Purkinje trees. */
#ifndef ISO_ANATOMY_BUNDLES_H
#define ISO_ANATOMY_BUNDLES_H

#include "anatomy/purkinje.h"

/* Tags of lines, by which a bundle can be cut. */
enum {
  ISO_TAG_HIS = 101,
  ISO_TAG_LEFT_BUNDLE = 102,
  ISO_TAG_RIGHT_BUNDLE = 103,
  ISO_TAG_LEFT_TREE = 104,
  ISO_TAG_RIGHT_TREE = 105,
  ISO_TAG_LEFT_ANTERIOR = 106,
  ISO_TAG_LEFT_POSTERIOR = 107
};

typedef struct iso_bundles {
  double av_node_mm[3];  /* where the His bundle begins */
  double division_mm[3]; /* where it ends: a straight line, through the membranous septum */
  double segment_mm;     /* length of lines, of bundles */
} iso_bundles;

/* Each branch goes straight from the division to its sheet [2] and along it to the root of its tree, which
 * grows by growth [2]; left first. Tags are those above, whatever the growth has. ISO_EINPUT as
 * iso_purkinje_grow, or where a branch cannot get to its tree; the message says which. Not collective. Free
 * what has grown with iso_grown_free. */
iso_status iso_bundles_grow(iso_grown *out, const iso_bundles *bundles, const iso_sheet *sheet,
                            const iso_growth *growth, iso_error *err);

#endif
