/* Patches at their own pace, some of them ghosts of another rank's: the launches of a device that plans steps
 * itself (kernels/plan.h) against the rules there, and launches for one patch after the other, on one that
 * does not. Both tell what a base step left in the order of the patches. */
#include "kernels/parity_pace.h"

#include "kernels/parity_parts.h"

#include <stdlib.h>
#include <string.h>

/* ---- what others do ---- */

/* Ionic currents that stay for some steps, small ones at first, so that steps become long, and then small in
 * some patches and large in others. */
static void set_currents(const heart *h) {
  const int calm = h->now % BASE_STEPS < CALM;
  const double amplitude[] = {0, 0.01, 0.5, calm ? 0.1 : 40, calm ? 0.2 : 400};
  double value[OWNED];
  for (int32_t k = 0; k < h->p.nowned; k++)
    for (iso_lid i = h->p.first[k]; i < h->p.first[k + 1]; i++)
      value[i] = amplitude[(k + (calm ? 0 : h->now / 5)) % 5] * synthetic_value(710, i);
  iso_device_upload_real(h->device, h->iion, 0, OWNED, value);
}

static void say_words(const heart *h) {
  for (int32_t g = h->p.nowned; g < h->p.nall; g++) pace_say(h, g, pace_word(&h->p, g));
}

/* Ghosts go on as they wish: longer and longer at first. */
static void say_next(heart *h) {
  patches *p = &h->p;
  for (int32_t g = p->nowned; g < p->nall; g++) {
    p->next[g] = p->due[g] == h->now ? p->wish[g] : 0;
    if (p->next[g] > 0) pace_say(h, g, p->next[g]);
  }
}

static void move_ghosts(heart *h) {
  patches *p = &h->p;
  for (int32_t g = p->nowned; g < p->nall; g++) {
    if (p->next[g] == 0) continue;
    p->level[g] = p->next[g];
    p->due[g] += p->next[g];
    const int calm = p->due[g] % BASE_STEPS < CALM;
    const int most = calm || synthetic_value(720 + (uint64_t)g, p->due[g]) > -0.3 ? 2 * p->level[g] : 1;
    p->wish[g] = 1;
    while (2 * p->wish[g] <= most && 2 * p->wish[g] <= ISO_COARSEST && p->due[g] % (2 * p->wish[g]) == 0)
      p->wish[g] = (int8_t)(2 * p->wish[g]);
  }
}

/* ---- what is left ---- */

/* Of each patch, what a plan put on its lists. */
typedef struct listed {
  int32_t due, runs, cells, kind;
  int8_t next, level, wish;
  uint64_t role;
  int64_t stands;
} listed;

static void list_by_host(const heart *h, listed *of) {
  const patches *p = &h->p;
  for (int32_t k = 0; k < p->nall; k++) {
    const int is_due = p->due[k] == h->now, is_own = is_due && k < p->nowned;
    of[k] = (listed){is_own,
                     is_due,
                     is_own,
                     is_own ? p->level[k] + p->next[k] : 0,
                     k < p->nowned ? p->next[k] : 0,
                     p->level[k],
                     p->wish[k],
                     p->role[k],
                     p->due[k]};
  }
}

static void download(const heart *h, const void *from, size_t offset, void *to, size_t bytes) {
  iso_device_download(h->device, from, offset, to, bytes);
}

/* The patch of a run that has to be all of it; else none that is. */
static int32_t patch_of_run(const patches *p, const iso_lid run[2]) {
  const int32_t k = pace_patch_of(p, run[0]);
  return p->first[k] == run[0] && p->first[k + 1] == run[1] ? k : MOST - 1;
}

static void count_runs(const heart *h, const int32_t *count, listed *of) {
  iso_lid due[MOST], run[MOST][2], cell_run[MOST][2];
  uint8_t kind[MOST];
  download(h, h->pace.due, 0, due, sizeof due);
  download(h, h->pace.run, 0, run, sizeof run);
  download(h, h->pace.cell_run, 0, cell_run, sizeof cell_run);
  download(h, h->pace.cell_kind, 0, kind, sizeof kind);
  for (int32_t k = 0; k < count[ISO_COUNT_DUE]; k++) of[due[k]].due++;
  for (int32_t k = 0; k < count[ISO_COUNT_RUNS]; k++) of[patch_of_run(&h->p, run[k])].runs++;
  for (int g = 0; g < COUNTS; g++)
    for (int32_t k = h->p.group_first[g]; k < h->p.group_first[g] + count[ISO_COUNT_GROUPS + g]; k++) {
      listed *cell = &of[patch_of_run(&h->p, cell_run[k])];
      cell->cells++, cell->kind = kind[k];
    }
}

static void list_by_device(const heart *h, listed *of) {
  const iso_plan *pace = &h->pace;
  const size_t counts = (size_t)iso_pace_counts(pace), all = (size_t)pace->nall, turn = (size_t)pace->turn;
  int32_t count[ISO_COUNT_GROUPS + COUNTS];
  uint64_t role[MOST];
  int8_t next[MOST], level[MOST], wish[MOST];
  int64_t due[MOST];
  download(h, pace->count, turn * counts * sizeof *count, count, sizeof count);
  download(h, pace->role, turn * all * sizeof *role, role, all * sizeof *role);
  download(h, pace->next, 0, next, sizeof next);
  download(h, pace->levels.level, 0, level, sizeof level);
  download(h, pace->levels.wish, 0, wish, sizeof wish);
  download(h, pace->levels.due, 0, due, sizeof due);
  for (int32_t k = 0; k < pace->nall; k++)
    of[k] = (listed){.next = next[k], .level = level[k], .wish = wish[k], .role = role[k], .stands = due[k]};
  count_runs(h, count, of);
}

