/* The halo exchange of device fields: owner to ghost. Between begin and end the owned boundary values may be
 * read but not written, and the ghosts neither. */
#ifndef ISO_LINEAR_EXCHANGE_H
#define ISO_LINEAR_EXCHANGE_H

#include "base/timer.h"
#include "grid/mesh.h"
#include "kernels/device.h"

#include <stdbool.h>

typedef struct iso_exchange {
  iso_device *device;
  iso_halo *halo;
  iso_timer *timer; /* waiting counts as ISO_PHASE_HALO */
  iso_lid nsend, nghost;
  iso_lid *send_node;                /* on the device */
  void *packed, *received;           /* on the device */
  void *host_packed, *host_received; /* where MPI sends from and receives to; NULL: it takes the device's */
  bool sent;                         /* the values are with MPI */
  iso_pack pack;
} iso_exchange;

/* For fields of nlocal reals, up to max_fields at a time. */
iso_status iso_exchange_new(iso_exchange *out, iso_device *device, const iso_mesh *mesh, int max_fields,
                            iso_timer *timer, iso_error *err);
void iso_exchange_free(iso_exchange *exchange);

/* Whether there is anybody to exchange with. */
bool iso_exchange_is_needed(const iso_exchange *exchange);

/* Collective among neighbours. field [nfields]: device arrays whose ghosts are to be filled. A device whose
 * launches are deferred packs meanwhile, and MPI gets the values in end: launch what does not need them in
 * between. */
void iso_exchange_begin(iso_exchange *exchange, int nfields, void *const field[]);
/* The same for one field whose boundary values the last launch of ISO_BOUNDARY_ROWS has made. */
void iso_exchange_begin_early(iso_exchange *exchange, void *field);
void iso_exchange_end(iso_exchange *exchange);

#endif
