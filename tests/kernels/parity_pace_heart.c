/* Patches with rows, fields and a plan, and what they say to each other. */
#include "kernels/parity_pace.h"

#include "kernels/synthetic.h"

#include <math.h>
#include <stdlib.h>

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

int32_t pace_patch_of(const patches *p, iso_lid node) {
  int32_t k = 0;
  while (node >= p->first[k + 1]) k++;
  return k;
}

/* Those of columns of its rows. */
static void find_neighbours(patches *p, const synthetic_rows *rows) {
  for (int32_t k = 0; k < p->nowned; k++) {
    int is_next[MOST] = {0};
    for (int64_t e = rows->start[p->first[k]]; e < rows->start[p->first[k + 1]]; e++)
      is_next[pace_patch_of(p, rows->column[e])] = 1;
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

heart pace_heart_new(iso_device *device, int64_t now) {
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

void pace_heart_free(heart *h) {
  for (int k = 0; k < h->nmade; k++) iso_device_release(h->device, h->made[k]);
}

int pace_word(const patches *p, int32_t k) {
  return iso_pace_spell((iso_pace_word){p->due[k], p->level[k], p->wish[k]});
}

void pace_say(const heart *h, int32_t patch, int number) {
  double value[64];
  const iso_lid first = h->p.first[patch], n = h->p.first[patch + 1] - first;
  for (iso_lid i = 0; i < n; i++) value[i] = number;
  iso_device_upload_real(h->device, h->said, first, n, value);
}
