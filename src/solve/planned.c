#include "solve/planned.h"

#include "base/assert.h"
#include "base/memory.h"
#include "linear/device_memory.h"
#include "solve/adaptive_parts.h"
#include "solve/rkl.h"

#include <stdlib.h>
#include <string.h>

enum { KINDS = 2 * ISO_COARSEST + 1, BUFFERS = 32 };

/* Those of so many products. The first ones are of one product and of each level. */
typedef struct planned_party {
  int level, stages;
} planned_party;

struct iso_planned {
  iso_adaptive *adaptive;
  iso_device *device;
  iso_plan pace;
  iso_levels_away away;
  iso_cell_kind *kinds; /* [ngroups][KINDS] by half base steps, on the device */
  int nparties;
  planned_party party[ISO_PARTIES];
  uint64_t *busy;     /* [patches] pace.busy on the host */
  int64_t busy_from;  /* base step of its first bit; -1: nothing is known */
  int32_t busy_known; /* number of stimuli that it was made of */
  int nbuffers;
  void *buffer[BUFFERS]; /* on the device, to be released */
};

/* ---- set-up ---- */

static void *keep(iso_planned *q, void *buffer) {
  ISO_ASSERT(q->nbuffers < BUFFERS);
  q->buffer[q->nbuffers++] = buffer;
  return buffer;
}

static void *room(iso_planned *q, size_t n, size_t size) {
  return keep(q, iso_device_alloc(q->device, n * size));
}

static void *copied(iso_planned *q, const void *host, size_t n, size_t size) {
  return keep(q, iso_device_copy(q->device, host, n * size));
}

/* The number of the party of that step, which is new or there is; -1: there are too many. */
static int party_of(iso_planned *q, int level, int stages) {
  if (stages == 1) return iso_level_index(level);
  for (int y = ISO_LEVELS; y < q->nparties; y++)
    if (q->party[y].level == level && q->party[y].stages == stages) return y;
  if (q->nparties == ISO_PARTIES) return -1;
  q->party[q->nparties] = (planned_party){level, stages};
  return q->nparties++;
}

/* party [patches][ISO_LEVELS]. Returns whether there are few enough. */
static bool find_parties(iso_planned *q, uint8_t *number) {
  const iso_adaptive *p = q->adaptive;
  q->nparties = ISO_LEVELS;
  for (iso_lid k = 0; k < p->patches->nowned; k++)
    for (int l = 0; l < ISO_LEVELS && 1 << l <= p->limits[k].most; l++) {
      const int y = party_of(q, 1 << l, p->stages[k][l]);
      if (y < 0) return false;
      number[(int64_t)k * ISO_LEVELS + l] = (uint8_t)y;
    }
  return true;
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
  pace->party = copied(q, party, n, ISO_LEVELS);
}

static void make_room(iso_planned *q) {
  const iso_adaptive *p = q->adaptive;
  const size_t n = (size_t)p->patches->nowned, groups = (size_t)p->base->ngroups,
               nodes = (size_t)p->mesh->nlocal, real = q->device->real_bytes;
  iso_plan *pace = &q->pace;
  iso_pace_levels *l = &pace->levels;
  pace->busy = room(q, n, sizeof *pace->busy);
  l->level = room(q, n, sizeof *l->level);
  l->wish = room(q, n, sizeof *l->wish);
  l->due = room(q, n, sizeof *l->due);
  l->rate = room(q, n, sizeof *l->rate);
  l->bend = room(q, n, sizeof *l->bend);
  l->calm = room(q, n, sizeof *l->calm);
  pace->next = room(q, n, sizeof *pace->next);
  pace->role = room(q, 2 * n, sizeof *pace->role);
  pace->count = room(q, 2 * (1 + groups), sizeof *pace->count);
  pace->due = room(q, n, sizeof *pace->due);
  pace->run = room(q, n, sizeof *pace->run);
  pace->cell_run = room(q, n, sizeof *pace->cell_run);
  pace->cell_kind = room(q, n, sizeof *pace->cell_kind);
  pace->node_steps = room(q, ISO_LEVELS, sizeof *pace->node_steps);
  pace->middle = room(q, ISO_LEVELS * nodes, real);
  q->kinds = room(q, groups * KINDS, sizeof *q->kinds);
}

