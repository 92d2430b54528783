/* The heart that a fit turns the knobs of: from numbers z, each with a standard normal distribution
 * beforehand, to waves, and back from times to derivatives by z.
 *
 * Each rank has the whole heart, and works on hearts of its own: a fit is hundreds of waves, each of which is
 * the same on one rank, so no sum ever goes over ranks. */
#ifndef ISO_FIT_MODEL_H
#define ISO_FIT_MODEL_H

#include "fit/apd.h"
#include "fit/basis.h"
#include "fit/beat.h"
#include "fit/places.h"
#include "study/wave.h"

#include <stdint.h>

/* Where z has what; -1: nothing of the kind. */
typedef struct iso_fit_layout {
  int n;                                              /* of z */
  int velocity;                                       /* the first of [config->nregions] logarithms */
  int *ratio;                                         /* [config->nregions]; isotropic ones have none */
  int angle;                                          /* of all fibres */
  int scar;                                           /* the first of [fit->nscars] logarithms */
  int apd;                                            /* the first of [apd.n] */
  int field;                                          /* the first of [basis.n] */
  int *onset_time;                                    /* [fit->nonsets] */
  int *onset_place;                                   /* [fit->nonsets] the first of two along the wall */
  int *onset_depth;                                   /* [fit->nonsets] through it */
  int *clock;                                         /* [fit->nmaps] */
  int *ecg_clock, *ecg_amplitude;                     /* [fit->necgs] */
  double velocity_spread, ratio_spread, field_spread; /* standard deviations of logarithms */
} iso_fit_layout;

/* A source as z has it. */
typedef struct iso_fit_onset {
  int stimulus;   /* its number; -1: a place */
  double mean_ms; /* beforehand */
  double middle_mm[3],
      way[3][3];      /* beforehand: its place, and unit vectors along the wall (two) and through it */
  double edge_mm;     /* of the elements there */
  double moves[3][3]; /* how the place goes with z, in these directions */
  iso_place place;
  double time_ms;
  int nseeds, room; /* nodes that the wave reaches straight, or those of the stimulus */
  iso_lid *seed;
  iso_metric around[4]; /* D^-1 at the nodes of the place: means over their elements */
} iso_fit_onset;

/* A scar whose place is known: velocities there are times a factor, lognormal beforehand. An element that has
 * a part of its nodes in it has that part of the factor, as velocity_field gives it. */
typedef struct iso_fit_scar {
  uint8_t *has;  /* [nlocal] 1: the node is in it */
  double *part;  /* [nelem] of an element's nodes */
  double spread; /* standard deviation of the factor's logarithm */
  double factor; /* of the last run */
} iso_fit_scar;

typedef struct iso_fit_model {
  const iso_config *config;
  iso_wave wave; /* whose set-up has the heart; its speeds are those of the configuration */
  iso_fit_layout at;
  iso_basis basis;
  iso_fit_apd apd; /* how long action potentials last as z has them */
  iso_places places;
  iso_speeds *speeds;   /* [nregions] as z has them */
  double *boost;        /* [nelem] */
  iso_tissue tissue;    /* the heart's with this boost */
  iso_turn *turn;       /* [nelem] of fibres, about each surface element's normal; NULL: at.angle is -1 */
  double angle_rate;    /* how the angle, in radians, changes with its number */
  iso_fit_onset *onset; /* [fit->nonsets] */
  iso_fit_scar *scar;   /* [fit->nscars] */
  int nbeats;
  iso_fit_beat *beat; /* [nbeats] that of the onsets, then those of maps and ECGs that are paced elsewhere */
  int *map_beat;      /* [fit->nmaps] which one a map is of */
  int *ecg_beat;      /* [fit->necgs] and an ECG */
  uint8_t *mark;      /* [nlocal] all 0 between uses */
  bool has_ways;      /* of junctions, which go with velocities */
  int64_t runs;       /* hearts so far, with the waves of all beats */
} iso_fit_model;

/* From a set-up with configuration, log and timer, which outlives the model. Not collective: each rank makes
 * its own. ISO_EINPUT for what a run would refuse, too. To be freed whatever the status. */
iso_status iso_fit_model_new(iso_fit_model *out, iso_setup *setup, iso_error *err);
void iso_fit_model_free(iso_fit_model *model);

/* The velocities of region r as z [at.n] has them, without its field. */
iso_speeds iso_fit_model_speeds(const iso_fit_model *model, int r, const double *z);

/* Runs the waves of all beats for z [at.n]. ISO_EFAIL where memory is short. */
iso_status iso_fit_model_run(iso_fit_model *model, const double *z, iso_error *err);

/* From now on there is one beat alone, whose waves begin at the nodes of hit at 0 ms; too: besides where they
 * began before, else there alone. ISO_EFAIL where memory is short. */
iso_status iso_fit_model_pace(iso_fit_model *model, const iso_selection *hit, bool too, iso_error *err);

/* And prepares what iso_fit_model_slope needs of the last run, which was for z; that is changed and put back.
 * Of beats with an ECG also the tangent. */
