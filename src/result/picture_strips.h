/* A part of picture.c. */
#ifndef ISO_RESULT_PICTURE_STRIPS_H
#define ISO_RESULT_PICTURE_STRIPS_H

#include "result/picture.h"

/* One rank's: the strips of a picture as members of a JSON list, those that are given and those of the
 * results.
 */
void iso_picture_put_strips(FILE *file, const iso_picture_spec *spec);

#endif
