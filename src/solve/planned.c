#include "solve/planned.h"

#include "base/assert.h"
#include "base/memory.h"
#include "linear/device_memory.h"
#include "solve/adaptive_parts.h"
#include "solve/planned_parts.h"

#include <stdlib.h>
#include <string.h>

/* ---- set-up ---- */

static void *keep(iso_planned *q, void *buffer) {
  ISO_ASSERT(q->nbuffers < ISO_PLANNED_BUFFERS);
  q->buffer[q->nbuffers++] = buffer;
  return buffer;
}

static void *room(iso_planned *q, size_t n, size_t size) {
  return keep(q, iso_device_alloc(q->device, n * size));
}

static void *copied(iso_planned *q, const void *host, size_t n, size_t size) {
  return keep(q, iso_device_copy(q->device, host, n * size));
}

static int number_of(const iso_planned *q, int level, int stages) {
  if (stages == 1) return iso_level_index(level);
  for (int y = ISO_LEVELS; y < q->nparties; y++)
    if (q->party[y].level == level && q->party[y].stages == stages) return y;
  return 0; /* nobody makes such a step */
}

/* Collective. Whether all ranks' devices plan, and there are few enough parties, which all have in the same
 * order. */
static bool find_parties(iso_planned *q) {
  const iso_adaptive *p = q->adaptive;
  enum { DECLINES = ISO_LEVELS };
  uint64_t some[ISO_LEVELS + 1] = {0}; /* bit s: some patch makes s products in a step of that level */
  for (iso_lid k = 0; k < p->patches->nowned; k++)
    for (int l = 0; l < ISO_LEVELS && 1 << l <= p->limits[k].most; l++)
      some[l] |= (uint64_t)1 << p->stages[k][l];
  some[DECLINES] = !iso_device_plans(q->device);
  MPI_Allreduce(MPI_IN_PLACE, some, ISO_LEVELS + 1, MPI_UINT64_T, MPI_BOR, p->mesh->comm);
  q->nparties = ISO_LEVELS;
  for (int l = 0; l < ISO_LEVELS; l++)
    for (int s = 2; some[l] >> s; s++) {
      if (!(some[l] >> s & 1)) continue;
      if (q->nparties == ISO_PARTIES) return false;
      q->party[q->nparties++] = (iso_planned_party){1 << l, s};
    }
  return !some[DECLINES];
}

/* party [patches nlocal][ISO_LEVELS] */
static void number_parties(const iso_planned *q, uint8_t *party) {
  for (iso_lid k = 0; k < q->pace.nall; k++)
    for (int l = 0; l < ISO_LEVELS; l++)
      party[(int64_t)k * ISO_LEVELS + l] = (uint8_t)number_of(q, 1 << l, q->adaptive->stages[k][l]);
}

/* What never changes. first [ngroups] */
static void upload_patches(iso_planned *q, const uint8_t *party, const iso_lid *group_first) {
  const iso_adaptive *p = q->adaptive;
  const iso_patches *patches = p->patches;
  const size_t n = (size_t)patches->nowned;
  iso_plan *pace = &q->pace;
  pace->first = p->device_first;
  pace->slice = copied(q, p->patch_slice, n + 1, sizeof *p->patch_slice);
  pace->start = copied(q, patches->start, n + 1, sizeof *patches->start);
  pace->neighbour = copied(q, patches->neighbour, (size_t)patches->start[n], sizeof *patches->neighbour);
  pace->group = copied(q, p->group, n, sizeof *p->group);
  pace->group_first = copied(q, group_first, (size_t)p->base->ngroups, sizeof *group_first);
  pace->limits = copied(q, p->limits, n, sizeof *p->limits);
  pace->party = copied(q, party, (size_t)patches->nlocal, ISO_LEVELS);
}

