/* What goes on after the last stimulus: for how long, with what cycle length, and where it ends. It follows
 * from the last two activations of every node, so it takes the same memory however long the run is. */
#ifndef ISO_OBSERVE_REENTRY_H
#define ISO_OBSERVE_REENTRY_H

#include "observe/isthmus.h"
#include "solve/guest.h"

#include <stdbool.h>

typedef struct iso_reentry_options {
  double last_stimulus_ms; /* end of the last one that is known beforehand: -INFINITY: there is none,
                              INFINITY: they go on. Pulses that guests give count besides */
  double sustained_ms;     /* activity that lasts so long after the last stimulus is sustained */
  double window_ms;        /* before the last activation of all: nodes that activated in it tell the cycle */
} iso_reentry_options;

typedef struct iso_reentry iso_reentry;

/* Not collective; to be freed where it is ISO_OK. mesh outlives it. */
iso_status iso_reentry_new(iso_reentry **out, const iso_mesh *mesh, const iso_reentry_options *options,
                           iso_error *err);
void iso_reentry_free(iso_reentry *reentry);

/* The observer: it looks after every step and only reads the view's events. Publishes the numbers below and,
 * where a node activated twice after the last stimulus, the maps last_activation_time and last_interval. Does
 * not own. */
iso_guest iso_reentry_guest(iso_reentry *reentry);

/* A guest that ends the run as soon as activity is sustained, asking every so often. Invite it after the
 * other. Does not own. */
iso_guest iso_reentry_ender(iso_reentry *reentry, double every_ms);

/* An owned node's last activation, and the one before it, ms; NAN: none. */
double iso_reentry_last(const iso_reentry *reentry, iso_lid node);
double iso_reentry_before(const iso_reentry *reentry, iso_lid node);

typedef struct iso_reentry_summary {
  bool known;             /* false: stimuli go on without end, and nothing else is said */
  bool induced;           /* sustained_ms is at least that of the options */
  bool goes_on;           /* a node has not recovered from an activation after the last stimulus */
  double sustained_ms;    /* from the end of the last stimulus to the last activation of any node; 0: none */
  double cycle_length_ms; /* median over the nodes of the last interval, both ends of it after the last
                             stimulus, the second in the window; NAN: none */
  double last_ms;         /* the last activation; NAN: none after the last stimulus */
  iso_gid last_node;      /* where; the lowest of several; -1: none */
  double last_mm[3];      /* NAN: none */
} iso_reentry_summary;

/* Collective; the same on all ranks, and on any number of them. */
iso_reentry_summary iso_reentry_summarise(const iso_reentry *reentry);

/* As the last report found it: none before, and where no node has an interval. The same on all ranks. */
iso_isthmus iso_reentry_isthmus(const iso_reentry *reentry);

#endif