static iso_status move_to_device(iso_planned *q, const uint8_t *party, iso_error *err) {
  const iso_adaptive *p = q->adaptive;
  iso_lid *group_first;
  ISO_TRY(iso_alloc(&group_first, (size_t)p->base->ngroups, sizeof *group_first, "patches", err));
  for (iso_lid k = p->patches->nowned - 1; k >= 0; k--) group_first[p->group[k]] = k;
  upload_patches(q, party, group_first);
  make_room(q);
  free(group_first);
  for (int k = 0; k < q->nbuffers; k++)
    if (!q->buffer[k])
      return iso_fail_device(err, q->device, ISO_LEVELS * (size_t)p->mesh->nlocal * q->device->real_bytes,
                             "patches");
  return ISO_OK;
}

bool iso_planned_is_for(const iso_device *device, const iso_mesh *mesh) {
  return iso_device_plans(device) && mesh->halo->nneighbours == 0;
}

iso_status iso_planned_new(iso_planned **out, iso_adaptive *p, iso_error *err) {
  const size_t patches = (size_t)p->patches->nowned;
  iso_planned *q = NULL;
  uint8_t *party = NULL;
  *out = NULL;
  if (!iso_planned_is_for(p->device, p->mesh)) return ISO_OK;
  ISO_TRY(iso_alloc(&q, 1, sizeof *q, "patches", err));
  *q = (iso_planned){.adaptive = p,
                     .device = p->device,
                     .busy_from = -1,
                     .away = {.device = p->device, .pace = &q->pace},
                     .pace = {.npatches = p->patches->nowned,
                              .ngroups = p->base->ngroups,
                              .step_ms = p->dt,
                              .clock = p->watch->launch.pending,
                              .nnodes = p->mesh->nlocal,
                              .gates = p->work->real}};
  *out = q;
  ISO_TRY(iso_alloc(&q->busy, patches, sizeof *q->busy, "patches", err));
  iso_status status = iso_alloc(&party, patches * ISO_LEVELS, 1, "patches", err);
  if (status == ISO_OK && !find_parties(q, party)) {
    iso_planned_free(q);
    *out = NULL;
  } else if (status == ISO_OK) {
    status = move_to_device(q, party, err);
  }
  free(party);
  return status;
}

