/* The members of a study: every combination of what its axes say, as settings of the configuration. */
#ifndef ISO_PLAN_MEMBERS_H
#define ISO_PLAN_MEMBERS_H

#include "fit/cases.h"

#define ISO_HEARTS_FIELDS "hearts.nc" /* of a twin's hearts, in a study's folder */

typedef struct iso_members_axis {
  const char *name;
  const iso_config_axis *asked;
  int ncases;
  iso_config_case *cases; /* [ncases] */
} iso_members_axis;

/* A column of the table that tells members apart. */
typedef struct iso_members_column {
  const char *name;
  int axis;
  int drawn; /* number of what is drawn on that axis; -1: the name of the case */
} iso_members_column;

typedef struct iso_members {
  int naxes;
  iso_members_axis *axis; /* [naxes] */
  int n;                  /* members, from 0; the last axis changes first */
  int ncolumns;           /* of the table: one an axis, and one a number that is drawn */
  iso_members_column *column;
  int most_sets;       /* of any member */
  iso_twin_cases twin; /* of the axis that has one */
  char *fields;        /* the file of its fields; NULL: nobody runs them */
  iso_arena *memory;
} iso_members;

enum { ISO_MOST_MEMBERS = 1000000 };

/* Collective over comm. Of a configuration, which outlives them, with the files of its axes, to run in a
 * folder; NULL: nobody runs them, and what costs time and is not in the table is left out. ISO_EINPUT where
 * there is no study in it, a file is no table of keys, or there are more than ISO_MOST_MEMBERS. Free out
 * whatever the status. */
iso_status iso_members_new(iso_members *out, MPI_Comm comm, const iso_config *config, const char *folder,
                           iso_error *err);
void iso_members_free(iso_members *members);

/* One rank's, the first of comm: writes what members read beside the configuration into the folder. */
iso_status iso_members_save(const iso_members *members, iso_error *err);

/* Whether an axis is hearts that are drawn, or those of a twin: what comes of them is a distribution. */
bool iso_members_draws(const iso_members_axis *axis);

/* The case of a member on an axis. */
const iso_config_case *iso_members_case(const iso_members *members, int member, int axis);

/* What a member has in a column of the table. */
const char *iso_members_cell(const iso_members *members, int member, int column);

/* The settings of a member into set [most_sets]; returns their number. */
int iso_members_settings(const iso_members *members, int member, const char **set);

#endif
