/* Spectra of Vm at every node: dominant frequency and regularity index, summed up while the run goes on.
 *
 * A node's N samples, less their straight line of least squares, times a Hann window, are projected on the
 * frequencies m / (N interval) of a band: each sample is added to these sums as it comes, so no sample is
 * kept. Line and window are linear, so both are taken off at the end: the same numbers as of stored samples.
 * The dominant frequency is that of the largest power. The regularity index is the share of the band's power
 * within a width of it: 1 for one sharp line, little where power is spread. */
#ifndef ISO_OBSERVE_SPECTRA_H
#define ISO_OBSERVE_SPECTRA_H

#include "solve/guest.h"

typedef struct iso_spectra_options {
  double interval_ms;           /* between samples */
  double start_ms, window_ms;   /* of the samples; a whole number of intervals fits into the window */
  double lowest_Hz, highest_Hz; /* the band; below half a sample's rate */
  double width_Hz;              /* to either side of the peak, of the regularity index */
} iso_spectra_options;

typedef struct iso_spectra iso_spectra;

/* Frequencies in the band, whose sums take 16 bytes a node each; 0: none fits in. */
int iso_spectra_bins(const iso_spectra_options *options);

/* Not collective; to be freed where it is ISO_OK. mesh outlives it. options have a frequency. */
iso_status iso_spectra_new(iso_spectra **out, const iso_mesh *mesh, const iso_spectra_options *options,
                           iso_error *err);
void iso_spectra_free(iso_spectra *spectra);

/* The observer. Where the run has reached the end of the window it publishes the maps dominant_frequency and
 * regularity_index, which nodes lack whose Vm is as good as still: below a sine of 1 mV. Does not own. */
iso_guest iso_spectra_guest(iso_spectra *spectra);

typedef struct iso_spectra_summary {
  bool known;                     /* the window is over */
  double dominant_Hz, regularity; /* medians of the nodes; NAN: none has any */
  double highest_Hz;              /* of the nodes' dominant frequencies */
  iso_gid highest_node;           /* the lowest of several; -1: none */
  double highest_mm[3];           /* NAN: none */
} iso_spectra_summary;

/* Collective; the same on all ranks, and on any number of them. */
iso_spectra_summary iso_spectra_summarise(const iso_spectra *spectra);

#endif
