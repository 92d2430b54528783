/* Numbers drawn at random that depend on where they are used alone: the same on any ranks and in any order.
 */
#ifndef ISO_FIT_RANDOM_H
#define ISO_FIT_RANDOM_H

#include <stdint.h>

/* What numbers are drawn for, so that none is used twice. */
typedef enum {
  ISO_DRAW_PRIOR,     /* hearts by what is known beforehand: their spreads */
  ISO_DRAW_MEMBER,    /* where members begin */
  ISO_DRAW_DATA,      /* and the errors that the data have for them */
  ISO_DRAW_PREDICTED, /* errors of points that are predicted */
  ISO_DRAW_TRUTH,     /* hearts that are made to be found again */
  ISO_DRAW_MEASURED,  /* and the errors of what is measured of them */
  ISO_DRAW_START,     /* hearts from which a search begins */
  ISO_DRAW_REPEATED,  /* errors of members that take their turn as the truth */
  ISO_DRAW_CLOCK,     /* clocks of maps that are compared */
  ISO_DRAW_CHAIN,     /* steps of members that nearly are draws of the posterior */
  ISO_DRAW_ACCEPTED   /* and which of them are taken */
} iso_draw;

/* Number k of the standard normal distribution, of somebody (a member, say) for some purpose. */
double iso_normal(uint64_t seed, iso_draw purpose, uint64_t whose, uint64_t k);

/* The same of the uniform one, from 0 up to, but not, 1. */
double iso_uniform(uint64_t seed, iso_draw purpose, uint64_t whose, uint64_t k);

#endif
