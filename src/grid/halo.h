/* The one communication verb: owners send the values of their boundary nodes to the ranks that hold them as
 * ghosts. The halo is the plan, which many share and nobody changes; a transfer has the requests of one
 * exchange. Between begin and end neither buffer may be touched; everything else may be computed. */
#ifndef ISO_GRID_HALO_H
#define ISO_GRID_HALO_H

#include "base/error.h"
#include "kernels/types.h"

#include <stdbool.h>

typedef struct iso_halo {
  MPI_Comm comm;
  iso_lid nowned;
  int nneighbours;
  int *rank;            /* [nneighbours] ascending */
  iso_lid *send_offset; /* [nneighbours + 1] into send_node */
  iso_lid *send_node;   /* local numbers of owned nodes, per neighbour by ascending global number */
  iso_lid *
      recv_offset; /* [nneighbours + 1]; ghosts of neighbour k: nowned + [recv_offset[k], recv_offset[k+1]) */
} iso_halo;

/* halo may be NULL. */
void iso_halo_free(iso_halo *halo);

/* Collective. A whole exchange of a host array: fills the ghosts of values [nlocal], bytes_per_node each,
 * from their owners. ISO_EFAIL where memory is short. */
iso_status iso_halo_update(const iso_halo *halo, void *values, size_t bytes_per_node, iso_error *err);

typedef struct iso_transfer {
  const iso_halo *halo;
  int channel;
  bool open;            /* between begin and end */
  MPI_Request *request; /* [2 * nneighbours] */
} iso_transfer;

/* Room for one exchange at a time on the plan halo, which outlives it. channel >= 0: transfers that are under
 * way at the same time have different ones, and all ranks use the same one for the same exchange; the order
 * in which ranks begin and end them is then free. ISO_EFAIL where memory is short. */
iso_status iso_transfer_new(iso_transfer *out, const iso_halo *halo, int channel, iso_error *err);
/* Of a transfer that is not under way. */
void iso_transfer_free(iso_transfer *transfer);

/* Collective among neighbours. Starts to exchange bytes_per_node bytes for each entry. packed: values in the
 * order of send_node. received: room for all ghosts, in ghost order. At most 2 GiB to each neighbour. */
void iso_transfer_begin(iso_transfer *transfer, const void *packed, void *received, size_t bytes_per_node);

/* Collective among neighbours. Completes it: received is valid, packed may be reused, and no request is open.
 */
void iso_transfer_end(iso_transfer *transfer);

#endif
