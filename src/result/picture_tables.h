/* A part of picture.c. */
#ifndef ISO_RESULT_PICTURE_TABLES_H
#define ISO_RESULT_PICTURE_TABLES_H

#include "solve/variable.h"

#include <stdio.h>

/* One rank's, who has the values: as members of a JSON list the tables that were published, a dimension each
 * with the variables that have it alone. Those with more than ISO_PICTURE_SAMPLES rows are left out, and so
 * are times of signals. */
void iso_picture_put_tables(FILE *file, const iso_results *results);

#endif
