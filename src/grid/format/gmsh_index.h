/* Going over a file of Gmsh: what the parts of that share. */
#ifndef ISO_GRID_FORMAT_GMSH_INDEX_H
#define ISO_GRID_FORMAT_GMSH_INDEX_H

#include "grid/format/gmsh.h"

typedef struct iso_gmsh_indexer {
  iso_gmsh_file file;
  iso_gmsh_index *index;
  int number;           /* of the file in its set */
  int64_t nnode, nelem; /* of this file */
  bool has_format, has_nodes, has_elements;
} iso_gmsh_indexer;

/* One rank. Adds what file k of a set holds to the index of those before it; the first is number 0. */
iso_status iso_gmsh_index_add(const char *path, int k, iso_gmsh_index *index, iso_error *err);

/* ISO_EINPUT: a number of items cannot be. */
iso_status iso_gmsh_fail_counts(iso_gmsh_indexer *x);

/* A count of items of so many bytes at least, which the rest of the file must hold. */
iso_status iso_gmsh_check_count(iso_gmsh_indexer *x, int64_t n, int64_t bytes);

static inline bool iso_gmsh_is_tag(int64_t tag) { return tag >= INT32_MIN && tag <= INT32_MAX; }

/* One rank. Adds what $Entities or $PartitionedEntities, of version 4, says to the index, which stays in
 * order; of two entities of one dimension and tag the partitioned one stays. */
iso_status iso_gmsh_index_entities(iso_gmsh_indexer *x, bool partitioned);

/* One rank. Of a whole index: how many partitions have elements in its files, into nhere. */
iso_status iso_gmsh_count_parts(iso_gmsh_index *index, iso_error *err);

#endif
