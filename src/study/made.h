/* What was done, in words for a page: mesh, cells, parameters, stimuli, time, program and commit. */
#ifndef ISO_STUDY_MADE_H
#define ISO_STUDY_MADE_H

#include "config/config.h"

#include <stdio.h>

/* A table of HTML of a configuration; what is a default and says nothing is left out. One rank's. */
void iso_made_put(FILE *file, const iso_config *config);

#endif
