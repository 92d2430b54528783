/* Names of files. */
#ifndef ISO_BASE_PATH_H
#define ISO_BASE_PATH_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* out [size]: path, from the root: behind the working folder unless it begins there. ISO_EFAIL where that has
 * no name, ISO_EINPUT where there is no room. */
iso_status iso_path_from_root(const char *path, char *out, size_t size, iso_error *err);

/* What comes behind the last slash of a path; all of it where there is none. */
const char *iso_path_name(const char *path);

/* Leaves of each absolute path in a text what comes behind its last slash, in place: folders may name people.
 * Folders that are there are known whatever is in their names; others end with a space, a quote or a bracket.
 */
void iso_path_shorten(char *text);

/* Whether both are there, and one file or folder, whatever the ways to it. */
bool iso_path_is_same(const char *a, const char *b);

#endif
