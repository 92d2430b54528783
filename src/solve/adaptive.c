#include "solve/adaptive.h"

#include "base/memory.h"
#include "linear/device_memory.h"
#include "solve/adaptive_parts.h"
#include "solve/rkl.h"

#include <stdlib.h>
#include <string.h>

/* Nodes of cells that are stepped together where launches are cheap: what they read stays in the cache from
 * the first launch to the last. */
enum { TOGETHER = 16 * ISO_PATCH };

iso_lid iso_adaptive_run(const iso_lid *list, iso_lid n, iso_lid i) {
  iso_lid end = i + 1;
  while (end < n && list[end] == list[end - 1] + 1) end++;
  return end;
}

/* ---- set-up ---- */

/* The coarsest level whose cell steps a model takes, also in changing from it to others. */
static int coarsest(const iso_model *model, double dt) {
  int most = 1;
  while (most < ISO_COARSEST && 2 * most * dt <= model->slow_step_ms) most *= 2;
  return most;
}

/* Steps of (k + k') / 2 base steps, where a level at most doubles. Collective. */
static iso_status make_cells(iso_adaptive *p, const iso_adaptive_options *o, iso_error *err) {
  const iso_tissue *tissue = o->cells->tissue;
  for (int from = 1; from <= ISO_COARSEST; from *= 2)
    for (int to = 1; to <= 2 * from && to <= ISO_COARSEST; to *= 2) {
      iso_tissue_cells *cells = &p->cells[from + to];
      if (cells->device || from + to == 2) continue;
      const iso_cell_steps steps = {.length_ms = 0.5 * (from + to) * p->dt,
                                    .exact = o->numerics->rates == ISO_RATES_EXACT,
                                    .slow = true};
      ISO_TRY(iso_tissue_cells_new(cells, p->device, p->mesh, tissue, steps, err));
    }
  return ISO_OK;
}

static void set_limits(iso_adaptive *p, const iso_adaptive_options *o) {
  const iso_tissue_cells *cells = o->cells;
  int g = 0;
  for (iso_lid k = 0; k < p->patches->nowned; k++) {
    while (p->patches->first[k] >= cells->groups[g].first + cells->groups[g].count) g++;
    const iso_region *region = &cells->tissue->regions[cells->groups[g].region];
    p->group[k] = g;
    p->limits[k] = iso_level_limits_of(region->model->vm_rest_mV, region->model->activation_mV,
                                       coarsest(region->model, p->dt));
  }
}

/* Neighbours at one level that go through the same stages see each other's; with other numbers of stages each
 * sees the other's V extrapolated over a step, which a stiff coupling amplifies: in numerical experiments
 * (eigenvalues of a step on squares of 4 x 4 nodes with numbers that differ by 1) from dt lambda between 12
 * and 21 on. So patches have the fewest stages that they need themselves up to half of that, and beyond those
 * of the stiffest of all. */
static int stages_for(double step, double bound, double most_of_all) {
  const double own_stages = 6;
  if (iso_rkl_is_short(step, bound)) return 1;
  return iso_rkl_stages(step, step * bound <= own_stages ? bound : most_of_all);
}

/* Products a step of owned patches; a level that would need too many is not allowed. */
static void set_stages(iso_adaptive *p, const iso_body *body) {
  for (iso_lid k = 0; k < p->patches->nowned; k++)
    for (int l = 0; l < ISO_LEVELS; l++) {
      const int s = stages_for((1 << l) * p->dt, body->patch_bound[k], body->eigenvalue);
      p->stages[k][l] = (int8_t)s;
      if (s > ISO_RKL_MOST && p->limits[k].most >= 1 << l) p->limits[k].most = (int8_t)(1 << l >> 1);
    }
}

/* Collective among neighbours. */
static void share_stages(iso_adaptive *p) {
  int8_t *number = p->due.next;
  memset(p->is_member, 1, (size_t)p->patches->nlocal);
  for (int l = 0; l < ISO_LEVELS; l++) {
    for (iso_lid k = 0; k < p->patches->nowned; k++) number[k] = p->stages[k][l];
    iso_patch_exchange_run(&p->exchange, p->is_member, 0, NULL, number);
    for (iso_lid k = 0; k < p->patches->nlocal; k++) p->stages[k][l] = number[k];
  }
  memset(number, 0, (size_t)p->patches->nlocal);
}

