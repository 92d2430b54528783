/* The configuration of a run: everything a user may set, as plain data with the defaults filled in.
 *
 * The keys, their types, defaults, ranges and meanings are the tables of config_schema.c; this is what they
 * fill. Units are in the names. "NAN: ..." marks a real that was not given and what that means. */
#ifndef ISO_CONFIG_CONFIG_H
#define ISO_CONFIG_CONFIG_H

#include "base/error.h"
#include "grid/ask/select.h"
#include "grid/make/slab.h"
#include "grid/share/partition.h"
#include "kernels/model.h"
#include "kernels/types.h"
#include "solve/options.h"
#include "solve/stimulus.h"
#include "tissue/drug.h"
#include "tissue/setting.h"

#include <stdbool.h>

/* Sections whose keys are the members of one struct are lists: each line is a member here and a row of
 * config_schema.c. Type, kind of the key, name, meaning, default and bounds; those of numerics are in
 * solve/options.h. */
#define ISO_CONFIG_MEMBER(type, kind, name, ...) type name;

/* A surface in a file of its own. */
typedef struct iso_config_surface {
  char *name; /* that it gets */
  char *file; /* resolved */
  const char *unit;
  double tolerance_mm; /* NAN: not given */
} iso_config_surface;

/* A network of lines in a file of its own: iso_network in grid/make/network.h. */
typedef struct iso_config_network {
  char *name, *file; /* file resolved */
  const char *unit;
  int tag; /* -1: those of the file */
  int ncut;
  int32_t *cut;               /* [ncut] tags of the file */
  double root_mm[3], edge_mm; /* NAN: not given */
  double junction_radius_mm;
  int junction_nodes;
  double junction_resistance_kohm;
  double forward_ms, back_ms; /* delays with method: eikonal; back_ms NAN: no wave passes */
  bool junction_way;          /* iso_delays' way */
} iso_config_network;

/* A part of the torso, the heart in it included, or of what is around the heart in its own mesh. */
typedef struct iso_config_torso_region {
  int ntags; /* 0: every tag that no other one names; at most one of a torso may leave them out */
  int32_t *tags;
  double longitudinal_S_per_m, transverse_S_per_m; /* both known after loading */
  double isotropic_S_per_m;                        /* NAN after loading: it is now in the two */
} iso_config_torso_region;

typedef enum { ISO_SECOND_ORDER_CORNERS, ISO_SECOND_ORDER_CUT } iso_second_order;

typedef struct iso_config_mesh {
  char *file;         /* resolved against the configuration's folder; NULL: the built-in slab */
  const char *format; /* "auto", or one of iso_format_words */
  const char *unit;   /* of its coordinates: "auto" (the format's convention), "um", "mm", "cm", "m" */
  /* Arrays of cells that hold region tags, fibres and sheets; NULL: by their usual names. */
  char *tag_array, *fibre_array, *sheet_array;
  int refine;     /* times that every element is cut into eight (four, two) */
  double edge_mm; /* after that, longer edges are halved one by one; NAN: none is */
  bool has_slab;
  iso_slab_options slab;
  double fibre[3]; /* unit vector for elements of a mesh without fibres; NAN: none given */
  iso_partitioner partition;
  bool keep_surfaces; /* triangles and lines that are faces and edges of other elements are tissue too */
  int nsurfaces;
  iso_config_surface *surfaces; /* [nsurfaces] */
  int nnetworks;
  iso_config_network *networks; /* [nnetworks] */
  int npassive;
  iso_config_torso_region *passive; /* [npassive] parts that are no tissue, each with its tags */
  iso_second_order second_order;
  int pieces; /* of each rank; 0: chosen by the program */
} iso_config_mesh;

#define ISO_PACED_KEYS(X)                                                                                    \
  X(double, REAL, cycle_length_ms, "from beat to beat; a whole number of time.step_ms", .required = true,    \
    ABOVE(0, TIME_MS))                                                                                       \
  X(int, INTEGER, beats, "from the model's initial state", .fallback = "100", RANGE(1, 1e6))                 \
  X(double, REAL, amplitude_uA_per_uF, "of the pulses; twice the cell's threshold where not given",          \
    ABOVE(0, 1e6))                                                                                           \
  X(double, REAL, duration_ms, "of a pulse, rounded to whole steps", .fallback = "2", ABOVE(0, TIME_MS))

