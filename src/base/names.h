/* A list of names that grows: of the files that a run has written, say. */
#ifndef ISO_BASE_NAMES_H
#define ISO_BASE_NAMES_H

#include "base/error.h"

typedef struct iso_names {
  int n;
  char **name; /* [n] */
} iso_names;

/* Adds a copy of a name, unless names is NULL or name is. Not collective; ISO_EFAIL where memory is short. */
iso_status iso_names_add(iso_names *names, const char *name, iso_error *err);

/* Leaves an empty list. */
void iso_names_free(iso_names *names);

#endif