static bool has_stages(const iso_adaptive *p) {
  for (iso_lid k = 0; k < p->patches->nowned; k++)
    if (p->stages[k][iso_level_index(p->limits[k].most)] > 1) return true;
  return false;
}

static iso_status allocate_host(iso_adaptive *p, iso_error *err) {
  const size_t owned = (size_t)p->patches->nowned, local = (size_t)p->patches->nlocal;
  const char *what = "patches";
  ISO_TRY(iso_alloc(&p->group, owned, sizeof *p->group, what, err));
  ISO_TRY(iso_alloc(&p->limits, owned, sizeof *p->limits, what, err));
  ISO_TRY(iso_alloc(&p->stages, local, sizeof *p->stages, what, err));
  ISO_TRY(iso_alloc(&p->due.patch, local, sizeof *p->due.patch, what, err));
  ISO_TRY(iso_alloc(&p->due.is_due, local, 1, what, err));
  ISO_TRY(iso_alloc(&p->due.next, local, 1, what, err));
  ISO_TRY(iso_alloc(&p->list, local, sizeof *p->list, what, err));
  ISO_TRY(iso_alloc(&p->role, local, 1, what, err));
  ISO_TRY(iso_alloc(&p->is_member, local, 1, what, err));
  ISO_TRY(iso_alloc(&p->run, local, sizeof *p->run, what, err));
  ISO_TRY(iso_alloc(&p->rate, owned, sizeof *p->rate, what, err));
  return iso_alloc(&p->bend, owned, sizeof *p->bend, what, err);
}

static iso_status allocate_device(iso_adaptive *p, iso_error *err) {
  const size_t owned = (size_t)p->patches->nowned, local = (size_t)p->patches->nlocal;
  iso_device *d = p->device;
  p->device_first = iso_device_copy(d, p->patches->first, (local + 1) * sizeof *p->device_first);
  p->device_patch = iso_device_alloc(d, owned * sizeof *p->device_patch);
  p->device_run = iso_device_alloc(d, local * sizeof *p->run);
  p->device_rate = iso_device_alloc(d, owned * d->real_bytes);
  p->device_bend = iso_device_alloc(d, owned * d->real_bytes);
  return p->device_first && p->device_patch && p->device_run && p->device_rate && p->device_bend
             ? ISO_OK
             : iso_fail_device(err, d, 64 * local, "patches");
}

static iso_status allocate_stages(iso_adaptive *p, iso_error *err) {
  if (!has_stages(p)) return ISO_OK;
  const size_t owned = (size_t)p->mesh->nowned * p->device->real_bytes,
               local = (size_t)p->mesh->nlocal * p->device->real_bytes;
  p->stage[0] = iso_device_alloc(p->device, local);
  p->stage[1] = iso_device_alloc(p->device, local);
  p->slope = iso_device_alloc(p->device, owned);
  if (!p->stage[0] || !p->stage[1] || !p->slope)
    return iso_fail_device(err, p->device, 2 * local + owned, "the stages of diffusion");
  return ISO_OK;
}

/* Not collective. */
static iso_status allocate(iso_adaptive *p, const iso_adaptive_options *o, iso_error *err) {
  ISO_TRY(iso_rkl_check(p->dt, o->body->eigenvalue, o->body->eigenvalue_node, err));
  ISO_TRY(allocate_host(p, err));
  ISO_TRY(allocate_device(p, err));
  ISO_TRY(iso_patch_exchange_new(&p->exchange, p->device, p->mesh, ISO_MAX_FIELDS, 0, p->timer, err));
  set_limits(p, o);
  set_stages(p, o->body);
  return allocate_stages(p, err);
}

