/* An implanted device: leads that sense and pace tissue, a clock of ticks, and what it is made to do with
 * them (act/pacemaker.h, act/icd.h). In every tick it sees one sample of each lead, decides, and paces at
 * once.
 *
 * A lead senses Vm at a node, or the electrogram of its electrodes, whose weights its caller knows, by an
 * upstroke through a threshold. Decisions are made of exact sums that all ranks know, on all ranks: they have
 * the same bits on any ranks, device and pace, and through a restart. */
#ifndef ISO_ACT_IMPLANT_H
#define ISO_ACT_IMPLANT_H

#include "act/icd.h"
#include "act/pacemaker.h"
#include "solve/guest.h"

typedef enum { ISO_CHAMBER_ATRIUM, ISO_CHAMBER_VENTRICLE, ISO_CHAMBER_LEFT, ISO_NCHAMBERS } iso_chamber;

/* "atrium", "ventricle", "left_ventricle" */
const char *iso_chamber_text(iso_chamber chamber);

typedef struct iso_implant_lead {
  bool senses, paces;   /* neither: there is none */
  iso_gid node;         /* whose Vm it senses, or -1: its electrogram */
  const double *weight; /* [nowned] of the electrogram, mV per mV; NULL with a node */
  double threshold_mV;  /* Vm rises through it, or the size of the electrogram does */
  double high_pass_Hz;  /* of the electrogram, before that, of first order; 0: none */
  iso_pulses pulse;     /* one, from its beginning on */
  int64_t nsite;        /* where it paces */
  const iso_lid *site;  /* [nsite] owned nodes, distinct; copied */
  iso_gid centre;       /* of the site: a pace has captured where its Vm was below capture_mV, and is not */
  double capture_mV;    /* ISO_CAPTURE_MS after the pulse */
} iso_implant_lead;

#define ISO_CAPTURE_MS 20.0 /* what a pulse leaves without an action potential is gone by then */

typedef struct iso_implant_options {
  const char *name;   /* of its variables in the results, at most 16 characters */
  double interval_ms; /* a tick */
  iso_pacemaker_settings pacing;
  iso_icd_settings tachycardia; /* no zones: none is looked for */
  iso_implant_lead lead[ISO_NCHAMBERS];
} iso_implant_options;

typedef struct iso_implant iso_implant;

/* Collective. device and mesh outlive it. ISO_EINPUT where no rank owns a node. */
iso_status iso_implant_new(iso_implant **out, iso_device *device, const iso_mesh *mesh,
                           const iso_implant_options *options, iso_error *err);
void iso_implant_free(iso_implant *implant);

enum { ISO_IMPLANT_GUESTS = 1 + ISO_NCHAMBERS };

/* Its guests [ISO_IMPLANT_GUESTS], to be invited in their order: the first one senses, decides and publishes,
 * the others pace, one a lead. Returns how many. They do not own. */
int iso_implant_guests(iso_implant *implant, iso_guest *guest);

/* What has happened so far; the same on all ranks. */
typedef struct iso_implant_counts {
  int64_t sensed[ISO_NCHAMBERS]; /* that counted */
  int64_t paced[ISO_NCHAMBERS];
  int64_t judged[ISO_NCHAMBERS]; /* paces of which it is known whether they captured */
  int64_t captured[ISO_NCHAMBERS];
  int64_t episodes, attempts, terminated; /* of fast rhythms: see iso_icd */
} iso_implant_counts;
iso_implant_counts iso_implant_count(const iso_implant *implant);

/* Whether it has a lead there. */
bool iso_implant_has(const iso_implant *implant, iso_chamber chamber);

const char *iso_implant_name(const iso_implant *implant);

/* Its markers so far, on all ranks: [*count]. */
const iso_marker *iso_implant_markers(const iso_implant *implant, int64_t *count);

/* Bytes that it publishes for each ms, about. */
double iso_implant_bytes_per_ms(const iso_implant *implant);

#endif