/* The cells start at the end of these beats of a single cell. NAN: no amplitude is given. */
typedef struct iso_config_paced {
  ISO_PACED_KEYS(ISO_CONFIG_MEMBER)
} iso_config_paced;

#define ISO_VELOCITY_KEYS(X)                                                                                 \
  X(double, REAL, longitudinal_m_per_s, "of a plane wave along the fibre", ABOVE(0, 1e3))                    \
  X(double, REAL, transverse_m_per_s, "across it, in the sheet", ABOVE(0, 1e3))                              \
  X(double, REAL, normal_m_per_s, "normal to the sheet; as transverse where not given", ABOVE(0, 1e3))       \
  X(double, REAL, isotropic_m_per_s, "the same in every direction, instead of the others", ABOVE(0, 1e3))

/* NAN: not given. */
typedef struct iso_config_velocity {
  ISO_VELOCITY_KEYS(ISO_CONFIG_MEMBER)
} iso_config_velocity;

typedef struct iso_config_region {
  char *name;
  int ntags; /* 0: every tag that no other region names; at most one region may leave them out */
  int32_t *tags;
  iso_select where;       /* or the elements with all nodes in a site; or nothing given */
  char *model_file;       /* the header of an own model, resolved; NULL: one of iso_models */
  const iso_model *model; /* of a header: NULL until somebody gives it */
  char *variant_name;
  int variant;
  double longitudinal_S_per_m, transverse_S_per_m, normal_S_per_m; /* all three known after loading */
  double isotropic_S_per_m; /* NAN after loading: it is now in the three */
  bool has_scale;
  iso_course scale; /* of all conductivities; not given: 1 */
  /* Of the cells' inside alone, for the ECG; all three NAN: not given, or all known. */
  double intracellular_longitudinal_S_per_m, intracellular_transverse_S_per_m, intracellular_normal_S_per_m;
  iso_config_velocity velocity; /* asked for */
  double chi_per_mm, cm_uF_per_mm2;
  double thickness_mm;      /* of triangles */
  double cross_section_mm2; /* of lines */
  int nparameters;
  iso_setting *parameters;
  bool has_paced;
  iso_config_paced paced; /* before the following, which replace single values */
  double initial_vm_mV;   /* NAN: the model's */
  int ninitial;
  iso_setting *initial;
} iso_config_region;

/* A set of nodes with a name, to be used many times. */
typedef struct iso_config_site {
  char *name;
  iso_select where;
  int weight; /* sets that it is made of, itself included */
} iso_config_site;

/* Nodes of a lesion that stay: within half of width_mm of a place. */
typedef struct iso_config_gap {
  char *name;
  double centre_mm[3], width_mm;
} iso_config_gap;

/* Lines with names that are known (config_lines.c), through sites with names that are known. */
typedef struct iso_config_line_set {
  int nlines;
  char **lines; /* [nlines] */
  double distance_mm, width_mm;
} iso_config_line_set;

/* Tissue that is burned from the beginning: elements with all nodes in a set. */
typedef struct iso_config_lesion {
  char *name;
  bool has_line_set;
  iso_config_line_set line_set;
  iso_select where; /* may be everywhere with a line set */
  iso_select lines; /* of the line set; everywhere without one */
  int ngaps;
  iso_config_gap *gaps; /* [ngaps] */
} iso_config_lesion;

/* Tissue near a set of nodes that conducts faster, like an endocardium with its Purkinje cells. */
typedef struct iso_config_fast_layer {
  char *name;
  iso_select where; /* not everywhere */
  double depth_mm, velocity_ratio;
} iso_config_fast_layer;

/* Where, and when with what waveform. */
typedef struct iso_config_stimulus {
  char *name;
  iso_select where; /* not everywhere */
  iso_pulses pulses;
} iso_config_stimulus;

typedef enum { ISO_CROSSING_UP, ISO_CROSSING_DOWN } iso_crossing;

