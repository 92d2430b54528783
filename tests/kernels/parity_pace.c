/* Patches at their own pace, some of them ghosts of another rank's: the launches of a device that plans steps
 * itself (kernels/plan.h) against the rules there, and launches for one patch after the other, on one that
 * does not. Both tell what a base step left in the order of the patches. */
#include "kernels/parity.h"

#include "kernels/plan.h"
#include "kernels/synthetic.h"

#include <stdlib.h>
#include <string.h>

enum { OWNED = 1003, LOCAL = 1203, MOST = 48, NEIGHBOURS = 2048, BASE_STEPS = 32, CALM = 17, COUNTS = 2 };
enum { STAGED = ISO_LEVELS }; /* the party of two products: every third patch's at level 2 */

/* What both know, and what the rules make of it on the host. */
typedef struct patches {
  int32_t nowned, nall, ninner;
  iso_lid first[MOST + 1], neighbour[NEIGHBOURS], group_first[COUNTS];
  int64_t start[MOST + 1], slice[MOST + 1], due[MOST], calm[MOST];
  int32_t group[MOST];
  iso_level_limits limits[MOST];
  uint8_t party[MOST][ISO_LEVELS];
  uint64_t busy[MOST], role[MOST];
  int8_t level[MOST], wish[MOST], next[MOST];
  double rate[MOST], bend[MOST];
  int64_t node_steps[ISO_LEVELS];
} patches;

typedef struct heart {
  iso_device *device;
  int plans;
  int64_t now;
  patches p;
  iso_plan pace;
  iso_rows rows;
  iso_watch watch;
  void *vm, *slope, *before, *gates, *middle, *said, *iion, *stage, *rate, *bend, *one, *starts;
  void *made[64]; /* all that is to be released */
  int nmade;
} heart;

/* ---- set-up ---- */

static void *made(heart *h, void *buffer) { return h->made[h->nmade++] = synthetic_need(buffer); }

static void *room(heart *h, size_t n, size_t size) { return made(h, iso_device_alloc(h->device, n * size)); }

static void *copied(heart *h, const void *host, size_t n, size_t size) {
  return made(h, iso_device_copy(h->device, host, n * size));
}

/* Runs of 64 nodes and of fewer. */
static int32_t cut(patches *p, int32_t n, iso_lid from, iso_lid end) {
  for (p->first[n] = from; p->first[n] < end; n++) {
    const iso_lid length = n % 3 ? 64 : 1 + 13 * n % 64;
    p->first[n + 1] = p->first[n] + length < end ? p->first[n] + length : end;
  }
  return n;
}

static int32_t patch_of(const patches *p, iso_lid node) {
  int32_t k = 0;
  while (node >= p->first[k + 1]) k++;
  return k;
}

/* Those of columns of its rows. */
static void find_neighbours(patches *p, const synthetic_rows *rows) {
  for (int32_t k = 0; k < p->nowned; k++) {
    int is_next[MOST] = {0};
    for (int64_t e = rows->start[p->first[k]]; e < rows->start[p->first[k + 1]]; e++)
      is_next[patch_of(p, rows->column[e])] = 1;
    p->start[k + 1] = p->start[k];
    for (int32_t q = 0; q < p->nall; q++)
      if (is_next[q] && q != k) p->neighbour[p->start[k + 1]++] = q;
  }
}

static void set_limits(patches *p) {
  for (int32_t k = 0; k < p->nall; k++) {
    p->group[k] = k >= p->nowned / 2;
    p->limits[k] = (iso_level_limits){k % 7 ? ISO_COARSEST : 4, 5, 0.02, 0.05};
    p->busy[k] = k % 5 == 1 ? (uint64_t)0xf000f << (CALM + k % 8) : k % 11 == 3 ? ~(uint64_t)0 << CALM : 0;
    for (int l = 0; l < ISO_LEVELS; l++) p->party[k][l] = (uint8_t)(l == 1 && k % 3 == 0 ? STAGED : l);
  }
  p->group_first[1] = p->nowned / 2;
}

