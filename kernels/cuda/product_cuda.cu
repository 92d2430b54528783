/* Sparse rows times a vector on a GPU, fused with the linear combination around it: one thread for each row,
 * one warp for each slice, so that entries are read in whole lines. */
#include "kernels/cuda/plan_cuda.h"
#include "kernels/templates/watch.h"

/* Types of a precision stay in its translation unit. */
namespace {
/* A product as the kernel reads it. */
typedef struct product {
  iso_rows rows;
  int64_t first, nrows; /* slice, and rows from there on */
  int32_t nruns;
  const iso_lid (*run)[2]; /* of slices */
  const real *x;
  real apply;
  int nterms;
  real coefficient[ISO_MAX_TERMS];
  const real *term[ISO_MAX_TERMS];
  real *store, *out;
  iso_stimulation stimulus; /* without sets: none */
  iso_watch watch;          /* without pending: none */
} product;
} // namespace

/* (A x)_row, of place `at` among the slices' rows. The order of operations here and below is that of
 * kernels/cpu/product_cpu.c. */
static __device__ __forceinline__ real times(const iso_rows &rows, int64_t at, iso_lid row,
                                             const real *ISO_RESTRICT x) {
  const int64_t slice = at / ISO_WARP, end = rows.start[slice + 1];
  const iso_lid *ISO_RESTRICT column = rows.column;
  const real *ISO_RESTRICT value = (const real *)rows.value;
  const real own = x[row];
  real sum = 0;
#pragma unroll 4
  for (int64_t k = rows.start[slice] + at % ISO_WARP; k < end; k += ISO_WARP)
    sum += value[k] * (x[column[k]] - own);
  if (rows.diagonal) sum += ((const real *)rows.diagonal)[row] * own;
  return sum;
}

/* Padding repeats a slice's last row, whose own thread may have overwritten what it was made of. */
static __device__ __forceinline__ bool is_padding(const iso_rows &rows, int64_t at) {
  return at % ISO_WARP > 0 && rows.row[at - 1] == rows.row[at];
}

static __device__ __forceinline__ void multiply_row(const product &p, int64_t at, const bool ends_step) {
  if (is_padding(p.rows, at)) return;
  const iso_lid row = p.rows.row[at];
  const real sum = times(p.rows, at, row, p.x);
  real out = 0;
#pragma unroll
  for (int t = 0; t < ISO_MAX_TERMS; t++)
    if (t < p.nterms) {
      real term = p.term[t][row];
      if (ends_step && p.stimulus.set && t == p.nterms - 1) term -= iso_stimulus_at(&p.stimulus, row);
      out += p.coefficient[t] * term;
    }
  if (p.store) p.store[row] = sum;
  out += p.apply * sum;
  p.out[row] = out;
  if (ends_step && p.watch.pending) iso_watch_at(&p.watch, row, iso_before_at(&p.watch, row), out, 1);
}

static __global__ void multiply_rows(const product p) {
  if (iso_thread() < p.nrows) multiply_row(p, p.first * ISO_WARP + iso_thread(), false);
}

/* The last product of a step, or the only one. */
static __global__ void multiply_last(const product p) {
  if (iso_thread() < p.nrows) multiply_row(p, p.first * ISO_WARP + iso_thread(), true);
}

static __global__ void multiply_in_runs(const product p) {
  ISO_FOR_RUN(at, p.run, p.nruns, NULL, ISO_WARP) multiply_row(p, at, true);
}

/* Threads of a block. Rows are sorted by length within windows of consecutive ones (src/linear/sparse.c). A
 * block that is a window reads the lines of x and of the terms once; smaller ones, on several
 * multiprocessors, each read most of the window's. But few rows have to be spread over all multiprocessors.
 */
static int block_of(const iso_device *device, int64_t nrows) {
  const int window = 512;
  return iso_cuda_blocks(nrows) < iso_cuda_of(device)->wide ? (int)ISO_CUDA_BLOCK : window;
}

