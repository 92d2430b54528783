/* A rank's share of the lines of a text file: those that begin in its part of the bytes. */
#ifndef ISO_GRID_FORMAT_TEXT_SHARE_H
#define ISO_GRID_FORMAT_TEXT_SHARE_H

#include "grid/format/read_source.h"

#include <mpi.h>

typedef struct iso_text_share {
  iso_source source;
  int64_t end;  /* lines that begin from here on are of ranks behind */
  bool counted; /* the share begins with the file, so that lines have numbers */
} iso_text_share;

/* Each rank on its own. Opens the file, at the first line of this rank's share. A file that is compressed is
 * ISO_EINPUT. */
iso_status iso_text_share_open(iso_text_share *share, MPI_Comm comm, const char *path, iso_error *err);

/* The next line without white space around it; *begin is NULL at the end of the share or, where beyond says
 * to go on behind it, of the file. Messages are complete. */
iso_status iso_text_share_line(iso_text_share *share, bool beyond, const char **begin, const char **end,
                               iso_error *err);

/* A failure of the content: "FILE:LINE: ...", or on ranks that do not know the line, "FILE: near byte N:
 * ...". */
iso_status iso_text_share_fail(const iso_text_share *share, iso_error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

void iso_text_share_close(iso_text_share *share);

#endif
