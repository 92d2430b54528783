#include "linear/patch_exchange.h"

#include "base/assert.h"
#include "base/memory.h"
#include "linear/device_memory.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { PATCH_TAG = 7202 };

static size_t rounded(size_t bytes) { return (bytes + 15) / 16 * 16; }

static int neighbours_of(const iso_patch_exchange *x) { return x->mesh->halo->nneighbours; }

/* Of what a neighbour may send or be sent at most: entries of patches, which have so many nodes. */
static size_t room_for(const iso_patch_exchange *x, iso_lid entries, iso_lid nodes) {
  return rounded((size_t)entries) + rounded((size_t)nodes * (size_t)x->most_fields * x->device->real_bytes);
}

static iso_status place_neighbours(iso_patch_exchange *x, iso_error *err) {
  const iso_halo *halo = x->mesh->halo;
  const iso_patches *p = x->mesh->patches;
  const size_t n = (size_t)halo->nneighbours;
  ISO_TRY(iso_alloc(&x->to_start, n + 1, sizeof *x->to_start, "an exchange of patches", err));
  ISO_TRY(iso_alloc(&x->from_start, n + 1, sizeof *x->from_start, "an exchange of patches", err));
  ISO_TRY(iso_alloc(&x->request, 2 * n, sizeof *x->request, "an exchange of patches", err));
  for (size_t k = 0; k < n; k++) {
    x->to_start[k + 1] = x->to_start[k] + room_for(x, p->send_start[k + 1] - p->send_start[k],
                                                   halo->send_offset[k + 1] - halo->send_offset[k]);
    x->from_start[k + 1] = x->from_start[k] + room_for(x, p->recv_start[k + 1] - p->recv_start[k],
                                                       halo->recv_offset[k + 1] - halo->recv_offset[k]);
  }
  return ISO_OK;
}

iso_status iso_patch_exchange_new(iso_patch_exchange *out, iso_device *device, const iso_mesh *mesh,
                                  int most_fields, int channel, iso_timer *timer, iso_error *err) {
  const iso_halo *halo = mesh->halo;
  const size_t nsend = (size_t)halo->send_offset[halo->nneighbours];
  *out = (iso_patch_exchange){
      .device = device, .mesh = mesh, .timer = timer, .channel = channel, .most_fields = most_fields};
  ISO_ASSERT(most_fields <= ISO_MAX_FIELDS && mesh->patches);
  ISO_TRY(place_neighbours(out, err));
  const size_t to = out->to_start[halo->nneighbours], from = out->from_start[halo->nneighbours];
  out->send_node = iso_device_alloc(device, nsend * sizeof *out->send_node);
  out->packed = iso_device_alloc(device, to);
  out->received = iso_device_alloc(device, from);
  out->to = iso_device_host_alloc(device, to);
  out->from = iso_device_host_alloc(device, from);
  if (!out->send_node || !out->packed || !out->received || !out->to || !out->from)
    return iso_fail_device(err, device, 2 * (to + from), "an exchange of patches");
  iso_device_upload(device, out->send_node, 0, halo->send_node, nsend * sizeof *out->send_node);
  return ISO_OK;
}

void iso_patch_exchange_free(iso_patch_exchange *x) {
  if (!x->device) return;
  iso_device_release(x->device, x->send_node);
  iso_device_release(x->device, x->packed);
  iso_device_release(x->device, x->received);
  iso_device_host_release(x->device, x->to);
  iso_device_host_release(x->device, x->from);
  free(x->to_start);
  free(x->from_start);
  free(x->request);
  memset(x, 0, sizeof *x);
}

/* ---- messages ---- */

/* One between this rank and a neighbour. */
typedef struct message {
  size_t start;    /* of its bytes among all */
  iso_lid patches; /* in it */
  size_t nodes;
} message;

/* What is packed, or unpacked, in runs. */
typedef struct cargo {
  iso_patch_exchange *x;
  const uint8_t *chosen;
  int nfields;
  void *const *field;
  int8_t *number;
} cargo;

static size_t reals_at(const message *m) { return m->start + rounded((size_t)m->patches); }

static size_t bytes_of(const cargo *c, const message *m) {
  if (m->patches == 0) return 0;
  return rounded((size_t)m->patches) + m->nodes * (size_t)c->nfields * c->x->device->real_bytes;
}

static message sent_to(const cargo *c, int k) {
  const iso_patches *p = c->x->mesh->patches;
  message m = {.start = c->x->to_start[k]};
  for (iso_lid e = p->send_start[k]; e < p->send_start[k + 1]; e++)
    if (c->chosen[p->send_patch[e]])
      m.patches++, m.nodes += (size_t)(p->send_first[e + 1] - p->send_first[e]);
  return m;
}

static message received_from(const cargo *c, int k) {
  const iso_patches *p = c->x->mesh->patches;
  message m = {.start = c->x->from_start[k]};
  for (iso_lid g = p->nowned + p->recv_start[k]; g < p->nowned + p->recv_start[k + 1]; g++)
    if (c->chosen[g]) m.patches++, m.nodes += (size_t)(p->first[g + 1] - p->first[g]);
  return m;
}

