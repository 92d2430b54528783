/* The section outputs: what is recorded. */
#ifndef ISO_CONFIG_SECTIONS_OUTPUTS_H
#define ISO_CONFIG_SECTIONS_OUTPUTS_H

#include "config/sections/detectors.h"
#include "config/sections/mesh.h"
#include "grid/ask/select.h"

#include <stdbool.h>

typedef struct iso_config_probe {
  char *name;
  double at_mm[3];  /* NAN where a node or a site is given */
  iso_gid node;     /* global number, or -1 */
  iso_select where; /* the node in the middle of a site, or nothing given */
} iso_config_probe;

typedef struct iso_config_torso {
  char *file; /* resolved; NULL: the medium has no bounds */
  const char *format, *unit;
  int nregions;
  iso_config_torso_region *regions;
  char *ground; /* an electrode; NULL: RL, or the first */
} iso_config_torso;

/* Electrograms and the ECG. */
typedef struct iso_config_ecg {
  char *electrodes; /* a file (study/electrodes.h), resolved; NULL: no ECG */
  double interval_ms;
  double medium_S_per_m; /* around the heart */
  int npairs;
  char **pairs; /* [npairs] "A-B" */
  iso_config_torso torso;
} iso_config_ecg;

typedef struct iso_config_outputs {
  double activation_mV;        /* upward crossing; NAN: the model's */
  bool by_slope;               /* times of the steepest upstroke, too */
  double repolarisation_level; /* percent of the amplitude recovered: 90 is APD90; NAN: by the following */
  double repolarisation_mV;    /* downward crossing instead of a level; NAN: by the level */
  int beats;                   /* kept per node, the first ones; 0: all */
  int nprobes;
  iso_config_probe *probes;
  double probe_interval_ms;                                         /* 0: every step */
  double snapshot_interval_ms, snapshot_start_ms, snapshot_stop_ms; /* interval 0: no snapshots */
  iso_config_ecg ecg;
  iso_config_reentry reentry;
  iso_config_singularities singularities;
  iso_config_conduction conduction;
  iso_config_spectra spectra;
  iso_config_wavefronts wavefronts;
  iso_select left, right; /* ventricles, or nothing given */
  char *qlv_lead;         /* an electrogram, or NULL */
  int nsegments;
  char **segments;        /* [nsegments] names of sites, by which the latest is told */
  iso_select *segment_at; /* [nsegments] the same as sets */
  int compression;        /* deflate level 0..9 */
  bool csv, vtu;          /* maps and tables so, too */
  bool page;              /* maps, ECG and probes as NAME.html */
} iso_config_outputs;

#endif
