/* The halo exchange of fields: owner to ghost. An exchange has staging and requests of its own on the mesh's
 * plan, so that several may be under way at once. Between send and receive the owned boundary values may be
 * read but not written, and the ghosts neither; the fields themselves see to that. */
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
  bool begun; /* between send and receive; the transfer is open once the values are with MPI */
  iso_pack pack;
  int nfields, max_fields;
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
/* Of an exchange that is not under way. */
void iso_exchange_free(iso_exchange *exchange);

/* Whether there is anybody to exchange with; without, send and receive only change what fields say of
 * themselves. */
bool iso_exchange_is_needed(const iso_exchange *exchange);

/* Collective among neighbours. The values of field [nfields], which outlive the exchange, set out for the
 * ranks that have them as ghosts. A device whose launches are deferred packs meanwhile, and MPI gets the
 * values in receive: launch what does not need them in between. */
void iso_exchange_send(iso_exchange *exchange, int nfields, iso_field *const field[]);
/* The same for one field whose boundary values the last launch of ISO_BOUNDARY_ROWS has made, and while its
 * inner ones may still be in the making. */
void iso_exchange_send_early(iso_exchange *exchange, iso_field *field);
/* Collective among neighbours. The ghosts of what was sent are there for the launches that follow. */
void iso_exchange_receive(iso_exchange *exchange);

/* Work on the rows of a part of this rank's nodes: those that other ranks have as ghosts and that need
 * theirs, or the inner ones. self: its own, as given with it. */
typedef void iso_rows_work(void *self, bool boundary);

/* Collective among neighbours. Makes fields [nfields] so that they travel while their inner rows are made:
 * boundary rows, send, inner rows. */
void iso_produce(iso_exchange *exchange, int nfields, iso_field *const field[], iso_rows_work *make,
                 void *self);

/* Collective among neighbours. Uses what travels, and its ghosts in the boundary rows alone: inner rows,
 * receive, boundary rows. */
void iso_consume(iso_exchange *exchange, iso_rows_work *use, void *self);

#endif