/* Slices of each patch apart, longest row first. */
static void lay_rows(heart *h, const synthetic_rows *rows) {
  const int width = h->device->slice_rows;
  patches *p = &h->p;
  const size_t most = (size_t)(MOST * 2 * (64 / width + 1));
  iso_lid *row = synthetic_need(malloc(most * (size_t)width * sizeof *row)),
          *column = synthetic_need(malloc(most * (size_t)width * 20 * sizeof *column));
  double *value = synthetic_need(calloc(most * (size_t)width * 20, sizeof *value));
  int64_t *start = synthetic_need(calloc(most + 1, sizeof *start)), n = 0;
  for (int32_t k = 0; k < p->nowned; k++, p->slice[k] = n)
    for (iso_lid at = p->first[k]; at < p->first[k + 1]; at += width, n++) {
      int64_t longest = 0;
      for (int r = 0; r < width; r++) {
        const iso_lid i = at + r < p->first[k + 1] ? at + r : p->first[k + 1] - 1;
        row[n * width + r] = i;
        if (rows->start[i + 1] - rows->start[i] > longest) longest = rows->start[i + 1] - rows->start[i];
      }
      start[n + 1] = start[n] + longest * width;
      for (int r = 0; r < width; r++) {
        const iso_lid i = row[n * width + r];
        int64_t to = start[n] + r, e = rows->start[i];
        for (; to < start[n + 1]; to += width, e++) {
          const int is_there = e < rows->start[i + 1];
          column[to] = is_there ? rows->column[e] : i;
          value[to] = is_there ? synthetic_value(4, e) : 0;
        }
      }
    }
  h->rows = (iso_rows){.nslices = n,
                       .start = copied(h, start, (size_t)n + 1, sizeof *start),
                       .row = copied(h, row, (size_t)(n * width), sizeof *row),
                       .column = copied(h, column, (size_t)start[n], sizeof *column),
                       .value = made(h, iso_device_copy_real(h->device, value, start[n]))};
  free(row), free(column), free(value), free(start);
}

static void make_fields(heart *h) {
  const size_t real = h->device->real_bytes;
  void **const rooms[] = {&h->before, &h->gates, &h->said, &h->stage};
  for (size_t k = 0; k < sizeof rooms / sizeof *rooms; k++) *rooms[k] = room(h, LOCAL, real);
  h->vm = made(h, synthetic_field(h->device, 700, LOCAL, 60));
  h->slope = made(h, synthetic_field(h->device, 701, LOCAL, 0.01));
  h->iion = room(h, OWNED, real);
  h->middle = room(h, ISO_LEVELS * LOCAL, real);
  h->rate = room(h, MOST, real), h->bend = room(h, MOST, real), h->one = room(h, 1, sizeof(int32_t));
  h->starts = copied(h, h->p.first, (size_t)h->p.nall + 1, sizeof *h->p.first);
  h->watch = (iso_watch){.rest = made(h, synthetic_field(h->device, 702, OWNED, 1)),
                         .peak = made(h, synthetic_field(h->device, 703, OWNED, 1)),
                         .activation_mV = 1,
                         .fraction = 0.9,
                         .capacity = OWNED,
                         .pending = room(h, 1, sizeof(iso_pending)),
                         .event = room(h, OWNED, sizeof(iso_watch_event))};
  const iso_pending clock = {.first = h->now};
  iso_device_upload(h->device, h->watch.pending, 0, &clock, sizeof clock);
}

static void make_plan(heart *h) {
  patches *p = &h->p;
  const size_t n = (size_t)p->nowned, all = (size_t)p->nall;
  /* In one buffer each: those that are room for what a device finds. */
  h->pace = (iso_plan){.npatches = p->nowned,
                       .nall = p->nall,
                       .ngroups = COUNTS,
                       .ninner = p->ninner,
                       .step_ms = 0.02,
                       .clock = h->watch.pending,
                       .first = h->starts,
                       .slice = copied(h, p->slice, n + 1, sizeof *p->slice),
                       .start = copied(h, p->start, n + 1, sizeof *p->start),
                       .neighbour = copied(h, p->neighbour, (size_t)p->start[n], sizeof *p->neighbour),
                       .group = copied(h, p->group, n, sizeof *p->group),
                       .group_first = copied(h, p->group_first, COUNTS, sizeof *p->group_first),
                       .limits = copied(h, p->limits, n, sizeof *p->limits),
                       .party = copied(h, p->party, all, sizeof *p->party),
                       .busy = copied(h, p->busy, n, sizeof *p->busy),
                       .nnodes = LOCAL,
                       .vm = h->vm,
                       .slope = h->slope,
                       .before = h->before,
                       .gates = h->gates,
                       .middle = h->middle,
                       .said = h->said};
}

