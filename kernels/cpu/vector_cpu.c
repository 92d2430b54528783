/* Vector arithmetic, packing and unpacking. */
#include "kernels/cpu/runs_cpu.h"
#include "kernels/cpu/watch_cpu.h"

typedef struct terms {
  int few; /* at most two */
  real a[ISO_MAX_TERMS];
  const real *term[ISO_MAX_TERMS];
} terms;

static void combine(const terms *c, int64_t n, real *out) {
  const real *a = c->a, *const *term = c->term;
  if (c->few) {
#pragma omp simd
    for (int64_t i = 0; i < n; i++) out[i] = a[0] * term[0][i] + a[1] * term[1][i];
  } else {
#pragma omp simd
    for (int64_t i = 0; i < n; i++)
      out[i] =
          a[0] * term[0][i] + a[1] * term[1][i] + a[2] * term[2][i] + a[3] * term[3][i] + a[4] * term[4][i];
  }
}

/* Nodes [first, first + n). Absent terms read the first one times zero, which adds exactly nothing to a
 * finite sum. */
static void combine_nodes(const iso_combine *c, int64_t first, int64_t n) {
  terms t = {.few = c->nterms <= 2};
  real current[ISO_WATCHED], *out = (real *)c->out + first;
  for (int k = 0; k < ISO_MAX_TERMS; k++) {
    t.a[k] = k < c->nterms ? (real)c->coefficient[k] : 0;
    t.term[k] = (const real *)c->term[k < c->nterms ? k : 0] + first;
  }
  if (c->stimulus) {
    const real **last = &t.term[c->nterms - 1];
    for (int64_t i = 0; i < n; i++) current[i] = (*last)[i] - iso_stimulus_at(c->stimulus, first + i);
    *last = current;
  }
  combine(&t, n, out);
  if (c->watch) iso_watch_nodes(c->watch, first, n, c->watch->before, c->out, 1);
}

static void combine_parts(const void *with, int64_t first, int64_t last) {
  const iso_combine *c = with;
  const int64_t most = c->stimulus || c->watch ? ISO_WATCHED : last - first;
  for (int64_t i = first; i < last; i += most) combine_nodes(c, i, last - i < most ? last - i : most);
}

void ISO_VARIANT(iso_cpu_combine)(iso_device *device, const iso_combine *c) {
  const iso_runs runs = ISO_RUNS_OF(c, c->first, c->first + c->count);
  iso_over_runs(device, &runs, 64, combine_parts, c);
}

typedef struct factors {
  const real *a, *b;
  real *out;
} factors;

static void multiply_nodes(const void *with, int64_t first, int64_t last) {
  const factors *f = with;
  const real *x = f->a, *y = f->b;
  real *z = f->out;
#pragma omp simd
  for (int64_t i = first; i < last; i++) z[i] = x[i] * y[i];
}

void ISO_VARIANT(iso_cpu_multiply)(iso_device *device, iso_lid count, const void *a, const void *b,
                                   void *out) {
  iso_in_threads(device, count, 64, multiply_nodes, &(factors){a, b, out});
}

void ISO_VARIANT(iso_cpu_pack)(iso_device *device, const iso_pack *p) {
  (void)device;
  real *packed = p->host ? p->host : p->packed;
  for (int f = 0; f < p->nfields; f++) {
    const real *field = p->field[f];
    for (int64_t k = 0; k < p->count; k++) packed[k * p->nfields + f] = field[p->node[k]];
  }
}

void ISO_VARIANT(iso_cpu_unpack)(iso_device *device, const iso_pack *p) {
  (void)device;
  const real *packed = p->host ? p->host : p->packed;
  for (int f = 0; f < p->nfields; f++) {
    real *field = (real *)p->field[f] + p->first;
    for (int64_t k = 0; k < p->count; k++) field[k] = packed[k * p->nfields + f];
  }
}

void ISO_VARIANT(iso_cpu_sample)(iso_device *device, const iso_sample *s) {
  (void)device;
  const real *field = s->field, *slope = s->slope;
  const int64_t end = s->pending->first + s->pending->steps + 1;
  real *out = (real *)s->out + (int64_t)s->pending->steps * s->count;
  for (int32_t k = 0; k < s->count; k++) {
    out[k] = field[s->node[k]];
    if (slope) out[k] += (real)(end - s->stands[s->patch[k]]) * slope[s->node[k]];
  }
  s->pending->steps++;
}

double ISO_VARIANT(iso_cpu_max)(iso_device *device, iso_lid count, const void *x) {
  (void)device;
  const real *v = x;
  real most = -(real)1e30;
  for (iso_lid i = 0; i < count; i++)
    if (v[i] > most || v[i] != v[i]) most = v[i];
  return (double)most;
}
