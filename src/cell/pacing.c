#include "cell/pacing.h"

#include "base/memory.h"
#include "base/progress.h"
#include "cell/cell_batch.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEPT = 3 }; /* starts of beats: the present one and the two before */

/* A lane's present beat, from step begin to step end of the run. */
typedef struct present {
  int64_t begin, end, off; /* off: the pulse ends */
  int beat;                /* counted from 1 */
  bool done;
  double apd90[2];                 /* of the two beats before */
  iso_cell_state start[KEPT], now; /* start[0]: of the present beat */
  double *trace;                   /* [longest + 1] */
} present;

typedef struct run {
  const iso_pacing *pacing;
  iso_paced *out;
  iso_cell_batch batch;
  present *lanes;
  double *current; /* [nlanes] */
  double *vm;      /* [ISO_BATCH_STEPS][nlanes] */
  int64_t step;
  int left; /* lanes that are not done */
} run;

static int64_t steps_of(const run *r, double ms) { return llround(ms / r->pacing->cells.step_ms); }

static int64_t cycle_steps(const run *r, int lane) { return steps_of(r, r->pacing->lanes[lane].cycle_ms); }

static size_t states_bytes(const run *r) { return (size_t)r->pacing->cells.model->nstates * sizeof(double); }

static void copy_state(const run *r, iso_cell_state *to, const iso_cell_state *from) {
  to->vm = from->vm;
  memcpy(to->states, from->states, states_bytes(r));
}

/* ---- beats ---- */

static void begin_beat(run *r, int i) {
  const iso_lane *lane = &r->pacing->lanes[i];
  present *p = &r->lanes[i];
  p->beat++;
  const bool before_last = lane->last_ms > 0 && p->beat == lane->beats - 1;
  p->begin = r->step;
  p->off = r->step + steps_of(r, lane->duration_ms);
  p->end = r->step + steps_of(r, before_last ? lane->last_ms : lane->cycle_ms);
  p->trace[0] = p->now.vm;
  const iso_cell_state oldest = p->start[KEPT - 1];
  memmove(p->start + 1, p->start, (KEPT - 1) * sizeof *p->start);
  p->start[0] = oldest;
  copy_state(r, &p->start[0], &p->now);
  r->current[i] = lane->amplitude;
  iso_cell_batch_settle(&r->batch, i);
}

static bool nearly(double a, double b, double reference, double relative) {
  return fabs(a - b) < relative * fmax(fmax(fabs(a + reference), fabs(b + reference)), ISO_STEADY_FLOOR);
}

static bool same(const run *r, int i, const iso_cell_state *a, const iso_cell_state *b) {
  const double relative = r->pacing->tolerance.relative;
  const double *parameters = r->pacing->cells.parameters[r->pacing->lanes[i].set];
  for (int s = 0; s < r->pacing->cells.model->nstates; s++)
    if (!nearly(a->states[s], b->states[s],
                iso_model_reference(r->pacing->cells.model, s, parameters, a->states), relative))
      return false;
  return nearly(a->vm, b->vm, 0, relative);
}

/* Of the beat that is over: does it end where it, or the one before it, started? */
static iso_steady judge(const run *r, int i, double apd90) {
  const present *p = &r->lanes[i];
  const double most = r->pacing->tolerance.apd90_ms;
  if (p->beat >= 2 && fabs(apd90 - p->apd90[0]) < most && same(r, i, &p->now, &p->start[0]))
    return ISO_STEADY_YES;
  if (p->beat >= 3 && fabs(apd90 - p->apd90[1]) < most && same(r, i, &p->now, &p->start[1]))
    return ISO_STEADY_ALTERNATES;
  return ISO_STEADY_NO;
}

double iso_pacing_activation(const iso_pacing *pacing) {
  return pacing->activation_mV ? *pacing->activation_mV : pacing->cells.model->activation_mV;
}

static void end_lane(run *r, int i) {
  present *p = &r->lanes[i];
  p->done = true;
  p->end = p->off = INT64_MAX;
  copy_state(r, &r->out[i].start, &p->start[0]);
  copy_state(r, &r->out[i].end, &p->now);
  r->left--;
}

