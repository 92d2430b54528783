/* Results of an earlier run of the same name: whatever this run does not write stays, and would be taken for
 * its own. */
#ifndef ISO_STUDY_LEFTOVERS_H
#define ISO_STUDY_LEFTOVERS_H

#include "base/error.h"
#include "base/log.h"

typedef struct iso_leftovers {
  int n;
  struct iso_leftover *file; /* [n] that were there when the run began */
} iso_leftovers;

/* Notes the results that stand under a prefix, that of --output. Not collective: the rank that speaks calls
 * it. ISO_EFAIL where memory is short; a folder that cannot be read has none. */
iso_status iso_leftovers_note(iso_leftovers *out, const char *prefix, iso_error *err);

/* Once all results are written: a warning for each file that is still the one that was there. */
void iso_leftovers_warn(const iso_leftovers *leftovers, const iso_log *log);

/* Harmless on a cleared struct. */
void iso_leftovers_free(iso_leftovers *leftovers);

#endif
