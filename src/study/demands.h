/* What a mesh allows: which steps are stable on it, whether its edges resolve a wave, and how wrong
 * velocities are likely to be. */
#ifndef ISO_STUDY_DEMANDS_H
#define ISO_STUDY_DEMANDS_H

#include "study/accuracy.h"

/* Of tissue, the same everywhere. */
typedef struct iso_demands_of {
  double longitudinal, transverse; /* S/m; of a mesh without fibres every direction has longitudinal */
  double chi_per_mm, cm_uF_per_mm2;
  double step_ms; /* that is asked about */
} iso_demands_of;

typedef struct iso_demands {
  double edge_mm;       /* of elements, on average */
  int stages;           /* sparse products that a step of step_ms takes; above ISO_RKL_MOST: it is too long */
  double most_ms;       /* the longest stable step of the explicit scheme */
  iso_gid stiffest;     /* the node whose elements say so */
  double along, across; /* of a front that is expected, m/s, which is its width in mm */
  double widths;        /* of the front, of an edge, each along its own direction, on average */
  double coarse;        /* share of the elements with edges of more than ISO_MOST_WIDTHS */
  double coarse_nodal;  /* the same for the nodal current, with ISO_MOST_WIDTHS_NODAL */
  iso_expectation expected; /* with the default scheme and step_ms */
} iso_demands;

/* Collective. The same on every rank. ISO_EINPUT for an element without volume. */
iso_status iso_demands_find(const iso_mesh *mesh, const iso_demands_of *of, iso_demands *out, iso_error *err);

#endif