static iso_pack launch_of(const cargo *c, size_t nodes, size_t at, void *device, char *host) {
  iso_pack pack = {
      .count = (int64_t)nodes, .nfields = c->nfields, .packed = (char *)device + at, .host = host + at};
  for (int f = 0; f < c->nfields; f++) pack.field[f] = c->field[f];
  return pack;
}

/* Patches that follow each other among those chosen go in one launch. */
static void pack_message(const cargo *c, int k, const message *m) {
  iso_patch_exchange *x = c->x;
  const iso_patches *p = x->mesh->patches;
  const size_t node_bytes = (size_t)c->nfields * x->device->real_bytes;
  char *number = x->to + m->start;
  size_t at = reals_at(m);
  for (iso_lid e = p->send_start[k], run = e; e < p->send_start[k + 1]; e++) {
    const bool chosen = c->chosen[p->send_patch[e]];
    if (chosen) *number++ = c->number ? c->number[p->send_patch[e]] : 0;
    if (chosen && e + 1 < p->send_start[k + 1] && c->chosen[p->send_patch[e + 1]]) continue;
    const size_t nodes = chosen ? (size_t)(p->send_first[e + 1] - p->send_first[run]) : 0;
    if (nodes && c->nfields) {
      iso_pack pack = launch_of(c, nodes, at, x->packed, x->to);
      pack.node = x->send_node + p->send_first[run];
      iso_launch_pack(x->device, &pack);
      at += nodes * node_bytes;
    }
    run = e + 1;
  }
}

static void unpack_message(const cargo *c, int k, const message *m) {
  iso_patch_exchange *x = c->x;
  const iso_patches *p = x->mesh->patches;
  const size_t node_bytes = (size_t)c->nfields * x->device->real_bytes;
  const iso_lid end = p->nowned + p->recv_start[k + 1];
  const char *number = x->from + m->start;
  size_t at = reals_at(m);
  for (iso_lid g = p->nowned + p->recv_start[k], run = g; g < end; g++) {
    if (c->chosen[g] && c->number) c->number[g] = *number++;
    if (c->chosen[g] && g + 1 < end && c->chosen[g + 1]) continue;
    const size_t nodes = c->chosen[g] ? (size_t)(p->first[g + 1] - p->first[run]) : 0;
    if (nodes && c->nfields) {
      iso_pack pack = launch_of(c, nodes, at, x->received, x->from);
      pack.first = p->first[run];
      iso_launch_unpack(x->device, &pack);
      at += nodes * node_bytes;
    }
    run = g + 1;
  }
}

static int length_of(const cargo *c, const message *m) {
  const size_t bytes = bytes_of(c, m);
  ISO_ASSERT(bytes <= INT_MAX);
  return (int)bytes;
}

/* Posts what a neighbour sends and what it is sent. */
static int post(const cargo *c, int k, int n) {
  iso_patch_exchange *x = c->x;
  const iso_halo *halo = x->mesh->halo;
  const int tag = PATCH_TAG + x->channel;
  const message from = received_from(c, k), to = sent_to(c, k);
  if (from.patches)
    MPI_Irecv(x->from + from.start, length_of(c, &from), MPI_BYTE, halo->rank[k], tag, halo->comm,
              &x->request[n++]);
  if (!to.patches) return n;
  MPI_Isend(x->to + to.start, length_of(c, &to), MPI_BYTE, halo->rank[k], tag, halo->comm, &x->request[n++]);
  x->timer->messages++;
  x->timer->bytes += length_of(c, &to);
  return n;
}

/* Returns whether anything is on its way to the host. */
static bool pack_all(const cargo *c) {
  bool packs = false;
  for (int k = 0; k < neighbours_of(c->x); k++) {
    const message to = sent_to(c, k);
    if (to.patches) pack_message(c, k, &to);
    packs |= to.patches > 0 && c->nfields > 0;
  }
  return packs;
}

static bool receives(const cargo *c) {
  for (int k = 0; k < neighbours_of(c->x); k++)
    if (received_from(c, k).patches > 0) return true;
  return false;
}

/* Until what is sent is there, what was received last time has left the buffer that is received into, and
 * launches so far are ahead of those that unpack. Packing brings all of it about; who only receives waits for
 * the device. */
static void wait_for_device(const cargo *c, bool packs) {
  if (packs)
    iso_device_wait_packed(c->x->device);
  else if (receives(c))
    iso_device_sync(c->x->device);
}

static void exchange_all(const cargo *c) {
  iso_patch_exchange *x = c->x;
  int n = 0;
  wait_for_device(c, pack_all(c));
  for (int k = 0; k < neighbours_of(x); k++) n = post(c, k, n);
  MPI_Waitall(n, x->request, MPI_STATUSES_IGNORE);
  for (int k = 0; k < neighbours_of(x); k++) {
    const message from = received_from(c, k);
    if (from.patches) unpack_message(c, k, &from);
  }
}

void iso_patch_exchange_run(iso_patch_exchange *x, const uint8_t *chosen, int nfields, void *const field[],
                            int8_t *number) {
  ISO_ASSERT(nfields <= x->most_fields);
  if (neighbours_of(x) == 0) return;
  iso_phase before = iso_timer_enter(x->timer, ISO_PHASE_HALO);
  exchange_all(&(cargo){x, chosen, nfields, field, number});
  iso_timer_enter(x->timer, before);
}