/* What a device finds. */
static void make_lists(heart *h) {
  iso_plan *pace = &h->pace;
  iso_pace_levels *l = &pace->levels;
  const patches *p = &h->p;
  l->level = copied(h, p->level, MOST, sizeof *l->level);
  l->wish = copied(h, p->wish, MOST, sizeof *l->wish);
  l->due = copied(h, p->due, MOST, sizeof *l->due);
  l->rate = copied(h, p->rate, MOST, sizeof *l->rate);
  l->bend = copied(h, p->bend, MOST, sizeof *l->bend);
  l->calm = copied(h, p->calm, MOST, sizeof *l->calm);
  pace->next = room(h, MOST, sizeof *pace->next);
  pace->role = room(h, 2 * MOST, sizeof *pace->role);
  pace->count = room(h, 2 * (size_t)iso_pace_counts(pace), sizeof *pace->count);
  pace->due = room(h, MOST, sizeof *pace->due);
  pace->run = room(h, MOST, sizeof *pace->run);
  pace->cell_run = room(h, MOST, sizeof *pace->cell_run);
  pace->cell_kind = room(h, MOST, sizeof *pace->cell_kind);
  pace->node_steps = room(h, ISO_LEVELS, sizeof *pace->node_steps);
}

static heart heart_new(iso_device *device, int64_t now) {
  heart h = {.device = device, .plans = iso_device_plans(device), .now = now};
  patches *p = &h.p;
  p->nowned = cut(p, 0, 0, OWNED);
  p->nall = cut(p, p->nowned, OWNED, LOCAL);
  p->ninner = p->nowned / 3;
  for (int32_t k = 0; k < p->nall; k++) {
    p->level[k] = p->wish[k] = 1, p->due[k] = p->calm[k] = now;
    p->rate[k] = p->bend[k] = INFINITY;
  }
  synthetic_rows rows = synthetic_rows_odd(OWNED, LOCAL);
  set_limits(p);
  find_neighbours(p, &rows);
  lay_rows(&h, &rows);
  make_fields(&h);
  make_plan(&h);
  make_lists(&h);
  synthetic_rows_free(&rows);
  return h;
}

static void heart_free(heart *h) {
  for (int k = 0; k < h->nmade; k++) iso_device_release(h->device, h->made[k]);
}

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

static void say(const heart *h, int32_t patch, int number) {
  double value[64];
  const iso_lid first = h->p.first[patch], n = h->p.first[patch + 1] - first;
  for (iso_lid i = 0; i < n; i++) value[i] = number;
  iso_device_upload_real(h->device, h->said, first, n, value);
}

static int word(const patches *p, int32_t k) {
  return iso_pace_spell((iso_pace_word){p->due[k], p->level[k], p->wish[k]});
}

static void say_words(const heart *h) {
  for (int32_t g = h->p.nowned; g < h->p.nall; g++) say(h, g, word(&h->p, g));
}

