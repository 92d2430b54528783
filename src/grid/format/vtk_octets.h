/* Bytes of a binary VTK array: as they stand in the file, or decoded from base64, or inflated from compressed
 * blocks. */
#ifndef ISO_GRID_FORMAT_VTK_OCTETS_H
#define ISO_GRID_FORMAT_VTK_OCTETS_H

#include "grid/format/read_source.h"
#include "grid/format/vtk_inflate.h"

typedef struct iso_octets {
  iso_source *source;
  bool base64;
  unsigned char held[3]; /* decoded and not yet taken */
  int nheld;

  iso_inflater *inflater; /* NULL: not compressed */
  int64_t nblocks, block; /* blocks, and the one being inflated */
  int64_t *packed;        /* [nblocks] bytes of each block as compressed */
  int64_t block_bytes, last_bytes;
  int64_t inflated_left; /* of the block being inflated */

  int64_t left; /* bytes still to be taken */
} iso_octets;

/* Starts at the source's next byte. header_bytes 0: total bytes follow at once; else VTU's header comes first
 * and says how many (total is ignored). The octets must stay where they are until they are stopped. Errors
 * are worded without file. */
iso_status iso_octets_start(iso_octets *octets, iso_source *source, bool base64, iso_vtk_codec codec,
                            int header_bytes, bool big_endian, int64_t total, iso_error *err);

void iso_octets_stop(iso_octets *octets);

iso_status iso_octets_take(iso_octets *octets, void *bytes, int64_t n, iso_error *err);
iso_status iso_octets_skip(iso_octets *octets, int64_t n, iso_error *err);

#endif