static void make_room(iso_planned *q) {
  const iso_adaptive *p = q->adaptive;
  iso_plan *pace = &q->pace;
  const size_t n = (size_t)pace->npatches, all = (size_t)pace->nall, groups = (size_t)pace->ngroups,
               nodes = (size_t)p->mesh->nlocal, real = q->device->real_bytes;
  iso_pace_levels *l = &pace->levels;
  pace->busy = room(q, n, sizeof *pace->busy);
  l->level = room(q, all, sizeof *l->level);
  l->wish = room(q, all, sizeof *l->wish);
  l->due = room(q, all, sizeof *l->due);
  l->rate = room(q, n, sizeof *l->rate);
  l->bend = room(q, n, sizeof *l->bend);
  l->calm = room(q, n, sizeof *l->calm);
  pace->next = room(q, n, sizeof *pace->next);
  pace->role = room(q, 2 * all, sizeof *pace->role);
  pace->count = room(q, 2 * (size_t)iso_pace_counts(pace), sizeof *pace->count);
  pace->due = room(q, n, sizeof *pace->due);
  pace->run = room(q, all, sizeof *pace->run);
  pace->cell_run = room(q, n, sizeof *pace->cell_run);
  pace->cell_kind = room(q, n, sizeof *pace->cell_kind);
  pace->node_steps = room(q, ISO_LEVELS, sizeof *pace->node_steps);
  pace->middle = room(q, ISO_LEVELS * nodes, real);
  q->kinds = room(q, groups * ISO_PLANNED_KINDS, sizeof *q->kinds);
}

static iso_status fill_device(iso_planned *q, const uint8_t *party, const iso_lid *group_first,
                              iso_error *err) {
  upload_patches(q, party, group_first);
  make_room(q);
  for (int k = 0; k < q->nbuffers; k++)
    if (!q->buffer[k])
      return iso_fail_device(err, q->device, ISO_LEVELS * (size_t)q->pace.nnodes * q->device->real_bytes,
                             "patches");
  if (!iso_exchange_is_needed(q->exchange)) return ISO_OK;
  ISO_TRY(iso_field_new(&q->said, q->device, q->adaptive->mesh, "what patches say", "", err));
  q->pace.said = q->said.real;
  return ISO_OK;
}

/* party [patches nlocal][ISO_LEVELS], group_first [groups]: room. */
static iso_status move_to_device(iso_planned *q, uint8_t *party, iso_lid *group_first, iso_error *err) {
  ISO_TRY(iso_alloc(&q->busy, (size_t)q->pace.npatches, sizeof *q->busy, "patches", err));
  number_parties(q, party);
  for (iso_lid k = q->pace.npatches - 1; k >= 0; k--) group_first[q->adaptive->group[k]] = k;
  return fill_device(q, party, group_first, err);
}

static iso_plan pace_of(const iso_adaptive *p) {
  return (iso_plan){.npatches = p->patches->nowned,
                    .nall = p->patches->nlocal,
                    .ngroups = p->base->ngroups,
                    .ninner = p->patches->ninner,
                    .step_ms = p->dt,
                    .clock = p->watch->launch.pending,
                    .nnodes = p->mesh->nlocal,
                    .gates = p->work->real};
}

/* Not collective. */
static iso_status keep_planned(iso_planned **out, const iso_planned *q, iso_error *err) {
  uint8_t *party = NULL;
  iso_lid *group_first = NULL;
  iso_status status = iso_alloc(out, 1, sizeof **out, "patches", err);
  if (status == ISO_OK) {
    **out = *q;
    (*out)->away.pace = &(*out)->pace;
    status = iso_alloc(&party, (size_t)q->pace.nall * ISO_LEVELS, 1, "patches", err);
  }
  if (status == ISO_OK)
    status = iso_alloc(&group_first, (size_t)q->pace.ngroups, sizeof *group_first, "patches", err);
  if (status == ISO_OK) status = move_to_device(*out, party, group_first, err);
  free(party);
  free(group_first);
  return status;
}

iso_status iso_planned_new(iso_planned **out, iso_adaptive *p, iso_exchange *exchange, iso_error *err) {
  iso_planned q = {.adaptive = p,
                   .device = p->device,
                   .exchange = exchange,
                   .busy_from = -1,
                   .away = {.device = p->device},
                   .pace = pace_of(p)};
  *out = NULL;
  return find_parties(&q) ? keep_planned(out, &q, err) : ISO_OK;
}

void iso_planned_free(iso_planned *q) {
  if (!q) return;
  for (int k = 0; k < q->nbuffers; k++) iso_device_release(q->device, q->buffer[k]);
  iso_field_free(&q->said);
  free(q->busy);
  free(q);
}

void iso_planned_node_steps(const iso_planned *q, int64_t node_steps[ISO_LEVELS]) {
  iso_device_download(q->device, q->pace.node_steps, 0, node_steps, ISO_LEVELS * sizeof *node_steps);
}

/* ---- between steps ---- */

