/* How long action potentials last, by that of their regions' models: a factor at each node, whose logarithm
 * is linear in z.
 *
 * It has a number for each region, one for each gradient along a coordinate, and those of a smooth field.
 * Where regions meet coupling evens their durations out, and so their numbers (study/recovery.h). */
#ifndef ISO_FIT_APD_H
#define ISO_FIT_APD_H

#include "fit/basis.h"
#include "study/setup.h"

typedef struct iso_fit_apd {
  int n;                 /* numbers: those of regions, of gradients, of the field */
  int regions, first;    /* of the first of config->nregions, of the gradients; -1: no such numbers */
  double *share;         /* [nlocal][n] how a node's logarithm changes with each */
  double *middle;        /* [nlocal] the logarithm where all are 0 */
  double *region_share;  /* [config->nregions][n], and */
  double *region_middle; /* [config->nregions]: means over the nodes of a region */
  double *factor;        /* [nlocal] of the last iso_fit_apd_set; 1 before */
} iso_fit_apd;

/* Of the configuration's fit.apd; none of it: n 0, and factor 1. setup: the whole heart on this rank.
 * ISO_EINPUT where coordinates or fields are not there, or no numbers at nodes of the tissue. ISO_EFAIL where
 * memory is short. To be freed whatever the status. */
iso_status iso_fit_apd_new(iso_fit_apd *out, const iso_setup *setup, iso_error *err);
void iso_fit_apd_free(iso_fit_apd *apd);

/* Sets factors for its numbers z [n]. */
void iso_fit_apd_set(iso_fit_apd *apd, int nodes, const double *z);

/* The geometric mean over a region, and how many times as long action potentials are where a gradient's field
 * is 1 as where it is 0. */
double iso_fit_apd_of_region(const iso_fit_apd *apd, int r, const double *z);
double iso_fit_apd_of_gradient(const iso_fit_apd *apd, const iso_config_apd_gradient *gradient, int k,
                               const double *z);

#endif