iso_status iso_fit_model_trace(iso_fit_model *model, double *z, iso_error *err);

/* Times of a beat in the last run, ms, [nlocal]; INFINITY where no wave comes. */
const double *iso_fit_model_times(const iso_fit_model *model, int beat);

/* Adds to slope [at.n] how the sum over weight [n] times the times of nodes in a beat changes with z. */
void iso_fit_model_slope(iso_fit_model *model, int beat, int n, const iso_lid *node, const double *weight,
                         double *slope);

/* The logarithm of what the velocities of an element are times those of the configuration, all directions
 * together. */
double iso_fit_model_factor(const iso_fit_model *model, iso_lid e, const double *z);

/* Of nodes, in any order. */
uint64_t iso_fit_hash_nodes(const iso_mesh *mesh, int n, const iso_lid *node);

/* Of the nodes of scars, and of stimuli whose time is fitted: what their numbers are of. */
uint64_t iso_fit_model_places(const iso_fit_model *model);

/* Of the nodes at which a beat that is paced begins. */
uint64_t iso_fit_beat_site(const iso_fit_beat *beat, const iso_mesh *mesh);

/* ---- tangent.c ---- */

/* Fills a beat's tangent from its rays and the order of its walk: each node's time goes with those that its
 * wave came from as their weights, and with z as what is between. */
void iso_fit_model_set_tangent(const iso_fit_model *model, iso_fit_beat *beat);

/* Adds to slope [at.n] share times how node's time changes with z while those of its ray's nodes stay. */
void iso_fit_model_add_local(const iso_fit_model *model, const iso_fit_beat *beat, iso_lid node, double share,
                             double *slope);

/* ---- angle.c ---- */

/* Prepares the turns of a model with fit.fibre_angle. ISO_EINPUT where the heart is no surface whose elements
 * are oriented alike and have fibres. */
iso_status iso_fit_angle_begin(iso_fit_model *model, iso_error *err);

/* Turns fibres as z has them; and how far, in degrees, counterclockwise as seen from where normals point. */
void iso_fit_angle_set(iso_fit_model *model, const double *z);
double iso_fit_angle_degrees(const iso_fit_model *model, const double *z);

/* The turn of an element; NULL: none. */
const iso_turn *iso_fit_angle_of(const iso_fit_model *model, iso_lid e);

/* Adds share times the derivative of w . D^-1 w in an element. */
void iso_fit_angle_slope(const iso_fit_model *model, iso_lid e, const double w[3], double share,
                         double *slope);

/* ---- scar.c ---- */

/* Finds the nodes and elements of the scars. ISO_EINPUT where a site has no node. */
iso_status iso_fit_scars_begin(iso_fit_model *model, iso_error *err);
void iso_fit_scars_free(iso_fit_model *model);

/* What the velocities in scar number k are times those around. */
double iso_fit_scar_factor(const iso_fit_model *model, int k, const double *z);

/* Sets the scars' factors as z has them; and what the velocities of an element are then times, of all scars
 * together. */
void iso_fit_scars_set(iso_fit_model *model, const double *z);
double iso_fit_scars_of(const iso_fit_model *model, iso_lid e);

/* The same of an element or a node for any z. */
double iso_fit_scars_at(const iso_fit_model *model, iso_lid e, const double *z);
double iso_fit_scars_at_node(const iso_fit_model *model, iso_lid node, const double *z);

/* The variance of what velocities in a node's scars are known by beforehand, of the logarithm. */
double iso_fit_scars_variance(const iso_fit_model *model, iso_lid node);

/* Adds by how much something changes with the logarithm of an element's velocities: all. */
void iso_fit_scars_slope(const iso_fit_model *model, iso_lid e, double all, double *slope);

/* ---- onset.c ---- */

/* Finds the place of onset number k that is thought of beforehand, and how the wall lies there; or the nodes
 * of its stimulus. ISO_EINPUT where that has none. */
iso_status iso_fit_onset_begin(iso_fit_model *model, int k, iso_error *err);

/* Where z has onset number k, which is no stimulus. */
iso_place iso_fit_onset_at(const iso_fit_model *model, int k, const double *z);

/* Prepares its derivatives by z, which is changed and put back. */
void iso_fit_onset_trace(iso_fit_model *model, int k, double *z);

/* Puts onset number k where z has it, with the metrics around, which follow the speeds and boost. */
iso_status iso_fit_onset_set(iso_fit_model *model, int k, const double *z, iso_error *err);

/* When its wave is at a node that it reaches straight. */
double iso_fit_onset_arrives(const iso_fit_model *model, const iso_fit_onset *onset, iso_lid node);

/* Adds share times the derivatives of that. */
void iso_fit_onset_slope(const iso_fit_model *model, int k, iso_lid node, double share, double *slope);

/* Adds by how much something changes with the logarithms of an element's velocities along, across and normal.
 */
void iso_fit_add_element(const iso_fit_model *model, iso_lid e, const double by[3], double *slope);

#endif