static void keep_listed(const listed *l, record *to) {
  const int64_t numbers[] = {l->due, l->runs, l->cells, l->kind, l->next, l->level, l->wish, l->stands};
  record_bytes(to, numbers, sizeof numbers);
  record_bytes(to, &l->role, sizeof l->role);
}

static void keep_plan(const heart *h, record *to) {
  listed of[MOST] = {{0}};
  (h->plans ? list_by_device : list_by_host)(h, of);
  for (int32_t k = 0; k < h->p.nall; k++) keep_listed(&of[k], to);
}

static void keep_fields(const heart *h, record *to) {
  void *const fields[] = {h->vm, h->slope, h->before, h->gates, h->stage, h->said};
  for (size_t k = 0; k < sizeof fields / sizeof *fields; k++) parity_keep(h->device, fields[k], LOCAL, to);
  parity_keep(h->device, h->middle, ISO_LEVELS * LOCAL, to);
}

/* The levels of a device come to the host, which goes by them, too. */
static void keep_levels(heart *h, record *to) {
  patches *p = &h->p;
  const iso_pace_levels *l = &h->pace.levels;
  const size_t n = (size_t)p->nowned;
  if (h->plans) {
    download(h, l->level, 0, p->level, n);
    download(h, l->wish, 0, p->wish, n);
    download(h, l->due, 0, p->due, n * sizeof *p->due);
    download(h, l->rate, 0, p->rate, n * sizeof *p->rate);
    download(h, l->bend, 0, p->bend, n * sizeof *p->bend);
    download(h, l->calm, 0, p->calm, n * sizeof *p->calm);
    download(h, h->pace.node_steps, 0, p->node_steps, sizeof p->node_steps);
  }
  record_bytes(to, p->level, n);
  record_bytes(to, p->wish, n);
  record_bytes(to, p->due, n * sizeof *p->due);
  record_bytes(to, p->rate, n * sizeof *p->rate);
  record_bytes(to, p->bend, n * sizeof *p->bend);
  record_bytes(to, p->calm, n * sizeof *p->calm);
  record_bytes(to, p->node_steps, sizeof p->node_steps);
}

/* ---- steps ---- */

static void launch_fill(const heart *h, iso_pace_fill f) {
  if (h->plans)
    iso_launch_pace_fill(h->device, &h->pace, &f);
  else
    pace_fill(h, &f);
}

static void launch_product(const heart *h, int party, const iso_product *product) {
  if (h->plans)
    iso_launch_pace_product(h->device, &h->pace, party, product);
  else
    pace_multiply(h, party, product);
}

/* Those of one product, and then a first and a last stage of the others. */
static void diffuse(const heart *h) {
  const double apply = 5e-5, dt = h->pace.step_ms;
  launch_fill(h, (iso_pace_fill){0});
  launch_product(h, 0,
                 &(iso_product){.rows = &h->rows,
                                .apply = apply,
                                .nterms = 2,
                                .coefficient = {1, -dt},
                                .term = {h->vm, h->iion},
                                .out = h->before});
  if (h->now % 2) return;
  launch_fill(h, (iso_pace_fill){.party = STAGED, .members = 1, .out = h->gates});
  launch_product(h, STAGED,
                 &(iso_product){.rows = &h->rows,
                                .x = h->gates,
                                .apply = apply,
                                .nterms = 2,
                                .coefficient = {1, -dt},
                                .term = {h->vm, h->iion},
                                .out = h->stage});
  launch_fill(h, (iso_pace_fill){.party = STAGED, .ahead = 0.8, .out = h->stage});
  launch_product(h, STAGED,
                 &(iso_product){.rows = &h->rows,
                                .x = h->stage,
                                .apply = apply,
                                .nterms = 3,
                                .coefficient = {0.5, 0.5, -dt},
                                .term = {h->stage, h->vm, h->iion},
                                .out = h->before});
}

static void base_step(heart *h, record *to) {
  h->pace.turn = (int)(h->now & 1);
  set_currents(h);
  say_words(h);
  if (h->plans)
    iso_launch_pace_plan(h->device, &h->pace);
  else
    pace_plan(h);
  keep_plan(h, to);
  say_next(h);
  diffuse(h);
  if (h->plans)
    iso_launch_pace_settle(h->device, &h->pace, &h->watch);
  else
    pace_settle(h);
  iso_launch_sample(h->device, &(iso_sample){.pending = h->watch.pending});
  h->now++;
  move_ghosts(h);
  keep_fields(h, to);
  keep_levels(h, to);
}

/* As many base steps as stimuli are known for, from where they and the words that patches say begin anew and
 * from where they do not. */
static void some_steps(iso_device *device, int64_t from, record *to) {
  heart h = pace_heart_new(device, from);
  for (int k = 0; k < BASE_STEPS; k++) base_step(&h, to);
  if (h.plans)
    iso_launch_pace_show(device, &h.pace, h.gates);
  else
    pace_show(&h, h.gates);
  parity_keep(device, h.gates, OWNED, to);
  parity_keep_events(device, &h.watch, to);
  pace_heart_free(&h);
}

void parity_pace(iso_device *device, record *to) {
  some_steps(device, 0, to);
  some_steps(device, 16 * BASE_STEPS * 3, to);
}
