/* What guests publish at the end of a run: variables that say all about themselves, so that who writes a file
 * need not know whose they are. */
#ifndef ISO_SOLVE_VARIABLE_H
#define ISO_SOLVE_VARIABLE_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

typedef enum { ISO_VARIABLE_REAL, ISO_VARIABLE_WHOLE, ISO_VARIABLE_TEXT } iso_variable_type;

typedef struct iso_dimension {
  const char *name; /* the same name has the same length in all variables of a run */
  int64_t length;   /* at least 1 */
} iso_dimension;

enum { ISO_VARIABLE_DIMENSIONS = 2 };

/* Texts and data outlive the results that the variable is added to. */
typedef struct iso_variable {
  const char *name; /* at most 32 characters */
  const char *unit; /* "1" for counts and numbers of things, NULL for texts */
  const char *meaning;
  iso_variable_type type;
  bool may_lack; /* a real may be NaN: it never happened */
  int ndims;
  iso_dimension dims[ISO_VARIABLE_DIMENSIONS]; /* [ndims], slowest first; a variable of nodes has the nodes as
                                                  one more, and without others it is a map */

  /* A variable of nodes: fills the owned nodes' values [nowned] of one row of its dimensions, from 0. Rows
   * are asked for one at a time, so what can be computed needs no memory. Else NULL. */
  void (*fill)(const void *self, int64_t row, double *owned);
  const void *self;

  /* Else, on rank 0: the values, row after row; double, int32_t, or const char * of type. */
  const void *data;
} iso_variable;

typedef struct iso_results {
  int nvariables;
  iso_variable *variables; /* [nvariables] in the order in which they were published */
} iso_results;

/* Adds a variable, in the same order on all ranks. Not collective. */
iso_status iso_results_add(iso_results *results, const iso_variable *variable, iso_error *err);

/* Harmless on a cleared struct. */
void iso_results_free(iso_results *results);

#endif
