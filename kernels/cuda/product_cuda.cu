/* Sparse rows times a vector on a GPU, fused with the linear combination around it: one thread for each row,
 * one warp for each slice, so that entries are read in whole lines. */
#include "kernels/cuda/launch_cuda.h"
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

/* The order of operations is that of kernels/cpu/product_cpu.c. Padding repeats a slice's last row, whose own
 * thread may have overwritten what it was made of. */
static __device__ __forceinline__ void multiply_row(const product &p, int64_t at, const bool ends_step) {
  const int64_t slice = at / ISO_WARP;
  const iso_lid row = p.rows.row[at];
  if (at % ISO_WARP > 0 && p.rows.row[at - 1] == row) return;
  const iso_lid *ISO_RESTRICT column = p.rows.column;
  const real *ISO_RESTRICT value = (const real *)p.rows.value, *ISO_RESTRICT x = p.x;
  const real own = x[row];
  const int64_t end = p.rows.start[slice + 1];
  real sum = 0;
#pragma unroll 4
  for (int64_t k = p.rows.start[slice] + at % ISO_WARP; k < end; k += ISO_WARP)
    sum += value[k] * (x[column[k]] - own);
  if (p.rows.diagonal) sum += ((const real *)p.rows.diagonal)[row] * own;
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
  ISO_FOR_RUN(at, p.run, p.nruns, ISO_WARP) multiply_row(p, at, true);
}

/* Threads of a block. Rows are sorted by length within windows of consecutive ones (src/linear/sparse.c). A
 * block that is a window reads the lines of x and of the terms once; smaller ones, on several
 * multiprocessors, each read most of the window's. But few rows have to be spread over all multiprocessors.
 */
static int block_of(const iso_device *device, int64_t nrows) {
  const int window = 512;
  return iso_cuda_blocks(nrows) < iso_cuda_of(device)->wide ? (int)ISO_CUDA_BLOCK : window;
}

extern "C" void ISO_VARIANT(iso_cuda_product)(iso_device *device, const iso_product *from) {
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
