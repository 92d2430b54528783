#include "plan/effort.h"

#include "base/print.h"

#include <stdio.h>

void iso_effort_add_up(iso_effort *e, bool leads, MPI_Comm comm) {
  enum { NSUMS = 7 };
  double mine[NSUMS] = {e->members, e->member_s,     e->begun_steps, e->begun_s,
                        e->shared,  e->spared_steps, e->steps};
  double all[NSUMS] = {0};
  for (int k = 0; k < NSUMS && !leads; k++) mine[k] = 0;
  MPI_Reduce(mine, all, NSUMS, MPI_DOUBLE, MPI_SUM, 0, comm);
  *e = (iso_effort){all[0], all[1], all[2], all[3], all[4], all[5], all[6]};
}

static void print_shared(const iso_effort *e) {
  if (e->shared == 0) return;
  iso_print(stdout, "shared       %.0f steps", e->begun_steps);
  if (e->begun_steps > 0) printf(" in %.2f s", e->begun_s);
  printf(" for %.0f members, instead of %.0f", e->shared, e->spared_steps);
  if (e->begun_steps > 0) printf(" in about %.2f s", e->begun_s / e->begun_steps * e->spared_steps);
  printf("; %.0f afterwards\n", e->steps);
}

void iso_effort_print(const iso_effort *e, int ngroups, double all_s) {
  if (e->members == 0) return;
  iso_print(stdout, "time         %.1f%% of %d x %.1f s in members\n", 100 * e->member_s / (ngroups * all_s),
            ngroups, all_s);
  print_shared(e);
}