void iso_planned_free(iso_planned *q) {
  if (!q) return;
  for (int k = 0; k < q->nbuffers; k++) iso_device_release(q->device, q->buffer[k]);
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
    iso_cell_kind kinds[KINDS] = {0};
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

/* All that the host knows, of a state that has become another one. */
static void upload_levels(iso_planned *q, iso_state *x) {
  const iso_levels *l = &x->levels;
  const iso_pace_levels *to = &q->pace.levels;
  const size_t n = (size_t)q->pace.npatches;
  iso_device_upload(q->device, to->level, 0, l->level, n * sizeof *l->level);
  iso_device_upload(q->device, to->wish, 0, l->wish, n * sizeof *l->wish);
  iso_device_upload(q->device, to->due, 0, l->due, n * sizeof *l->due);
  iso_device_upload(q->device, to->rate, 0, l->rate, n * sizeof *l->rate);
  iso_device_upload(q->device, to->bend, 0, l->bend, n * sizeof *l->bend);
  iso_device_upload(q->device, to->calm, 0, l->calm, n * sizeof *l->calm);
}

static void clear(const iso_planned *q, void *buffer, size_t bytes) {
  static const char zeros[4096];
  for (size_t at = 0; at < bytes; at += sizeof zeros)
    iso_device_upload(q->device, buffer, at, zeros, bytes - at < sizeof zeros ? bytes - at : sizeof zeros);
}

/* They are filled anew, and each step clears those of the next. */
static void clear_lists(const iso_planned *q) {
  const iso_plan *pace = &q->pace;
  clear(q, pace->role, 2 * (size_t)pace->npatches * sizeof *pace->role);
  clear(q, pace->count, 2 * (size_t)(1 + pace->ngroups) * sizeof *pace->count);
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

/* ---- a step ---- */

static void step_cells(const iso_planned *q, const iso_state *x) {
  const iso_adaptive *p = q->adaptive;
  const iso_plan *pace = &q->pace;
  const int32_t *count = pace->count + pace->turn * (1 + pace->ngroups);
  const iso_cell_fields fields = {.state = x->rows,
                                  .vm = {{1.5, -0.5}, {pace->vm, pace->before}},
                                  .iion = p->currents->iion,
                                  .fast = p->currents->fast.factors,
                                  .fast_ld = p->currents->fast.launch.ld};
  for (int32_t g = 0, first = 0, end; g < pace->ngroups; g++, first = end) {
    for (end = first; end < pace->npatches && p->group[end] == g;) end++;
    const iso_cell_list list = {
        .count = count + 1 + g, .kind = pace->cell_kind + first, .kinds = q->kinds + (int64_t)g * KINDS};
    iso_tissue_cells_step_listed(p->base, g, pace->cell_run + first, end - first, &list, &fields);
  }
}

static void add_fast_currents(const iso_planned *q) {
  const iso_plan *pace = &q->pace;
  iso_fast launch = q->adaptive->currents->fast.launch;
  if (!q->adaptive->currents->fast.factors) return;
  launch.run = pace->run, launch.nruns = pace->npatches;
  launch.count = pace->count + pace->turn * (1 + pace->ngroups);
  iso_launch_fast(q->device, &launch);
}

/* Steps of one product, of all levels at once. */
static void step_at_once(const iso_planned *q, const iso_state *x) {
  const iso_adaptive *p = q->adaptive;
  iso_launch_pace_fill(q->device, &q->pace, &(iso_pace_fill){0});
  iso_launch_pace_product(q->device, &q->pace, 0,
                          &(iso_product){.rows = p->rows,
                                         .apply = p->dt,
                                         .nterms = 2,
                                         .coefficient = {1, -p->dt},
                                         .term = {q->pace.vm, p->currents->iion},
                                         .stimulus = iso_stimuli_in(p->stimuli, x->step, 0),
                                         .out = q->pace.before});
}

static void step_by_stages(const iso_planned *q, const iso_state *x, int number) {
  const iso_adaptive *p = q->adaptive;
  const planned_party *y = &q->party[number];
  const void *vm = q->pace.vm, *older = vm, *newest = vm;
  for (int j = 1; j <= y->stages; j++) {
    const iso_rkl_stage s = iso_rkl_stage_of(y->stages, j);
    void *known = j == 1 ? p->work->real : p->stage[j % 2];
    const iso_pace_fill fill = {
        .party = number, .members = j == 1, .ahead = j == 1 ? 0 : s.at * y->level, .out = known};
    iso_launch_pace_fill(q->device, &q->pace, &fill);
    iso_product product = j == 1 ? iso_adaptive_first_stage(p, y->level * p->dt, s, vm)
                                 : iso_adaptive_stage(p, y->level * p->dt, s, vm, newest, older);
    product.rows = p->rows, product.x = known;
    product.stimulus = y->level == 1 ? iso_stimuli_in(p->stimuli, x->step, 0) : NULL;
    product.out = j == y->stages ? q->pace.before : p->stage[(j - 1) % 2];
    iso_launch_pace_product(q->device, &q->pace, number, &product);
    older = newest, newest = product.out;
  }
}

static void diffuse(const iso_planned *q, const iso_state *x) {
  step_at_once(q, x);
  for (int y = ISO_LEVELS; y < q->nparties; y++)
    if (x->step % q->party[y].level == 0) step_by_stages(q, x, y);
}

void iso_planned_step(iso_planned *q, iso_state *x) {
  q->pace.turn = (int)(x->step & 1);
  iso_launch_pace_plan(q->device, &q->pace);
  step_cells(q, x);
  add_fast_currents(q);
  diffuse(q, x);
  iso_launch_pace_settle(q->device, &q->pace, iso_watch_list_look(q->adaptive->watch, q->pace.vm));
}