static void end_beat(run *r, int i) {
  const iso_pacing *pacing = r->pacing;
  present *p = &r->lanes[i];
  iso_paced *out = &r->out[i];
  out->previous = out->last;
  out->last =
      iso_beat_measure(p->trace, p->end - p->begin, pacing->cells.step_ms, iso_pacing_activation(pacing));
  out->beats = p->beat;
  out->steady = judge(r, i, out->last.apd90);
  p->apd90[1] = p->apd90[0], p->apd90[0] = out->last.apd90;
  if (p->beat == pacing->lanes[i].beats || (pacing->until_steady && out->steady != ISO_STEADY_NO))
    end_lane(r, i);
  else
    begin_beat(r, i);
}

/* ---- the loop ---- */

static void read_lane(run *r, int i) {
  iso_cell_batch_get(&r->batch, i, &r->lanes[i].now.vm, r->lanes[i].now.states);
}

/* What is due at the present step: watching, ends of beats, ends of pulses. */
static void meet_events(run *r) {
  const iso_cell_watch *watch = r->pacing->watch;
  bool changed = false;
  for (int i = 0; i < r->pacing->nlanes; i++) {
    present *p = &r->lanes[i];
    const bool sees = watch && !p->done && p->beat == 1 && (r->step - p->begin) % watch->every == 0;
    if (sees || r->step == p->end) read_lane(r, i);
    if (sees) watch->see(watch->context, i, (r->step - p->begin) / watch->every, p->now.vm, p->now.states);
    if (r->step == p->off) r->current[i] = 0, changed = true;
    if (r->step == p->end) end_beat(r, i), changed = true;
  }
  if (changed) iso_cell_batch_stimulate(&r->batch, r->current);
}

static int64_t next_event(const run *r) {
  int64_t next = r->step + ISO_BATCH_STEPS;
  for (int i = 0; i < r->pacing->nlanes; i++) {
    const present *p = &r->lanes[i];
    if (p->off > r->step && p->off < next) next = p->off;
    if (p->end < next) next = p->end;
    if (r->pacing->watch && !p->done) {
      const int64_t every = r->pacing->watch->every, seen = (r->step - p->begin) / every * every;
      if (p->begin + seen + every < next) next = p->begin + seen + every;
    }
  }
  return next;
}

static void advance(run *r, int64_t to) {
  const int n = r->pacing->nlanes, count = (int)(to - r->step);
  iso_cell_batch_run(&r->batch, count, r->vm);
  for (int i = 0; i < n; i++) {
    present *p = &r->lanes[i];
    if (p->done) continue;
    double *trace = p->trace + (r->step - p->begin) + 1;
    for (int k = 0; k < count; k++) trace[k] = r->vm[(int64_t)k * n + i];
  }
  r->step = to;
}

static double longest_ms(const iso_pacing *pacing) {
  double most = 0;
  for (int i = 0; i < pacing->nlanes; i++)
    most = fmax(most, pacing->lanes[i].beats * pacing->lanes[i].cycle_ms);
  return most;
}

static iso_status check_device(const run *r, iso_error *err) {
  const char *failure = iso_device_failure(r->pacing->cells.device);
  return failure ? iso_fail(err, ISO_EFAIL, "%s", failure) : ISO_OK;
}

static iso_status loop(run *r, iso_error *err) {
  iso_progress progress =
      iso_progress_begin(MPI_COMM_SELF, stderr, r->pacing->progress, 0, longest_ms(r->pacing));
  for (int i = 0; i < r->pacing->nlanes; i++) begin_beat(r, i);
  iso_cell_batch_stimulate(&r->batch, r->current);
  meet_events(r); /* a watch sees the start */
  while (r->left > 0 && !iso_device_failure(r->pacing->cells.device)) {
    advance(r, next_event(r));
    meet_events(r);
    iso_progress_show(&progress, (double)r->step * r->pacing->cells.step_ms);
  }
  iso_progress_end(&progress);
  return check_device(r, err);
}

/* ---- begin and end ---- */

static iso_status new_state(const run *r, iso_cell_state *state, iso_error *err) {
  return iso_alloc(&state->states, (size_t)r->pacing->cells.model->nstates, sizeof *state->states,
                   "single cells", err);
}

