/* What a run says when it is done: as text for people and as JSON for programs. */
#ifndef ISO_RESULT_SUMMARY_H
#define ISO_RESULT_SUMMARY_H

#include "base/error.h"
#include "base/timer.h"
#include "kernels/types.h"
#include "result/recording.h"

#include <stdbool.h>
#include <stdio.h>

/* What goes on after the last stimulus. */
typedef struct iso_rhythm {
  bool known; /* false: nothing is said of it */
  bool induced, goes_on;
  double sustained_ms, cycle_length_ms, last_ms, last_mm[3]; /* NAN: none, but for sustained_ms, which is 0 */
  iso_gid last_node;
  /* Where the first node activated a second time, and where activations are most frequent. NAN, -1: nowhere.
   */
  double exit_ms, exit_mm[3], highest_Hz;
  iso_gid exit_node, highest_node;
  /* Where the wave is when the least tissue activates. NAN, -1: there is none. */
  double isthmus_mm[3];
  iso_gid isthmus_node;
} iso_rhythm;

/* What a lead of an implanted device did. */
typedef struct iso_summary_lead {
  const char *device, *lead;               /* "pacer", "ventricle" */
  int64_t sensed, paced, judged, captured; /* judged: paces of which it is known whether they captured */
  int64_t episodes, attempts, terminated;  /* of fast rhythms, attempts to end them, and those that ended */
} iso_summary_lead;

enum { ISO_SUMMARY_ERPS = 3 }; /* of S2, S3, S4 */

/* What waves turned about often enough. */
typedef struct iso_cores {
  int64_t count, most; /* most: at the same time */
  double longest_ms;   /* from the first time that one was seen to the last */
} iso_cores;

/* How often waves come, how regularly, and how many there are. */
typedef struct iso_waves {
  bool has_spectra, has_fronts;     /* they were looked for */
  double dominant_Hz, regularity;   /* medians of the nodes; NAN: none */
  double highest_Hz, highest_mm[3]; /* dominant frequency, and where; NAN: none */
  iso_gid highest_node;             /* -1: none */
  double fronts_mean, fronts_most;  /* wavefronts after the last stimulus; NAN: not known */
} iso_waves;

/* Nothing was looked for. */
iso_waves iso_waves_none(void);

typedef struct iso_summary {
  const char *title; /* of the configuration, or NULL */
  iso_gid nodes, elements;
  const char *device; /* "cpu, AVX-512", as the device describes itself */
  const char *precision, *splitting, *diffusion, *fast_current;
  const char *pace;    /* "fixed", "adaptive" */
  int nlevels;         /* 0: not known */
  const double *share; /* [nlevels] of all nodes' time in steps of 1, 2, 4, .. step_ms */
  const char *method; /* "eikonal": no steps, but rounds of updates of nodes; NULL: the monodomain equation */
  int64_t rounds, updates;
  int ranks, threads; /* threads of each rank */
  int64_t steps;
  double step_ms, simulated_ms;
  const char *ended; /* why: "duration reached", "every node has activated", "interrupted by SIGINT" */
  double seconds[ISO_NPHASES]; /* by phase, the largest over the ranks */
  double wall_s;               /* of the whole run */
  double loop_s;               /* of the time loop alone, observers and their output included */
  const char *expected;        /* how far velocities may be off, or NULL: the following, per cent */
  double expected_of_mesh, expected_of_step; /* NAN: not known */
  double processor_s;                        /* user time of all ranks and their threads in it */
  double burned_percent;                     /* of the tissue, by lesions */
  double burned_mL;                          /* NAN where it has no volume */
  iso_gid activated;                         /* nodes that activated at least once */
  double first_ms, last_ms;                  /* of first activations; NAN if there was none */
  iso_rhythm rhythm;
  bool has_cores; /* they were looked for */
  iso_cores singularities, filaments;
  iso_waves waves;
  double sent_messages, sent_bytes; /* to neighbours in a step; of the ranks the most */
  double rank_peak_bytes;           /* the same of the rank that took most */
  double peak_bytes;                /* of memory, summed over ranks; 0 where the system does not tell */
  const char *protocol;             /* what a protocol came to, in words; NULL: there is none */
  double restitution_slope;
  int trials;
  int64_t protocol_steps;                                   /* of its train and trials */
  double erp_ms[ISO_SUMMARY_ERPS], blocked_ms, captured_ms; /* see study/protocol.h */
  int premature_pulses, inducing_sites;                     /* the latter -1: re-entry was not looked for */
  int nleads;                                               /* of implanted devices */
  const iso_summary_lead *leads;                            /* [nleads] */
  int nmeasures;                                            /* of an ECG; 0: there is none */
  const iso_measure *measures;
  int nfiles;
  const char *const *files; /* written */
} iso_summary;

/* Nodes times steps per second of the time loop; 0 for a run without steps. */
double iso_summary_rate(const iso_summary *summary);

/* A dozen lines; the last one ends with the rate, "... node-steps/s". */
void iso_summary_print(const iso_summary *summary, FILE *stream);

/* The same numbers as JSON, written beside file and then renamed. Not collective: call it on one rank. */
iso_status iso_summary_save(const iso_summary *summary, const char *file, iso_error *err);

/* Collective. Peak resident memory so far, bytes, summed over the ranks, and of the rank that took most. */
double iso_peak_memory(MPI_Comm comm);
double iso_peak_memory_of_rank(MPI_Comm comm);

#endif
