/* The members of a study: every combination of what its axes say, as settings of the configuration. */
#ifndef ISO_PLAN_MEMBERS_H
#define ISO_PLAN_MEMBERS_H

#include "base/arena.h"
#include "config/config.h"

typedef struct iso_members_axis {
  const char *name;
  int ncases;
  iso_config_case *cases; /* [ncases] */
} iso_members_axis;

typedef struct iso_members {
  int naxes;
  iso_members_axis *axis; /* [naxes] */
  int n;                  /* members, from 0; the last axis changes first */
  int most_sets;          /* of any member */
  iso_arena *memory;
} iso_members;

enum { ISO_MOST_MEMBERS = 1000000 };

/* Collective over comm. Of a configuration, which outlives them, with the files of its axes. ISO_EINPUT where
 * there is no study in it, a file is no table of keys, or there are more than ISO_MOST_MEMBERS. Free out
 * whatever the status. */
iso_status iso_members_new(iso_members *out, MPI_Comm comm, const iso_config *config, iso_error *err);
void iso_members_free(iso_members *members);

/* The case of a member on an axis. */
const iso_config_case *iso_members_case(const iso_members *members, int member, int axis);

/* The settings of a member into set [most_sets]; returns their number. */
int iso_members_settings(const iso_members *members, int member, const char **set);

#endif
