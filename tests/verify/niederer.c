#include "verify/niederer.h"

#include "solve/fixture.h"
#include "study/setup.h"

#include <math.h>
#include <stdlib.h>

typedef struct points {
  iso_lid node[NIEDERER_POINTS]; /* nearest owned, or -1 where another rank's is nearer */
  double activation[NIEDERER_POINTS];
  int missing; /* of this rank's */
} points;

/* The benchmark's points are nodes of every mesh in use, but for the centre, which lies between nodes where
 * the number of cubes is odd along y or z: then the first of the nearest counts. */
static void find(points *p, const iso_mesh *mesh, const iso_config *config) {
  for (int k = 0; k < NIEDERER_POINTS; k++) {
    struct {
      double square;
      int rank;
    } mine = {INFINITY, 0}, best;
    MPI_Comm_rank(mesh->comm, &mine.rank);
    iso_gid gid = mesh->nnodes;
    p->node[k] = -1, p->activation[k] = NAN;
    for (iso_lid i = 0; i < mesh->nowned; i++) {
      double square = 0;
      for (int d = 0; d < 3; d++) square += pow(mesh->xyz[i][d] - config->outputs.probes[k].at_mm[d], 2);
      if (square < mine.square || (square == mine.square && mesh->gid[i] < gid))
        mine.square = square, p->node[k] = i, gid = mesh->gid[i];
    }
    MPI_Allreduce(&mine, &best, 1, MPI_DOUBLE_INT, MPI_MINLOC, mesh->comm);
    if (best.rank != mine.rank) p->node[k] = -1;
    p->missing += p->node[k] >= 0;
  }
}

static iso_status look(void *self, const iso_view *view, iso_error *err) {
  points *p = self;
  (void)err;
  for (int64_t e = 0; e < view->nevents; e++)
    for (int k = 0; k < NIEDERER_POINTS; k++)
      if (view->events[e].kind == ISO_ACTIVATED && view->events[e].node == p->node[k] &&
          isnan(p->activation[k]))
        p->activation[k] = view->events[e].time_ms, p->missing--;
  return ISO_OK;
}

static int any_missing(const points *p) {
  int missing = p->missing;
  MPI_Allreduce(MPI_IN_PLACE, &missing, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
  return missing > 0;
}

void niederer_run(const char *file, int nset, const char *const *set, double until_ms,
                  double activation[NIEDERER_POINTS]) {
  iso_config config;
  iso_log log = iso_log_new(MPI_COMM_WORLD, stderr, ISO_LOG_WARNING);
  iso_timer timer;
  points p = {.missing = 0};
  const iso_guest observer = {.name = "points", .stop_ms = INFINITY, .self = &p, .look = look};
  iso_timer_start(&timer);
  DEMAND(iso_config_load(&config, MPI_COMM_WORLD, file, nset, set, WHY));
  iso_setup setup = {.config = &config, .log = &log, .timer = &timer};
  DEMAND(iso_setup_all(&setup, MPI_COMM_WORLD, WHY));
  DEMAND(config.outputs.nprobes == NIEDERER_POINTS ? ISO_OK
                                                   : iso_fail(WHY, ISO_EFAIL, "%s: not nine probes", file));
  find(&p, setup.mesh, &config);
  DEMAND(iso_simulation_invite(setup.simulation, &observer, WHY));
  DEMAND(iso_simulation_start(setup.simulation, WHY));
  while (iso_simulation_time(setup.simulation) < until_ms && any_missing(&p)) {
    DEMAND(iso_simulation_step(setup.simulation, WHY));
    DEMAND(iso_simulation_show(setup.simulation, WHY));
  }
  for (int k = 0; k < NIEDERER_POINTS; k++) activation[k] = isnan(p.activation[k]) ? -1 : p.activation[k];
  MPI_Allreduce(MPI_IN_PLACE, activation, NIEDERER_POINTS, MPI_DOUBLE, MPI_MAX, MPI_COMM_WORLD);
  for (int k = 0; k < NIEDERER_POINTS; k++)
    if (activation[k] < 0) activation[k] = NAN;
  iso_setup_free(&setup);
  iso_config_free(&config);
}
