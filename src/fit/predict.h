/* What a twin says of beats that were not measured: each is paced at a site. */
#ifndef ISO_FIT_PREDICT_H
#define ISO_FIT_PREDICT_H

#include "fit/maps.h"
#include "fit/twin_read.h"

/* Of a beat in a member: when its last node activates, the mean over nodes, and when its wave is at each
 * other site. Nodes that no wave reaches count nowhere. */
enum { ISO_LAST, ISO_MEAN, ISO_ARRIVES };

typedef struct iso_beat {
  const char *name;         /* of its site */
  iso_selection site;       /* its nodes */
  double *time_ms, *square; /* [nlocal] mean over the members and sum of squares of deviations from it */
  double *outcome;          /* [ISO_ARRIVES + nbeats][members] ms */
} iso_beat;

typedef struct iso_prediction {
  const char *twin; /* path */
  iso_setup setup;
  iso_timer timer;
  iso_fit_model model;
  iso_fit_quantities asked;
  iso_twin_hearts hearts;
  int nbeats;
  iso_beat *beat; /* [nbeats] */
  double *room;   /* [members] */
  double began;
} iso_prediction;

/* Of an outcome over the members: mean, standard deviation, 5%, 50% and 95%; and the share of members in
 * which it is the least of all beats. */
typedef struct iso_foreseen {
  double mean, sd, low, median, high, is_least;
} iso_foreseen;

/* Of outcome number k of a beat; rank 0's. */
iso_foreseen iso_prediction_of(const iso_prediction *p, int beat, int k);

/* Rank 0's. For people, and as a table that appears when it is complete. */
void iso_prediction_print(const iso_prediction *p, FILE *stream);
iso_status iso_prediction_save(const iso_prediction *p, const char *path, iso_error *err);

#endif
