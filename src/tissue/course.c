#include "tissue/course.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

const char *const iso_course_coordinates[] = {"transmural", "apicobasal", "rotational", "transventricular",
                                              NULL};

/* At a the value is itself, to the bit. */
static double between(iso_course_point a, iso_course_point b, double x) {
  return a.value + (b.value - a.value) * ((x - a.at) / (b.at - a.at));
}

/* Before the first point or behind the last one. */
static double outside(const iso_course *c, double x) {
  const iso_course_point first = c->points[0], last = c->points[c->npoints - 1];
  if (strcmp(c->by, "rotational") != 0) return x < first.at ? first.value : last.value;
  const iso_course_point next = {first.at + 1, first.value};
  return next.at > last.at ? between(last, next, x < first.at ? x + 1 : x) : last.value;
}

double iso_course_at(const iso_course *c, double x) {
  if (isnan(x)) return NAN;
  if (c->npoints == 0)
    return between((iso_course_point){0, c->from}, (iso_course_point){1, c->to}, fmin(fmax(x, 0), 1));
  for (int k = 1; k < c->npoints; k++)
    if (x >= c->points[k - 1].at && x < c->points[k].at) return between(c->points[k - 1], c->points[k], x);
  return outside(c, x);
}
