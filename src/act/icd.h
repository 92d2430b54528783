/* Detection of a fast rhythm by counted intervals, and what is paced against it: bursts, ramps and scans.
 * Logic on a clock of ticks, beside that of the pacemaker.
 *
 * Usual rules of defibrillators, of no manufacturer's device: a zone is detected when so many of the last
 * intervals are short enough, and the last one is, too; the fastest zone counts. Pulses follow the beat of
 * detection at a percentage of the mean of the last four intervals. An episode has ended when no interval was
 * within its zone for some time; before that it may be detected again, by fewer intervals, and the next
 * attempt follows. There are no shocks. */
#ifndef ISO_ACT_ICD_H
#define ISO_ACT_ICD_H

#include "act/marker.h"

#include <stdbool.h>

enum {
  ISO_ICD_ZONES = 3,
  ISO_ICD_THERAPIES = 6,   /* of a zone */
  ISO_ICD_INTERVALS = 100, /* counted at most */
  ISO_ICD_MEASURED = 4,    /* intervals that a cycle is the mean of */
  ISO_ICD_MARKS = 4,       /* of one tick, at most */
  ISO_ICD_STATE = 14 + ISO_ICD_INTERVALS
};

/* Some attempts alike; ticks. */
typedef struct iso_therapy {
  double percent;           /* of the measured cycle: the first interval */
  int64_t pulses, attempts; /* pulses of an attempt, at least 1 each */
  int64_t ramp;             /* each interval is that much shorter than the one before */
  int64_t scan;    /* each attempt's first interval is that much shorter than that of the one before */
  int64_t minimum; /* no interval is shorter */
} iso_therapy;

typedef struct iso_zone {
  int64_t interval;  /* ticks: not longer than this is within it */
  int64_t count, of; /* so many of the last so many, at most ISO_ICD_INTERVALS, are */
  int ntherapies;
  iso_therapy therapy[ISO_ICD_THERAPIES]; /* one after the other */
} iso_zone;

typedef struct iso_icd_settings {
  int nzones;                    /* 0: detects nothing */
  iso_zone zone[ISO_ICD_ZONES];  /* from the slowest to the fastest */
  int64_t again_count, again_of; /* of an episode that goes on */
  int64_t ended;                 /* ticks without an interval in its zone: it has ended */
} iso_icd_settings;

typedef struct iso_icd {
  iso_icd_settings set;
  int64_t last;                           /* tick of the last ventricular event, -1: none yet */
  int64_t n, interval[ISO_ICD_INTERVALS]; /* the last n, a ring: the i-th of all is at i modulo its length */
  int64_t zone, therapy, attempt;         /* of the episode; zone -1: none */
  int64_t exhausted, treated;             /* of the episode: no attempt is left; one was made */
  int64_t fast;               /* tick in which an interval was within the zone, or a therapy ended */
  int64_t left, due, spacing; /* pulses of the attempt that are to come, the next one's tick, its interval */
  int64_t episodes, attempts, terminated; /* so far: of treated episodes, that ended */
} iso_icd;

/* Nothing has been seen yet. */
void iso_icd_start(iso_icd *icd, const iso_icd_settings *settings);

/* Whether pulses are being given: then nobody else paces, and senses count for nothing. */
bool iso_icd_is_treating(const iso_icd *icd);

/* The next tick, one after the other: whether the ventricle was sensed or paced in it. Adds to mark
 * [ISO_ICD_MARKS] what comes of it, TP where a pulse is to be given now; returns how many. */
int iso_icd_tick(iso_icd *icd, int64_t tick, bool ventricular, iso_mark *mark);

/* What changes, and back: state [ISO_ICD_STATE]. */
void iso_icd_pack(const iso_icd *icd, int64_t *state);
void iso_icd_unpack(iso_icd *icd, const int64_t *state);

#endif
