#include "cell/cell_study.h"

#include "base/handy.h"
#include "base/memory.h"
#include "cell/cell_table.h"

#include <math.h>
#include <stdlib.h>

/* Of a beat, which is kept step by step; and the finest step, with which any time is counted exactly. */
#define MOST_STEPS 1e9
#define LEAST_STEP_MS 1e-6

typedef struct work {
  iso_cell_study *study;
  iso_cell_results *out;
  int nsets, nrows, per_set; /* rows are by set, then by cycle length or coupling interval */
  double **parameters;       /* [nsets] */
  iso_cell_state start;      /* of the variant */
  iso_lane *lanes;           /* [nrows] */
  iso_paced *paced;          /* [nrows], of which the last beats are the results */
  iso_cell_row *rows;
  int64_t every; /* steps between values of a trace */
} work;

/* Of a share of the rows. */
typedef struct offset {
  const work *w;
  int first;
} offset;

/* ---- what is asked ---- */

static iso_status check_time(const iso_cell_study *s, const char *what, double ms, iso_error *err) {
  const double steps = ms / s->step_ms;
  if (steps >= MOST_STEPS)
    return iso_fail(err, ISO_EINPUT, "%s of %g ms is %.3g steps of %g ms; at most %g are kept of a beat",
                    what, ms, steps, s->step_ms, MOST_STEPS);
  if (ms > 0 && fabs(steps - round(steps)) < 1e-6 && round(steps) >= 1) return ISO_OK;
  return iso_fail(err, ISO_EINPUT,
                  "%s of %g ms is not a whole number of steps of %g ms; change one of them (--step-ms %g "
                  "divides whole milliseconds)",
                  what, ms, s->step_ms, iso_handy_below(fmin(s->step_ms, 1)));
}

static iso_status check_interval(const iso_cell_study *s, const char *what, double ms, iso_error *err) {
  ISO_TRY(check_time(s, what, ms, err));
  if (ms > s->duration_ms) return ISO_OK;
  return iso_fail(err, ISO_EINPUT, "%s of %g ms does not exceed the pulse of %g ms; lengthen it", what, ms,
                  s->duration_ms);
}

static iso_status check_study(const iso_cell_study *s, iso_error *err) {
  if (s->step_ms < LEAST_STEP_MS)
    return iso_fail(err, ISO_EINPUT, "--step-ms: %g ms is out of range: it must be at least %g ms",
                    s->step_ms, LEAST_STEP_MS);
  if (!(s->step_ms > 0) || s->step_ms > s->model->max_step_ms)
    return iso_fail(err, ISO_EINPUT, "--step-ms: %g ms is out of range: %s is stable up to %g ms", s->step_ms,
                    s->model->name, s->model->max_step_ms);
  ISO_TRY(check_time(s, "--pulse-ms: a pulse", s->duration_ms, err));
  if (s->interval_ms > 0) ISO_TRY(check_time(s, "--interval-ms: an interval", s->interval_ms, err));
  for (int i = 0; i < s->ncycles; i++) ISO_TRY(check_interval(s, "a cycle length", s->cycles_ms[i], err));
  for (int i = 0; i < s->ncouplings; i++)
    ISO_TRY(check_interval(s, "--s1s2: a coupling interval", s->couplings_ms[i], err));
  return ISO_OK;
}

static iso_status make_sets(work *w, iso_error *err) {
  const iso_cell_study *s = w->study;
  const iso_model *model = s->model;
  const double grid = iso_axes_sets(s->naxes, s->axes);
  w->per_set = s->protocol == ISO_PROTOCOL_S1S2 ? s->ncouplings : s->ncycles;
  if (grid * w->per_set > 1e6)
    return iso_fail(err, ISO_EINPUT, "%g cells are too many; at most a million", grid * w->per_set);
  ISO_TRY(iso_alloc(&w->start.states, (size_t)model->nstates, sizeof(double), "initial states", err));
  ISO_TRY(iso_alloc(&w->parameters, (size_t)grid, sizeof *w->parameters, "parameters", err));
  for (w->nsets = 0; w->nsets < (int)grid; w->nsets++) {
    double *p;
    ISO_TRY(iso_alloc(&p, (size_t)model->nparameters, sizeof *p, "parameters", err));
    w->parameters[w->nsets] = p;
    iso_model_defaults(model, s->variant, p, w->start.states, &w->start.vm);
    iso_axes_apply(s->naxes, s->axes, w->nsets, model, p);
  }
  return ISO_OK;
}