static product product_of(const iso_product *from) {
  product p = {*from->rows,
               from->first,
               (from->last - from->first) * ISO_WARP,
               from->nruns,
               from->run,
               (const real *)from->x,
               (real)from->apply,
               from->nterms,
               {0},
               {0},
               (real *)from->store,
               (real *)from->out,
               {},
               {}};
  for (int t = 0; t < from->nterms; t++) {
    p.coefficient[t] = (real)from->coefficient[t];
    p.term[t] = (const real *)from->term[t];
  }
  if (from->stimulus) p.stimulus = *from->stimulus;
  if (from->watch) p.watch = *from->watch;
  return p;
}

extern "C" void ISO_VARIANT(iso_cuda_product)(iso_device *device, const iso_product *from) {
  const product p = product_of(from);
  if (from->part == ISO_INNER_ROWS) iso_cuda_halo_follows(device);
  void (*const kernel)(const product) = from->run                       ? multiply_in_runs
                                        : from->stimulus || from->watch ? multiply_last
                                                                        : multiply_rows;
  const int threads = from->run ? ISO_RUN : block_of(device, p.nrows);
  const int blocks =
      from->run ? iso_cuda_run_blocks(device, p.nruns) : (int)((p.nrows + threads - 1) / threads);
  if (from->part == ISO_BOUNDARY_ROWS) {
    ISO_LAUNCH_ON(device, halo, kernel, blocks, threads, p);
    iso_cuda_main_follows(device);
  } else {
    ISO_LAUNCH_ON(device, main, kernel, blocks, threads, p);
  }
}

/* ---- of patches at their own pace ---- */

/* The thread's places among the rows of the k-th patch that is due. */
#define ISO_FOR_ROWS_OF(at, pace, patch)                                                                     \
  for (int64_t at = (pace).slice[patch] * ISO_WARP + threadIdx.x; at < (pace).slice[patch + 1] * ISO_WARP;   \
       at += blockDim.x)

static __global__ void multiply_party(const product p, const iso_plan pace, int party) {
  for (int32_t k = (int32_t)blockIdx.x; k < *iso_due_count(pace); k += (int32_t)gridDim.x) {
    const iso_lid patch = pace.due[k];
    if (pace.party[patch][iso_level_index(pace.next[patch])] != party) continue;
    ISO_FOR_ROWS_OF(at, pace, patch) multiply_row(p, at, true);
  }
}

/* V + step (L V* - I): whole numbers of base steps are powers of 2, so that rounding is that of the step. */
static __device__ __forceinline__ void step_row(const product &p, int64_t at, const real *x, int level) {
  if (is_padding(p.rows, at)) return;
  const iso_lid row = p.rows.row[at];
  const real sum = times(p.rows, at, row, x);
  real current = p.term[1][row];
  if (p.stimulus.set && level == 1) current -= iso_stimulus_at(&p.stimulus, row);
  real out = p.coefficient[0] * p.term[0][row];
  out += (real)level * p.coefficient[1] * current;
  out += (real)level * p.apply * sum;
  p.out[row] = out;
}

static __global__ void step_at_once(const product p, const iso_plan pace) {
  for (int32_t k = (int32_t)blockIdx.x; k < *iso_due_count(pace); k += (int32_t)gridDim.x) {
    const iso_lid patch = pace.due[k];
    const int level = pace.next[patch], l = iso_level_index(level);
    if (pace.party[patch][l] != l) continue;
    const real *x = (const real *)pace.middle + (int64_t)l * pace.nnodes;
    ISO_FOR_ROWS_OF(at, pace, patch) step_row(p, at, x, level);
  }
}

extern "C" void ISO_VARIANT(iso_cuda_pace_product)(iso_device *device, const iso_plan *pace, int party,
                                                   const iso_product *from) {
  const product p = product_of(from);
  if (party == 0)
    ISO_LAUNCH_LIST(device, pace->npatches, step_at_once, p, *pace);
  else
    ISO_LAUNCH_LIST(device, pace->npatches, multiply_party, p, *pace, party);
}