/* Cells of each length of a step, with the V that their gates see. */
static void upload_kinds(iso_planned *q) {
  const iso_adaptive *p = q->adaptive;
  for (int g = 0; g < p->base->ngroups; g++) {
    const int region = p->base->groups[g].region;
    iso_cell_kind kinds[ISO_PLANNED_KINDS] = {0};
    for (int from = 1; from <= ISO_COARSEST; from *= 2)
      for (int to = 1; to <= 2 * from && to <= ISO_COARSEST; to *= 2) {
        const iso_tissue_cells *cells = from + to == 2 ? p->base : &p->cells[from + to];
        kinds[from + to] = (iso_cell_kind){.vm = from == to ? q->pace.vm : q->pace.gates,
                                           .parameters = cells->regions[region].parameters,
                                           .varying = cells->groups[g].varying,
                                           .varying_row = cells->regions[region].varying_row};
      }
    iso_device_upload(q->device, q->kinds, (size_t)g * sizeof kinds, kinds, sizeof kinds);
  }
}

/* What patches say between steps; here with that of ghosts. */
static void upload_words(const iso_planned *q, const iso_levels *l) {
  const iso_patches *patches = l->patches;
  double word[ISO_PATCH];
  for (iso_lid k = 0; q->pace.said && k < patches->nlocal; k++) {
    const iso_lid first = patches->first[k], nodes = patches->first[k + 1] - first;
    for (iso_lid i = 0; i < nodes; i++)
      word[i] = iso_pace_spell((iso_pace_word){l->due[k], l->level[k], l->wish[k]});
    iso_device_upload_real(q->device, q->pace.said, first, nodes, word);
  }
}

/* All that the host knows, of a state that has become another one. */
static void upload_levels(iso_planned *q, iso_state *x) {
  const iso_levels *l = &x->levels;
  const iso_pace_levels *to = &q->pace.levels;
  const size_t n = (size_t)q->pace.npatches, all = (size_t)q->pace.nall;
  iso_device_upload(q->device, to->level, 0, l->level, all * sizeof *l->level);
  iso_device_upload(q->device, to->wish, 0, l->wish, all * sizeof *l->wish);
  iso_device_upload(q->device, to->due, 0, l->due, all * sizeof *l->due);
  iso_device_upload(q->device, to->rate, 0, l->rate, n * sizeof *l->rate);
  iso_device_upload(q->device, to->bend, 0, l->bend, n * sizeof *l->bend);
  iso_device_upload(q->device, to->calm, 0, l->calm, n * sizeof *l->calm);
  upload_words(q, l);
}

static void clear(const iso_planned *q, void *buffer, size_t bytes) {
  static const char zeros[4096];
  for (size_t at = 0; at < bytes; at += sizeof zeros)
    iso_device_upload(q->device, buffer, at, zeros, bytes - at < sizeof zeros ? bytes - at : sizeof zeros);
}

/* They are filled anew, and each step clears those of the next. */
static void clear_lists(const iso_planned *q) {
  const iso_plan *pace = &q->pace;
  clear(q, pace->role, 2 * (size_t)pace->nall * sizeof *pace->role);
  clear(q, pace->count, 2 * (size_t)iso_pace_counts(pace) * sizeof *pace->count);
}

/* When stimuli act on patches in the ISO_WATCH_STEPS steps to come, and as far beyond as their levels ask. */
static void find_busy(iso_planned *q) {
  const iso_adaptive *p = q->adaptive;
  const int64_t from = p->stimuli->first;
  if (p->stimuli->nstimuli == 0 || (from == q->busy_from && p->touched.known == q->busy_known)) return;
  bool changed = q->busy_from < 0;
  for (iso_lid k = 0; k < q->pace.npatches; k++) {
    const uint64_t bits = iso_patch_busy(&p->touched, k, from, p->dt);
    changed |= bits != q->busy[k];
    q->busy[k] = bits;
  }
  if (changed)
    iso_device_upload(q->device, (void *)q->pace.busy, 0, q->busy,
                      (size_t)q->pace.npatches * sizeof *q->busy);
  q->busy_from = from, q->busy_known = p->touched.known;
}

void iso_planned_ready(iso_planned *q, iso_state *x, bool all) {
  if (all) {
    q->pace.vm = x->now.real, q->pace.slope = x->slope.real, q->pace.before = x->before.real;
    upload_kinds(q);
    upload_levels(q, x);
    clear_lists(q);
    x->levels.away = &q->away;
  }
  find_busy(q);
  q->away.is_newer = true;
}
