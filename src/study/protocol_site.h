/* What a protocol does at one site, from a state after the train on. */
#ifndef ISO_STUDY_PROTOCOL_SITE_H
#define ISO_STUDY_PROTOCOL_SITE_H

#include "study/protocol.h"

typedef struct iso_protocol_site {
  iso_trials *trials;
  const iso_config_protocol *asked;
  const iso_log *log;
  iso_protocol_record *record;
  int site, electrode;
  double last_ms;             /* the pulse before begins */
  iso_protocol_result result; /* trials are of this site */
} iso_protocol_site;

/* Collective, as are those that follow: whether a wave has been sensed since the pulse before; a failure of
 * the configuration where it has not by the present step. name: "S1", its pulse. */
iso_status iso_protocol_site_heard(const iso_protocol_site *site, const char *name, iso_error *err);

/* Gives the pulse of a stimulus (2: S2) after an interval, waits until_ms for capture, logs and records. The
 * state has to be one before it. ms are the simulation's. */
iso_status iso_protocol_site_try(iso_protocol_site *site, int stimulus, double interval_ms, double until_ms,
                                 bool *captured, iso_error *err);

/* Whether what was given last induces re-entry, where the protocol asks that. */
iso_status iso_protocol_site_settle(iso_protocol_site *site, iso_error *err);

/* What a search found. NAN: none. */
typedef struct iso_protocol_found {
  double blocked_ms, captured_ms, erp_ms;
} iso_protocol_found;

/* Looks for the interval of one premature pulse, from ISO_STATE_NEAREST: leaves there a state before the next
 * trial that could be, and in ISO_STATE_CAPTURED that of the shortest interval that captured. next_ms: from
 * this pulse, where its interval is given, to the next one, which may come before the window is over;
 * INFINITY: none comes. */
iso_status iso_protocol_search(iso_protocol_site *site, int stimulus, const iso_config_extra *extra,
                               double next_ms, iso_protocol_found *out, iso_error *err);

/* Takes what was found of premature pulse number k, from 0, into the result; the next one follows it. Not
 * collective. */
void iso_protocol_site_note(iso_protocol_site *site, int k, const iso_protocol_found *found);

/* S2, S3 and S4, from ISO_STATE_NEAREST. */
iso_status iso_protocol_extras(iso_protocol_site *site, iso_error *err);

/* A burst or ramp, from the present state. */
iso_status iso_protocol_burst(iso_protocol_site *site, iso_error *err);

/* Pulses at the end of the effective refractory period, from the last pulse of the train on. */
iso_status iso_protocol_peerp(iso_protocol_site *site, iso_error *err);

/* Premature pulses of longer and longer intervals, from ISO_STATE_NEAREST. */
iso_status iso_protocol_restitution(iso_protocol_site *site, iso_error *err);

#endif
