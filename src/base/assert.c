#include "base/assert.h"

#include <stdio.h>
#include <stdlib.h>

void iso_assert_failed(const char *file, int line, const char *text) {
  fprintf(stderr, "isochrone: %s:%d: a mistake in the program: not true that %s\n", file, line, text);
  abort();
}
