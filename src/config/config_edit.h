/* Values of a configuration's text replaced in place: comments, order and layout stay as somebody wrote them.
 */
#ifndef ISO_CONFIG_CONFIG_EDIT_H
#define ISO_CONFIG_CONFIG_EDIT_H

#include "base/error.h"

#include <stddef.h>

/* A number at a key, "regions.0.conductivity.normal_S_per_m". */
typedef struct iso_config_edit {
  char path[128];
  double value;
} iso_config_edit;

/* Rank 0's alone. The text of file with n edits made, into *out, to be freed; not ended by a NUL within
 * *size. A key that is missing in a section that is there is added to it. What was made is read back and
 * compared: ISO_EINPUT where the file cannot be read, lacks the section of a key, or has a value under an
 * alias that stands for other keys, too. */
iso_status iso_config_edit_file(const char *file, int n, const iso_config_edit *edits, char **out,
                                size_t *size, iso_error *err);

/* The same of text [size], which file names in messages. */
iso_status iso_config_edit_text(const char *file, const char *text, size_t size, int n,
                                const iso_config_edit *edits, char **out, size_t *out_size, iso_error *err);

#endif