/* Current at a set of nodes when Vm at a node has crossed a threshold: a guest that acts. */
typedef struct iso_config_actor {
  char *name;
  iso_gid node;        /* that it senses, a global number, or -1 */
  iso_select sense;    /* or the node in the middle of a site, or nothing given */
  double threshold_mV; /* NAN: the usual one where it senses */
  iso_crossing crossing;
  double latency_ms, blank_ms;
  iso_select where;  /* not everywhere */
  iso_pulses pulses; /* one, from the end of the latency on */
} iso_config_actor;

/* A lead of an implanted device. */
typedef struct iso_config_lead {
  iso_gid node;                 /* whose Vm it senses, a global number, or -1 */
  iso_select sense;             /* or the node in the middle of a site, or nothing given */
  double tip_mm[3], ring_mm[3]; /* or an electrogram; NAN: not given */
  double threshold_mV;          /* NAN: the usual one */
  double high_pass_Hz;          /* of the electrogram; 0: none */
  iso_select where;             /* that it paces; nothing given: none */
  iso_pulses pulse;             /* one, from its beginning on; amplitude NAN: not given */
} iso_config_lead;

typedef enum {
  ISO_CONFIG_MODE_OFF,
  ISO_CONFIG_MODE_VVI,
  ISO_CONFIG_MODE_AAI,
  ISO_CONFIG_MODE_DDD,
  ISO_CONFIG_MODE_CRT
} iso_config_mode;

/* Nominal values where the PACEMAKER System Specification has some (act/pacemaker.h). */
#define ISO_IMPLANT_KEYS(X)                                                                                  \
  X(double, REAL, interval_ms, "between its samples: its clock", .fallback = "1", ABOVE(0, TIME_MS))         \
  X(double, REAL, lower_rate_per_min, "it paces where nothing is sensed for so long", .fallback = "60",      \
    ABOVE(0, 1e5))                                                                                           \
  X(double, REAL, upper_rate_per_min, "atrial beats are followed up to this rate, with DDD and CRT",         \
    .fallback = "120", ABOVE(0, 1e5))                                                                        \
  X(double, REAL, av_delay_ms, "from an atrial pace to the ventricular one", .fallback = "150",              \
    RANGE(0, TIME_MS))                                                                                       \
  X(double, REAL, sensed_av_delay_ms, "from a sensed atrial beat; av_delay_ms where not given",              \
    RANGE(0, TIME_MS))                                                                                       \
  X(double, REAL, vv_delay_ms, "from the right to the left ventricle's pace; negative: the left is first",   \
    .fallback = "0", RANGE(-TIME_MS, TIME_MS))                                                               \
  X(double, REAL, ventricular_refractory_ms, "after a ventricular event, of the ventricle",                  \
    .fallback = "320", RANGE(0, TIME_MS))                                                                    \
  X(double, REAL, atrial_refractory_ms, "after an atrial event, of the atrium, with AAI", .fallback = "250", \
    RANGE(0, TIME_MS))                                                                                       \
  X(double, REAL, pvarp_ms, "after a ventricular event, of the atrium, with DDD and CRT", .fallback = "250", \
    RANGE(0, TIME_MS))                                                                                       \
  X(double, REAL, pvarp_extension_ms, "that much longer after a PVC; 0: it is not", .fallback = "0",         \
    RANGE(0, TIME_MS))                                                                                       \
  X(double, REAL, blanking_ms, "after an event, of its own chamber: nothing is sensed nor marked",           \
    .fallback = "100", RANGE(0, TIME_MS))                                                                    \
  X(double, REAL, ventricular_blanking_ms, "after an atrial pace, of the ventricle", .fallback = "40",       \
    RANGE(0, TIME_MS))                                                                                       \
  X(double, REAL, atrial_blanking_ms, "after a ventricular event, of the atrium", .fallback = "100",         \
    RANGE(0, TIME_MS))                                                                                       \
  X(int, INTEGER, redetect_count, "a fast rhythm goes on when so many", .fallback = "12", RANGE(1, 100))     \
  X(int, INTEGER, redetect_of, "of the last so many intervals are within its zone", .fallback = "16",        \
    RANGE(1, 100))                                                                                           \
  X(double, REAL, ended_after_ms, "it has ended when none was for so long", .fallback = "1000",              \
    ABOVE(0, TIME_MS))

