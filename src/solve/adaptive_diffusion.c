/* Diffusion of the patches that are due: those of one level, and one number of stages, at a time. */
#include "solve/adaptive_parts.h"
#include "solve/rkl.h"

#include <string.h>

/* What a patch is to the patches of a launch. */
enum { ELSEWHERE, NEIGHBOUR, MEMBER };

/* Patches that make the same step. */
typedef struct party {
  int level, stages;
  double step; /* ms */
  iso_lid n;
  const iso_lid *patch; /* [n] owned */
} party;

static bool is_member(const iso_adaptive *p, iso_lid patch, int level, int stages) {
  return p->due.next[patch] == level && p->stages[patch][iso_level_index(level)] == stages;
}

/* Roles of all patches for a party, whose patches go to p->list. Ghosts are members where stages travel. */
static party gather(iso_adaptive *p, int level, int stages) {
  const iso_patches *patches = p->patches;
  iso_lid n = 0;
  memset(p->role, ELSEWHERE, (size_t)patches->nlocal);
  memset(p->is_member, 0, (size_t)patches->nlocal);
  for (iso_lid k = 0; k < p->due.n; k++)
    if (is_member(p, p->due.patch[k], level, stages)) p->list[n++] = p->due.patch[k];
  for (iso_lid k = 0; k < n; k++)
    for (int64_t at = patches->start[p->list[k]]; at < patches->start[p->list[k] + 1]; at++)
      p->role[patches->neighbour[at]] = NEIGHBOUR;
  for (iso_lid k = 0; k < (stages > 1 ? p->due.nall : p->due.n); k++) {
    const iso_lid patch = p->due.patch[k];
    if (is_member(p, patch, level, stages)) p->role[patch] = MEMBER, p->is_member[patch] = 1;
  }
  return (party){level, stages, level * p->dt, n, p->list};
}

static void set_middle(const iso_adaptive *p, const iso_state *x, void *out, iso_lid first, iso_lid end,
                       double ahead) {
  iso_launch_combine(p->device, &(iso_combine){.first = p->patches->first[first],
                                               .count = p->patches->first[end] - p->patches->first[first],
                                               .nterms = 2,
                                               .coefficient = {1, ahead},
                                               .term = {x->now.real, x->slope.real},
                                               .out = out});
}

/* out = V at base step n + ahead, where n is the present one, of the patches that have a role from lowest
 * on. */
static void fill(const iso_adaptive *p, const iso_state *x, void *out, int lowest, int highest,
                 double ahead) {
  const iso_lid n = p->patches->nlocal;
  const int64_t *due = x->levels.due;
  for (iso_lid a = 0, b; a < n; a = b) {
    b = a + 1;
    if (p->role[a] < lowest || p->role[a] > highest) continue;
    while (b < n && p->role[b] >= lowest && p->role[b] <= highest && due[b] == due[a]) b++;
    set_middle(p, x, out, a, b, ahead - (double)(due[a] - x->step));
  }
}

/* Whether V of all that have a role stands at the present base step. */
static bool is_even(const iso_adaptive *p, const iso_state *x) {
  bool even = true;
  for (iso_lid k = 0; k < p->patches->nlocal; k++)
    even &= p->role[k] == ELSEWHERE || x->levels.due[k] == x->step;
  return even;
}

/* Rows of the party's patches, in launches of slices that follow each other. */
static void multiply(const iso_adaptive *p, const party *y, iso_product product) {
  product.rows = p->rows;
  product.part = ISO_ALL_ROWS;
  for (iso_lid i = 0, j; i < y->n; i = j) {
    j = iso_adaptive_run(y->patch, y->n, i);
    product.first = p->patch_slice[y->patch[i]];
    product.last = p->patch_slice[y->patch[j - 1] + 1];
    iso_launch_product(p->device, &product);
  }
}

static const iso_stimulation *stimulus_of(const iso_adaptive *p, const iso_state *x, const party *y) {
  return y->level == 1 ? iso_stimuli_in(p->stimuli, x->step, 0) : NULL;
}

