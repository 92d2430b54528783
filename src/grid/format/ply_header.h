/* The header of a PLY file: which elements there are, of which properties, and how they are written. */
#ifndef ISO_GRID_FORMAT_PLY_HEADER_H
#define ISO_GRID_FORMAT_PLY_HEADER_H

#include "grid/format/read_source.h"

#include <stdbool.h>

enum { ISO_PLY_ELEMENTS = 8, ISO_PLY_PROPERTIES = 48 }; /* the most of them */

typedef enum {
  ISO_PLY_INT8,
  ISO_PLY_UINT8,
  ISO_PLY_INT16,
  ISO_PLY_UINT16,
  ISO_PLY_INT32,
  ISO_PLY_UINT32,
  ISO_PLY_FLOAT32,
  ISO_PLY_FLOAT64,
  ISO_PLY_TYPES,
  ISO_PLY_NO_LIST = ISO_PLY_TYPES
} iso_ply_type;

typedef struct iso_ply_property {
  iso_ply_type type, count; /* count: of a list's length, or ISO_PLY_NO_LIST */
  int role;                 /* 0, 1, 2: x, y, z of a vertex; 0: vertices of a face; -1: none */
} iso_ply_property;

typedef struct iso_ply_element {
  bool is_vertex, is_face;
  int64_t n;
  int nproperties;
  iso_ply_property property[ISO_PLY_PROPERTIES];
} iso_ply_element;

typedef struct iso_ply_header {
  bool text, big;              /* big-endian */
  int nelements, vertex, face; /* numbers of these elements */
  iso_ply_element element[ISO_PLY_ELEMENTS];
} iso_ply_header;

/* A file that is read. Failures say where it is: the line of text, the byte of others. */
typedef struct iso_ply_input {
  iso_source source;
  const iso_ply_header *header;
  iso_error *err;
} iso_ply_input;

/* ISO_EINPUT at the place that in has come to. */
iso_status iso_ply_fail(const iso_ply_input *in, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A status of the source itself, and why, as one of in. */
iso_status iso_ply_complete(const iso_ply_input *in, iso_status status, const iso_error *why);

/* The next line [*p, *end) that is not blank, from its first word on. ISO_EINPUT at the end of the file. */
iso_status iso_ply_line(iso_ply_input *in, const char **p, const char **end);

/* From the beginning of the file up to its first item. header: the one that in->header is, filled here.
 * ISO_EINPUT where it has no vertices with x, y and z, or no faces with one list of their vertices. */
iso_status iso_ply_read_header(iso_ply_input *in, iso_ply_header *header);

/* Bytes of a value in a file that is not text. */
int iso_ply_bytes(iso_ply_type type);

#endif
