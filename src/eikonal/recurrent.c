#include "eikonal/recurrent.h"

#include "base/memory.h"
#include "eikonal/eikonal_parts.h"

#include <stdlib.h>
#include <string.h>

/* As in one wave (rounds.c). */
#define LESS_MS 1e-9

/* Corners of an element belong to one wave where their times differ by no more than this part of the shortest
 * time from an activation to the next that any table has: those of the wave before are further off. */
#define ONE_WAVE 0.5

/* Recoveries are kept by the millisecond that they fall into, of so many: those further ahead are looked at
 * once in so long. */
enum { SLOTS = 4096 };

struct iso_recurrent {
  iso_eikonal *k; /* time: of the last activation, or of one to come */
  const iso_tissue *tissue;
  const iso_restitution *restitution;
  iso_eikonal_channel channel;
  double one_wave_ms, next_ms; /* next_ms: of waves that are under way */
  double until_ms;             /* of the round */
  double *rested, *ready;      /* [nowned] the last recovery, and when the node is excitable */
  double *stretch;             /* [nowned] what times of the node's table are times */
  int32_t *region;             /* [nowned] of nodes */
  iso_marked coming;           /* owned nodes that waves come to after the steps done */
  iso_lid slot[SLOTS];         /* the first node of each, -1: none; those that are to recover */
  iso_lid *later;              /* [nowned] the next one of the same slot */
  int64_t nevents;
  iso_recurrence *event; /* [2 nowned] of this step */
};

/* ---- tables ---- */

static double between(int n, const double *rest_ms, const double *value, double rest) {
  int i = 1;
  if (!(rest > rest_ms[0])) return value[0];
  if (!(rest < rest_ms[n - 1])) return value[n - 1];
  while (rest > rest_ms[i]) i++;
  const double part = (rest - rest_ms[i - 1]) / (rest_ms[i] - rest_ms[i - 1]);
  return value[i - 1] + part * (value[i] - value[i - 1]);
}

static const iso_restitution *table_of(const iso_recurrent *r, iso_lid node) {
  return &r->restitution[r->region[node]];
}

/* Of all ranks' nodes. */
static double one_wave(const iso_recurrent *r) {
  double least = INFINITY, brief = 1;
  for (int t = 0; t < r->tissue->nregions; t++) {
    const iso_restitution *table = &r->restitution[t];
    for (int i = 0; i < table->n; i++) least = fmin(least, table->apd_ms[i] + table->rest_ms[0]);
  }
  for (iso_lid i = 0; i < r->k->mesh->nowned; i++) brief = fmin(brief, r->stretch[i]);
  MPI_Allreduce(MPI_IN_PLACE, &brief, 1, MPI_DOUBLE, MPI_MIN, r->k->mesh->comm);
  return ONE_WAVE * least * brief;
}

/* How long a node waits for an early wave. */
static double wait_of(const iso_recurrent *r, iso_lid node) {
  return r->stretch[node] * table_of(r, node)->wait_ms;
}

/* ---- life ---- */

static iso_status allocate(iso_recurrent *r, iso_error *err) {
  const size_t n = (size_t)r->k->mesh->nowned;
  ISO_TRY(iso_alloc(&r->rested, n, sizeof *r->rested, "waves", err));
  ISO_TRY(iso_alloc(&r->ready, n, sizeof *r->ready, "waves", err));
  ISO_TRY(iso_alloc(&r->stretch, n, sizeof *r->stretch, "waves", err));
  ISO_TRY(iso_alloc(&r->region, n, sizeof *r->region, "waves", err));
  ISO_TRY(iso_alloc(&r->later, n, sizeof *r->later, "waves", err));
  ISO_TRY(iso_alloc(&r->coming.node, n, sizeof *r->coming.node, "waves", err));
  ISO_TRY(iso_alloc(&r->coming.is, n, sizeof *r->coming.is, "waves", err));
  return iso_alloc(&r->event, 2 * n, sizeof *r->event, "waves", err);
}

static void forget(iso_recurrent *r) {
  iso_eikonal_clear(r->k);
  r->next_ms = INFINITY;
  r->coming.n = 0;
  for (int s = 0; s < SLOTS; s++) r->slot[s] = -1;
  for (iso_lid i = 0; i < r->k->mesh->nowned; i++) {
    r->rested[i] = r->ready[i] = -INFINITY;
    r->coming.is[i] = 0;
  }
}

iso_status iso_recurrent_new(iso_recurrent **out, iso_eikonal *eikonal, const iso_tissue *tissue,
                             const iso_restitution *restitution, const double *stretch, iso_error *err) {
  const iso_mesh *mesh = eikonal->mesh;
  iso_recurrent *r = NULL;
  *out = NULL;
  iso_status status = iso_alloc(&r, 1, sizeof *r, "waves", err);
  if (status == ISO_OK) {
    *r = (iso_recurrent){.k = eikonal, .tissue = tissue, .restitution = restitution};
    status = allocate(r, err);
  }
  status = iso_agree(mesh->comm, status, err);
  if (status == ISO_OK) status = iso_eikonal_open(&r->channel, mesh, err);
  if (status != ISO_OK) {
    iso_recurrent_free(r);
    return status;
  }
  for (iso_lid i = 0; i < mesh->nowned; i++) r->region[i] = iso_tissue_of_node(tissue, mesh->node_tag[i]);
  for (iso_lid i = 0; i < mesh->nowned; i++) r->stretch[i] = stretch ? stretch[i] : 1;
  r->one_wave_ms = one_wave(r);
  forget(r);
  *out = r;
  return ISO_OK;
}

