/* The section mesh: the tissue's shape. */
#ifndef ISO_CONFIG_SECTIONS_MESH_H
#define ISO_CONFIG_SECTIONS_MESH_H

#include "grid/make/slab.h"
#include "grid/share/partition.h"

#include <stdbool.h>
#include <stdint.h>

/* A surface in a file of its own. */
typedef struct iso_config_surface {
  char *name; /* that it gets */
  char *file; /* resolved */
  const char *unit;
  double tolerance_mm; /* NAN: not given */
} iso_config_surface;

/* A network of lines in a file of its own: iso_network in grid/make/network.h. */
typedef struct iso_config_network {
  char *name, *file; /* file resolved */
  const char *unit;
  int tag; /* -1: those of the file */
  int ncut;
  int32_t *cut;               /* [ncut] tags of the file */
  double root_mm[3], edge_mm; /* NAN: not given */
  double junction_radius_mm;
  int junction_nodes;
  double junction_resistance_kohm;
  double forward_ms, back_ms; /* delays with method: eikonal; back_ms NAN: no wave passes */
  bool junction_way;          /* iso_delays' way */
} iso_config_network;

/* A part of the torso, the heart in it included, or of what is around the heart in its own mesh. */
typedef struct iso_config_torso_region {
  int ntags; /* 0: every tag that no other one names; at most one of a torso may leave them out */
  int32_t *tags;
  double longitudinal_S_per_m, transverse_S_per_m; /* both known after loading */
  double isotropic_S_per_m;                        /* NAN after loading: it is now in the two */
} iso_config_torso_region;

/* Another heart in correspondence with that of the file: anatomy/shape_modes.h. */
typedef struct iso_config_shape {
  char *file; /* resolved */
  int nscores;
  double *scores; /* [nscores] in standard deviations; of modes after these 0 */
} iso_config_shape;

typedef enum { ISO_SECOND_ORDER_CORNERS, ISO_SECOND_ORDER_CUT } iso_second_order;

typedef struct iso_config_mesh {
  char *file;         /* resolved against the configuration's folder; NULL: the built-in slab */
  const char *format; /* "auto", or one of iso_format_words */
  const char *unit;   /* of its coordinates: "auto" (the format's convention), "um", "mm", "cm", "m" */
  /* Arrays of cells that hold region tags, fibres and sheets; NULL: by their usual names. */
  char *tag_array, *fibre_array, *sheet_array;
  int refine;            /* times that every element is cut into eight (four, two) */
  double edge_mm;        /* after that, longer edges are halved one by one; NAN: none is */
  int64_t most_elements; /* that either may make; 0: what fits into memory */
  bool has_shape;
  iso_config_shape shape;
  bool has_slab;
  iso_slab_options slab;
  double fibre[3]; /* unit vector for elements of a mesh without fibres; NAN: none given */
  iso_partitioner partition;
  bool keep_surfaces; /* triangles and lines that are faces and edges of other elements are tissue too */
  int nsurfaces;
  iso_config_surface *surfaces; /* [nsurfaces] */
  int nnetworks;
  iso_config_network *networks; /* [nnetworks] */
  int npassive;
  iso_config_torso_region *passive; /* [npassive] parts that are no tissue, each with its tags */
  iso_second_order second_order;
  int pieces; /* of each rank; 0: chosen by the program */
} iso_config_mesh;

#endif
