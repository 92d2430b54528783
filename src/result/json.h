/* Small JSON files for programs: what a run or a measurement found. */
#ifndef ISO_RESULT_JSON_H
#define ISO_RESULT_JSON_H

#include "base/error.h"

#include <stdio.h>

/* A quoted text, and the beginning of a member after the first: a comma, the quoted key and a colon. */
void iso_json_text(FILE *stream, const char *text);
void iso_json_key(FILE *stream, const char *key);

/* Members after the first. A NULL value, and a number that is not finite, is null. */
void iso_json_field(FILE *stream, const char *key, const char *value);
void iso_json_number(FILE *stream, const char *key, double value);

#endif