static iso_pacing pacing_of(const work *w) {
  const iso_cell_study *s = w->study;
  return (iso_pacing){.cells = {.device = s->devices[0],
                                .model = s->model,
                                .step_ms = s->step_ms,
                                .nsets = w->nsets,
                                .parameters = (const double *const *)w->parameters},
                      .activation_mV = isnan(s->activation_mV) ? NULL : &s->activation_mV,
                      .tolerance = s->tolerance,
                      .until_steady = s->until_steady,
                      .progress = s->progress};
}

static void judge_threshold(const work *w) {
  const iso_pacing pacing = pacing_of(w);
  const double threshold = iso_pacing_activation(&pacing);
  if (w->start.vm >= threshold)
    iso_log_say(
        w->study->log, ISO_LOG_WARNING,
        "%s starts at %g mV, above the threshold of activation, %g mV: its beats are not measured; set "
        "--activation-mV between rest and peak",
        w->study->model->name, w->start.vm, threshold);
}

/* The same pulse for every set: of the variant as published. */
static iso_status choose_pulse(work *w, iso_error *err) {
  iso_cell_study *s = w->study;
  iso_pacing pacing = pacing_of(w);
  if (isnan(s->amplitude)) {
    double *standard, vm;
    ISO_TRY(iso_alloc(&standard, (size_t)s->model->nparameters, sizeof *standard, "parameters", err));
    iso_model_defaults(s->model, s->variant, standard, w->start.states, &vm);
    pacing.cells.parameters = (const double *const[]){standard};
    iso_status status = iso_pacing_amplitude(&pacing, &w->start, s->duration_ms, &s->amplitude, err);
    free(standard);
    ISO_TRY(status);
    iso_log_say(s->log, ISO_LOG_INFO, "pulses of %g uA/uF for %g ms: twice the threshold at rest",
                s->amplitude, s->duration_ms);
  }
  return ISO_OK;
}

/* ---- protocols: lanes [nrows] and paced [nrows], whose last beats count ---- */

static iso_lane lane_of(const work *w, int set, double cycle_ms) {
  const iso_cell_study *s = w->study;
  return (iso_lane){.set = set,
                    .cycle_ms = cycle_ms,
                    .beats = s->beats,
                    .amplitude = s->amplitude,
                    .duration_ms = s->duration_ms,
                    .start = w->start};
}

/* Lanes [first, last) on a device of their own. */
static iso_status pace_share(const work *w, int share, const iso_lane *lanes, int first, int last,
                             bool until_steady, const iso_cell_watch *watch, iso_paced *paced,
                             iso_error *err) {
  iso_pacing pacing = pacing_of(w);
  const offset from = {w, first};
  iso_cell_watch part;
  if (first == last) return ISO_OK;
  if (watch) part = *watch, part.context = (void *)&from;
  pacing.cells.device = w->study->devices[share];
  pacing.progress &= share == 0;
  pacing.lanes = lanes + first, pacing.nlanes = last - first;
  pacing.until_steady = until_steady;
  pacing.watch = watch ? &part : NULL;
  ISO_TRY(iso_pacing_run(&pacing, paced + first, err));
  return iso_paced_check(&pacing, paced + first, err);
}