iso_status iso_adaptive_new(iso_adaptive **out, const iso_adaptive_options *o, iso_error *err) {
  const iso_body *body = o->body;
  iso_adaptive *p = NULL;
  iso_status status = iso_alloc(&p, 1, sizeof *p, "the pace", err);
  *out = p;
  ISO_TRY(iso_agree(body->mesh->comm, status, err));
  *p = (iso_adaptive){.device = body->device,
                      .mesh = body->mesh,
                      .patches = body->mesh->patches,
                      .rows = &body->rows.laplacian.rows,
                      .patch_slice = body->rows.laplacian.patch_slice,
                      .base = o->cells,
                      .stimuli = o->stimuli,
                      .watch = o->watch,
                      .currents = o->currents,
                      .work = o->work,
                      .dt = o->step_ms,
                      .timer = o->timer,
                      .most_stages = stages_for(o->step_ms, body->eigenvalue, body->eigenvalue)};
  ISO_TRY(iso_agree(body->mesh->comm, allocate(p, o, err), err));
  share_stages(p);
  ISO_TRY(make_cells(p, o, err));
  return iso_agree(body->mesh->comm, iso_planned_new(&p->planned, p, o->exchange, err), err);
}

static void free_device(iso_adaptive *p) {
  void *buffers[] = {p->device_first, p->device_patch, p->device_run, p->device_rate,
                     p->device_bend,  p->stage[0],     p->stage[1],   p->slope};
  for (size_t k = 0; k < sizeof buffers / sizeof *buffers; k++) iso_device_release(p->device, buffers[k]);
}

void iso_adaptive_free(iso_adaptive *p) {
  if (!p) return;
  iso_planned_free(p->planned);
  if (p->device) {
    free_device(p);
    iso_patch_exchange_free(&p->exchange);
    for (int h = 0; h <= 2 * ISO_COARSEST; h++)
      if (p->cells[h].device) iso_tissue_cells_free(&p->cells[h]);
  }
  iso_patch_stimuli_free(&p->touched);
  void *rooms[] = {p->group, p->limits, p->stages,    p->due.patch, p->due.is_due, p->due.next,
                   p->list,  p->role,   p->is_member, p->run,       p->rate,       p->bend};
  for (size_t k = 0; k < sizeof rooms / sizeof *rooms; k++) free(rooms[k]);
  free(p);
}

int iso_adaptive_stages(const iso_adaptive *p) { return p->most_stages; }

void iso_adaptive_shares(const iso_adaptive *p, double share[ISO_LEVELS]) {
  int64_t mine[ISO_LEVELS], all[ISO_LEVELS], sum = 0;
  memcpy(mine, p->node_steps, sizeof mine);
  if (p->planned) iso_planned_node_steps(p->planned, mine);
  MPI_Allreduce(mine, all, ISO_LEVELS, MPI_INT64_T, MPI_SUM, p->mesh->comm);
  for (int l = 0; l < ISO_LEVELS; l++) sum += all[l];
  for (int l = 0; l < ISO_LEVELS; l++) share[l] = sum > 0 ? (double)all[l] / (double)sum : 0;
}

/* ---- a step ---- */

/* Owned patches whose V stands at the present base step, their levels, and ghosts that are due as well. */
static void find_due(iso_adaptive *p, const iso_levels *l, int64_t now) {
  iso_due *d = &p->due;
  d->n = d->nall = 0;
  for (iso_lid k = 0; k < p->patches->nlocal; k++) {
    d->is_due[k] = l->due[k] == now;
    d->next[k] = 0;
    if (d->is_due[k]) d->patch[d->nall++] = k;
    d->n += d->is_due[k] && k < p->patches->nowned;
  }
  for (iso_lid k = 0; k < d->n; k++) d->next[d->patch[k]] = (int8_t)iso_levels_next(l, d->patch[k], now);
}

/* Cells of nodes [first, first + count) of one group and one pair of levels go on. Gates of a level that
 * stays see V as it is. */
