/* The eikonal wave: when a wave reaches every node of a mesh, from where and when it starts and how fast it
 * runs along fibres, sheets and their normals,
 *     sqrt(grad t . D grad t) = 1,  D = cf^2 f f + cs^2 s s + cn^2 n n
 * in each element (f its fibre, s its sheet, n = f x s; cs in every direction without a fibre), t = t_i at
 * the sources. Only first arrivals: a wave that comes later finds nothing to excite.
 *
 * Times are linear in elements; of a hexahedron the wave goes from both halves of each face, cut along either
 * diagonal, to the nodes across. A node's time is the least that any of its elements gives (simplex.h), which
 * is found in rounds over those that may have changed: a fast iterative method (Jeong and Whitaker, SIAM J
 * Sci Comput 30:2512-2534, 2008; on tetrahedra Fu, Kirby and Whitaker, SIAM J Sci Comput 35:C473-C494, 2013)
 * with the frontier taken in bands of time. Links, as the junctions of a network are, pass a wave with a
 * delay. First order in the length of edges. The rounds are the same on
 * any number of ranks and threads, and so are the bits. */
#ifndef ISO_EIKONAL_EIKONAL_H
#define ISO_EIKONAL_EIKONAL_H

#include "eikonal/simplex.h"
#include "grid/mesh.h"
#include "tissue/tissue.h"

#include <stdbool.h>

/* Of a region, m/s = mm/ms, all three above 0. */
typedef struct iso_speeds {
  double along, across, normal; /* to fibre; in the sheet; to the sheet */
  double front_mm; /* width of a front, over which fibres and sheets that turn are averaged; 0: none is */
} iso_speeds;

/* A turn of an element's directions about an axis, a unit vector: cosine and sine of its angle. */
typedef struct iso_turn {
  double axis[3], cosine, sine;
} iso_turn;

/* D^-1 of a local element with its region's speeds, times the root of boost, and its own directions, turned
 * by turn unless that is NULL: |u|^2 = u . D^-1 u is the square of the time for a way u. */
iso_metric iso_eikonal_metric(const iso_mesh *mesh, iso_lid e, const iso_speeds *speeds, double boost,
                              const iso_turn *turn);

/* Its part in direction 0, along the fibre, 1, across it in the sheet, or 2, normal to the sheet; they add up
 * to it. On a mesh without sheets every way across is 1. */
iso_metric iso_eikonal_metric_part(const iso_mesh *mesh, iso_lid e, const iso_speeds *speeds, double boost,
                                   const iso_turn *turn, int direction);

typedef struct iso_eikonal iso_eikonal;

/* Collective. tissue tells the regions of elements; mesh outlives it. threads: of this rank, at least 1.
 * Speeds are to follow. ISO_EFAIL where memory is short. */
iso_status iso_eikonal_new(iso_eikonal **out, const iso_mesh *mesh, int threads, iso_error *err);
void iso_eikonal_free(iso_eikonal *eikonal);

/* From the next iso_eikonal_set_speeds on, directions are turned by turn [mesh->nelem], which outlives the
 * wave; NULL: as they are in the mesh. */
void iso_eikonal_set_turns(iso_eikonal *eikonal, const iso_turn *turn);

/* Collective. Speeds [tissue->nregions] of the elements by their region, times the root of tissue->boost,
 * which goes with the square of a velocity; again for another wave. ISO_EINPUT
 * where an element belongs to no region or a speed is not positive. */
iso_status iso_eikonal_set_speeds(iso_eikonal *eikonal, const iso_tissue *tissue, const iso_speeds *speeds,
                                  iso_error *err);

/* How long a wave takes through a link, ms, 0 or more; INFINITY: it does not pass. */
typedef struct iso_delays {
  double forward, back; /* from node[0] to node[1] of it, and the other way */
  bool way; /* and besides, either way, what the wave needs straight through tissue as that around node[1] */
} iso_delays;

/* Collective, after iso_eikonal_set_speeds. The mesh's links pass waves after delays [n] by their group;
 * those of other groups pass none, as all do where this is not called. ISO_EINPUT where a delay is negative
 * or none, ISO_EFAIL where memory is short. */
iso_status iso_eikonal_set_delays(iso_eikonal *eikonal, int n, const iso_delays *delays, iso_error *err);

/* Forgets sources and times. */
void iso_eikonal_clear(iso_eikonal *eikonal);

/* A wave starts at owned nodes node [count] (none on this rank: count 0) at a time, unless one is there
 * before. */
void iso_eikonal_start_at(iso_eikonal *eikonal, double time_ms, int64_t count, const iso_lid *node);

typedef struct iso_eikonal_work {
  int64_t rounds;  /* the same on all ranks */
  int64_t updates; /* of nodes, over all ranks */
} iso_eikonal_work;

/* Collective. Runs all waves from their sources; work may be NULL. ISO_EFAIL where memory is short. */
iso_status iso_eikonal_solve(iso_eikonal *eikonal, iso_eikonal_work *work, iso_error *err);

/* Times, ms, [mesh->nlocal], of ghosts, too; INFINITY where no wave comes. Valid until the next call. */
const double *iso_eikonal_times(const iso_eikonal *eikonal);

#endif
