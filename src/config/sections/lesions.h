/* The sections lesions, fast_endocardium, velocity_field and apd_field. */
#ifndef ISO_CONFIG_SECTIONS_LESIONS_H
#define ISO_CONFIG_SECTIONS_LESIONS_H

#include "grid/ask/select.h"

#include <stdbool.h>

/* Nodes of a lesion that stay: within half of width_mm of a place. */
typedef struct iso_config_gap {
  char *name;
  double centre_mm[3], width_mm;
} iso_config_gap;

/* Lines with names that are known (lesion_lines.c), through sites with names that are known. */
typedef struct iso_config_line_set {
  int nlines;
  char **lines; /* [nlines] */
  double distance_mm, width_mm;
} iso_config_line_set;

/* Tissue that is burned: elements with all nodes in a set. */
typedef struct iso_config_lesion {
  char *name;
  double from_ms; /* 0: before the run begins */
  bool has_line_set;
  iso_config_line_set line_set;
  iso_select where; /* may be everywhere with a line set */
  iso_select lines; /* of the line set; everywhere without one */
  int ngaps;
  iso_config_gap *gaps; /* [ngaps] */
} iso_config_lesion;

/* Tissue near a set of nodes that conducts faster, like an endocardium with its Purkinje cells. */
typedef struct iso_config_fast_layer {
  char *name;
  iso_select where; /* not everywhere */
  double depth_mm, velocity_ratio;
} iso_config_fast_layer;

/* What velocities or durations of action potentials are times, a number for each node: iso_node_field_read in
 * study/node_field.h. */
typedef struct iso_config_factor {
  char *file, *variable; /* file resolved */
} iso_config_factor;

#endif