void iso_recurrent_free(iso_recurrent *r) {
  if (!r) return;
  iso_eikonal_close(&r->channel);
  free(r->rested);
  free(r->ready);
  free(r->stretch);
  free(r->region);
  free(r->later);
  free(r->coming.node);
  free(r->coming.is);
  free(r->event);
  free(r);
}

/* ---- where waves come to ---- */

/* Whether a node's time is one that waves have come to by this round. */
static bool is_there(const iso_eikonal *k, iso_lid node) {
  return k->time[node] < INFINITY && !k->changed.is[node];
}

/* From the latest wave in an element to its node number c, which is `node`. */
static double arrival(const iso_recurrent *r, iso_lid e, int c, iso_lid node) {
  const iso_eikonal *k = r->k;
  const iso_lid *conn = k->mesh->conn + (int64_t)e * k->mesh->width;
  const iso_restitution *table = &r->restitution[iso_tissue_region(r->tissue, iso_mesh_tag(k->mesh, e))];
  const int n = iso_shape_nodes(k->mesh->shape[e]);
  double times[ISO_MAX_NODES], latest = -INFINITY;
  for (int i = 0; i < n; i++)
    if (i != c && is_there(k, conn[i])) latest = fmax(latest, k->time[conn[i]]);
  if (table->n == 0 || isinf(latest)) return INFINITY;
  const double rest_ms = (latest - r->rested[node]) / r->stretch[node];
  const double part = between(table->n, table->rest_ms, table->velocity, rest_ms);
  for (int i = 0; i < n; i++) {
    const double before = latest - k->time[conn[i]];
    times[i] = i != c && is_there(k, conn[i]) && before <= r->one_wave_ms ? -part * before : INFINITY;
  }
  return latest + iso_eikonal_through_at(k, e, c, times) / part;
}

static bool is_beside(const iso_eikonal *k, int64_t j) {
  const int n = k->mesh->width - 1;
  for (int i = 0; i < n; i++)
    if (k->ahead.is[k->others[j * n + i]]) return true;
  return false;
}

/* When a wave that comes at a time excites a node. */
static double when_ready(const iso_recurrent *r, iso_lid node, double time_ms) {
  const double early = r->ready[node] - time_ms;
  if (!(early > 0)) return time_ms;
  return early <= wait_of(r, node) ? r->ready[node] : INFINITY;
}

/* Whether no wave of this round can excite a node: most of those that waves leave behind. */
static bool is_asleep(const iso_recurrent *r, iso_lid node) {
  return r->ready[node] - wait_of(r, node) > r->until_ms + r->one_wave_ms;
}

/* The earliest time at which a wave that is new in this round excites a node. */
static double look(const iso_recurrent *r, iso_lid node) {
  const iso_eikonal *k = r->k;
  double best = INFINITY;
  if (table_of(r, node)->n == 0 || is_asleep(r, node)) return best;
  for (int64_t j = k->around.first[node]; j < k->around.first[node + 1]; j++) {
    if (!is_beside(k, j)) continue;
    const double t = arrival(r, k->around.elem[j], iso_eikonal_corner(k, k->around.elem[j], node), node);
    best = iso_least(best, when_ready(r, node, t));
  }
  for (iso_lid j = k->passages ? k->passages[node] : 0; k->passages && j < k->passages[node + 1]; j++) {
    const iso_passage *p = &k->passage[j];
    const double t = is_there(k, p->far) ? k->time[p->far] + p->fro_ms : INFINITY;
    best = iso_least(best, when_ready(r, node, t));
  }
  return best;
}

static void take(iso_recurrent *r, iso_lid node, double time_ms) {
  iso_eikonal *k = r->k;
  const double before = r->coming.is[node] ? k->time[node] : INFINITY;
  if (!(time_ms < before - LESS_MS) && !(isinf(before) && time_ms < INFINITY)) return;
  k->time[node] = time_ms;
  iso_mark(&k->changed, node);
  iso_mark(&r->coming, node);
}

static void exchange(iso_recurrent *r) {
  iso_eikonal *k = r->k;
  const iso_lid nowned = k->mesh->nowned;
  iso_eikonal_fetch(k, &r->channel);
  for (iso_lid g = nowned; g < k->mesh->nlocal; g++) {
    if (r->channel.received[g - nowned] == k->time[g]) continue;
    k->time[g] = r->channel.received[g - nowned];
    iso_mark(&k->changed, g);
  }
}

