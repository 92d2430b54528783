/* Bytes as text (RFC 4648). */
#ifndef ISO_RESULT_BASE64_H
#define ISO_RESULT_BASE64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* The n numbers, each in its lowest bytes (1 to 4), the lowest first. */
void iso_base64_put(FILE *file, const uint32_t *number, size_t n, int bytes);

/* The other way round, of a text that goes on with what is no digit; false where it has not n numbers. */
bool iso_base64_get(const char *text, uint32_t *number, size_t n, int bytes);

#endif