/* Paces lanes [n] side by side. watch: its context is an offset, set here. */
static iso_status pace_lanes(const work *w, int n, const iso_lane *lanes, bool until_steady,
                             const iso_cell_watch *watch, iso_paced *paced, iso_error *err) {
  const int shares = w->study->ndevices;
  iso_status worst = ISO_OK;
#pragma omp parallel for num_threads(shares) schedule(static, 1) if (shares > 1)
  for (int share = 0; share < shares; share++) {
    iso_error own = {0};
    const int first = (int)((int64_t)n * share / shares), last = (int)((int64_t)n * (share + 1) / shares);
    const iso_status status = pace_share(w, share, lanes, first, last, until_steady, watch, paced, &own);
#pragma omp critical
    if (status != ISO_OK) worst = iso_fail(err, status, "%s", own.message);
  }
  return worst;
}

static void keep(work *w, int r, double coupling_ms, double interval_ms, double apd90, int beats) {
  w->rows[r] = (iso_cell_row){.coupling_ms = coupling_ms, .diastole_ms = interval_ms - apd90, .beats = beats};
}

static iso_status pace_each(work *w, iso_error *err) {
  const iso_cell_study *s = w->study;
  for (int r = 0; r < w->nrows; r++) w->lanes[r] = lane_of(w, r / w->per_set, s->cycles_ms[r % w->per_set]);
  ISO_TRY(pace_lanes(w, w->nrows, w->lanes, s->until_steady, NULL, w->paced, err));
  for (int r = 0; r < w->nrows; r++) {
    const iso_paced *p = &w->paced[r];
    keep(w, r, NAN, w->lanes[r].cycle_ms, p->beats > 1 ? p->previous.apd90 : NAN, p->beats);
  }
  return ISO_OK;
}

/* Every set at one cycle length after the other. */
static iso_status pace_on(work *w, iso_error *err) {
  const iso_cell_study *s = w->study;
  iso_lane *lanes;
  iso_paced *paced;
  const size_t n = (size_t)w->nsets;
  ISO_TRY(iso_alloc(&lanes, n, sizeof *lanes, "single cells", err));
  iso_status status = iso_alloc(&paced, n, sizeof *paced, "single cells", err);
  for (int c = 0; status == ISO_OK && c < w->per_set; c++) {
    for (int set = 0; set < w->nsets; set++) {
      lanes[set] = lane_of(w, set, s->cycles_ms[c]);
      if (c) lanes[set].start = w->paced[set * w->per_set + c - 1].end;
    }
    status = pace_lanes(w, w->nsets, lanes, s->until_steady, NULL, paced, err);
    for (int set = 0; set < w->nsets; set++) {
      const int r = set * w->per_set + c;
      w->lanes[r] = lanes[set];
      w->paced[r] = paced[set];
      keep(w, r, NAN, s->cycles_ms[c], paced[set].beats > 1 ? paced[set].previous.apd90 : NAN,
           paced[set].beats);
    }
  }
  free(lanes);
  free(paced);
  return status;
}

/* From the start of the last S1 beat, kept once for all coupling intervals of a set. */
static iso_status pace_premature(work *w, const iso_paced *s1, iso_error *err) {
  const iso_cell_study *s = w->study;
  for (int r = 0; r < w->nrows; r++) {
    const int set = r / w->per_set;
    w->lanes[r] = lane_of(w, set, s->cycles_ms[0]);
    w->lanes[r].beats = 2;
    w->lanes[r].last_ms = s->couplings_ms[r % w->per_set];
    w->lanes[r].start = s1[set].start;
  }
  ISO_TRY(pace_lanes(w, w->nrows, w->lanes, false, NULL, w->paced, err));
  for (int r = 0; r < w->nrows; r++) {
    const iso_paced *before = &s1[r / w->per_set];
    keep(w, r, w->lanes[r].last_ms, w->lanes[r].last_ms, before->last.apd90, before->beats + 1);
    w->paced[r].steady = before->steady;
  }
  return ISO_OK;
}

