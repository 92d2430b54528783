/* What a run came to as small JSON for a page (result/page.h): maps on the outer surface of its mesh,
 * signals, where it comes from. Writers know no guest: what is published (solve/variable.h) is shown by its
 * dimensions. */
#ifndef ISO_RESULT_PICTURE_H
#define ISO_RESULT_PICTURE_H

#include "grid/mesh.h"
#include "result/netcdf_file.h"
#include "solve/variable.h"

#include <math.h>

/* Bounds of a picture: at 16 bits a number, in base64, a surface takes at most 0.8 MB and a map 54 KB. */
enum {
  ISO_PICTURE_POINTS = 20000,
  ISO_PICTURE_MAPS = 12,
  ISO_PICTURE_SAMPLES = 2000,
  ISO_PICTURE_NEVER = 65535
};

/* Signals that are drawn below each other. */
typedef struct iso_picture_strip {
  const char *name, *unit;
  const char *variable; /* of results; NULL: none. Those of the same device begin alike */
  int64_t ntimes;
  const double *time_ms; /* [ntimes] */
  int ntraces;
  const char *const *trace; /* [ntraces] names */
  const double *value;      /* trace k at time t: value[k * of_trace + t * of_time] */
  int64_t of_trace, of_time;
} iso_picture_strip;

typedef struct iso_picture_spec {
  const iso_mesh *mesh;
  const iso_results *results; /* maps and numbers of these, and traces in time, which are known by a variable
                                 of their times */
  int nstrips;
  const iso_picture_strip *strip; /* [nstrips] others, on rank 0 */
  int nattributes;
  const iso_attribute *attribute; /* [nattributes] */
} iso_picture_spec;

/* On rank 0; NULL on others. */
typedef struct iso_picture {
  char *surface; /* points, triangles, lines */
  char *rest;    /* numbers, maps, strips, tables, attributes */
} iso_picture;

/* One rank's. A number that was published, by the name of its variable; NAN where the picture has none. */
double iso_picture_number(const iso_picture *picture, const char *name);

/* One rank's. A map's values at the points of the surface [*n], to be freed: NAN where there is none, else as
 * exact as the 65535th part of the map's range. *n is 0 where the picture has no such map. */
iso_status iso_picture_map(const iso_picture *picture, const char *name, int *n, double **value,
                           iso_error *err);

/* Of a number of 16 bits that stands for a value from low to high. */
static inline double iso_picture_value(uint32_t number, double low, double high) {
  return number >= ISO_PICTURE_NEVER ? NAN : low + (high - low) * number / (ISO_PICTURE_NEVER - 1);
}

/* One rank's. Where the points of the surface are [*n], to be freed, each coordinate off by half of *off_mm
 * at most. *n is 0 where the picture has no surface. */
iso_status iso_picture_points(const iso_picture *picture, int *n, double (**at_mm)[3], double *off_mm,
                              iso_error *err);

/* Collective. Where a mesh has more points on its surface than ISO_PICTURE_POINTS, some stand for others
 * (grid/ask/outline.h); of signals with more samples the lowest and highest of each part of time are shown.
 * The same on any number of ranks, but for attributes. Free it whatever the status. */
iso_status iso_picture_new(iso_picture *out, const iso_picture_spec *spec, iso_error *err);
void iso_picture_free(iso_picture *picture);

/* One rank's. As a file, and back; ISO_EFAIL where it is not there, cannot be read or written,
 * or is none. */
iso_status iso_picture_save(const iso_picture *picture, const char *path, iso_error *err);
iso_status iso_picture_load(iso_picture *out, const char *path, iso_error *err);

#endif