#define ISO_THERAPY_KEYS(X)                                                                                  \
  X(double, REAL, percent, "the first interval, of the measured cycle", .fallback = "88", ABOVE(0, 200))     \
  X(int, INTEGER, pulses, "of an attempt", .fallback = "8", RANGE(1, 1000))                                  \
  X(int, INTEGER, attempts, "while the rhythm goes on", .fallback = "1", RANGE(1, 100))                      \
  X(double, REAL, ramp_ms, "each interval is that much shorter than the one before", .fallback = "0",        \
    RANGE(0, TIME_MS))                                                                                       \
  X(double, REAL, scan_ms, "each attempt begins that much shorter than the one before", .fallback = "0",     \
    RANGE(0, TIME_MS))                                                                                       \
  X(double, REAL, minimum_ms, "no interval is shorter", .fallback = "200", ABOVE(0, TIME_MS))

typedef struct iso_config_therapy {
  ISO_THERAPY_KEYS(ISO_CONFIG_MEMBER)
} iso_config_therapy;

typedef struct iso_config_zone {
  double interval_ms;
  int count, of;
  int ntherapies;
  iso_config_therapy *therapies;
} iso_config_zone;

/* Leads are atrium, ventricle, left ventricle: iso_chamber; zones and therapies of one at most: act/icd.h. */
enum { ISO_CONFIG_LEADS = 3, ISO_CONFIG_ZONES = 3, ISO_CONFIG_THERAPIES = 6 };

/* A pacemaker or defibrillator in the loop. */
typedef struct iso_config_implant {
  char *name;
  iso_config_mode mode;
  ISO_IMPLANT_KEYS(ISO_CONFIG_MEMBER) /* sensed_av_delay_ms is known after loading */
  bool has_lead[ISO_CONFIG_LEADS];
  iso_config_lead lead[ISO_CONFIG_LEADS];
  int nzones;
  iso_config_zone *zones;
} iso_config_implant;

typedef enum { ISO_SEARCH_BISECT, ISO_SEARCH_DECREMENT } iso_search;

/* A premature pulse after the train, S2, S3 or S4: its coupling interval, from the beginning of the pulse
 * before, is given, or found between the longest that is blocked and the shortest that is not. NAN: not
 * given. */
typedef struct iso_config_extra {
  double at_ms;
  double longest_ms, shortest_ms, resolution_ms;
  iso_search search;
} iso_config_extra;

enum { ISO_EXTRAS = 3, ISO_MOST_PREMATURE_SITES = 30 };

/* Fast pulses after the train, each interval shorter by decrement_ms than the one before, down to
 * shortest_ms. */
typedef struct iso_config_burst {
  double cycle_ms, decrement_ms;
  double shortest_ms; /* NAN before loading is over: not given */
  int64_t count;
  bool test_each; /* whether re-entry is looked for after each pulse, not the last one alone */
} iso_config_burst;

/* Pacing at the end of the effective refractory period. */
typedef struct iso_config_peerp {
  int beats;                 /* at most */
  double below_ms, above_ms; /* the window around the first premature pulse's middle */
  double earliest_ms;        /* of later windows, from the pulse before */
  double resolution_ms;
} iso_config_peerp;

/* One premature pulse after another interval each, and what its beat is like. */
typedef struct iso_config_restitution {
  iso_select from, to; /* sites that the wave passes one after the other, their nodes in the middle */
  double longest_ms, shortest_ms, resolution_ms;
} iso_config_restitution;

/* A train of pulses, and then one of these: extra stimuli, a burst, PEERP, restitution. */
typedef struct iso_config_protocol {
  iso_select where;           /* not everywhere */
  iso_gid node;               /* that is sensed, a global number, or -1 */
  iso_select sense;           /* or the node in the middle of a site, or nothing given */
  double sense_distance_mm;   /* or all nodes so far from the electrode; NAN: not given */
  iso_pulses s1;              /* the train; all pulses have its amplitude and duration */
  double window_ms;           /* after the beginning of a premature pulse */
  bool look_for_reentry;      /* after premature pulses: outputs.reentry says what it is */
  int nsites;                 /* 0: premature pulses are given where the train is */
  char **sites;               /* [nsites] names of sites, each with trials of its own */
  iso_select *premature_at;   /* [nsites] the same as sets */
  bool has_extra[ISO_EXTRAS]; /* S2, S3, S4 */
  iso_config_extra extra[ISO_EXTRAS];
  bool has_burst;
  iso_config_burst burst;
  bool has_peerp;
  iso_config_peerp peerp;
  bool has_restitution;
  iso_config_restitution restitution;
} iso_config_protocol;

