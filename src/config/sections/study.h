/* The section study: many simulations as one. */
#ifndef ISO_CONFIG_SECTIONS_STUDY_H
#define ISO_CONFIG_SECTIONS_STUDY_H

#include "config/sections/member.h"

#include <stdint.h>

/* Settings that belong together, each "key.path=value" as of --set. */
typedef struct iso_config_case {
  char *name; /* known after loading */
  int nset;   /* 0: the configuration as it is */
  char **set;
} iso_config_case;

/* A number that members draw; of the distributions one is given, the others are NAN. */
typedef struct iso_config_drawn {
  char *key;           /* its path */
  char *name;          /* of its column; known after loading */
  double uniform[2];   /* from, to */
  double normal[2];    /* mean, standard deviation */
  double lognormal[2]; /* median, and the factor that is one standard deviation */
  double whole[2];     /* from, to, both included: whole numbers, say seeds */
} iso_config_drawn;

/* What members of a study differ in: a key with its values, cases, the rows of a table, what they draw, or
 * hearts of a twin. */
typedef struct iso_config_axis {
  char *name; /* known after loading */
  char *key;  /* "stimuli.0.site", or NULL */
  int nvalues;
  char **values; /* of the key, as YAML */
  int ncases;
  iso_config_case *cases;
  char *file;      /* CSV, resolved; NULL: none */
  char *twin;      /* NAME.twin.nc, resolved, whose members are the cases; NULL: none */
  bool own_beat;   /* of a twin: its waves begin where and when it says */
  double later_ms; /* added to these times */
  int draws;       /* cases that draw; of a twin 0: all members */
  int64_t seed;
  int ndrawn;
  iso_config_drawn *drawn;
} iso_config_axis;

/* What an outcome has to be for a member to count as one of the cohort. */
typedef struct iso_config_accept {
  char *outcome;
  double between[2]; /* both included */
} iso_config_accept;

/* Where the next lesion of a loop of inducing and ablating goes: to the exit of the circuit, to its isthmus
 * (observe/isthmus.h), or where the dominant frequency is highest. */
typedef enum { ISO_ABLATE_EXIT, ISO_ABLATE_ISTHMUS, ISO_ABLATE_FREQUENCY } iso_ablate_at;

enum { ISO_MOST_ROUND_LESIONS = 100 };

/* Members induce, ablate and induce again, until nothing is induced or there are no lesions left. */
typedef struct iso_config_ablation {
  int lesions; /* at most; 0: members run once */
  iso_ablate_at at;
  double radius_mm; /* of a ball; NAN: the lesion is a path to barriers */
  int nbarriers;
  char **barriers; /* sites; through the place to the nearest two of them, or to the one */
  double width_mm; /* of the path */
} iso_config_ablation;

/* Members are run by waves that come again first (method: recurrent_eikonal), and in full where these propose
 * them, or where they are in a sample. */
typedef struct iso_config_screen {
  char *outcome; /* of the wave, which proposes the member where it is so much at least */
  double at_least;
  int sample; /* members that are run in full whatever it says */
  int64_t seed;
  int nset;
  char **set; /* [nset] settings of the wave alone */
} iso_config_screen;

#define ISO_CIRCUIT_KEYS(X)                                                                                  \
  X(double, REAL, exit_mm, "two members have the same circuit where their exits are no farther apart,",      \
    .fallback = "10", RANGE(0, 1e4))                                                                         \
  X(double, REAL, cycle_percent, "and their cycle lengths differ by no more,", .fallback = "10",             \
    RANGE(0, 1e3))                                                                                           \
  X(double, REAL, overlap, "and the order in which the surface activates agrees to this part, of 1",         \
    .fallback = "0.8", RANGE(0, 1))

typedef struct iso_config_circuits {
  ISO_CIRCUIT_KEYS(ISO_CONFIG_MEMBER)
} iso_config_circuits;

/* Many simulations as one: a member for each combination of what its axes say. */
typedef struct iso_config_study {
  char *question; /* or NULL */
  int naxes;      /* 0: no study, but for the ablation of the one member */
  iso_config_axis *axes;
  int noutcomes; /* 0: all that there are */
  char **outcomes;
  char *rank_by; /* the outcome by which members are ranked, with - before it where the largest is best; or
                    NULL */
  int maps;      /* of the best members, on the page */
  int ncompare;
  int32_t *compare; /* [ncompare] numbers of members, from 1, that the page shows, too, to compare with */
  int ranks;        /* that work on a member */
  double shared_ms; /* what members begin alike with is made once until then; 0: not */
  iso_config_ablation ablation;
  bool has_screen;
  iso_config_screen screen;
  iso_config_circuits circuits;
  int naccept; /* conditions, all of which accepted members meet; 0: no such column */
  iso_config_accept *accept;
} iso_config_study;

#endif
