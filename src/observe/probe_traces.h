/* What comes of probes' samples once they are on rank 0: traces, first crossings of the thresholds, the
 * results that are published and what a checkpoint keeps of them. Knows neither nodes' owners nor messages,
 * which are probes.c's. */
#ifndef ISO_OBSERVE_PROBE_TRACES_H
#define ISO_OBSERVE_PROBE_TRACES_H

#include "observe/probes.h"

typedef struct iso_probe_traces {
  int nprobes;
  const iso_probe *probes; /* [nprobes] the caller's */
  int64_t stride;          /* samples from one that is kept to the next */
  int64_t nseen, nsamples; /* samples so far, and of these kept; all ranks know */
  bool collects;           /* on rank 0, which alone has what follows */
  int64_t capacity;        /* samples that there is room for */
  double *times;           /* [nsamples] ms */
  double *vm;              /* [nsamples][nprobes] mV */
  double *activation;      /* [nprobes] ms, NaN: not yet */
  double last_time;        /* ms, of the last sample, kept or not */
  double *last_vm;         /* [nprobes] mV, in it; NaN: there was none */
  const char **names;      /* [nprobes] as they are published */
  double (*position)[3];   /* [nprobes] mm, the same */
} iso_probe_traces;

/* Not collective. No samples yet. probes [nprobes] outlive it; collects: on rank 0. To be freed whatever the
 * status, which is not ISO_OK for lack of memory alone. */
iso_status iso_probe_traces_new(iso_probe_traces *out, int nprobes, const iso_probe *probes, int64_t stride,
                                bool collects, iso_error *err);

/* Rank 0. Room for n more samples. */
iso_status iso_probe_traces_room(iso_probe_traces *traces, int64_t n, iso_error *err);

/* Every rank. The next sample, for which rank 0 has room; sample: mV at all nodes of all probes, in their
 * order, on rank 0. */
void iso_probe_traces_add(iso_probe_traces *traces, double time_ms, const double *sample);

/* Every rank, without agreement. Into and from the archive of a checkpoint; restored, all before is
 * forgotten. */
iso_status iso_probe_traces_save(const iso_probe_traces *traces, iso_archive *archive, iso_error *err);
iso_status iso_probe_traces_restore(iso_probe_traces *traces, const iso_archive *archive, iso_error *err);

/* Every rank, without agreement. Names, positions, activation and traces as variables, which are traces' own.
 */
iso_status iso_probe_traces_publish(iso_probe_traces *traces, iso_results *results, iso_error *err);

void iso_probe_traces_free(iso_probe_traces *traces);

#endif
