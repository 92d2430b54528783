/* The fast inward current inside elements: see iso_fast in kernels/device.h.
 *
 * Only the elements at a wavefront contribute. Fronts move by a few nodes a step, so the elements that have a
 * node beyond the threshold are kept from launch to launch by a count of these nodes, and the rest of the
 * tissue costs one pass over the nodal factors. A launch with runs of nodes looks at no others: each node
 * knows whether it has such elements, which are marked, and a word of marks in use is marked in turn, so that
 * they are listed in ascending order at the cost of their number. */
#include "kernels/cpu/fast_cpu.h"
#include "kernels/cpu/runs_cpu.h"
#include "kernels/model_list.h"
#include "kernels/node_elements.h"

#include <string.h>

/* The models' loops. */
#define X(index, name)                                                                                       \
  extern iso_fast_block ISO_VARIANT(name##_fast_block);                                                      \
  extern iso_fast_run ISO_VARIANT(name##_fast_run);
ISO_MODEL_LIST(X)
#undef X
static iso_fast_block *const blocks[] = {
#define X(index, name) [index] = ISO_VARIANT(name##_fast_block),
    ISO_MODEL_LIST(X)
#undef X
};
static iso_fast_run *const runs[] = {
#define X(index, name) [index] = ISO_VARIANT(name##_fast_run),
    ISO_MODEL_LIST(X)
#undef X
};

static size_t rounded(size_t bytes) { return (bytes + 63) / 64 * 64; }
static size_t words(size_t bits) { return bits / 64 + 1; }

size_t ISO_VARIANT(iso_cpu_fast_scratch)(const iso_device *device, iso_lid nelem, iso_lid nlocal, int width) {
  (void)device, (void)width;
  return 2 * rounded((size_t)nlocal * sizeof(real)) + rounded(ISO_FAST_BATCH * ISO_MAX_NODES * sizeof(real)) +
         rounded((size_t)nelem) + rounded(((size_t)nelem + ISO_FAST_AHEAD) * sizeof(iso_lid)) +
         rounded((size_t)nlocal) + rounded(words((size_t)nelem) * sizeof(uint64_t)) +
         rounded(words(words((size_t)nelem)) * sizeof(uint64_t)) + rounded(2 * sizeof(int64_t));
}

static iso_fast_work carve(const iso_fast *f) {
  char *at = f->scratch;
  iso_fast_work w;
  w.current = (real *)at, at += rounded((size_t)f->nlocal * sizeof(real));
  w.correction = (real *)at, at += rounded((size_t)f->nlocal * sizeof(real));
  w.element = (real *)at, at += rounded(ISO_FAST_BATCH * ISO_MAX_NODES * sizeof(real));
  w.count = (uint8_t *)at, at += rounded((size_t)f->nelem);
  w.list = (iso_lid *)at, at += rounded(((size_t)f->nelem + ISO_FAST_AHEAD) * sizeof(iso_lid));
  w.due = (uint8_t *)at, at += rounded((size_t)f->nlocal);
  w.front = (uint64_t *)at, at += rounded(words((size_t)f->nelem) * sizeof(uint64_t));
  w.some = (uint64_t *)at, at += rounded(words(words((size_t)f->nelem)) * sizeof(uint64_t));
  w.beyond = (int64_t *)at;
  return w;
}

/* ---- nodes of a launch ---- */

/* What is done with the nodes [first, last). */
typedef void on_nodes(const iso_fast *f, const iso_fast_work *w, int64_t first, int64_t last);

typedef struct node_task {
  const iso_fast *fast;
  const iso_fast_work *work;
  iso_lid end;
  on_nodes *task;
} node_task;

static void below_end(const void *with, int64_t first, int64_t last) {
  const node_task *t = with;
  if (last > t->end) last = t->end;
  if (first < last) t->task(t->fast, t->work, first, last);
}

/* The launch's nodes below end. */
static void for_nodes(iso_device *device, const iso_fast *f, const iso_fast_work *w, iso_lid end,
                      on_nodes *task) {
  iso_runs parts = ISO_RUNS_OF(f, 0, end);
  while (parts.n > 0 && parts.run[parts.n - 1][0] >= end) parts.n--;
  iso_over_runs(device, &parts, ISO_FAST_BLOCK, below_end, &(node_task){f, w, end, task});
}

/* ---- the front ---- */

/* A model that names no fast current, -1, has none. */
static int currents_of_block(const iso_fast *f, int model, int64_t first, int n, const real *last,
                             real *now) {
  if (model >= 0) return blocks[model](f, first, n, last, now);
  memset(now, 0, (size_t)n * sizeof *now);
  return 0;
}

static void add(int64_t *sum, int64_t n) {
#pragma omp atomic
  *sum += n;
}

static void set_bit(uint64_t *bits, int64_t i) {
#pragma omp atomic
  bits[i / 64] |= (uint64_t)1 << i % 64;
}

/* One node more or less of element e is beyond the threshold. Threads may
 * let a count fall and rise at once, so a bit says only that it has risen: whoever lists them looks. */
static void count_node(const iso_fast_work *w, iso_lid e, int change) {
#pragma omp atomic
  w->count[e] += (uint8_t)change;
  if (change < 0) return;
  set_bit(w->front, e);
  set_bit(w->some, e / 64);
}

static void count_nodes(const iso_fast *f, const iso_fast_work *w, int64_t first, int n, const real *now) {
  const real threshold = (real)f->threshold;
  for (int i = 0; i < n; i++) {
    const int change =
        (int)(iso_fast_beyond(now[i], threshold) - iso_fast_beyond(w->current[first + i], threshold));
    if (change == 0) continue;
    add(&w->beyond[0], change);
    ISO_FOR_ELEMENTS(e, *f, iso_bundle(f->nelem), first + i) {
      if (f->elem_model[e] >= 0) count_node(w, e, change);
    }
  }
}

static int_real count_beyond(const iso_fast *f, int n, const real *now) {
  const real threshold = (real)f->threshold;
  int_real beyond = 0;
#pragma omp simd reduction(+ : beyond)
  for (int i = 0; i < n; i++) beyond += iso_fast_beyond(now[i], threshold);
  return beyond;
}

static void find_front(const iso_fast *f, const iso_fast_work *w, int64_t first, int64_t last) {
  real now[ISO_FAST_BLOCK];
  int64_t beyond = 0;
  for (int64_t b0 = first, b1; b0 < last; b0 = b1) {
    const int model = f->node_model[b0];
    for (b1 = b0 + 1; b1 < last && b1 < b0 + ISO_FAST_BLOCK && f->node_model[b1] == model;) b1++;
    const int n = (int)(b1 - b0);
    if (currents_of_block(f, model, b0, n, w->current + b0, now)) count_nodes(f, w, b0, n, now);
#pragma omp simd
    for (int i = 0; i < n; i++) w->current[b0 + i] = now[i];
    if (f->run) beyond += count_beyond(f, n, now);
  }
  if (beyond) add(&w->beyond[1], beyond);
}

/* ---- elements ---- */

static void mark_due(const iso_fast *f, const iso_fast_work *w, int64_t first, int64_t last) {
  (void)f;
  memset(w->due + first, 1, (size_t)(last - first));
}

static int is_due(const iso_fast *f, const iso_fast_work *w, iso_lid e) {
  const iso_lid *conn = f->conn + (int64_t)e * f->width;
  int due = 0;
  for (int k = 0; k < iso_shape_nodes(f->shape[e]); k++) due |= w->due[conn[k]];
  return due;
}

/* Of 64 elements, those that have a node beyond the threshold. Bits of others are taken off. */
static iso_lid list_word(const iso_fast_work *w, int64_t word, iso_lid n) {
  for (uint64_t bits = w->front[word]; bits; bits &= bits - 1) {
    const iso_lid e = (iso_lid)(64 * word) + __builtin_ctzll(bits);
    if (w->count[e])
      w->list[n++] = e;
    else
      w->front[word] &= ~(bits & -bits);
  }
  return n;
}

/* Keeps those of a list that have a node which is due. */
static iso_lid keep_due(const iso_fast *f, const iso_fast_work *w, iso_lid n) {
  iso_lid kept = 0;
  for (iso_lid k = 0; k < n; k++) {
    const iso_lid e = w->list[k];
    __builtin_prefetch(f->conn + (int64_t)w->list[k + ISO_FAST_AHEAD] * f->width);
    if (is_due(f, w, e)) w->list[kept++] = e;
  }
  return kept;
}

static iso_lid list_front(const iso_fast *f, const iso_fast_work *w) {
  iso_lid n = 0;
  for (size_t s = 0; s < words(words((size_t)f->nelem)); s++)
    for (uint64_t bits = w->some[s]; bits; bits &= bits - 1) {
      const int64_t word = 64 * (int64_t)s + __builtin_ctzll(bits);
      n = list_word(w, word, n);
      if (!w->front[word]) w->some[s] &= ~(bits & -bits);
    }
  return n;
}

static int same_kind(const iso_fast *f, iso_lid a, iso_lid b) {
  return f->shape[a] == f->shape[b] && f->elem_model[a] == f->elem_model[b];
}

static void terms_of(const iso_fast *f, const iso_fast_work *w, const iso_lid *list, int64_t n, real *out) {
  for (int64_t b0 = 0, b1; b0 < n; b0 = b1) {
    for (b1 = b0 + 1; b1 < n && b1 < b0 + ISO_FAST_RUN && same_kind(f, list[b0], list[b1]);) b1++;
    runs[f->elem_model[list[b0]]](f, w, list + b0, (int)(b1 - b0), out + b0);
  }
}

/* Adds what the elements of a batch give to owned nodes in [first, last), in the order of the list; only to
 * due ones, unless due is NULL. */
static inline void scatter_to(const iso_fast *f, const iso_fast_work *w, const iso_lid *list, iso_lid n,
                              int64_t first, int64_t last, const uint8_t *due) {
  for (iso_lid b = 0; b < n; b++) {
    const iso_lid *conn = f->conn + (int64_t)list[b] * f->width;
    int nodes = iso_shape_nodes(f->shape[list[b]]);
    for (int k = 0; k < nodes; k++)
      if (conn[k] >= first && conn[k] < last && (!due || due[conn[k]]))
        w->correction[conn[k]] += w->element[k * ISO_FAST_BATCH + b];
  }
}

/* Elements of a batch. */
typedef struct batch {
  const iso_fast *fast;
  const iso_fast_work *work;
  const iso_lid *list; /* [n] */
  iso_lid n;
} batch;

static void terms_of_some(const void *with, int64_t first, int64_t last) {
  const batch *b = with;
  terms_of(b->fast, b->work, b->list + first, last - first, b->work->element + first);
}

static void scatter(const void *with, int64_t first, int64_t last) {
  const batch *b = with;
  if (b->fast->run)
    scatter_to(b->fast, b->work, b->list, b->n, first, last, b->work->due);
  else
    scatter_to(b->fast, b->work, b->list, b->n, first, last, NULL);
}

/* Moves the corrections into the ionic current. */
static void apply(const iso_fast *f, const iso_fast_work *w, int64_t first, int64_t last) {
  const real *inverse_mass = f->inverse_mass;
  real *iion = f->iion, *correction = w->correction;
  if (f->run) memset(w->due + first, 0, (size_t)(last - first));
  for (int64_t b = first; b < last; b += ISO_FAST_BLOCK) {
    const int64_t end = b + ISO_FAST_BLOCK < last ? b + ISO_FAST_BLOCK : last;
    int_real some = 0;
#pragma omp simd reduction(| : some)
    for (int64_t i = b; i < end; i++) some |= correction[i] != 0;
    if (!some) continue;
#pragma omp simd
    for (int64_t i = b; i < end; i++) {
      iion[i] = correction[i] != 0 ? iion[i] + correction[i] * inverse_mass[i] : iion[i];
      correction[i] = 0;
    }
  }
}

void ISO_VARIANT(iso_cpu_fast)(iso_device *device, const iso_fast *f) {
  iso_fast_work w = carve(f);
  w.beyond[1] = 0;
  for_nodes(device, f, &w, f->nlocal, find_front);
  if (f->run) for_nodes(device, f, &w, f->nowned, mark_due);
  iso_lid n = list_front(f, &w);
  if (f->run && w.beyond[1] < w.beyond[0]) n = keep_due(f, &w, n); /* otherwise all are */
  for (iso_lid at = 0; at < n; at += ISO_FAST_BATCH) {
    const batch some = {f, &w, w.list + at, n - at < ISO_FAST_BATCH ? n - at : ISO_FAST_BATCH};
    iso_in_threads(device, some.n, 8, terms_of_some, &some);
    iso_in_threads(device, f->nowned, ISO_FAST_BLOCK, scatter, &some);
  }
  for_nodes(device, f, &w, f->nowned, apply);
}
