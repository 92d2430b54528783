/* Hearts of a twin as settings of its configuration: what a study runs, or a run (fit/twin_run.h). */
#ifndef ISO_FIT_CASES_H
#define ISO_FIT_CASES_H

#include "base/arena.h"
#include "fit/drawn.h"

typedef struct iso_twin_cases {
  int n;
  iso_config_case *cases; /* [n] named by the members' numbers in the twin, from 1, or "median" or "best" */
  int nnumbers;           /* the first settings of each, which tell the members apart */
  iso_config_drawn *numbers; /* [nnumbers] their keys and names */
  iso_drawn_field field;     /* rank 0's: as velocity_field and apd_field have them; nnodes 0: none */
} iso_twin_cases;

/* Collective over comm. Of hearts of a twin: velocities of regions by velocity; where monodomain runs
 * have them (asked->by_monodomain) conductivities, too, that give such velocities on this mesh
 * (fit/conductivities.h); when stimuli begin that the twin's waves begin with, and a new stimulus for each
 * onset that is a place (asked->own_beat); a velocity_field for that of the twin, and an apd_field for its
 * durations, in a file fields, with its path from the root, to be saved. fields NULL: nobody runs them; then
 * without conductivities and field, and refused as those that are run, but for conductivities. Texts are in
 * memory; the field is to be freed by iso_drawn_field_free, whatever the status. ISO_EINPUT where the twin is
 * of another heart (fit/drawn.h), where a wave begins before 0 ms, and where monodomain runs are to have
 * hearts with durations of their own, or both kinds of methods hearts with a field. */
iso_status iso_twin_cases_new(iso_twin_cases *out, MPI_Comm comm, const iso_config *config,
                              const iso_hearts_asked *asked, const char *fields, iso_arena *memory,
                              iso_error *err);

/* One rank's, which has a field: the NetCDF file with one of each case. */
iso_status iso_twin_cases_save(const iso_twin_cases *cases, const char *path, iso_error *err);

#endif