static void step_run(iso_adaptive *p, iso_state *x, int group, int from, int to, iso_lid first,
                     iso_lid count) {
  const double gates = 0.25 * (to - from),
               before = 3 * gates - to; /* 3/2 of one less 1/2 of the other: to/2 */
  iso_field *const out[] = {&x->before, p->work};
  const double ahead[] = {before, gates};
  for (int k = 0; k < (from == to ? 1 : 2); k++)
    iso_launch_combine(p->device, &(iso_combine){.first = first,
                                                 .count = count,
                                                 .nterms = 2,
                                                 .coefficient = {1, ahead[k]},
                                                 .term = {x->now.real, x->slope.real},
                                                 .out = out[k]->real});
  iso_tissue_cells_step_some(
      from + to == 2 ? p->base : &p->cells[from + to], group, first, count,
      &(iso_cell_fields){.state = x->rows,
                         .vm = {{1.5, -0.5}, {from == to ? x->now.real : p->work->real, x->before.real}},
                         .iion = p->currents->iion,
                         .fast = p->currents->fast.factors,
                         .fast_ld = p->currents->fast.launch.ld});
}

static bool alike(const iso_adaptive *p, const iso_levels *l, iso_lid a, iso_lid b) {
  return b == a + 1 && p->group[a] == p->group[b] && l->level[a] == l->level[b] &&
         p->due.next[a] == p->due.next[b];
}

static void step_cells(iso_adaptive *p, iso_state *x) {
  const iso_due *d = &p->due;
  const iso_lid *first = p->patches->first;
  const iso_lid most = p->device->deferred ? p->mesh->nowned : TOGETHER * p->device->threads;
  for (iso_lid i = 0, j; i < d->n; i = j) {
    const iso_lid a = d->patch[i];
    j = i + 1;
    while (j < d->n && alike(p, &x->levels, d->patch[j - 1], d->patch[j]) &&
           first[d->patch[j] + 1] - first[a] <= most)
      j++;
    step_run(p, x, p->group[a], x->levels.level[a], d->next[a], first[a],
             first[d->patch[j - 1] + 1] - first[a]);
  }
}

/* Brings the levels of ghosts that are due, and the factors of their fast currents. */
static void share_cells(iso_adaptive *p) {
  iso_fast_work *fast = &p->currents->fast;
  iso_field *field[ISO_MAX_FAST];
  void *real[ISO_MAX_FAST];
  const int n = iso_fast_work_fields(fast, field);
  for (int f = 0; f < n; f++) real[f] = field[f]->real;
  iso_patch_exchange_run(&p->exchange, p->due.is_due, n, real, p->due.next);
}

static void add_fast_currents(iso_adaptive *p) {
  const iso_due *d = &p->due;
  int32_t n = 0;
  if (!p->currents->fast.factors) return;
  for (iso_lid i = 0, j; i < d->nall; i = j) {
    j = iso_adaptive_run(d->patch, d->nall, i);
    p->run[n][0] = p->patches->first[d->patch[i]];
    p->run[n++][1] = p->patches->first[d->patch[j - 1] + 1];
  }
  iso_device_upload(p->device, p->device_run, 0, p->run, (size_t)n * sizeof *p->run);
  iso_fast_work_add_some(&p->currents->fast, n, p->device_run);
}

static void settle_level(iso_adaptive *p, iso_state *x, int level) {
  iso_lid n = 0;
  for (iso_lid k = 0; k < p->due.n; k++)
    if (p->due.next[p->due.patch[k]] == level) p->list[n++] = p->due.patch[k];
  if (n == 0) return;
  iso_device_upload(p->device, p->device_patch, 0, p->list, (size_t)n * sizeof *p->list);
  iso_launch_settle(p->device, &(iso_settle){.npatches = n,
                                             .patch = p->device_patch,
                                             .first = p->device_first,
                                             .steps = level,
                                             .after = x->before.real,
                                             .vm = x->now.real,
                                             .slope = x->slope.real,
                                             .rate = p->device_rate,
                                             .bend = p->device_bend,
                                             .watch = iso_watch_list_look(p->watch, x->now.real)});
}

