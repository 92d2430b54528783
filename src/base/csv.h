/* Lines and fields of a CSV file (RFC 4180, but a field ends with its line), in place. */
#ifndef ISO_BASE_CSV_H
#define ISO_BASE_CSV_H

#include "base/error.h"

#include <stdio.h>

/* Collective. The text of the file, up to 16 MiB, on every rank, to be freed; it
 * ends with a NUL. ISO_EINPUT where it cannot be read or is no text; example: of a first line, for the
 * message. */
iso_status iso_csv_load(MPI_Comm comm, const char *path, const char *example, char **text, iso_error *err);

/* The text behind the mark that some programs put before one in UTF-8. */
char *iso_csv_begin(char *text);

/* The next line of *text, without its end and blanks around it, or NULL; *text is then behind it. */
char *iso_csv_line(char **text);

/* Cuts a line at its commas, at most that many fields, each without blanks around it; commas within "quotes"
 * belong to the field, and "" there is a quote. Returns the number of fields, or -1 where there are more or a
 * quote is not closed. */
int iso_csv_split(char *line, int most, char **field);

/* Which of the fields [n] of a first line is the column of that name; -1: none; ISO_CSV_TWICE: more than one,
 * and nobody knows which counts. */
enum { ISO_CSV_TWICE = -2 };
int iso_csv_column(int n, char *const *field, const char *name);

/* Prints a field, in quotes where it needs them. */
void iso_csv_put(FILE *stream, const char *text);

#endif
