/* The one communication verb: owners send the values of their boundary nodes to the ranks that hold them as
 * ghosts. Between begin and end neither buffer may be touched; everything else may be computed. */
#ifndef ISO_GRID_HALO_H
#define ISO_GRID_HALO_H

#include "base/error.h"
#include "kernels/types.h"

typedef struct iso_halo {
  MPI_Comm comm;
  iso_lid nowned;
  int nneighbours;
  int *rank;            /* [nneighbours] ascending */
  iso_lid *send_offset; /* [nneighbours + 1] into send_node */
  iso_lid *send_node;   /* local numbers of owned nodes, per neighbour by ascending global number */
  iso_lid *
      recv_offset; /* [nneighbours + 1]; ghosts of neighbour k: nowned + [recv_offset[k], recv_offset[k+1]) */
  MPI_Request *request; /* [2 * nneighbours] */
} iso_halo;

/* Starts an exchange of bytes_per_node bytes for each entry. packed: values in the order of send_node.
 * received: room for all ghosts, in ghost order. Collective among neighbours; one exchange at a time; at most
 * 2 GiB to each neighbour. */
void iso_halo_begin(iso_halo *halo, const void *packed, void *received, size_t bytes_per_node);

/* Completes it: after this, received is valid and packed may be reused. */
void iso_halo_end(iso_halo *halo);

/* Collective. Both, for a host array of nlocal entries: fills its ghosts from their owners. */
iso_status iso_halo_update(iso_halo *halo, void *values, size_t bytes_per_node, iso_error *err);

void iso_halo_free(iso_halo *halo);

#endif
