/* A number as a function of a coordinate of the heart: how a parameter or a conductivity changes through the
 * wall, from apex to base, round the ventricles or from left to right. */
#ifndef ISO_TISSUE_COURSE_H
#define ISO_TISSUE_COURSE_H

typedef struct iso_course_point {
  double at, value; /* at: of the coordinate, from 0 to 1 */
} iso_course_point;

typedef struct iso_course {
  const char *by; /* the coordinate's name, a field of the mesh's file; NULL: there is no course */
  /* Either the values at 0 and 1, between which it is linear; or NAN, and there are points. */
  double from, to;
  int npoints;
  iso_course_point *points; /* [npoints] at rises; linear between them, constant before and behind; round
                               rotational's 1 linear from the last to the first */
} iso_course;

/* Names of coordinates that there may be courses by, NULL at the end. */
extern const char *const iso_course_coordinates[];

/* The value where the coordinate is x; NAN where that is. */
double iso_course_at(const iso_course *course, double x);

#endif