static iso_status new_lane(run *r, int i, iso_error *err) {
  const iso_lane *lane = &r->pacing->lanes[i];
  present *p = &r->lanes[i];
  const size_t longest = (size_t)(cycle_steps(r, i) + steps_of(r, lane->last_ms)) + 1;
  r->out[i].last = (iso_beat){NAN, NAN, NAN, NAN, NAN};
  p->apd90[0] = p->apd90[1] = NAN;
  ISO_TRY(new_state(r, &r->out[i].start, err));
  ISO_TRY(new_state(r, &r->out[i].end, err));
  ISO_TRY(new_state(r, &p->now, err));
  for (int k = 0; k < KEPT; k++) ISO_TRY(new_state(r, &p->start[k], err));
  ISO_TRY(iso_alloc(&p->trace, longest, sizeof *p->trace, "the beat of a cell", err));
  iso_cell_batch_put(&r->batch, i, lane->start.vm, lane->start.states);
  read_lane(r, i); /* as the device rounds it */
  return ISO_OK;
}

static iso_status new_batch(run *r, iso_error *err) {
  const iso_pacing *pacing = r->pacing;
  int *set;
  ISO_TRY(iso_alloc(&set, (size_t)pacing->nlanes, sizeof *set, "single cells", err));
  for (int i = 0; i < pacing->nlanes; i++) set[i] = pacing->lanes[i].set;
  iso_status status = iso_cell_batch_new(&r->batch, &pacing->cells, pacing->nlanes, set, err);
  free(set);
  return status;
}

static iso_status pace(run *r, iso_error *err) {
  const size_t n = (size_t)r->pacing->nlanes;
  ISO_TRY(new_batch(r, err));
  ISO_TRY(iso_alloc(&r->lanes, n, sizeof *r->lanes, "single cells", err));
  ISO_TRY(iso_alloc(&r->current, n, sizeof *r->current, "single cells", err));
  ISO_TRY(iso_alloc(&r->vm, n * ISO_BATCH_STEPS, sizeof *r->vm, "single cells", err));
  for (int i = 0; i < r->pacing->nlanes; i++) ISO_TRY(new_lane(r, i, err));
  return loop(r, err);
}

iso_status iso_pacing_run(const iso_pacing *pacing, iso_paced *out, iso_error *err) {
  run r = {.pacing = pacing, .out = out, .left = pacing->nlanes};
  memset(out, 0, (size_t)pacing->nlanes * sizeof *out);
  iso_status status = pace(&r, err);
  for (int i = 0; r.lanes && i < pacing->nlanes; i++) {
    for (int k = 0; k < KEPT; k++) free(r.lanes[i].start[k].states);
    free(r.lanes[i].now.states);
    free(r.lanes[i].trace);
  }
  free(r.lanes);
  free(r.current);
  free(r.vm);
  iso_cell_batch_free(&r.batch);
  return status;
}

static const double most_mV = 1000;

/* What is wrong with a lane's end, in words, or NULL. Whatever is no number stays so to the end. */
static const char *trouble_of(const iso_model *model, const iso_paced *p, char *words, size_t size) {
  if (!isfinite(p->end.vm)) return "Vm is not a number";
  for (int s = 0; s < model->nstates; s++)
    if (!isfinite(p->end.states[s])) {
      snprintf(words, size, "%.60s is not a number", model->states[s].name);
      return words;
    }
  const double worst = fabs(p->last.rest) > fabs(p->last.peak) ? p->last.rest : p->last.peak;
  if (fabs(worst) < most_mV && fabs(p->end.vm) < most_mV) return NULL;
  snprintf(words, size, "Vm is %.6g mV, beyond any membrane's,", fabs(worst) < most_mV ? p->end.vm : worst);
  return words;
}

iso_status iso_paced_check(const iso_pacing *pacing, const iso_paced *paced, iso_error *err) {
  char words[128];
  for (int i = 0; i < pacing->nlanes; i++) {
    const char *trouble = trouble_of(pacing->cells.model, &paced[i], words, sizeof words);
    if (!trouble) continue;
    const iso_lane *lane = &pacing->lanes[i];
    return iso_fail(err, ISO_EFAIL,
                    "a cell of %s paced every %g ms: %s by the end of beat %d: its step of %g ms is too "
                    "long, the pulse of "
                    "%g uA/uF too strong, or a parameter is wrong (set %d of %d)",
                    pacing->cells.model->name, lane->cycle_ms, trouble, paced[i].beats, pacing->cells.step_ms,
                    lane->amplitude, lane->set + 1, pacing->cells.nsets);
  }
  return ISO_OK;
}

void iso_paced_free(int nlanes, iso_paced *paced) {
  for (int i = 0; paced && i < nlanes; i++) {
    free(paced[i].start.states);
    free(paced[i].end.states);
  }
}
