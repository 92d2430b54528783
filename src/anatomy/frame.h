/* Local frames of the wall: three orthonormal vectors, circumferential, longitudinal, transmural, or after
 * turns by the angles of a rule, fibre, normal, sheet.
 *
 * J. Bayer, R. Blake, G. Plank, N. Trayanova, Ann. Biomed. Eng. 40, 2243 (2012), whose functions axis, orient
 * and bislerp these are. */
#ifndef ISO_ANATOMY_FRAME_H
#define ISO_ANATOMY_FRAME_H

typedef struct iso_frame {
  double axis[3][3]; /* the three vectors, right-handed */
} iso_frame;

/* axis[1] along `first`, axis[2] as near to `second` as that allows. Where either says nothing (0, or both
 * along one line), directions of the coordinate axes stand in. Any lengths. */
iso_frame iso_frame_of(const double first[3], const double second[3]);

/* The same with the second exact and axis[1] as near to the first as that allows. */
iso_frame iso_frame_on_wall(const double longitudinal[3], const double transmural[3]);

/* Turned about its axis[2] by alpha, then about the new axis[0] by -beta (degrees): a fibre at the helix
 * angle alpha against the circumferential direction, a sheet at beta against the transmural one. */
iso_frame iso_frame_orient(const iso_frame *frame, double alpha_deg, double beta_deg);

/* Turned about a unit vector by an angle (degrees), the right-handed way: a fibre that leaves the wall by the
 * transverse angle, where that is the wall's longitudinal direction. */
iso_frame iso_frame_tilt(const iso_frame *frame, const double about[3], double angle_deg);

/* From a (t = 0) to b (t = 1) on the shortest way of rotations, where frames that differ by half a turn about
 * an axis of their own count as the same. */
iso_frame iso_frame_between(const iso_frame *a, const iso_frame *b, double t);

#endif
