/* Hearts that are drawn from a twin: what its members say of velocities and onsets, for simulations. */
#ifndef ISO_FIT_DRAWN_H
#define ISO_FIT_DRAWN_H

#include "config/config.h"
#include "eikonal/eikonal.h"

#include <stdint.h>

/* Where a wave begins that is no stimulus of the configuration: the nodes of a ball, when a wave from its
 * middle has gone through it. */
typedef struct iso_drawn_onset {
  double at_mm[3], radius_mm;
  double begins_ms; /* of the wave */
  double within_ms; /* that it takes through the ball's nodes, the mean over directions; 0 of a stimulus */
} iso_drawn_onset;

/* The fields of the members that are drawn; one rank has them. */
typedef struct iso_drawn_field {
  int64_t nnodes;
  double *factor; /* [n][nnodes] what velocities are times, in the order of the mesh's nodes; NULL: 1 */
  double *apd;    /* [n][nnodes] what durations of action potentials are times; NULL: 1 */
  int *region;    /* [nnodes] */
} iso_drawn_field;

/* Which hearts of a twin, and when their waves begin. */
typedef enum { ISO_HEARTS_DRAWN, ISO_HEART_MEMBER, ISO_HEART_MEDIAN, ISO_HEART_BEST } iso_hearts_kind;

typedef struct iso_hearts_asked {
  const char *key;  /* of the configuration, for messages: "study.axes" */
  const char *twin; /* NAME.twin.nc */
  iso_hearts_kind kind;
  int n;           /* that are drawn, 0: all of them in their order; or the member's number, from 1 */
  int64_t seed;    /* of those that are drawn */
  bool own_beat;   /* waves begin where and when the twin says */
  double later_ms; /* and so much later */
  bool by_monodomain, by_wave; /* whether a monodomain run has them, whether one of the eikonal methods */
} iso_hearts_asked;

/* The member's number that a heart has which is none. */
enum { ISO_HEART_NO_MEMBER = -1 };

typedef struct iso_twin_drawn {
  int n, nregions, nonsets;
  int has_field, has_apd; /* of velocities, of durations */
  iso_drawn_field field;  /* rank 0's; the others have none */
  double (*reach)[2];     /* [nregions] the least and the largest factor of the fields; 1 without */
  int *member;            /* [n] number in the twin, from 0; or ISO_HEART_NO_MEMBER */
  iso_speeds *speeds;     /* [n][nregions] */
  iso_drawn_onset *onset; /* [n][nonsets] in the order of fit.onsets */
} iso_twin_drawn;

/* Collective over comm; rank 0 reads and has the heart. Hearts of a twin, which was fitted with this
 * configuration. Which ones are drawn depends on the seed alone, none is drawn twice, and more of them leave
 * the first ones as they are. The median is the heart whose numbers are the medians of the members'.
 * ISO_EINPUT where the twin is of another heart or has fewer members. To be freed whatever the status. */
iso_status iso_twin_drawn_new(iso_twin_drawn *out, MPI_Comm comm, const iso_config *config,
                              const iso_hearts_asked *asked, iso_error *err);
void iso_twin_drawn_free(iso_twin_drawn *drawn);
void iso_drawn_field_free(iso_drawn_field *field);

#endif
