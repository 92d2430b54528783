/* What an implanted device consists of: for the files of act/implant alone. */
#ifndef ISO_ACT_IMPLANT_PARTS_H
#define ISO_ACT_IMPLANT_PARTS_H

#include "act/implant.h"
#include "linear/weighing.h"

enum { ISO_IMPLANT_NAME = 40, ISO_IMPLANT_NODES = 2 * ISO_NCHAMBERS };

/* A lead at work. */
typedef struct iso_channel {
  iso_implant *implant;
  iso_implant_lead lead; /* site: its own */
  iso_lid *site;
  int sum;           /* of its electrogram among the weighed ones, or -1 */
  double smoothing;  /* of the filter */
  double raw;        /* sample before the filter; NAN: none yet */
  double signal;     /* the sample that is compared, of the last tick; NAN: none yet */
  double centre_mV;  /* Vm at the centre, in this tick */
  int64_t judge_at;  /* tick in which it is seen whether the last pace captured; -1: it is known */
  int64_t was_below; /* 1: the centre was below its threshold when that pace began */
  bool gives;        /* a pulse in this tick */
} iso_channel;

struct iso_implant {
  iso_device *device;
  const iso_mesh *mesh;
  char name[ISO_IMPLANT_NAME];
  double interval_ms;
  iso_pacemaker pacemaker;
  iso_icd icd;
  iso_channel channel[ISO_NCHAMBERS];
  int64_t step, tick; /* seen last */
  double time_ms;
  /* Samples of this tick. */
  int nnodes;
  iso_lid node[ISO_IMPLANT_NODES]; /* [nnodes] owned, and where their Vm goes to in value */
  int place[ISO_IMPLANT_NODES];
  double value[ISO_IMPLANT_NODES]; /* of each lead's node, then of each centre */
  iso_weighing weighing;
  void *sum; /* device, int64_t [weighing.n] */
  int64_t whole[ISO_NCHAMBERS];
  /* What is written down. */
  iso_implant_counts counts;
  int64_t nmarkers, marker_room;
  iso_marker *marker; /* [nmarkers] */
  double *marker_ms;  /* [nmarkers] */
  int64_t nsamples, sample_room;
  int nleads;
  double *sample_ms;                                 /* [nsamples] on rank 0, as the next */
  double *sample;                                    /* [nsamples][nleads] NAN: the lead does not sense */
  const char **mark_text, *lead_text[ISO_NCHAMBERS]; /* for the results */
  int32_t lead_count[3][ISO_NCHAMBERS];              /* [nleads] sensed, paced, captured */
  char text[12][ISO_IMPLANT_NAME];
};

/* Writes down a mark of the present tick, on all ranks, and one sample of each lead, on rank 0. Not
 * collective. ISO_EFAIL where memory is short. */
iso_status iso_implant_mark(iso_implant *implant, iso_mark mark, iso_error *err);
iso_status iso_implant_keep_samples(iso_implant *implant, iso_error *err);

/* Of the guest. Collective. */
iso_status iso_implant_report(void *implant, iso_results *results, iso_error *err);
iso_status iso_implant_save(void *implant, iso_archive *archive, iso_error *err);
iso_status iso_implant_restore(void *implant, const iso_archive *archive, iso_error *err);

#endif
