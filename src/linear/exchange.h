/* The halo exchange of device fields: owner to ghost. An exchange has staging and requests of its own on the
 * mesh's plan, so that several may be under way at once. Between begin and end the owned boundary values may
 * be read but not written, and the ghosts neither. */
#ifndef ISO_LINEAR_EXCHANGE_H
#define ISO_LINEAR_EXCHANGE_H

#include "base/timer.h"
#include "grid/mesh.h"
#include "linear/field.h"

#include <stdbool.h>

typedef struct iso_exchange {
  iso_device *device;
  const iso_halo *halo;
  iso_transfer transfer;
  iso_timer *timer; /* waiting counts as ISO_PHASE_HALO */
  iso_lid nsend, nghost;
  iso_lid *send_node;                /* on the device */
  void *packed, *received;           /* on the device */
  void *host_packed, *host_received; /* where MPI sends from and receives to; NULL: it takes the device's */
  bool begun; /* between begin and end; the transfer is open once the values are with MPI */
  iso_pack pack;
  int nfields;
  iso_field *field[ISO_MAX_FIELDS]; /* [nfields] what travels */
} iso_exchange;

/* Whether MPI is to take halos straight from the memory of device. Never where that is the host's own; else
 * as the environment's ISOCHRONE_GPU_DIRECT says, 0 or 1, or where that is not set, as MPI says of itself.
 * ISO_EINPUT for any other value. */
iso_status iso_exchange_is_direct(const iso_device *device, bool *direct, iso_error *err);

/* An exchange of fields of mesh->nlocal reals on device, up to max_fields <= ISO_MAX_FIELDS at a time. mesh
 * and device outlive it. channel >= 0: exchanges that are under way at the same time have different ones; the
 * same on all ranks. timer: waiting counts there as ISO_PHASE_HALO. Free out whatever the status. */
iso_status iso_exchange_new(iso_exchange *out, iso_device *device, const iso_mesh *mesh, int max_fields,
                            int channel, iso_timer *timer, iso_error *err);
void iso_exchange_free(iso_exchange *exchange);

/* Whether there is anybody to exchange with; without, begin and end do nothing. */
bool iso_exchange_is_needed(const iso_exchange *exchange);

/* Collective among neighbours. field [nfields]: device arrays [nlocal] whose ghosts are to be filled. A
 * device whose launches are deferred packs meanwhile, and MPI gets the values in end: launch what does not
 * need them in between. */
void iso_exchange_begin(iso_exchange *exchange, int nfields, void *const field[]);
/* The same for one field whose boundary values the last launch of ISO_BOUNDARY_ROWS has made. */
void iso_exchange_begin_early(iso_exchange *exchange, void *field);
/* Collective among neighbours. The ghosts are there for the launches that follow. */
void iso_exchange_end(iso_exchange *exchange);

/* Collective among neighbours. The values of field [nfields] set out for the ranks that have them as ghosts,
 * and are there after receive. A device whose launches are deferred packs meanwhile, and MPI gets the values
 * in receive: launch what does not need them in between. */
void iso_exchange_send(iso_exchange *exchange, int nfields, iso_field *const field[]);
void iso_exchange_receive(iso_exchange *exchange);

/* Work on the rows of a part of this rank's nodes: those that other ranks have as ghosts and that need
 * theirs, or the inner ones. */
typedef void iso_rows_work(void *self, bool boundary);

/* Collective among neighbours. Makes fields [nfields] so that they travel while their inner rows are made:
 * boundary rows, send, inner rows. */
void iso_produce(iso_exchange *exchange, int nfields, iso_field *const field[], iso_rows_work *make,
                 void *self);

/* Collective among neighbours. Uses what travels, and its ghosts in the boundary rows alone: inner rows,
 * receive, boundary rows. */
void iso_consume(iso_exchange *exchange, iso_rows_work *use, void *self);

#endif
