/* The distributed mesh: what one rank knows of the heart.
 *
 * Every node is owned by one rank. A rank holds its owned nodes, every element and link that touches one of
 * them, and, as ghosts, the other nodes of those. Local node numbers are
 *     [0, ninner)          owned, no element or link shared with another rank's node
 *     [ninner, nowned)     owned, next to another rank's nodes ("boundary")
 *     [nowned, nlocal)     ghosts, by owning rank, then by global number
 * and within inner and within boundary by node_tag, then along a Hilbert curve. Results never depend on this
 * order: whatever is summed is summed in the order of global numbers.
 *
 * With patches (patches.h), a patch is consecutive nodes: it is inner if all of its nodes are, else all of
 * them count as boundary, and ghosts are ordered by owning rank, then by the id of their patch, then by
 * global number.
 *
 * Orphans, the nodes of no element, keep their global numbers, so that node lists of other files stay right.
 * They are owned like others (inner, since no element shares them), have the tag ISO_ORPHAN_TAG
 * (share/node_tags.h) and no mass. */
#ifndef ISO_GRID_MESH_H
#define ISO_GRID_MESH_H

#include "base/error.h"
#include "grid/format/read.h"
#include "grid/halo.h"
#include "grid/patches.h"
#include "grid/share/partition.h"
#include "grid/steps.h"
#include "kernels/types.h"

#include <stdbool.h>

typedef struct iso_mesh {
  MPI_Comm comm;          /* a duplicate owned by the mesh */
  iso_gid nnodes, nelems; /* of the whole mesh */
  iso_lid ninner, nowned, nlocal;
  iso_gid *gid;      /* [nlocal] global number (file order; of the refined mesh if refined) */
  double (*xyz)[3];  /* [nlocal] mm */
  int32_t *node_tag; /* [nlocal] tag with the largest share of the node's lumped volume, the lowest on ties;
                        only elements of the highest dimension at the node count */
  int32_t *run; /* [nlocal] place along the curve through all nodes / iso_run_length; NULL without patches */

  iso_lid nelem;         /* elements with at least one owned node, ascending by global number */
  int width;             /* columns of conn */
  iso_gid *elem_numbers; /* [nelem] global numbers, see iso_mesh_elem; packed: of runs that skip none */
  iso_steps skips;       /* packed: where one is skipped */
  uint8_t *shape;        /* [nelem] iso_shape */
  int32_t *tag;          /* [nelem], see iso_mesh_tag; packed: of each run */
  iso_steps kinds;       /* packed: where a tag differs from that of the element before */
  int32_t *file_tag; /* what tag was before others were given (retag.h), or NULL: tag; with its own runs */
  iso_steps file_kinds;
  iso_lid *conn;      /* [nelem][width] local node numbers in the file's order, unused columns -1 */
  float (*fibres)[3]; /* [nelem] unit, zero where there is no direction, or NULL; packed: of each run */
  float (*sheets)[3]; /* [nelem] unit, orthogonal to fibres, zero where there is none, or NULL; likewise */
  iso_steps turns;    /* packed: where a direction differs from that of the element before */

  iso_mesh_links links;

  bool has_skin; /* whether any rank has any of it */
  iso_skin skin; /* nodes of surfaces that are no tissue, by global number */

  iso_surfaces surfaces; /* named ones: this rank's share of the items, by global number (ask/named.h) */
  iso_tag_names tag_names;

  iso_halo *halo;       /* owner-to-ghost exchange of this mesh */
  iso_patches *patches; /* NULL unless the partition's options ask for them */
  uint64_t checksum;    /* of nodes, elements, tags, fibres, links and named surfaces; the same on any number
                           of ranks */
} iso_mesh;

/* Collective. Makes the mesh of a slice: repair (repair.h), partition, migration. The slice is consumed:
 * freed as its parts are no longer needed, on failure too. options NULL: the defaults; notes may be NULL.
 * ISO_EINPUT for a mesh that cannot be used. */
iso_status iso_mesh_build(MPI_Comm comm, iso_slice *slice, const iso_partition_options *options,
                          iso_mesh **out, iso_notes *notes, iso_error *err);

void iso_mesh_free(iso_mesh *mesh);

/* Of a local element: its tag, and the one that it has in the mesh as it was built, whatever it has now. */
static inline int32_t iso_mesh_tag(const iso_mesh *m, iso_lid e) {
  return m->tag[iso_steps_run(&m->kinds, e)];
}
static inline int32_t iso_mesh_file_tag(const iso_mesh *m, iso_lid e) {
  return m->file_tag ? m->file_tag[iso_steps_run(&m->file_kinds, e)] : iso_mesh_tag(m, e);
}

/* Its global number, and its directions, or NULL where the mesh has none. */
static inline iso_gid iso_mesh_elem(const iso_mesh *m, iso_lid e) {
  return m->elem_numbers[iso_steps_run(&m->skips, e)] + (m->skips.bits ? e : 0);
}
static inline const float *iso_mesh_fibre(const iso_mesh *m, iso_lid e) {
  return m->fibres ? m->fibres[iso_steps_run(&m->turns, e)] : NULL;
}
static inline const float *iso_mesh_sheet(const iso_mesh *m, iso_lid e) {
  return m->sheets ? m->sheets[iso_steps_run(&m->turns, e)] : NULL;
}

/* Coordinates in mm of the nodes of local element e; rows from its number of nodes on are left as they are.
 */
void iso_mesh_corners(const iso_mesh *mesh, iso_lid e, double x[ISO_MAX_NODES][3]);

#endif
