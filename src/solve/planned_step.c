#include "solve/adaptive_parts.h"
#include "solve/planned_parts.h"
#include "solve/rkl.h"

/* Of this base step's turn. */
static const int32_t *count_of(const iso_planned *q, int what) {
  return q->pace.count + q->pace.turn * iso_pace_counts(&q->pace) + what;
}

static void step_cells(const iso_planned *q, const iso_state *x) {
  const iso_adaptive *p = q->adaptive;
  const iso_plan *pace = &q->pace;
  const iso_cell_fields fields = {.state = x->rows,
                                  .vm = {{1.5, -0.5}, {pace->vm, pace->before}},
                                  .iion = p->currents->iion,
                                  .fast = p->currents->fast.factors,
                                  .fast_ld = p->currents->fast.launch.ld};
  for (int32_t g = 0, first = 0, end; g < pace->ngroups; g++, first = end) {
    for (end = first; end < pace->npatches && p->group[end] == g;) end++;
    const iso_cell_list list = {.count = count_of(q, ISO_COUNT_GROUPS + g),
                                .kind = pace->cell_kind + first,
                                .kinds = q->kinds + (int64_t)g * ISO_PLANNED_KINDS};
    iso_tissue_cells_step_listed(p->base, g, pace->cell_run + first, end - first, &list, &fields);
  }
}

static void add_fast_currents(const iso_planned *q) {
  const iso_plan *pace = &q->pace;
  iso_fast launch = q->adaptive->currents->fast.launch;
  if (!q->adaptive->currents->fast.factors) return;
  launch.run = pace->run, launch.nruns = pace->nall;
  launch.count = count_of(q, ISO_COUNT_RUNS);
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

/* What is known of V at the time of stage j, where the one before has been made at members. */
static void *known_at(const iso_adaptive *p, int j) { return j == 1 ? p->work->real : p->stage[j % 2]; }

/* What stage j makes, or V where there is none. */
static const void *made_by(const iso_planned *q, int j) {
  return j < 1 ? q->pace.vm : q->adaptive->stage[(j - 1) % 2];
}

static void make_stage(const iso_planned *q, const iso_state *x, int number, int j) {
  const iso_adaptive *p = q->adaptive;
  const iso_planned_party *y = &q->party[number];
  const iso_rkl_stage s = iso_rkl_stage_of(y->stages, j);
  const double step = y->level * p->dt;
  iso_product product =
      j == 1 ? iso_adaptive_first_stage(p, step, s, q->pace.vm)
             : iso_adaptive_stage(p, step, s, q->pace.vm, made_by(q, j - 1), made_by(q, j - 2));
  const iso_pace_fill fill = {
      .party = number, .members = j == 1, .ahead = j == 1 ? 0 : s.at * y->level, .out = known_at(p, j)};
  iso_launch_pace_fill(q->device, &q->pace, &fill);
  product.rows = p->rows, product.x = fill.out;
  product.stimulus = y->level == 1 ? iso_stimuli_in(p->stimuli, x->step, 0) : NULL;
  product.out = j == y->stages ? q->pace.before : p->stage[(j - 1) % 2];
  iso_launch_pace_product(q->device, &q->pace, number, &product);
}

/* ---- pieces ---- */

/* A way through a step, on which one piece is launched or what travels after it does. */
typedef struct walk {
  iso_planned *q;
  iso_state *x;
  int piece; /* -1: none */
  bool travels;
  int at; /* piece that the walk is in */
} walk;

static bool launches(const walk *w) { return w->at == w->piece && !w->travels; }

/* The end of a piece, where these have to travel. */
static void travel(walk *w, int n, iso_field *const field[]) {
  if (w->at == w->piece && w->travels) {
    iso_exchange_send(w->q->exchange, n, field);
    iso_exchange_receive(w->q->exchange);
  }
  w->at++;
}

/* Factors, and at which levels patches go on, which matters to stages. */
static void share_cells(walk *w) {
  iso_planned *q = w->q;
  iso_field *field[ISO_MAX_FIELDS];
  int n = iso_fast_work_fields(&q->adaptive->currents->fast, field);
  if (q->nparties > ISO_LEVELS) field[n++] = &q->said;
  if (n > 0 && q->pace.said) travel(w, n, field);
}

static void share_stage(walk *w, int j) {
  const iso_adaptive *p = w->q->adaptive;
  iso_field stage = {
      .device = p->device, .mesh = p->mesh, .name = "Vm", .unit = "mV", .real = known_at(p, j)};
  iso_field *field = &stage;
  if (w->q->pace.said) travel(w, 1, &field);
}

static void share_end(walk *w) { travel(w, 3, (iso_field *[]){&w->x->now, &w->x->slope, &w->q->said}); }

static void step_by_stages(walk *w, int number) {
  for (int j = 1; j <= w->q->party[number].stages; j++) {
    if (j > 1) share_stage(w, j);
    if (launches(w)) make_stage(w->q, w->x, number, j);
  }
}

static void begin_step(walk *w) {
  iso_launch_pace_plan(w->q->device, &w->q->pace);
  step_cells(w->q, w->x);
}

static void end_step(walk *w) {
  const iso_planned *q = w->q;
  iso_launch_pace_settle(q->device, &q->pace, iso_watch_list_look(q->adaptive->watch, q->pace.vm));
}

static void go(walk *w) {
  iso_planned *q = w->q;
  q->pace.turn = (int)(w->x->step & 1);
  if (launches(w)) begin_step(w);
  share_cells(w);
  if (launches(w)) add_fast_currents(q), step_at_once(q, w->x);
  for (int y = ISO_LEVELS; y < q->nparties; y++)
    if (w->x->step % q->party[y].level == 0) step_by_stages(w, y);
  if (launches(w)) end_step(w);
  share_end(w);
}

int iso_planned_pieces(iso_planned *q, iso_state *x) {
  walk w = {.q = q, .x = x, .piece = -1};
  go(&w);
  return w.at;
}

void iso_planned_launch(iso_planned *q, iso_state *x, int piece) {
  go(&(walk){.q = q, .x = x, .piece = piece});
}

void iso_planned_exchange(iso_planned *q, iso_state *x, int piece) {
  if (q->pace.said) go(&(walk){.q = q, .x = x, .piece = piece, .travels = true});
}
