/* The sample as a VTU file. */
#ifndef ISO_TESTS_GRID_VTU_SAMPLE_H
#define ISO_TESTS_GRID_VTU_SAMPLE_H

#include "read_sample.h"

typedef enum vtu_place { INLINE_TEXT, INLINE_BASE64, APPENDED_RAW, APPENDED_BASE64 } vtu_place;

typedef enum vtu_codec { PLAIN, ZLIB, LZ4, LZMA } vtu_codec;

typedef struct vtu_style {
  vtu_place place;
  vtu_codec codec;
  bool big_endian;
  int header_bytes; /* 4 or 8 */
  bool joined;      /* header and data in one run of base64, as some writers have it */
  int pieces;       /* 1 or 2 */
} vtu_style;

/* Whether this program can pack so. */
bool vtu_has(vtu_codec codec);

/* Elements of each half use the nodes of that half, so that the mesh can be written in two pieces. */
void vtu_sample_in_parts(sample *s);

/* Collective. Writes sample.vtu into the scratch folder and returns its path. */
const char *vtu_sample(const sample *s, vtu_style how);

#endif
