/* Who looks at what waves do, as the configuration asks: re-entry and its circuit, what waves turn about, how
 * they are conducted, how often and how regularly they come, how many there are. */
#ifndef ISO_STUDY_DETECTORS_H
#define ISO_STUDY_DETECTORS_H

#include "observe/circuit.h"
#include "observe/conduction.h"
#include "observe/reentry.h"
#include "observe/singularities.h"
#include "observe/spectra.h"
#include "observe/wavefronts.h"
#include "result/summary.h"
#include "study/setup.h"

typedef struct iso_detectors {
  iso_reentry *reentry;
  iso_circuit *circuit;
  iso_conduction *conduction;       /* NULL: not asked for */
  iso_singularities *singularities; /* NULL: not asked for */
  iso_spectra *spectra;             /* NULL: not asked for */
  iso_wavefronts *wavefronts;       /* NULL: not asked for */
  double *midway_mV;                /* [nowned] threshold of their phase */
} iso_detectors;

/* At most. */
enum { ISO_DETECTOR_GUESTS = 8 };

/* Collective. activation outlives them. Free out whatever the status. */
iso_status iso_detectors_new(iso_detectors *out, const iso_setup *setup, const iso_activation *activation,
                             iso_error *err);
void iso_detectors_free(iso_detectors *detectors);

/* Their guests, to be invited in this order. Returns how many. */
int iso_detectors_guests(const iso_detectors *detectors, const iso_setup *setup,
                         iso_guest guest[ISO_DETECTOR_GUESTS]);

/* Maps that they publish at most, for the room on a disk. */
int iso_detectors_maps(const iso_detectors *detectors);

/* Collective. Adds what they found to a summary. */
void iso_detectors_summarise(const iso_detectors *detectors, iso_summary *summary);

/* Vm of a node midway between its model's rest and threshold, mV. local: owned or ghost. */
double iso_midway_mV(const iso_setup *setup, iso_lid local);

#endif
