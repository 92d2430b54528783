/* What the text of a user's own model says (docs/adding-a-model.md), before anything is compiled: its name,
 * whether it defines what a model must, what it includes. */
#ifndef ISO_PLUGIN_OWN_HEADER_H
#define ISO_PLUGIN_OWN_HEADER_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum { ISO_OWN_NAME = 64 }; /* bytes of a model's name, the last one included */

/* ISO_EINPUT: what is wrong with header, a file's name, in words that go on from "this is no model's header".
 */
iso_status iso_own_header_fail(const char *header, const char *what, iso_error *err);

/* The model's name: of the line #define ISO_MODEL NAME of the file header. ISO_EINPUT where it has none, is
 * too large, or cannot be read. */
iso_status iso_own_header_name(const char *header, char name[ISO_OWN_NAME], iso_error *err);

/* ISO_EINPUT where something that a model must define is missing, or <math.h> is included. text: what the
 * preprocessor makes of header, macros included, and of the host's templates after it. */
iso_status iso_own_header_check(const char *header, const char *name, const char *text, iso_error *err);

/* Whether line, of such a text, is # NUMBER "PATH" 1, with which the preprocessor says that it enters a file
 * that is none of the system's, which have a 3, too. path [size]: its path, cut short where there is no room.
 */
bool iso_own_header_enters(const char *line, char *path, size_t size);

#endif
