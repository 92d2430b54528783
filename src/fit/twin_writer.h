/* What the writers of a twin's file share: variables are defined and kept first, then put all together. */
#ifndef ISO_FIT_TWIN_WRITER_H
#define ISO_FIT_TWIN_WRITER_H

#include "fit/twin.h"

/* Dimensions of the file. */
enum {
  ISO_TWIN_QUANTITY,
  ISO_TWIN_MEMBER,
  ISO_TWIN_NUMBER,
  ISO_TWIN_POINT,
  ISO_TWIN_SET,
  ISO_TWIN_SPACE,
  ISO_TWIN_NAME,
  ISO_TWIN_TEXT,
  ISO_TWIN_WORST,
  ISO_TWIN_CENTRE,
  ISO_TWIN_NDIMS
};
enum { ISO_TWIN_NAME_LENGTH = 64, ISO_TWIN_TEXT_LENGTH = 256, ISO_TWIN_MOST_VARIABLES = 80 };

typedef struct iso_twin_writer {
  const iso_twin *twin;
  iso_ncfile file;
  int dim[ISO_TWIN_NDIMS];
  /* What is put once everything is defined. */
  int n;
  struct {
    int id;
    nc_type type;
    void *data; /* to be freed */
  } put[ISO_TWIN_MOST_VARIABLES];
  iso_error *err;
} iso_twin_writer;

/* Defines a variable over dimensions which [ndims] and keeps its data, which is then the writer's. */
iso_status iso_twin_add(iso_twin_writer *w, const char *name, nc_type type, int ndims, const int *which,
                        const char *unit, const char *meaning, void *data);

/* Room for n numbers, to be given to iso_twin_add. */
iso_status iso_twin_make(iso_twin_writer *w, double **out, size_t n);

/* Numbers [n] that stay the caller's, and one number. */
iso_status iso_twin_add_copy(iso_twin_writer *w, const char *name, int ndims, const int *which,
                             const char *unit, const char *meaning, const double *from, size_t n);
iso_status iso_twin_add_number(iso_twin_writer *w, const char *name, const char *unit, const char *meaning,
                               double number);

/* n texts along a dimension, cut to a length, side by side; NULL is an empty one. */
typedef const char *(*iso_twin_text_of)(const iso_twin *twin, int k);
iso_status iso_twin_add_texts(iso_twin_writer *w, const char *name, int along, int length_dim, size_t length,
                              int n, iso_twin_text_of text, const char *meaning);

/* How well it went, and where data disagree most. */
iso_status iso_twin_add_judgement(iso_twin_writer *w);

#endif
