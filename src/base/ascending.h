/* Orders of numbers, for qsort and bsearch: the smaller first. A NaN counts as equal to any. */
#ifndef ISO_BASE_ASCENDING_H
#define ISO_BASE_ASCENDING_H

/* a, b: pointers to such numbers. Returns -1, 0 or 1. */
int iso_ascending_double(const void *a, const void *b);
int iso_ascending_int32(const void *a, const void *b);
int iso_ascending_int64(const void *a, const void *b);

#endif
