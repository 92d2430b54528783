/* Gmsh's mesh files, versions 2 and 4.1, ASCII and binary (Gmsh reference manual, "MSH file format").
 *
 * A partitioned mesh may be a set of files, one for each partition (Mesh.PartitionSplitMeshFiles): NAME_1.msh
 * stands for all of them, NAME_2.msh and so on.
 *
 * Rank 0 goes over the files once and notes where runs of nodes and elements begin; every rank then reads its
 * share of each. Nodes are numbered by their ascending tags, elements by their place in the file, so that all
 * encodings of a mesh give the same one. */
#ifndef ISO_GRID_FORMAT_GMSH_H
#define ISO_GRID_FORMAT_GMSH_H

#include "grid/format/element_kinds.h"
#include "grid/format/read_source.h"

typedef enum { ISO_GMSH_2, ISO_GMSH_4 } iso_gmsh_version;

/* Items [first, first + n) of all nodes or elements of the files. */
typedef struct iso_gmsh_run {
  int32_t file; /* of a set, from 0 */
  int64_t first, n;
  int64_t offset, line; /* of the first item, and the number of the line before it */
  /* Version 4, nodes: tags are at offset, and coordinates here; each node has so many numbers. */
  int64_t xyz_offset, xyz_line;
  int columns;
  bool parametric; /* version 2: $ParametricNodes, each with its entity and its place on that behind it */
  int32_t dimension, entity; /* version 4 */
  int32_t type;              /* of elements: version 4, and version 2, binary, within a block */
  int32_t ntags, left;       /* version 2, binary: tags of an element, elements left of the block */
} iso_gmsh_run;

typedef struct iso_gmsh_entity {
  int32_t dimension, tag;
  int32_t whole; /* tag of the entity of the same dimension that it is, or is a part of */
  int32_t part;  /* its (first) partition; 0 of a mesh that is whole */
  bool border;   /* between partitions, of a lower dimension than what it is part of: not in the whole mesh */
  int32_t first, n; /* physical groups: [first, first + n) of the index's groups */
} iso_gmsh_entity;

/* What elements of an entity are. */
typedef enum {
  ISO_GMSH_OWN,
  ISO_GMSH_BORDER, /* between partitions */
  ISO_GMSH_GHOST,  /* another file's */
} iso_gmsh_role;

typedef struct iso_gmsh_runs {
  int64_t total; /* items */
  int n, room;
  iso_gmsh_run *run; /* [n] in order of first */
} iso_gmsh_runs;

typedef struct iso_gmsh_index {
  int nfiles; /* 1, or as many as the set has */
  iso_gmsh_version version;
  bool binary, swapped; /* swapped: the other byte order */
  iso_gmsh_runs nodes, elements;
  int nentities, ngroups;
  iso_gmsh_entity *entity; /* [nentities] by dimension, then tag */
  int32_t *group;          /* [ngroups] */
  int nparts, nhere; /* of version 4: partitions, 0 of a whole mesh; those with elements in these files */
  bool has_parts;    /* of version 2: the first element says its partitions */
  int nghosts;
  int32_t *ghost;      /* [nghosts] tags of entities that stand for ghosts */
  iso_tag_names names; /* of physical groups */
  char passed[256];    /* sections that are passed over, with commas between */
} iso_gmsh_index;

enum { ISO_GMSH_PATH = 4096 };

/* The path of a file of the set that begins with NAME_1.msh, k from 0; false where there is no such set, or
 * the path is too long. */
bool iso_gmsh_path_of(const char *first, int k, char path[ISO_GMSH_PATH]);

/* One rank: the index of a file, or of the set that it is the first one of. Messages are complete. */
iso_status iso_gmsh_index_make(const char *path, iso_gmsh_index *index, iso_error *err);

/* Collective. Rank 0's index on every rank. */
iso_status iso_gmsh_index_share(MPI_Comm comm, iso_gmsh_index *index, iso_error *err);

void iso_gmsh_index_free(iso_gmsh_index *index);

/* NULL where the file does not describe it. */
const iso_gmsh_entity *iso_gmsh_find_entity(const iso_gmsh_index *index, int32_t dimension, int32_t tag);

/* Of an element of version 4 by its entity. */
iso_gmsh_role iso_gmsh_role_of(const iso_gmsh_index *index, int32_t dimension, int32_t tag);

/* ---- reading items of either kind of file; messages are complete ---- */

typedef struct iso_gmsh_file {
  iso_source source;
  bool binary, swapped;
  const char *section; /* that is being read, for messages */
  iso_error *err;
} iso_gmsh_file;

/* A failure of the content, with the file and its line or byte. */
iso_status iso_gmsh_fail(const iso_gmsh_file *file, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The next line that is not empty. */
iso_status iso_gmsh_line(iso_gmsh_file *file, const char **begin, const char **end);

/* Adds "FILE: " to what the source says. */
iso_status iso_gmsh_take(iso_gmsh_file *file, void *bytes, size_t n);

/* n numbers: of the next line in text, which may have more; of four bytes (integers), eight (sizes and reals)
 * in binary files. */
iso_status iso_gmsh_integers(iso_gmsh_file *file, int n, int64_t *value);
iso_status iso_gmsh_sizes(iso_gmsh_file *file, int n, int64_t *value);
iso_status iso_gmsh_reals(iso_gmsh_file *file, int n, double *value);

/* Passes what stands behind a node of $ParametricNodes in binary: dimension and tag of its entity, and one
 * number on a curve, two on a surface. */
iso_status iso_gmsh_pass_parameters(iso_gmsh_file *file);

/* Collective. As iso_carp_read (carp.h). */
iso_status iso_gmsh_read(MPI_Comm comm, const iso_read_options *options, iso_slice *slice, iso_error *err);

#endif