/* V + step (L V* - I) with V* in the middle. */
static void step_at_once(iso_adaptive *p, iso_state *x, const party *y) {
  fill(p, x, p->work->real, NEIGHBOUR, MEMBER, 0.5 * y->level);
  multiply(p, y,
           (iso_product){.x = p->work->real,
                         .apply = y->step,
                         .nterms = 2,
                         .coefficient = {1, -y->step},
                         .term = {x->now.real, p->currents->iion},
                         .stimulus = stimulus_of(p, x, y),
                         .out = x->before.real});
}

/* Members' stages travel to where they are ghosts. */
static void share_stage(iso_adaptive *p, void *stage) {
  void *field[] = {stage};
  iso_patch_exchange_run(&p->exchange, p->is_member, 1, field, NULL);
}

iso_product iso_adaptive_stage(const iso_adaptive *p, double step, iso_rkl_stage s, const void *vm,
                               const void *newest, const void *older) {
  const double applied = s.apply * step, kept = s.slope * step;
  return (iso_product){.x = newest,
                       .apply = applied,
                       .nterms = 5,
                       .coefficient = {s.newest, s.older, s.start, kept, -(applied + kept)},
                       .term = {newest, older, vm, p->slope, p->currents->iion}};
}

iso_product iso_adaptive_first_stage(const iso_adaptive *p, double step, iso_rkl_stage s, const void *vm) {
  return (iso_product){.apply = s.apply * step,
                       .nterms = 2,
                       .coefficient = {1, -s.apply * step},
                       .term = {vm, p->currents->iion},
                       .store = p->slope};
}

static iso_product first_product(const iso_adaptive *p, const iso_state *x, const party *y, iso_rkl_stage s) {
  const bool even = is_even(p, x);
  iso_product product = iso_adaptive_first_stage(p, y->step, s, x->now.real);
  if (!even) fill(p, x, p->work->real, NEIGHBOUR, MEMBER, 0);
  product.x = even ? x->now.real : p->work->real;
  return product;
}

/* A stage is made at members only, so that its vector has room for what their neighbours are at its time. */
static void step_by_stages(iso_adaptive *p, iso_state *x, const party *y) {
  const void *older = x->now.real, *newest = x->now.real;
  for (int j = 1; j <= y->stages; j++) {
    const iso_rkl_stage s = iso_rkl_stage_of(y->stages, j);
    if (j > 1) {
      void *made = p->stage[j % 2];
      fill(p, x, made, NEIGHBOUR, NEIGHBOUR, s.at * y->level);
      share_stage(p, made);
    }
    iso_product product =
        j == 1 ? first_product(p, x, y, s) : iso_adaptive_stage(p, y->step, s, x->now.real, newest, older);
    product.stimulus = stimulus_of(p, x, y);
    product.out = j == y->stages ? x->before.real : p->stage[(j - 1) % 2];
    multiply(p, y, product);
    older = newest, newest = product.out;
  }
}

/* Bit s: some patch, owned or a ghost, makes a step of that level and s products. */
static uint64_t stages_of(const iso_adaptive *p, int level) {
  uint64_t some = 0;
  for (iso_lid k = 0; k < p->due.nall; k++)
    if (p->due.next[p->due.patch[k]] == level)
      some |= (uint64_t)1 << p->stages[p->due.patch[k]][iso_level_index(level)];
  return some;
}

void iso_adaptive_diffuse(iso_adaptive *p, iso_state *x) {
  iso_phase before = iso_timer_enter(p->timer, ISO_PHASE_DIFFUSION);
  for (int level = 1; level <= ISO_COARSEST && x->step % level == 0; level *= 2) {
    const uint64_t some = stages_of(p, level);
    for (int stages = 1; some >> stages; stages++) {
      if (!(some >> stages & 1)) continue;
      const party y = gather(p, level, stages);
      (stages == 1 ? step_at_once : step_by_stages)(p, x, &y);
    }
  }
  iso_timer_enter(p->timer, before);
}
