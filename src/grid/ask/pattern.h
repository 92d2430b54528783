/* Random patterns of places, as of fibrosis: places where a random function of place is low. It is one and
 * the same for a seed, whatever the mesh and its refinement, on any number of ranks and any machine. */
#ifndef ISO_GRID_ASK_PATTERN_H
#define ISO_GRID_ASK_PATTERN_H

#include <stdbool.h>

typedef struct iso_select_pattern {
  double density;        /* part of a large volume, 0 to 1 */
  double correlation_mm; /* where the correlation has fallen to 1/e; patches are about as large */
  int seed;
} iso_select_pattern;

enum { ISO_PATTERN_WAVES = 128 };

/* The function is a sum of plane waves with random directions, lengths and phases (Shinozuka and Jan,
 * "Digital simulation of random processes and its applications", J Sound Vib 25:111-128, 1972): about
 * normally distributed, with the correlation exp(-(r / correlation_mm)^2) at a distance r. */
typedef struct iso_pattern {
  double wave[ISO_PATTERN_WAVES][4]; /* radians per mm, and a phase */
  double most;                       /* a place belongs to it where their sum is no larger */
} iso_pattern;

void iso_pattern_new(iso_pattern *out, const iso_select_pattern *of);

/* Whether a place, mm, belongs to it. */
bool iso_pattern_has(const iso_pattern *pattern, const double x[3]);

#endif
