/* The 17 segments of the left ventricle. */
#ifndef ISO_ANATOMY_SEGMENTS_H
#define ISO_ANATOMY_SEGMENTS_H

/* The segment, 1 to 17, of M. Cerqueira et al., Circulation 105, 539 (2002), from coordinates: apicobasal
 * from 0 at the apex to 1, with bounds at 0.1, 0.4 and 0.7; rotational in [0, 1) as of coordinates.h. */
int iso_aha_segment(double apicobasal, double rotational);

#endif
