/* The section fit: a twin of what was measured. */
#ifndef ISO_CONFIG_SECTIONS_FIT_H
#define ISO_CONFIG_SECTIONS_FIT_H

#include <stdbool.h>
#include <stdint.h>

/* A map of local activation times: points of a file with the times that were measured there. */
typedef struct iso_config_map {
  char *name, *file; /* file resolved */
  const char *unit;  /* of its places: "mm", ... */
  char *array;       /* of points, in a VTK file; NULL: lat_ms */
  char *paced;       /* the site that was paced; NULL: the onsets' own beat */
  double sd_ms;      /* of the times' errors, where the file does not say */
  double clock_sd_ms;
  double farthest_mm;
  int hold_out; /* 9: every ninth point is predicted instead of used; 0: none */
  char *date, *source;
} iso_config_map;

/* What of an ECG counts behind the QRS complex: samples of its T wave. */
typedef struct iso_config_t_wave {
  double from_ms, to_ms; /* of the file's times */
  double interval_ms;
} iso_config_t_wave;

/* An ECG that was measured: the waveforms of its leads. */
typedef struct iso_config_fit_ecg {
  char *name, *file, *electrodes; /* files resolved */
  char *paced;                    /* the site that was paced; NULL: the onsets' own beat */
  int nleads;                     /* 0: all independent ones */
  char **leads;                   /* [nleads] */
  double sd_mV;                   /* of errors, those of the model included; NAN: as beats differ */
  double begin_ms, end_ms;        /* of the file's times, what is used; NAN: all */
  bool has_t_wave;                /* whole action potentials travel, and these samples count, too */
  iso_config_t_wave t_wave;
  double interval_ms;          /* of the samples that count */
  double model_sd_mV;          /* of errors besides that go on; 0: none */
  double model_correlation_ms; /* by exp(-t / that) */
  double low_pass_hz;          /* NAN: none beside the upstroke's own */
  double medium_S_per_m;
  double upstroke_mV, upstroke_ms; /* of the action potential that travels: its height, and half its width */
  double clock_ms, clock_sd_ms;    /* the file's zero of time, by that of the onsets */
  double amplitude_percent;        /* spread of a factor; 0: known */
  char *date, *source;
} iso_config_fit_ecg;

/* Where a wave begins, as it is known beforehand: within are standard deviations, along the wall in each
 * direction, through it, and of the time. */
typedef struct iso_config_onset {
  char *name;
  char *stimulus; /* the nodes and the time of this one; NULL: at_mm and time_ms */
  double at_mm[3], within_mm, depth_within_mm, time_ms, within_ms;
  char *source;
} iso_config_onset;

/* Tissue whose place is known, and not how fast waves go through it: the velocity there is a factor of that
 * of the tissue around, beforehand velocity_factor in the middle. */
typedef struct iso_config_fit_scar {
  char *name, *site;
  double velocity_factor;
  double percent; /* spread, of each way */
  char *source;
} iso_config_fit_scar;

/* What a spread is of, in per cent of the median, and who says so. */
typedef struct iso_config_spread {
  double percent, ratio_percent, correlation_mm; /* NAN: not given */
  char *source;
} iso_config_spread;

/* An angle that all fibres are turned by, and who says how well they are known. */
typedef struct iso_config_fibre_angle {
  double degrees;
  char *source;
} iso_config_fibre_angle;

/* How much longer action potentials are from one end of the heart to the other, by a field of its nodes: a
 * factor for each unit of it. */
typedef struct iso_config_apd_gradient {
  char *name;
  const char *by;         /* a coordinate; NULL: of a file */
  char *field, *variable; /* numbers for all nodes; field resolved */
  double percent;         /* how much longer they are beforehand where the field is 1 than where it is 0 */
  double spread_percent;  /* of one standard deviation of the factor */
  char *source;
} iso_config_apd_gradient;

/* What is known of the duration of action potentials, by that of the regions' models. */
typedef struct iso_config_apd {
  bool has_regions, has_field;
  iso_config_spread regions, field;
  int ngradients;
  iso_config_apd_gradient *gradients;
} iso_config_apd;

/* An effective refractory period that was measured at a site. */
typedef struct iso_config_fit_erp {
  char *name, *site;
  double cycle_ms;      /* of the beats before the premature one */
  double erp_ms, sd_ms; /* the longest interval after which none came, or the like, and its error */
  char *date, *source;
} iso_config_fit_erp;

/* What a twin is fitted to, and what is known beforehand. */
typedef struct iso_config_fit {
  int nmaps;
  iso_config_map *maps;
  int necgs;
  iso_config_fit_ecg *ecgs;
  int nerps;
  iso_config_fit_erp *erps;
  int nonsets;
  iso_config_onset *onsets;
  int nscars;
  iso_config_fit_scar *scars;
  bool has_velocity, has_field, has_fibre_angle;
  iso_config_spread velocity, field;
  iso_config_fibre_angle fibre_angle;
  double slow_percent; /* of the configuration's velocities; slower is slow */
  bool has_apd;
  iso_config_apd apd;
  int members;
  int64_t seed;
} iso_config_fit;

/* The heart of a run, from a twin. */
typedef struct iso_config_twin {
  char *file;      /* NAME.twin.nc, resolved */
  char *member;    /* "median", "best", or a number from 1 */
  int number;      /* that; 0: a word; known after loading */
  bool own_beat;   /* its waves begin where and when it says */
  double later_ms; /* added to these times */
} iso_config_twin;

#endif
