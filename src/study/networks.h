/* Networks of lines beside the mesh of a configuration (mesh.networks). */
#ifndef ISO_STUDY_NETWORKS_H
#define ISO_STUDY_NETWORKS_H

#include "grid/make/tree.h"
#include "study/setup.h"

/* Whole on every rank. */
typedef struct iso_networks {
  int n;
  iso_network *network; /* [n] */
  iso_tree *tree;       /* [n] */
} iso_networks;

/* Collective. As they are in their files. ISO_EINPUT, with the network's key, for what iso_tree_read refuses.
 * To be freed whatever the status. */
iso_status iso_networks_read(iso_networks *out, const iso_setup *setup, MPI_Comm comm, iso_notes *notes,
                             iso_error *err);
void iso_networks_free(iso_networks *networks);

/* Collective. Adds them to a slice. ISO_EINPUT likewise for what iso_slice_add_networks refuses. */
iso_status iso_networks_add(const iso_networks *networks, const iso_setup *setup, MPI_Comm comm,
                            iso_slice *slice, iso_error *err);

#endif
