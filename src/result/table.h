/* A table of numbers: for people, as CSV, and as variables of a NetCDF file. Rank 0 alone. */
#ifndef ISO_RESULT_TABLE_H
#define ISO_RESULT_TABLE_H

#include "base/error.h"

#include <stdio.h>

typedef struct iso_column {
  char name[48];    /* in files, with its unit: "apd90_ms" */
  const char *head; /* for people: "APD90" */
  const char *unit;
  const char *meaning;
  const char *format;       /* of printf for a double, for people: "%.3f"; NULL: "%.6g" */
  const char *const *words; /* values are indices into these; NULL: numbers */
  int nwords;
  double *value; /* [nrows]; NAN: none */
} iso_column;

typedef struct iso_table {
  int nrows, ncolumns;
  iso_column *columns;
} iso_table;

/* A new column of NANs at the end, to be filled; name is cut where it is too long. */
iso_status iso_table_add(iso_table *table, const iso_column *like, iso_column **out, iso_error *err);
void iso_table_free(iso_table *table);

/* Aligned, with heads and units; "-" for none. */
void iso_table_print(const iso_table *table, FILE *stream);

/* Names in the first line; numbers that read back as the same double, nothing for none. The file appears when
 * it is complete. */
iso_status iso_table_save(const iso_table *table, const char *path, iso_error *err);

#endif
