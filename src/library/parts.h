/* What is behind the handle of isochrone.h. */
#ifndef ISO_LIBRARY_PARTS_H
#define ISO_LIBRARY_PARTS_H

#include "act/electrode.h"
#include "library/isochrone.h"
#include "study/running.h"

/* A guest stays where it is once it is invited. */
typedef struct iso_library_electrode {
  iso_electrode *electrode;
  iso_guest guest;
} iso_library_electrode;

typedef enum {
  ISO_LIBRARY_NONE,    /* no simulation: it was not made, or a step of it has failed */
  ISO_LIBRARY_OPEN,    /* before the first step */
  ISO_LIBRARY_STARTED, /* the guests have seen the initial state */
  ISO_LIBRARY_WRITTEN
} iso_library_stage;

struct isochrone {
  MPI_Comm comm; /* its own; MPI_COMM_NULL where it was not made */
  iso_library_stage stage;
  iso_config config;
  iso_log log;
  char *output, *restart;
  iso_run_options options;
  iso_running running;
  iso_lid *order; /* [mesh->nowned] local numbers of owned nodes by ascending global numbers, in which they
                     are read */
  double *room;   /* [mesh->nowned] */
  int nelectrodes;
  iso_library_electrode **electrode; /* [nelectrodes] */
  iso_error err;                     /* of the last call that failed */
};

/* Where the calls of isochrone.h put their message, which is forgotten; NULL without a heart. */
iso_error *iso_library_begin(isochrone *heart);

/* Whether there is a simulation that has not failed, and, if it is to step, whose results are not written:
 * ISO_EINPUT. The same on all ranks that have a heart. */
iso_status iso_library_needs(const isochrone *heart, bool to_step, iso_error *err);

/* Not collective. ISO_EINPUT where the caller's place for n values is NULL; what: these. */
iso_status iso_library_place(int64_t n, const void *place, const char *what, iso_error *err);

/* Collective. The guests are shown the initial state, or that of the checkpoint, unless they were. Where that
 * fails the simulation is gone. */
iso_status iso_library_start(isochrone *heart, iso_error *err);

/* Collective. The local numbers local [n] of nodes, or -1 of those of other ranks. ISO_EINPUT where the mesh
 * has no such node, ISO_EFAIL where memory is short. */
iso_status iso_library_find(const isochrone *heart, int64_t n, const int64_t *nodes, iso_lid *local,
                            iso_error *err);

/* Collective. The nodes of a site, which are some; to be freed with iso_selection_free. */
iso_status iso_library_site(const isochrone *heart, const char *site, iso_selection *out, iso_error *err);

void iso_library_free_electrodes(isochrone *heart);

/* MPI runs. Starts it where nobody has; ISO_EFAIL where it has ended. */
iso_status iso_library_mpi(iso_error *err);

#endif
