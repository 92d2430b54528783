#include "linear/exchange.h"

#include "base/assert.h"
#include "base/memory.h"
#include "linear/device_memory.h"

#include <mpi.h>
#ifdef OPEN_MPI
#include <mpi-ext.h>
#endif

#include <stdlib.h>
#include <string.h>

/* Whether MPI was built for, and runs with, buffers in GPU memory. */
static bool mpi_takes_gpu_memory(void) {
#if defined MPIX_CUDA_AWARE_SUPPORT && MPIX_CUDA_AWARE_SUPPORT
  return MPIX_Query_cuda_support() == 1;
#else
  return false;
#endif
}

/* What MPI says of itself is not always so: a container may lack what it needs, and not every MPI that can is
 * asked here. So the user has the last word. */
iso_status iso_exchange_is_direct(const iso_device *device, bool *direct, iso_error *err) {
  const char *wish = getenv("ISOCHRONE_GPU_DIRECT");
  *direct = false;
  if (wish && strcmp(wish, "0") && strcmp(wish, "1"))
    return iso_fail(err, ISO_EINPUT,
                    "ISOCHRONE_GPU_DIRECT in the environment is neither 0 nor 1; unset it to let MPI say "
                    "whether it takes GPU memory");
  if (!iso_device_is_host(device)) *direct = wish ? *wish == '1' : mpi_takes_gpu_memory();
  return ISO_OK;
}

iso_status iso_exchange_new(iso_exchange *out, iso_device *device, const iso_mesh *mesh, int max_fields,
                            int channel, iso_timer *timer, iso_error *err) {
  const iso_halo *halo = mesh->halo;
  *out = (iso_exchange){.device = device, .halo = halo, .timer = timer, .max_fields = max_fields};
  bool direct;
  ISO_ASSERT(max_fields <= ISO_MAX_FIELDS && channel >= 0);
  ISO_TRY(iso_exchange_is_direct(device, &direct, err));
  ISO_TRY(iso_transfer_new(&out->transfer, halo, channel, err));
  out->nsend = halo->send_offset[halo->nneighbours];
  out->nghost = mesh->nlocal - mesh->nowned;
  const size_t bytes = device->real_bytes * (size_t)max_fields;
  const size_t sent = (size_t)out->nsend * bytes, received = (size_t)out->nghost * bytes;
  out->send_node = iso_device_alloc(device, (size_t)out->nsend * sizeof *out->send_node);
  out->packed = iso_device_alloc(device, sent);
  out->received = iso_device_alloc(device, received);
  if (!direct) {
    out->host_packed = iso_device_host_alloc(device, sent);
    out->host_received = iso_device_host_alloc(device, received);
  }
  if (!out->send_node || !out->packed || !out->received ||
      (!direct && (!out->host_packed || !out->host_received)))
    return iso_fail_device(err, device, sent + received, "the halo");
  iso_device_upload(device, out->send_node, 0, halo->send_node, (size_t)out->nsend * sizeof *out->send_node);
  return ISO_OK;
}

void iso_exchange_free(iso_exchange *x) {
  if (!x->device) return;
  ISO_ASSERT(!x->begun);
  iso_transfer_free(&x->transfer);
  iso_device_release(x->device, x->send_node);
  iso_device_release(x->device, x->packed);
  iso_device_release(x->device, x->received);
  iso_device_host_release(x->device, x->host_packed);
  iso_device_host_release(x->device, x->host_received);
  memset(x, 0, sizeof *x);
}

bool iso_exchange_is_needed(const iso_exchange *x) { return x->halo->nneighbours > 0; }

static void hand_over(iso_exchange *x) {
  const size_t bytes = x->device->real_bytes * (size_t)x->pack.nfields;
  x->timer->messages += x->halo->nneighbours;
  x->timer->bytes += x->nsend * (int64_t)bytes;
  iso_device_wait_packed(x->device);
  iso_transfer_begin(&x->transfer, x->host_packed ? x->host_packed : x->packed,
                     x->host_received ? x->host_received : x->received, bytes);
}

static void pack(iso_exchange *x, int boundary) {
  iso_phase before = iso_timer_enter(x->timer, ISO_PHASE_HALO);
  x->pack = (iso_pack){.count = x->nsend,
                       .node = x->send_node,
                       .boundary = boundary,
                       .nfields = x->nfields,
                       .packed = x->packed,
                       .host = x->host_packed};
  for (int f = 0; f < x->nfields; f++) x->pack.field[f] = x->field[f]->real;
  iso_launch_pack(x->device, &x->pack);
  if (!x->device->deferred) hand_over(x);
  iso_timer_enter(x->timer, before);
}

static void send(iso_exchange *x, int nfields, iso_field *const field[], int boundary) {
  ISO_ASSERT(!x->begun && nfields <= x->max_fields);
  x->begun = true;
  x->nfields = nfields;
  for (int f = 0; f < nfields; f++) {
    ISO_ASSERT(field[f]->ghosts != ISO_GHOSTS_TRAVELLING);
    field[f]->ghosts = ISO_GHOSTS_TRAVELLING;
    x->field[f] = field[f];
  }
  if (iso_exchange_is_needed(x)) pack(x, boundary);
}

void iso_exchange_send(iso_exchange *x, int nfields, iso_field *const field[]) { send(x, nfields, field, 0); }

void iso_exchange_send_early(iso_exchange *x, iso_field *field) { send(x, 1, &field, 1); }

static void unpack(iso_exchange *x) {
  iso_phase before = iso_timer_enter(x->timer, ISO_PHASE_HALO);
  if (!x->transfer.open) hand_over(x);
  iso_transfer_end(&x->transfer);
  x->pack.count = x->nghost;
  x->pack.first = x->halo->nowned;
  x->pack.packed = x->received;
  x->pack.host = x->host_received;
  iso_launch_unpack(x->device, &x->pack);
  iso_timer_enter(x->timer, before);
}

void iso_exchange_receive(iso_exchange *x) {
  ISO_ASSERT(x->begun);
  x->begun = false;
  if (iso_exchange_is_needed(x)) unpack(x);
  for (int f = 0; f < x->nfields; f++) x->field[f]->ghosts = ISO_GHOSTS_FRESH;
}

void iso_produce(iso_exchange *x, int nfields, iso_field *const field[], iso_rows_work *make, void *self) {
  make(self, true);
  iso_exchange_send(x, nfields, field);
  make(self, false);
}

void iso_consume(iso_exchange *x, iso_rows_work *use, void *self) {
  use(self, false);
  iso_exchange_receive(x);
  use(self, true);
}
