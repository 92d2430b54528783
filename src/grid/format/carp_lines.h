/* A CARP text file, parsed line by line on all ranks at once: each rank takes the lines that begin in its
 * range of bytes or, where the file is compressed, streams the file and takes its range of lines. */
#ifndef ISO_GRID_FORMAT_CARP_LINES_H
#define ISO_GRID_FORMAT_CARP_LINES_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct iso_carp_file {
  char path[4096];
  bool compressed;
  int64_t bytes;       /* on disk */
  int64_t body;        /* byte offset of the first line after the header */
  int64_t header_line; /* its number, 0 where there is none */
  int64_t header;      /* the integer that it holds */
  int columns;         /* words in the first line of the body, 0 where there is none */
} iso_carp_file;

/* Collective. Finds base + extension, or that with .gz, and reads what the struct above says. A first line
 * that holds one integer and nothing else is the header. */
iso_status iso_carp_open(MPI_Comm comm, iso_carp_file *file, const char *base, const char *extension,
                         iso_error *err);

/* Takes one line that is not blank. Errors are worded without file and line. */
typedef iso_status (*iso_carp_take)(void *context, const char *begin, const char *end, iso_error *err);

/* Collective. Hands this rank's lines to take, in order. items: how many lines the body should have, which
 * decides the shares of compressed files. */
iso_status iso_carp_parse(MPI_Comm comm, const iso_carp_file *file, int64_t items, iso_carp_take take,
                          void *context, iso_error *err);

/* How many lines of at least that many bytes, end of line included, this rank may meet: the count that the
 * header promises, spread evenly, but never more than the file has room for. */
int64_t iso_carp_share(MPI_Comm comm, const iso_carp_file *file, int64_t items, int least_bytes);

#endif