static void run(iso_recurrent *r, double to_ms) {
  iso_eikonal *k = r->k;
  exchange(r); /* what is stimulated */
  while ((r->next_ms = iso_eikonal_earliest(k)) <= to_ms) {
    r->until_ms = fmin(r->next_ms + k->band_ms, to_ms);
    iso_eikonal_spread(k, r->until_ms);
#pragma omp parallel for num_threads(k->threads) schedule(dynamic, 64)
    for (iso_lid i = 0; i < k->due.n; i++) k->found[k->due.node[i]] = look(r, k->due.node[i]);
    for (iso_lid i = 0; i < k->due.n; i++) take(r, k->due.node[i], k->found[k->due.node[i]]);
    iso_eikonal_rest(k);
    exchange(r);
  }
}

/* ---- what nodes do ---- */

static iso_lid *slot_of(iso_recurrent *r, double time_ms) {
  return &r->slot[(int64_t)floor(fmax(time_ms, 0)) % SLOTS];
}

static void put_recovery(iso_recurrent *r, iso_lid node) {
  iso_lid *slot = slot_of(r, r->rested[node]);
  r->later[node] = *slot;
  *slot = node;
}

static void tell(iso_recurrent *r, iso_lid node, double time_ms, bool activates) {
  r->event[r->nevents++] = (iso_recurrence){time_ms, node, activates};
}

/* In the step that ends then, and began in one of the same slots. */
static void recover(iso_recurrent *r, double from_ms, double to_ms) {
  for (double ms = floor(from_ms); ms <= to_ms; ms++) {
    iso_lid *at = slot_of(r, ms);
    while (*at >= 0) {
      const iso_lid node = *at;
      if (r->rested[node] > to_ms) {
        at = &r->later[node];
        continue;
      }
      *at = r->later[node];
      tell(r, node, r->rested[node], false);
    }
  }
}

static void set_ready(iso_recurrent *r, iso_lid node) {
  const iso_restitution *table = table_of(r, node);
  r->ready[node] = table->n > 0 ? r->rested[node] + r->stretch[node] * table->rest_ms[0] : INFINITY;
}

/* Times that waves have come to by now are final. */
static void activate(iso_recurrent *r, double to_ms) {
  iso_lid left = 0;
  for (iso_lid i = 0; i < r->coming.n; i++) {
    const iso_lid node = r->coming.node[i];
    const double time_ms = r->k->time[node];
    if (time_ms > to_ms) {
      r->coming.node[left++] = node;
      continue;
    }
    const iso_restitution *table = table_of(r, node);
    const double rest_ms = (time_ms - r->rested[node]) / r->stretch[node];
    r->coming.is[node] = 0;
    tell(r, node, time_ms, true);
    r->rested[node] = time_ms + r->stretch[node] * between(table->n, table->rest_ms, table->apd_ms, rest_ms);
    set_ready(r, node);
    put_recovery(r, node);
  }
  r->coming.n = left;
}

static void stimulate(iso_recurrent *r, const iso_recurrent_step *s) {
  for (int64_t i = 0; i < s->count; i++) {
    const iso_lid node = s->node[i];
    const double at_ms = fmax(s->from_ms, r->rested[node]);
    if (table_of(r, node)->n > 0 && at_ms <= s->to_ms) take(r, node, at_ms);
  }
}

void iso_recurrent_go(iso_recurrent *r, const iso_recurrent_step *s, int64_t *nevents,
                      const iso_recurrence **events) {
  r->nevents = 0;
  if (s->stimulated) stimulate(r, s);
  if (s->stimulated || r->next_ms <= s->to_ms) run(r, s->to_ms);
  recover(r, s->from_ms, s->to_ms);
  activate(r, s->to_ms);
  *nevents = r->nevents, *events = r->event;
}

/* ---- between steps ---- */

const double *iso_recurrent_times(const iso_recurrent *r) { return r->k->time; }
const double *iso_recurrent_rested(const iso_recurrent *r) { return r->rested; }

void iso_recurrent_set(iso_recurrent *r, double now_ms, const double *times, const double *rested) {
  iso_eikonal *k = r->k;
  const iso_lid nowned = k->mesh->nowned;
  forget(r);
  memcpy(k->time, times, (size_t)nowned * sizeof *times);
  memcpy(r->rested, rested, (size_t)nowned * sizeof *rested);
  exchange(r);
  k->changed.n = 0;
  memset(k->changed.is, 0, (size_t)k->mesh->nlocal * sizeof *k->changed.is);
  for (iso_lid i = 0; i < k->mesh->nlocal; i++)
    if (k->time[i] > now_ms && k->time[i] < INFINITY) iso_mark(&k->changed, i);
  for (iso_lid i = 0; i < nowned; i++) {
    set_ready(r, i);
    if (k->time[i] > now_ms && k->time[i] < INFINITY) iso_mark(&r->coming, i);
    if (rested[i] > now_ms) put_recovery(r, i);
  }
  r->next_ms = iso_eikonal_earliest(k);
}
