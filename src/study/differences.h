/* What differs between two configurations, or lists of files, as YAML: all of it, by the keys. */
#ifndef ISO_STUDY_DIFFERENCES_H
#define ISO_STUDY_DIFFERENCES_H

#include "base/error.h"
#include "config/config_tree.h"

#include <stdbool.h>
#include <stdint.h>

/* Begins as {.forgives = .., .self = ..}, or {0}. */
typedef struct iso_differences {
  /* Whether it does not count that a key, "numerics.pace", was another or not there; NULL where not given.
   * NULL: all counts. */
  bool (*forgives)(const void *self, const char *key, const iso_tree *was, const iso_tree *is);
  const void *self;
  int n;
  char text[1024]; /* "KEY was A and is B, ..." of the first of them, which iso_differences_end ends */
} iso_differences;

/* Adds those between two texts. A key of a configuration that is new and has its default is none. ISO_EINPUT
 * where one is no YAML; whose: was, for the message. Not collective. */
iso_status iso_differences_add(iso_differences *differences, const char *whose, const char *was,
                               const char *is, iso_error *err);

/* Adds that the mesh is another one: was is its checksum as a file says it, or NULL. */
void iso_differences_add_mesh(iso_differences *differences, const char *was, uint64_t is);

/* How many more there are, behind the text. */
void iso_differences_end(iso_differences *differences);

#endif
