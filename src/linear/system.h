/* Assembly: a mesh and its conductor as sparse rows of this rank's owned nodes, in double on the host.
 *
 * Scaled so that M dV/dt = -K V - M Iion with Iion in mV/ms: M carries the capacity (chi Cm of tissue). Each
 * entry is summed over elements and then over resistors (grid/links.h), each in the order of their global
 * numbers, and the entries of a row stand in the order of the global numbers of their columns, so neither
 * depends on the partition. */
#ifndef ISO_LINEAR_SYSTEM_H
#define ISO_LINEAR_SYSTEM_H

#include "linear/conductor.h"
#include "linear/node_elements.h"

#include <stdbool.h>

typedef struct iso_system {
  iso_lid nrows;              /* owned nodes */
  int64_t *start;             /* [nrows + 1] into column, stiffness and mass */
  iso_lid *column;            /* local node; the diagonal is left out: K 1 = 0 and M 1 = lumped give it */
  double *stiffness;          /* off-diagonal K, mS */
  double *mass;               /* off-diagonal consistent M, or NULL, uF */
  double *lumped;             /* [nrows] lumped M, uF; 0 for a node without elements */
  iso_node_elements elements; /* of each local node, in bundles of iso_bundle(mesh->nelem) */
  double eigenvalue;          /* Gershgorin's bound on the spectrum of lumped^-1 K over all ranks, 1/ms */
  iso_gid eigenvalue_node;    /* global number of the node that gives it */
} iso_system;

/* Collective. Assembles the rows of owned nodes into out, which iso_system_free frees. mesh: read only here.
 * conductor: asked for every element of the mesh; its errors are passed on. consistent_mass: whether
 * out->mass is made besides out->lumped. An element without volume is ISO_EINPUT; on failure out holds
 * nothing. */
iso_status iso_system_new(iso_system *out, const iso_mesh *mesh, iso_conductor conductor,
                          bool consistent_mass, iso_error *err);

/* Frees what system holds, and clears it. */
void iso_system_free(iso_system *system);

/* Frees the rows of K and M, and keeps lumped and the elements of nodes. */
void iso_system_free_matrices(iso_system *system);

/* K_ii of an owned row, mS: minus the sum of its off-diagonals. */
double iso_system_diagonal(const iso_system *system, iso_lid row);

/* Gershgorin's bound on the spectrum of lumped^-1 K from an owned row, 1/ms; 0 for a node without elements.
 */
double iso_system_bound(const iso_system *system, iso_lid row);

#endif
