#include "anatomy/segments.h"

/* The middle ring has the six of the basal one, six further on. */
static int sixth(double rotational) {
  static const int segment[6] = {4, 5, 6, 1, 2, 3}; /* from the inferior end of the septum */
  const int k = (int)(6 * rotational);
  return segment[k < 0 ? 0 : k > 5 ? 5 : k];
}

/* Quarters whose middles are those of the anterior, septal, inferior and lateral walls. */
static int quarter(double rotational) {
  const double r = 24 * rotational;
  return r < 5 || r >= 23 ? 15 : r < 11 ? 16 : r < 17 ? 13 : 14;
}

int iso_aha_segment(double apicobasal, double rotational) {
  if (apicobasal < 0.1) return 17;
  if (apicobasal < 0.4) return quarter(rotational);
  return sixth(rotational) + (apicobasal < 0.7 ? 6 : 0);
}
