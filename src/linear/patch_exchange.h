/* Values of some patches, from their owners to the ranks that have nodes of them as ghosts.
 *
 * Where patches step at their own pace few change at a time, and both sides know which: a message holds those
 * alone, and where there are none no message is sent, so ranks wait for a neighbour only when it has
 * something to say. */
#ifndef ISO_LINEAR_PATCH_EXCHANGE_H
#define ISO_LINEAR_PATCH_EXCHANGE_H

#include "base/timer.h"
#include "grid/mesh.h"
#include "kernels/device.h"

typedef struct iso_patch_exchange {
  iso_device *device;
  const iso_mesh *mesh;
  iso_timer *timer;
  int channel, most_fields;
  iso_lid *send_node;            /* [all sent] on the device, as the halo's */
  void *packed, *received;       /* room for all patches, on the device and */
  char *to, *from;               /* on the host: for each neighbour numbers, then reals */
  size_t *to_start, *from_start; /* [nneighbours + 1] into them */
  MPI_Request *request;          /* [2 nneighbours] */
} iso_patch_exchange;

/* mesh has patches and outlives it, as do device and timer. channel: as of iso_transfer_new, apart from those
 * of other exchanges. Not collective; to be freed whatever the status. */
iso_status iso_patch_exchange_new(iso_patch_exchange *out, iso_device *device, const iso_mesh *mesh,
                                  int most_fields, int channel, iso_timer *timer, iso_error *err);
void iso_patch_exchange_free(iso_patch_exchange *exchange);

/* Collective among neighbours. Brings to ghosts, for each chosen patch, the values of fields [nlocal reals
 * each, on the device] at its nodes, and its number. chosen [patches->nlocal]: nonzero or not, the same for a
 * ghost's patch as for its owner's. number [patches->nlocal]; NULL: none. Its time counts as
 * ISO_PHASE_HALO. */
void iso_patch_exchange_run(iso_patch_exchange *exchange, const uint8_t *chosen, int nfields,
                            void *const field[], int8_t *number);

#endif