/* V and S move on, and each patch says what it would like next. */
static void settle(iso_adaptive *p, iso_state *x) {
  const iso_lid owned = p->patches->nowned;
  for (int level = 1; level <= ISO_COARSEST && x->step % level == 0; level *= 2) settle_level(p, x, level);
  iso_device_download_real(p->device, p->device_rate, 0, owned, p->rate);
  iso_device_download_real(p->device, p->device_bend, 0, owned, p->bend);
  for (iso_lid i = 0; i < p->due.n; i++) {
    const iso_lid k = p->due.patch[i];
    const int level = p->due.next[k];
    const int64_t alone = iso_patch_left_alone(&p->touched, k, x->step + level, p->dt, ISO_COARSEST);
    iso_levels_record(&x->levels, k, level, p->rate[k], p->bend[k], p->dt, alone, &p->limits[k]);
    p->node_steps[iso_level_index(level)] +=
        (int64_t)level * (p->patches->first[k + 1] - p->patches->first[k]);
  }
  for (iso_lid i = p->due.n; i < p->due.nall; i++) {
    const iso_lid g = p->due.patch[i];
    x->levels.level[g] = p->due.next[g];
    x->levels.due[g] += p->due.next[g];
  }
}

static void share_vm(iso_adaptive *p, iso_state *x, const uint8_t *chosen) {
  void *field[] = {x->now.real, x->slope.real};
  iso_patch_exchange_run(&p->exchange, chosen, 2, field, x->levels.wish);
}

/* All that neighbours know of each other, after the state has become another one; and the nodal fast currents
 * that launches keep from the last one. */
static void share_all(iso_adaptive *p, iso_state *x) {
  iso_levels *l = &x->levels;
  int8_t *behind = p->due.next;
  memset(p->is_member, 1, (size_t)p->patches->nlocal);
  share_vm(p, x, p->is_member);
  iso_patch_exchange_run(&p->exchange, p->is_member, 0, NULL, l->level);
  for (iso_lid k = 0; k < p->patches->nowned; k++) behind[k] = (int8_t)(l->due[k] - x->step);
  iso_patch_exchange_run(&p->exchange, p->is_member, 0, NULL, behind);
  for (iso_lid k = p->patches->nowned; k < p->patches->nlocal; k++) l->due[k] = x->step + behind[k];
  memset(p->due.is_due, 1, (size_t)p->patches->nlocal);
  share_cells(p);
  if (p->currents->fast.factors) iso_fast_work_add_some(&p->currents->fast, 0, NULL);
  l->shared = true;
}

bool iso_adaptive_is_launched(const iso_adaptive *p) { return p->planned; }

int iso_adaptive_pieces(const iso_adaptive *p, iso_state *x) { return iso_planned_pieces(p->planned, x); }

void iso_adaptive_launch(iso_adaptive *p, iso_state *x, int piece) {
  iso_planned_launch(p->planned, x, piece);
}

void iso_adaptive_exchange(iso_adaptive *p, iso_state *x, int piece) {
  iso_planned_exchange(p->planned, x, piece);
}

iso_status iso_adaptive_ready(iso_adaptive *p, iso_state *x, iso_error *err) {
  const bool is_another = !x->levels.shared;
  if (!p->touched.start || p->touched.known != p->stimuli->nstimuli) {
    iso_patch_stimuli_free(&p->touched);
    iso_status status = iso_patch_stimuli_new(&p->touched, p->stimuli, p->patches, err);
    ISO_TRY(iso_agree(p->mesh->comm, status, err));
  }
  if (is_another) share_all(p, x);
  if (p->planned) iso_planned_ready(p->planned, x, is_another);
  return ISO_OK;
}

iso_status iso_adaptive_step(iso_adaptive *p, iso_state *x, iso_error *err) {
  ISO_TRY(iso_adaptive_ready(p, x, err));
  if (p->planned) {
    for (int k = 0, n = iso_planned_pieces(p->planned, x); k < n; k++) {
      iso_planned_launch(p->planned, x, k);
      iso_planned_exchange(p->planned, x, k);
    }
    return ISO_OK;
  }
  iso_phase before = iso_timer_enter(p->timer, ISO_PHASE_CELLS);
  find_due(p, &x->levels, x->step);
  if (p->due.nall > 0) {
    step_cells(p, x);
    share_cells(p);
    add_fast_currents(p);
    iso_adaptive_diffuse(p, x);
    settle(p, x);
    share_vm(p, x, p->due.is_due);
  }
  iso_timer_enter(p->timer, before);
  return ISO_OK;
}
