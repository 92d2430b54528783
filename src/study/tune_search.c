#include "study/tune_search.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define TOLERANCE 0.002    /* of the velocity; a fifth of what is promised */
#define MOST_S_PER_M 1e3   /* of any configuration */
#define LEAST_S_PER_M 1e-9 /* likewise, more or less: nothing waits for it */
#define BLOCKED_STEP 4.0   /* factor of the conductivity where nothing came through yet */
#define NARROW 1e-3        /* of the interval left: the velocity jumps inside it */
#define MOST_RUNS 40

typedef struct point {
  double sigma, velocity;
} point;

/* What is known: the largest conductivity that is too slow or blocked, the smallest that is too fast. */
typedef struct search {
  double wanted;
  point slow, fast; /* sigma 0, INFINITY: none yet */
  point last;       /* that came through; sigma 0: none */
} search;

/* Four digits are written, and four are tried. */
static double rounded(double sigma) {
  char text[32];
  snprintf(text, sizeof text, "%.4g", sigma);
  return strtod(text, NULL);
}

/* Of the conductivity, that the velocity goes with from one wave to another; NAN where one did not come
 * through. */
static double power(point a, point b) {
  if (!(a.velocity > 0) || !(b.velocity > 0) || isinf(b.velocity) || a.sigma == b.sigma) return NAN;
  return log(a.velocity / b.velocity) / log(a.sigma / b.sigma);
}

/* What is expected of it: a half without errors of space. */
static double useful_power(point a, point b) {
  const double seen = power(a, b);
  return isnan(seen) ? 0.5 : fmin(fmax(seen, 0.3), 3);
}

static double next(search *s, point now) {
  double sigma;
  if (now.velocity < s->wanted && now.sigma > s->slow.sigma) s->slow = now;
  if (now.velocity > s->wanted && now.sigma < s->fast.sigma) s->fast = now;
  if (now.velocity > 0 && !isinf(now.velocity)) {
    sigma = now.sigma * pow(s->wanted / now.velocity, 1 / useful_power(s->last, now));
    s->last = now;
  } else {
    sigma = isinf(s->fast.sigma) ? BLOCKED_STEP * now.sigma : 0;
  }
  const bool inside = sigma > s->slow.sigma && sigma < s->fast.sigma;
  if (!inside && s->slow.sigma > 0 && !isinf(s->fast.sigma)) sigma = sqrt(s->slow.sigma * s->fast.sigma);
  return rounded(fmin(fmax(sigma, LEAST_S_PER_M), MOST_S_PER_M));
}

static void note(iso_tune_limits *limits, point now) {
  if (isinf(now.velocity)) return;
  if (now.velocity > 0 && !(limits->slowest_m_per_s > 0 && limits->slowest_m_per_s < now.velocity))
    limits->slowest_m_per_s = now.velocity, limits->slowest_S_per_m = now.sigma;
  limits->fastest_m_per_s = fmax(limits->fastest_m_per_s, now.velocity);
  limits->most_S_per_m = fmax(limits->most_S_per_m, now.sigma);
}

/* Nothing is left to try. */
static bool is_over(const search *s, point now, double sigma) {
  return sigma == now.sigma || s->fast.sigma < s->slow.sigma * (1 + NARROW);
}

iso_status iso_tune_search(const iso_tune_wave *wave, double wanted_m_per_s, double start_S_per_m,
                           iso_tune_found *out, iso_tune_limits *limits, iso_error *err) {
  search s = {.wanted = wanted_m_per_s, .fast = {.sigma = INFINITY}};
  double sigma = rounded(start_S_per_m);
  *out = (iso_tune_found){.S_per_m = NAN, .power = NAN};
  *limits = (iso_tune_limits){0};
  while (out->runs < MOST_RUNS) {
    point now = {.sigma = sigma};
    ISO_TRY(wave->velocity(wave->self, sigma, &now.velocity, err));
    out->runs++;
    note(limits, now);
    if (!isnan(power(s.last, now))) out->power = power(s.last, now);
    if (fabs(now.velocity / wanted_m_per_s - 1) <= TOLERANCE) {
      out->S_per_m = now.sigma, out->m_per_s = now.velocity;
      return ISO_OK;
    }
    sigma = next(&s, now);
    if (is_over(&s, now, sigma)) return ISO_OK;
  }
  return ISO_OK;
}
