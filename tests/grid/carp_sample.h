/* The sample as the files of CARP. */
#ifndef ISO_TESTS_GRID_CARP_SAMPLE_H
#define ISO_TESTS_GRID_CARP_SAMPLE_H

#include "read_sample.h"

typedef struct carp_style {
  bool lon_header, sheets, tags, crlf, compressed, blank_lines;
} carp_style;

/* Collective. Writes base.pts, base.elem and base.lon, or their .gz, into the scratch folder. */
void carp_sample(const sample *s, const char *base, carp_style how);

#endif
