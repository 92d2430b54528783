/* Template: the CUDA kernel of the model ISO_MODEL; part of kernels/cells_cuda.cu and kernels/own/cells.c.
 *
 * Neighbouring threads hold neighbouring cells, so that each row of state is read and written in whole lines;
 * a cell's state stays in registers in between. */

#if ISO_M(TABLED)
static __device__ __forceinline__ ISO_M(gates) ISO_M(gates_in)(const real *prepared, real v) {
  int32_t row;
  real x;
  iso_table_rows(&v, 1, &row, &x);
  const real *at = prepared + ISO_M(at_gates) + row * (4 * ISO_M(ngates));
  ISO_M(gates) g;
#define GATE(name) g.name = rate_at(at, ISO_FIELD_INDEX(ISO_M(gates), name), x);
  ISO_EACH_GATE(GATE)
#undef GATE
  return g;
}

static __device__ __forceinline__ ISO_M(currents) ISO_M(currents_in)(const real *prepared, real v) {
  int32_t row;
  real x;
  iso_table_rows(&v, 1, &row, &x);
  const real *at = prepared + ISO_M(at_currents) + row * (4 * ISO_M(ncurrents));
  ISO_M(currents) c;
#define CURRENT(name) c.name = rate_at(at, ISO_FIELD_INDEX(ISO_M(currents), name), x);
  ISO_EACH_CURRENT(CURRENT)
#undef CURRENT
  return c;
}
#endif

/* Cell i of a launch, with its constants. */
static __device__ __forceinline__ void ISO_M(one_cell)(const iso_cells &cells, iso_lid i,
                                                       const ISO_M(constants) * k) {
  const int64_t node = (int64_t)cells.first + i;
  const real vm = ((const real *)cells.vm)[node];
  const real before = cells.vm_before ? ((const real *)cells.vm_before)[node] : vm;
  const real v = iso_fma(R(1.5), vm, R(-0.5) * before);
  if (cells.extrapolated) ((real *)cells.extrapolated)[node] = v;

#if ISO_M(TABLED)
  const real *prepared = (const real *)cells.parameters;
  const int tabled = prepared[0] == R(0.0);
  const ISO_M(currents) c = tabled ? ISO_M(currents_in)(prepared, v) : ISO_M(currents_at)(k, v);
  const ISO_M(gates) g = tabled ? ISO_M(gates_in)(prepared, vm) : ISO_M(gates_at)(k, vm);
#else
  const ISO_M(gates) g = ISO_M(gates_at)(k, vm);
  const ISO_M(currents) c = ISO_M(currents_at)(k, v);
#endif
  /* After the rates, and these after the fewer currents: what waits costs registers. */
  const real *state = (const real *)cells.state + i;
  ISO_M(state) s;
#define LOAD(name, ...) s.name = state[ISO_FIELD_INDEX(ISO_M(state), name) * cells.ld];
  ISO_EACH_STATE(LOAD)
#undef LOAD
  real fast[ISO_MAX_FAST];
  ((real *)cells.iion)[node] = ISO_M(step)(k, &g, &c, v, &s, fast);
  /* Which thread this is, read anew: addresses kept through the step would take two registers each. */
  int thread = (int)threadIdx.x;
#ifdef __CUDA_ARCH__
  asm volatile("mov.u32 %0, %%tid.x;" : "=r"(thread));
#endif
  i = (iso_lid)(blockIdx.x * blockDim.x) + thread;
  const int64_t at = (int64_t)cells.first + i;
  real *stored = (real *)cells.state + i;
#define STORE(name, ...) stored[ISO_FIELD_INDEX(ISO_M(state), name) * cells.ld] = s.name;
  ISO_EACH_STATE(STORE)
#undef STORE
  if (cells.fast)
    for (int f = 0; f < ISO_M(NFAST); f++) ((real *)cells.fast)[f * cells.fast_ld + at] = fast[f];
}

/* Any launch of at least cells.count threads in one dimension; cells.varying is NULL. */
extern "C" __global__ void __launch_bounds__(128) ISO_VARIANT(ISO_M(cells))(const iso_cells cells) {
  const iso_lid i = (iso_lid)(blockIdx.x * blockDim.x + threadIdx.x);
  if (i >= cells.count) return;
  const real *prepared = (const real *)cells.parameters;
  ISO_M(one_cell)(cells, i, (const ISO_M(constants) *)(prepared + ISO_M(at_constants)));
}

/* The same with cells.varying, whose rows replace constants. */
extern "C" __global__ void __launch_bounds__(128) ISO_VARIANT(ISO_M(varying_cells))(const iso_cells cells) {
  const iso_lid i = (iso_lid)(blockIdx.x * blockDim.x + threadIdx.x);
  if (i >= cells.count) return;
  const real *uniform = (const real *)cells.parameters + ISO_M(at_constants);
  const real *varying = (const real *)cells.varying + i;
  ISO_M(constants) k;
#define CONSTANT(name, ...)                                                                                  \
  {                                                                                                          \
    const int c = ISO_FIELD_INDEX(ISO_M(constants), name);                                                   \
    const int32_t row = cells.varying_row[c];                                                                \
    k.name = row < 0 ? uniform[c] : varying[row * cells.ld];                                                 \
  }
  ISO_EACH_CONSTANT(CONSTANT)
#undef CONSTANT
  ISO_M(one_cell)(cells, i, &k);
}
