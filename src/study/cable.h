/* A plane wave through a strip of one region's tissue, solved as a configuration solves its mesh: which
 * velocity a conductivity gives. */
#ifndef ISO_STUDY_CABLE_H
#define ISO_STUDY_CABLE_H

#include "study/protocol_record.h"
#include "study/setup.h"

/* What a strip is made of. */
typedef struct iso_cable_options {
  const iso_config *config; /* settled; region, numerics, drugs and initial states come from it */
  int region;
  iso_shape shape;
  iso_diagonals diagonals;
  double spacing_mm;
  double step_ms;
  double wanted_m_per_s; /* about the velocity to come: the strip is so long that the wave is a steady one */
  bool across;           /* it runs across the fibres */
  bool no_cache;         /* paced initial states are computed anew, and not kept */
} iso_cable_options;

typedef struct iso_cable iso_cable;

/* One rank's own; its work needs no other rank. */
iso_status iso_cable_new(iso_cable **out, const iso_cable_options *options, iso_error *err);
void iso_cable_free(iso_cable *cable);

/* The velocity, m/s, with conductivities, S/m, along the strip and perpendicular to it: the slope through the
 * activation times of all nodes between a quarter and three quarters of the length. 0 where the wave does
 * not come through. */
iso_status iso_cable_velocity(iso_cable *cable, double along, double beside, double *m_per_s, iso_error *err);

/* Vm of a cell that the wave passes, from rest on. */
typedef struct iso_action_potential {
  int64_t n; /* samples */
  double *vm_mV;
  double step_ms;   /* from sample to sample */
  double before_ms; /* from the first one to the activation */
  double apd_ms;    /* NAN: it has not recovered */
} iso_action_potential;

/* That of the node in the middle, until after_ms after its activation or, if that is earlier, a while after
 * its recovery. *out has no samples where the wave does not come through; free its vm_mV whatever the status.
 */
iso_status iso_cable_action_potential(iso_cable *cable, double along, double beside, double after_ms,
                                      iso_action_potential *out, iso_error *err);

/* Intervals of a premature beat. */
typedef struct iso_cable_rests {
  double apd_ms; /* of the beat before, about */
  double longest_ms, shortest_ms, resolution_ms;
} iso_cable_rests;

/* What a premature beat is like after each interval, near the stimulus: the protocol of restitution
 * (study/protocol_restitution.c) with one beat before it. *rows [*n] in the order of intervals; free *rows
 * whatever the status. */
iso_status iso_cable_restitution(iso_cable *cable, double along, double beside, const iso_cable_rests *rests,
                                 iso_restitution_row **rows, int *n, iso_error *err);

/* Mean length of the edges of a strip's elements over its spacing. */
double iso_cable_edges(iso_shape shape);

#endif