/* When the last pulse of the train begins, ms. */
double iso_protocol_last_s1(const iso_config_protocol *protocol);

/* From the pulse before to pulse k of a burst, from 0, ms. */
double iso_burst_interval(const iso_config_burst *burst, int64_t k);

typedef struct iso_config_drug {
  iso_drug drug;
  double concentration_nM;
  /* The same as it may be given, NAN after loading: */
  double concentration_uM;
  double cmax_nM, times_cmax;
  int nregions;   /* 0: all */
  char **regions; /* names of regions */
} iso_config_drug;

#define ISO_TIME_KEYS(X)                                                                                     \
  X(double, REAL, duration_ms, "simulated at most", .required = true, ABOVE(0, TIME_MS))                     \
  X(double, REAL, step_ms,                                                                                   \
    "time step, or the finest one of an adaptive pace; where not given by accuracy and the mesh's "          \
    "edges, at most 0.05 and what the models take",                                                          \
    RANGE(LEAST_STEP_MS, 100))

/* The step is known after loading. */
typedef struct iso_config_time {
  ISO_TIME_KEYS(ISO_CONFIG_MEMBER)
} iso_config_time;

#define ISO_STOP_KEYS(X)                                                                                     \
  X(bool, BOOLEAN, all_activated, "end as soon as every node has activated", .fallback = "false")            \
  X(bool, BOOLEAN, sustained,                                                                                \
    "end as soon as activity has lasted outputs.reentry.sustained_ms after the "                             \
    "last stimulus",                                                                                         \
    .fallback = "false")                                                                                     \
  X(double, REAL, quiescent_ms, "end after the tissue was at rest for so long; 0: do not", .fallback = "0",  \
    RANGE(0, TIME_MS))                                                                                       \
  X(double, REAL, quiescent_mV,                                                                              \
    "at rest means below this; midway between rest and threshold where not given", VOLTAGE)

#define ISO_REENTRY_KEYS(X)                                                                                  \
  X(double, REAL, sustained_ms, "activity that lasts so long after the last stimulus is sustained: induced", \
    .fallback = "1000", RANGE(0, TIME_MS))                                                                   \
  X(double, REAL, window_ms,                                                                                 \
    "before the last activation of all: nodes that activate in it tell the cycle length",                    \
    .fallback = "1000", ABOVE(0, TIME_MS))

typedef struct iso_config_reentry {
  ISO_REENTRY_KEYS(ISO_CONFIG_MEMBER)
} iso_config_reentry;

#define ISO_CONDUCTION_KEYS(X)                                                                               \
  X(int, INTEGER, beat, "whose velocities, directions and blocks are published, from 1; 0: none",            \
    .fallback = "0", RANGE(0, 1e6))                                                                          \
  X(double, REAL, slowest_m_per_s, "slower than that between two nodes is a block", .fallback = "0.05",      \
    ABOVE(0, 1e3))

typedef struct iso_config_conduction {
  ISO_CONDUCTION_KEYS(ISO_CONFIG_MEMBER)
} iso_config_conduction;

#define ISO_SINGULARITY_KEYS(X)                                                                              \
  X(double, REAL, interval_ms, "between looks at the phase; 0: none", .fallback = "0", RANGE(0, TIME_MS))    \
  X(double, REAL, delay_ms,                                                                                  \
    "the phase is that of Vm and Vm so much earlier; interval_ms is a multiple of it", .fallback = "5",      \
    ABOVE(0, TIME_MS))                                                                                       \
  X(double, REAL, threshold_mV,                                                                              \
    "that the phase turns about; midway between rest and threshold where not given", VOLTAGE)                \
  X(double, REAL, distance_mm, "that one moves at most from look to look", .fallback = "5", ABOVE(0, 1e6))   \
  X(double, REAL, turns, "of the wave about one; those with fewer are dropped", .fallback = "1",             \
    RANGE(0, 1e6))