static iso_status pace_s1s2(work *w, iso_error *err) {
  iso_lane *lanes;
  iso_paced *s1;
  const size_t n = (size_t)w->nsets;
  ISO_TRY(iso_alloc(&lanes, n, sizeof *lanes, "single cells", err));
  iso_status status = iso_alloc(&s1, n, sizeof *s1, "single cells", err);
  if (status == ISO_OK) {
    for (int set = 0; set < w->nsets; set++) lanes[set] = lane_of(w, set, w->study->cycles_ms[0]);
    status = pace_lanes(w, w->nsets, lanes, w->study->until_steady, NULL, s1, err);
    if (status == ISO_OK) status = pace_premature(w, s1, err);
    iso_paced_free(w->nsets, s1);
  }
  free(s1);
  free(lanes);
  return status;
}

/* ---- traces: the last beats once more ---- */

static void see(void *context, int lane, int64_t k, double vm, const double *states) {
  const offset *from = context;
  const work *w = from->w;
  const int64_t times = w->out->ntimes, cells = w->nrows;
  double *at = w->out->traces + (from->first + lane) * times + k;
  if (k >= times) return;
  *at = vm;
  for (int s = 0; s < w->study->model->nstates; s++) at[(1 + s) * cells * times] = states[s];
}

static iso_status record(work *w, iso_error *err) {
  iso_paced *again;
  double longest = 0;
  w->every = llround(w->study->interval_ms / w->study->step_ms);
  for (int r = 0; r < w->nrows; r++) {
    w->lanes[r].beats = 1, w->lanes[r].last_ms = 0;
    w->lanes[r].start = w->paced[r].start;
    longest = fmax(longest, w->lanes[r].cycle_ms);
  }
  w->out->ntimes = llround(longest / w->study->step_ms) / w->every + 1;
  const size_t values = (size_t)(1 + w->study->model->nstates) * (size_t)w->nrows * (size_t)w->out->ntimes;
  ISO_TRY(iso_alloc(&w->out->traces, values, sizeof(double), "traces", err));
  for (size_t i = 0; i < values; i++) w->out->traces[i] = NAN;
  ISO_TRY(iso_alloc(&again, (size_t)w->nrows, sizeof *again, "single cells", err));
  const iso_cell_watch watch = {.every = w->every, .see = see};
  iso_status status = pace_lanes(w, w->nrows, w->lanes, false, &watch, again, err);
  iso_paced_free(w->nrows, again);
  free(again);
  return status;
}

/* ---- all of it ---- */

static iso_status run(work *w, iso_error *err) {
  const iso_cell_study *s = w->study;
  ISO_TRY(check_study(s, err));
  ISO_TRY(make_sets(w, err));
  judge_threshold(w);
  ISO_TRY(choose_pulse(w, err));
  w->nrows = w->nsets * w->per_set;
  const size_t n = (size_t)w->nrows;
  ISO_TRY(iso_alloc(&w->lanes, n, sizeof *w->lanes, "single cells", err));
  ISO_TRY(iso_alloc(&w->paced, n, sizeof *w->paced, "single cells", err));
  ISO_TRY(iso_alloc(&w->rows, n, sizeof *w->rows, "single cells", err));
  ISO_TRY(s->protocol == ISO_PROTOCOL_S1S2      ? pace_s1s2(w, err)
          : s->protocol == ISO_PROTOCOL_DYNAMIC ? pace_on(w, err)
                                                : pace_each(w, err));
  ISO_TRY(iso_cell_table_fill(&w->out->table, s, w->nrows, w->lanes, w->paced, w->rows, err));
  return s->interval_ms > 0 ? record(w, err) : ISO_OK;
}

iso_status iso_cell_study_run(iso_cell_study *study, iso_cell_results *out, iso_error *err) {
  *out = (iso_cell_results){0};
  work w = {.study = study, .out = out};
  iso_status status = run(&w, err);
  for (int set = 0; w.parameters && set < w.nsets; set++) free(w.parameters[set]);
  iso_paced_free(w.nrows, w.paced);
  free(w.parameters);
  free(w.start.states);
  free(w.lanes);
  free(w.paced);
  free(w.rows);
  return status;
}

void iso_cell_results_free(iso_cell_results *results) {
  iso_table_free(&results->table);
  free(results->traces);
}
