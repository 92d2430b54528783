/* The table of mesh formats: one row for each, with what reads and what writes it. A new format is a row. */
#ifndef ISO_GRID_FORMAT_FORMATS_H
#define ISO_GRID_FORMAT_FORMATS_H

#include "grid/format/read.h"

#include <stdio.h>

/* What a file of the format can hold besides nodes and triangles. */
enum { ISO_HOLDS_FIBRES = 1, ISO_HOLDS_SURFACES = 2, ISO_HOLDS_VOLUMES = 4, ISO_HOLDS_TAGS = 8 };

typedef struct iso_format {
  const char *name;         /* in mesh.format and --format: "gmsh" */
  const char *about;        /* for people: "Gmsh 2 and 4.1" */
  const char *endings[6];   /* of its files; the first of a row that writes is the one to write */
  const char *read_only[3]; /* further ones, of files that are read and not written so */
  const char *unit;         /* of coordinates that are read, where none is given */
  int holds;                /* ISO_HOLDS_... */
  iso_status (*read)(MPI_Comm comm, const iso_read_options *options, iso_slice *slice,
                     iso_error *err); /* NULL: written alone */
  iso_status (*write)(
      MPI_Comm comm, const iso_slice *slice, const char *path,
      iso_error *err); /* NULL: read alone; path is that of the file, of CARP without ending */
} iso_format;

extern const iso_format iso_formats[];
extern const int iso_nformats;

/* "auto" and the names of what can be read, then NULL: the words of mesh.format. */
extern const char *const iso_format_words[];

/* NULL where there is none. */
const iso_format *iso_format_named(const char *name);

/* By the ending of the path, of those that read (a ".gz" behind it counts nothing) or, for_writing, of those
 * that write; NULL where it has none of the table. */
const iso_format *iso_format_by_ending(const char *path, bool for_writing);

/* Rank 0 alone. By the first bytes of a file, where these tell; else NULL. *sure: more than an ending does.
 */
const iso_format *iso_format_by_content(const char *path, bool *sure);

/* The table for people, a line for each, about each what it holds. */
void iso_formats_print(FILE *stream);

#endif