/* NAN: no threshold is given. */
typedef struct iso_config_singularities {
  ISO_SINGULARITY_KEYS(ISO_CONFIG_MEMBER)
} iso_config_singularities;

/* NAN: no level is given. */
typedef struct iso_config_stop {
  ISO_STOP_KEYS(ISO_CONFIG_MEMBER)
} iso_config_stop;

/* What is wanted of precision, pace, tolerance and step together, where these are not given. None: the pace
 * is fixed and nothing is asked for. */
typedef enum {
  ISO_ACCURACY_NONE = -1,
  ISO_ACCURACY_DRAFT,
  ISO_ACCURACY_STANDARD,
  ISO_ACCURACY_REFERENCE
} iso_accuracy;

typedef struct iso_config_numerics {
  iso_accuracy accuracy;
  bool step_follows; /* from the mesh, by accuracy: time.step_ms is the longest that it may be until then */
  iso_precision precision; /* of the state on the device */
  iso_numerics scheme;
} iso_config_numerics;

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
  iso_select left, right; /* ventricles, or nothing given */
  char *qlv_lead;         /* an electrogram, or NULL */
  int compression;        /* deflate level 0..9 */
  bool csv, vtu;          /* maps and tables so, too */
  bool page;              /* maps, ECG and probes as NAME.html */
} iso_config_outputs;

#define ISO_CHECKPOINT_KEYS(X)                                                                               \
  X(double, REAL, interval_ms, "of simulated time between checkpoints; 0: not by it", .fallback = "0",       \
    RANGE(0, TIME_MS))                                                                                       \
  X(double, REAL, every_minutes, "of the clock between checkpoints, say 10; 0: not by it", .fallback = "0",  \
    RANGE(0, 1e6))                                                                                           \
  X(int, INTEGER, keep, "the newest ones, as NAME.ckpt.nc, NAME.ckpt.1.nc and so on", .fallback = "2",       \
    RANGE(1, 1000))

/* Both times 0: none. */
typedef struct iso_config_checkpoint {
  ISO_CHECKPOINT_KEYS(ISO_CONFIG_MEMBER)
} iso_config_checkpoint;

/* Settings that belong together, each "key.path=value" as of --set. */
typedef struct iso_config_case {
  char *name; /* known after loading */
  int nset;   /* 0: the configuration as it is */
  char **set;
} iso_config_case;

/* What members of a study differ in: a key with its values, cases, or the rows of a table. */
typedef struct iso_config_axis {
  char *name; /* known after loading */
  char *key;  /* "stimuli.0.site", or NULL */
  int nvalues;
  char **values; /* of the key, as YAML */
  int ncases;
  iso_config_case *cases;
  char *file; /* CSV, resolved; NULL: none */
} iso_config_axis;

/* Many simulations as one: a member for each combination of what its axes say. */
typedef struct iso_config_study {
  char *question; /* or NULL */
  int naxes;      /* 0: no study */
  iso_config_axis *axes;
  int noutcomes; /* 0: all that there are */
  char **outcomes;
  char *rank_by; /* the outcome by which members are ranked, with - before it where the largest is best; or
                    NULL */
  int maps;      /* of the best members, on the page */
  int ranks;     /* that work on a member */
} iso_config_study;

/* Where a value came from: "regions.0.tags" on that line of the file (line 0: from option --set). */
typedef struct iso_config_place {
  char *path;
  int line;
  char *option; /* "--set a.b=c", or NULL */
  char *name;   /* of the entry of a list that it is or is in, or NULL */
} iso_config_place;

/* What is solved: the monodomain equation, or the eikonal one, which gives activation times alone. */
typedef enum { ISO_METHOD_MONODOMAIN, ISO_METHOD_EIKONAL } iso_method;

