/* Vector arithmetic, packing and unpacking. */
#include "kernels/device_cpu.h"

void ISO_VARIANT(iso_cpu_combine)(iso_device *device, const iso_combine *c) {
  ISO_THREADS_BEGIN(device, c->count, 64)
  real *out = (real *)c->out + c->first;
  const real *term[ISO_MAX_TERMS];
  real a[ISO_MAX_TERMS];
  /* Absent terms read the first one times zero, which adds exactly nothing to a finite sum. */
  for (int t = 0; t < ISO_MAX_TERMS; t++) {
    a[t] = t < c->nterms ? (real)c->coefficient[t] : 0;
    term[t] = (const real *)c->term[t < c->nterms ? t : 0] + c->first;
  }
  if (c->nterms <= 2) {
#pragma omp simd
    for (int64_t i = first; i < last; i++) out[i] = a[0] * term[0][i] + a[1] * term[1][i];
  } else {
#pragma omp simd
    for (int64_t i = first; i < last; i++)
      out[i] =
          a[0] * term[0][i] + a[1] * term[1][i] + a[2] * term[2][i] + a[3] * term[3][i] + a[4] * term[4][i];
  }
  ISO_THREADS_END
}

void ISO_VARIANT(iso_cpu_multiply)(iso_device *device, iso_lid count, const void *a, const void *b,
                                   void *out) {
  ISO_THREADS_BEGIN(device, count, 64)
  const real *x = a, *y = b;
  real *z = out;
#pragma omp simd
  for (int64_t i = first; i < last; i++) z[i] = x[i] * y[i];
  ISO_THREADS_END
}

void ISO_VARIANT(iso_cpu_add_at)(iso_device *device, int64_t count, const iso_lid *node, double value,
                                 void *out) {
  ISO_THREADS_BEGIN(device, count, 64)
  real *x = out, v = (real)value;
  for (int64_t k = first; k < last; k++) x[node[k]] += v;
  ISO_THREADS_END
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
  const real *field = s->field;
  real *out = (real *)s->out + (int64_t)s->pending->steps * s->count;
  for (int32_t k = 0; k < s->count; k++) out[k] = field[s->node[k]];
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
