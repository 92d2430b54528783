#include "solve/exchange.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

iso_status iso_exchange_new(iso_exchange *out, iso_device *device, const iso_mesh *mesh, int max_fields,
                            iso_timer *timer, iso_error *err) {
  const iso_halo *halo = mesh->halo;
  *out = (iso_exchange){.device = device, .halo = mesh->halo, .timer = timer};
  out->nsend = halo->send_offset[halo->nneighbours];
  out->nghost = mesh->nlocal - mesh->nowned;
  size_t bytes = device->real_bytes * (size_t)max_fields;
  ISO_TRY(iso_alloc(&out->host_packed, (size_t)out->nsend, bytes, "the halo", err));
  ISO_TRY(iso_alloc(&out->host_received, (size_t)out->nghost, bytes, "the halo", err));
  out->send_node = iso_device_alloc(device, (size_t)out->nsend * sizeof *out->send_node);
  out->packed = iso_device_alloc(device, (size_t)out->nsend * bytes);
  out->received = iso_device_alloc(device, (size_t)out->nghost * bytes);
  if (!out->send_node || !out->packed || !out->received)
    return iso_fail_memory(err, (size_t)(out->nsend + out->nghost) * bytes, "the halo");
  iso_device_upload(device, out->send_node, 0, halo->send_node, (size_t)out->nsend * sizeof *out->send_node);
  return ISO_OK;
}

void iso_exchange_free(iso_exchange *x) {
  if (!x->device) return;
  iso_device_release(x->device, x->send_node);
  iso_device_release(x->device, x->packed);
  iso_device_release(x->device, x->received);
  free(x->host_packed);
  free(x->host_received);
  memset(x, 0, sizeof *x);
}

void iso_exchange_begin(iso_exchange *x, int nfields, void *const field[]) {
  if (x->halo->nneighbours == 0) return;
  iso_phase before = iso_timer_enter(x->timer, ISO_PHASE_HALO);
  size_t bytes = x->device->real_bytes * (size_t)nfields;
  x->pack = (iso_pack){.count = x->nsend, .node = x->send_node, .nfields = nfields, .packed = x->packed};
  for (int f = 0; f < nfields; f++) x->pack.field[f] = field[f];
  iso_launch_pack(x->device, &x->pack);
  iso_device_download(x->device, x->packed, 0, x->host_packed, (size_t)x->nsend * bytes);
  iso_halo_begin(x->halo, x->host_packed, x->host_received, bytes);
  iso_timer_enter(x->timer, before);
}

void iso_exchange_end(iso_exchange *x) {
  if (x->halo->nneighbours == 0) return;
  iso_phase before = iso_timer_enter(x->timer, ISO_PHASE_HALO);
  size_t bytes = x->device->real_bytes * (size_t)x->pack.nfields;
  iso_halo_end(x->halo);
  iso_device_upload(x->device, x->received, 0, x->host_received, (size_t)x->nghost * bytes);
  x->pack.count = x->nghost;
  x->pack.first = x->halo->nowned;
  x->pack.packed = x->received;
  iso_launch_unpack(x->device, &x->pack);
  iso_timer_enter(x->timer, before);
}
