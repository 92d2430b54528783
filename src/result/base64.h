/* Bytes as text (RFC 4648). */
#ifndef ISO_RESULT_BASE64_H
#define ISO_RESULT_BASE64_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* The n numbers, each in its lowest bytes (1 to 4), the lowest first. */
void iso_base64_put(FILE *file, const uint32_t *number, size_t n, int bytes);

#endif