/* Ghosts go on as they wish: longer and longer at first. */
static void say_next(heart *h) {
  patches *p = &h->p;
  for (int32_t g = p->nowned; g < p->nall; g++) {
    p->next[g] = p->due[g] == h->now ? p->wish[g] : 0;
    if (p->next[g] > 0) say(h, g, p->next[g]);
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

/* ---- by the host ---- */

static iso_pace_levels levels_of(patches *p) {
  return (iso_pace_levels){p->level, p->wish, p->due, p->rate, p->bend, p->calm};
}

static void look_ahead(const heart *h, int32_t k, double steps, void *out, int64_t offset) {
  const size_t real = h->device->real_bytes;
  iso_launch_combine(h->device, &(iso_combine){.first = h->p.first[k],
                                               .count = h->p.first[k + 1] - h->p.first[k],
                                               .nterms = 2,
                                               .coefficient = {1, steps},
                                               .term = {h->vm, h->slope},
                                               .out = (char *)out + (size_t)offset * real});
}

static void plan_patch(heart *h, int32_t k) {
  patches *p = &h->p;
  const iso_pace_levels levels = levels_of(p);
  int next = p->wish[k];
  for (int64_t e = p->start[k]; e < p->start[k + 1]; e++) {
    const int most = iso_pace_allows(iso_pace_word_of(&levels, p->neighbour[e]), h->now);
    if (next > most) next = most;
  }
  const double gates = 0.25 * (next - p->level[k]);
  const uint64_t party = (uint64_t)1 << p->party[k][iso_level_index(next)];
  p->next[k] = (int8_t)next;
  p->role[k] |= party;
  for (int64_t e = p->start[k]; e < p->start[k + 1]; e++) p->role[p->neighbour[e]] |= party;
  look_ahead(h, k, 3 * gates - next, h->before, 0);
  if (next != p->level[k]) look_ahead(h, k, gates, h->gates, 0);
  if (k >= p->ninner) say(h, k, next);
}

static void plan(heart *h) {
  patches *p = &h->p;
  memset(p->role, 0, sizeof p->role);
  for (int32_t k = 0; k < p->nowned; k++) {
    p->next[k] = 0;
    if (p->due[k] == h->now) plan_patch(h, k);
  }
}

static int is_member(const heart *h, int32_t k, int party) {
  return h->p.next[k] > 0 && h->p.party[k][iso_level_index(h->p.next[k])] == party;
}

static void fill(const heart *h, const iso_pace_fill *f) {
  for (int32_t k = 0; k < h->p.nall; k++) {
    const double behind = (double)(h->p.due[k] - h->now);
    for (int l = 0; f->party == 0 && l < ISO_LEVELS; l++)
      if (h->p.role[k] >> l & 1) look_ahead(h, k, 0.5 * (1 << l) - behind, h->middle, (int64_t)l * LOCAL);
    if (f->party > 0 && h->p.role[k] >> f->party & 1 && (f->members || !is_member(h, k, f->party)))
      look_ahead(h, k, f->ahead - behind, f->out, 0);
  }
}

static void multiply(const heart *h, int32_t k, iso_product product) {
  product.first = h->p.slice[k], product.last = h->p.slice[k + 1], product.part = ISO_ALL_ROWS;
  iso_launch_product(h->device, &product);
}

static void multiply_party(const heart *h, int party, const iso_product *product) {
  for (int32_t k = 0; k < h->p.nowned; k++) {
    const int l = iso_level_index(h->p.next[k]);
    if (party > 0 && is_member(h, k, party)) multiply(h, k, *product);
    if (party > 0 || h->p.next[k] == 0 || !is_member(h, k, l)) continue;
    iso_product own = *product;
    own.x = (char *)h->middle + (size_t)l * LOCAL * h->device->real_bytes;
    own.apply *= 1 << l, own.coefficient[1] *= 1 << l;
    multiply(h, k, own);
  }
}

static void settle_patch(heart *h, int32_t k) {
  patches *p = &h->p;
  const int level = p->next[k];
  const int64_t alone = iso_pace_left_alone(p->busy[k], (int)(h->now % BASE_STEPS) + level);
  const iso_pace_levels levels = levels_of(p);
  double rate, bend;
  iso_device_upload(h->device, h->one, 0, &k, sizeof k);
  iso_launch_settle(h->device, &(iso_settle){.npatches = 1,
                                             .patch = h->one,
                                             .first = h->starts,
                                             .steps = level,
                                             .after = h->before,
                                             .vm = h->vm,
                                             .slope = h->slope,
                                             .rate = h->rate,
                                             .bend = h->bend,
                                             .watch = &h->watch});
  iso_device_download_real(h->device, h->rate, k, 1, &rate);
  iso_device_download_real(h->device, h->bend, k, 1, &bend);
  iso_pace_record(&levels, k, level, rate, bend, h->pace.step_ms, alone, &p->limits[k]);
  p->node_steps[iso_level_index(level)] += level * (p->first[k + 1] - p->first[k]);
  if (k >= p->ninner) say(h, k, word(p, k));
}

static void settle(heart *h) {
  for (int32_t k = 0; k < h->p.nowned; k++)
    if (h->p.next[k] > 0) settle_patch(h, k);
}

static void show(const heart *h, void *out) {
  for (int32_t k = 0; k < h->p.nowned; k++) look_ahead(h, k, (double)(h->now - h->p.due[k]), out, 0);
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
  const int32_t k = patch_of(p, run[0]);
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
    fill(h, &f);
}

static void launch_product(const heart *h, int party, const iso_product *product) {
  if (h->plans)
    iso_launch_pace_product(h->device, &h->pace, party, product);
  else
    multiply_party(h, party, product);
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
    plan(h);
  keep_plan(h, to);
  say_next(h);
  diffuse(h);
  if (h->plans)
    iso_launch_pace_settle(h->device, &h->pace, &h->watch);
  else
    settle(h);
  iso_launch_sample(h->device, &(iso_sample){.pending = h->watch.pending});
  h->now++;
  move_ghosts(h);
  keep_fields(h, to);
  keep_levels(h, to);
}

/* As many base steps as stimuli are known for, from where they and the words that patches say begin anew and
 * from where they do not. */
static void some_steps(iso_device *device, int64_t from, record *to) {
  heart h = heart_new(device, from);
  for (int k = 0; k < BASE_STEPS; k++) base_step(&h, to);
  if (h.plans)
    iso_launch_pace_show(device, &h.pace, h.gates);
  else
    show(&h, h.gates);
  parity_keep(device, h.gates, OWNED, to);
  parity_keep_events(device, &h.watch, to);
  heart_free(&h);
}

void parity_pace(iso_device *device, record *to) {
  some_steps(device, 0, to);
  some_steps(device, 16 * BASE_STEPS * 3, to);
}