typedef struct iso_config {
  char *file; /* as the user named it */
  char *title;
  iso_method method;
  iso_config_mesh mesh;
  int nregions;
  iso_config_region *regions;
  int ndrugs;
  iso_config_drug *drugs;
  int nsites;
  iso_config_site *sites; /* each made of those before it */
  int nlesions;
  iso_config_lesion *lesions;
  int nlayers;
  iso_config_fast_layer *layers; /* fast_endocardium */
  int nstimuli;
  iso_config_stimulus *stimuli;
  int nactors;
  iso_config_actor *actors;
  int nimplants;
  iso_config_implant *implants; /* devices */
  bool has_protocol;
  iso_config_protocol protocol;
  iso_config_time time;
  iso_config_stop stop;
  iso_config_numerics numerics;
  iso_config_outputs outputs;
  iso_config_checkpoint checkpoint;
  iso_config_study study;
  const char *device; /* "auto", "cpu", "cuda" */
  int threads;        /* per rank */

  /* What keeps own models, if anything does, for whoever gave them: freed with the configuration. */
  void *models;
  void (*free_models)(void *models);

  int nplaces;
  iso_config_place *places; /* of every key that was given */
  struct iso_arena *memory; /* holds everything above */
} iso_config;

/* Reading a configuration has two steps, because a user's own model may decide which names and numbers are
 * right, and making such a model known is no matter of the configuration. First the text: what it says, with
 * defaults that do not depend on other keys. Then, when every region has its model, the rules and defaults
 * that tie keys together. */

/* Collective, the first step: rank 0 reads the file and every rank parses the same bytes. set [nset]:
 * "key.path=value" of each --set, applied in order before anything is checked. Named files are looked for,
 * too, not opened. ISO_EINPUT for whatever is wrong with them. On failure *out is empty; iso_config_free is
 * harmless. */
iso_status iso_config_read(iso_config *out, MPI_Comm comm, const char *file, int nset, const char *const *set,
                           iso_error *err);

/* The first step of text [size] that every rank has, without communication and without looking for named
 * files. file names the text in messages, and its folder is that of relative paths. */
iso_status iso_config_read_text(iso_config *out, const char *file, const char *text, size_t size, int nset,
                                const char *const *set, iso_error *err);

/* The second step; then the configuration is not changed any more. A region without model is ISO_EINPUT. */
iso_status iso_config_settle(iso_config *config, iso_error *err);

/* The step that follows from the mesh (numerics.step_follows), for a copy of a configuration, whose lists may
 * be shared: at most the step that it had. ISO_EINPUT where a key does not go with it. */
iso_status iso_config_take_step(iso_config *copy, double step_ms, iso_error *err);

/* Collective. Both, where all models are built in. */
iso_status iso_config_load(iso_config *out, MPI_Comm comm, const char *file, int nset, const char *const *set,
                           iso_error *err);

/* Both steps of a text, likewise. */
iso_status iso_config_parse(iso_config *out, const char *file, const char *text, size_t size, int nset,
                            const char *const *set, iso_error *err);

/* The whole configuration as YAML, defaults included, which loads to the same configuration. Release with
 * free. */
iso_status iso_config_dump(const iso_config *config, char **out, iso_error *err);

/* Whether text, as a dump has it, is what a key has where it is not given: "numerics.rates". Entries of lists
 * have numbers or names in the path. */
bool iso_config_is_default(const char *path, const char *text);

/* Whether the configuration has a key, in its file or an option, with another value than null. */
bool iso_config_given(const iso_config *config, const char *path);

/* Fails with ISO_EINPUT and a message that starts with the place of a key: "heart.yaml:12: stimuli.0.box:
 * ...". A key that was not given is reported at its nearest given parent. For what only the run can find out,
 * such as a stimulus that hits no node. */
iso_status iso_config_fail(const iso_config *config, iso_error *err, const char *path, const char *format,
                           ...) __attribute__((format(printf, 4, 5)));

/* What is left of a parameter of a region under a drug, and under all of them; 1 where they do not act on it.
 */
double iso_config_drug_scale(const iso_config *config, const iso_config_drug *drug, int region,
                             int parameter);
double iso_config_drugs_scale(const iso_config *config, int region, int parameter);

void iso_config_free(iso_config *config);

#endif
