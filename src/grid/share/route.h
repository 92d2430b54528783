/* A route: every rank sends some of its items to other ranks, and may get one answer per item back.
 *
 * Items arrive ordered by sending rank, then by their order on the sender. */
#ifndef ISO_GRID_SHARE_ROUTE_H
#define ISO_GRID_SHARE_ROUTE_H

#include "base/error.h"
#include "kernels/types.h"

#include <string.h>

typedef struct iso_route {
  MPI_Comm comm;
  int size, rank;
  int64_t nsend, nrecv;
  int64_t *send_first;  /* [size + 1] into the order of sending */
  int64_t *recv_first;  /* [size + 1] into the order of arrival */
  iso_lid *item;        /* [nsend] item at each place in the order of sending */
  MPI_Request *request; /* [2 * size] */
  char *kept;           /* room for what goes to other ranks, from one time to the next */
  size_t kept_bytes;    /* of an item that there is room for */
} iso_route;

/* Collective. Sends item[i] to rank dest[i], for i in [0, n); item NULL stands for item[i] = i. An item may
 * go to several ranks. */
iso_status iso_route_new(iso_route *route, MPI_Comm comm, int64_t n, const int32_t *dest, const iso_lid *item,
                         iso_error *err);

/* Collective. Keeps what it takes to send items of bytes each, from one time to the next. Called once. */
iso_status iso_route_keep(iso_route *route, size_t bytes, iso_error *err);

/* Collective. items of bytes each -> received [nrecv]. */
iso_status iso_route_send(iso_route *route, const void *items, size_t bytes, void *received, iso_error *err);

/* Collective. The same, but for what stays on this rank: its places are left as they are. */
iso_status iso_route_send_others(iso_route *route, const void *items, size_t bytes, void *received,
                                 iso_error *err);

/* Collective. The reverse: answers [nrecv] -> items; an item that went to several ranks gets one of theirs.
 */
iso_status iso_route_answer(iso_route *route, const void *answers, size_t bytes, void *items, iso_error *err);

void iso_route_free(iso_route *route);

/* Most items are of 4 or 8 bytes, which a copy of a known length takes one instruction for. */
static inline void iso_copy_item(char *to, const char *from, size_t bytes) {
  if (bytes == 4)
    memcpy(to, from, 4);
  else if (bytes == 8)
    memcpy(to, from, 8);
  else
    memcpy(to, from, bytes);
}

#endif
