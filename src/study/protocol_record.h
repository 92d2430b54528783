/* What a protocol tried and found, for the results: a row for each trial, and one for each site. */
#ifndef ISO_STUDY_PROTOCOL_RECORD_H
#define ISO_STUDY_PROTOCOL_RECORD_H

#include "config/config.h"
#include "solve/guest.h"

typedef enum { ISO_NOT_LOOKED_FOR = -1, ISO_NOT_INDUCED, ISO_INDUCED } iso_induction;

/* One premature pulse that was tried. */
typedef struct iso_trial_row {
  int site;           /* number among the protocol's sites; 0 where it has none */
  int stimulus;       /* 2: S2, and so on */
  double interval_ms; /* from the pulse before, beginning to beginning */
  double time_ms;     /* when it begins */
  bool captured;
  iso_induction induced;
} iso_trial_row;

/* What the trials at a site came to. NAN: not found. */
typedef struct iso_site_row {
  double erp_ms[ISO_EXTRAS]; /* effective refractory periods of S2, S3, S4 */
  int pulses;                /* premature ones of the beats that the site was left with */
  iso_induction induced;
} iso_site_row;

/* A beat after some rest. NAN: it did not capture, or was not over within the window. */
typedef struct iso_restitution_row {
  double interval_ms, rest_ms, apd_ms, velocity_m_per_s;
} iso_restitution_row;

typedef struct iso_protocol_record iso_protocol_record;

/* Not collective. protocol outlives it. */
iso_status iso_protocol_record_new(iso_protocol_record **out, const iso_mesh *mesh,
                                   const iso_config_protocol *protocol, iso_error *err);
void iso_protocol_record_free(iso_protocol_record *record);

/* The guest, which only reports, and saves what was found once it is concluded: trials that go back to states
 * before forget nothing. It does not own. */
iso_guest iso_protocol_record_guest(iso_protocol_record *record);

/* Adds a trial; the same on all ranks. Not collective. ISO_EFAIL where memory is short. */
iso_status iso_protocol_record_add(iso_protocol_record *record, const iso_trial_row *row, iso_error *err);

/* Adds a beat, in the order of intervals; likewise. */
iso_status iso_protocol_record_restitution(iso_protocol_record *record, const iso_restitution_row *row,
                                           iso_error *err);

/* The steepest rise of action potential duration with rest between two beats that follow each other, and
 * whose rests are farther apart than half of what their intervals are: near the refractory period a later
 * pulse waits less at its electrode, so that rest hardly changes, and a ratio would say nothing. NAN: there
 * are none. */
double iso_protocol_record_slope(const iso_protocol_record *record);

/* The beats [*n] so far. */
const iso_restitution_row *iso_protocol_record_beats(const iso_protocol_record *record, int *n);

/* The last trial, to be amended; there is one. */
iso_trial_row *iso_protocol_record_last(iso_protocol_record *record);

/* Of a site, to be filled. */
iso_site_row *iso_protocol_record_site(iso_protocol_record *record, int site);

/* "apex", of a site's number; "train" where the protocol has none. */
const char *iso_protocol_site_name(const iso_config_protocol *protocol, int site);

/* Keeps number [n], all that the protocol came to, with the rows: it is over. Not collective. ISO_EFAIL where
 * memory is short. */
iso_status iso_protocol_record_conclude(iso_protocol_record *record, int n, const double *number,
                                        iso_error *err);

/* What a restored record was concluded with: NULL where it was not, or with another n. */
const double *iso_protocol_record_concluded(const iso_protocol_record *record, int n);

int iso_protocol_record_trials(const iso_protocol_record *record);

#endif
