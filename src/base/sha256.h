/* SHA-256 (FIPS 180-4, doi 10.6028/NIST.FIPS.180-4), for checksums that everybody's sha256sum can check.
 * Files that only this program checks have grid/hash.h, which is faster. */
#ifndef ISO_BASE_SHA256_H
#define ISO_BASE_SHA256_H

#include "base/error.h"

#include <stdint.h>

typedef struct iso_sha256 {
  uint32_t state[8];
  uint64_t bytes;          /* so far */
  unsigned char block[64]; /* begun: bytes % 64 of it */
} iso_sha256;

enum { ISO_SHA256_TEXT = 65 };

void iso_sha256_begin(iso_sha256 *sum);
void iso_sha256_add(iso_sha256 *sum, const void *bytes, size_t n);

/* Its hexadecimal digits, which end with a 0. */
void iso_sha256_end(iso_sha256 *sum, char text[ISO_SHA256_TEXT]);

/* Of a regular file. Not collective. ISO_EFAIL where it cannot be read. */
iso_status iso_sha256_file(const char *path, char text[ISO_SHA256_TEXT], iso_error *err);

#endif
