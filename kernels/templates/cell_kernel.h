/* Template: the CUDA kernel of the model ISO_MODEL, one thread for each cell; part of
 * kernels/templates/model_cuda.h and kernels/own/cells.c.
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

/* Whether states are fetched into a block's shared memory while rates are looked up: not a few, which one
 * wait brings as well, and less than the 48 KiB that a kernel has without asking, because more of them spill.
 * Where constants vary, their rows need the registers. */
enum {
  ISO_M(is_staged) = ISO_M(nstates) > 8 && (int)sizeof(ISO_M(state)) * ISO_CELL_BLOCK < 48 * 1024,
  ISO_M(nstaged) = ISO_M(is_staged) ? ISO_M(nstates) : 1
};

/* The constants of a kind, or with its varying rows for cell i. */
static __device__ __forceinline__ ISO_M(constants)
    ISO_M(constants_of)(const iso_cell_kind &kind, int64_t ld, iso_lid i, bool varies) {
  ISO_M(constants) k;
#define CONSTANT(name, ...)                                                                                  \
  k.name = {&kind,                                                                                           \
            ld,                                                                                              \
            ISO_M(at_constants),                                                                             \
            (int)(offsetof(ISO_M(constants), name) / sizeof(ISO_CONSTANT(any))),                             \
            i,                                                                                               \
            varies};
  ISO_EACH_CONSTANT(CONSTANT)
#undef CONSTANT
  return k;
}

/* Any launch of at least cells.count threads in one dimension; with a list, of a block of ISO_RUN threads for
 * each run. */
static __device__ __forceinline__ void ISO_M(one_cell)(const iso_cells &cells, const iso_cell_list *list,
                                                       bool varies) {
  iso_lid i = this_cell(cells, list);
  if (!has_cell(cells, list, i)) return;
  const int64_t node = (int64_t)cells.first + i;
  const iso_cell_kind kind = kind_of(cells, list);
  /* All at once: a load that waits for another costs the time of a second one. */
#if ISO_M(TABLED)
  const real *prepared = (const real *)kind.parameters;
  const bool is_tabled = prepared[0] == R(0.0);
#endif
  const real *const earlier = (const real *)(cells.vm_before ? cells.vm_before : kind.vm);
  const real vm = ((const real *)kind.vm)[node], before = earlier[node];
  __shared__ real staged[ISO_M(nstaged)][ISO_CELL_BLOCK];
  const bool is_staged = ISO_M(is_staged) && !varies;
  if (is_staged) {
    const real *from = (const real *)cells.state + i;
    for (int k = 0; k < ISO_M(nstates); k++) fetch(&staged[k][threadIdx.x], from + k * cells.ld);
  }
  const real v = iso_fma(R(1.5), vm, R(-0.5) * before);
  if (cells.extrapolated) ((real *)cells.extrapolated)[node] = v;

  const ISO_M(constants) k = ISO_M(constants_of)(kind, cells.ld, i, varies);
  ISO_M(gates) g;
  ISO_M(currents) c;
#if ISO_M(TABLED)
  if (is_tabled) {
    c = ISO_M(currents_in)(prepared, v);
    g = ISO_M(gates_in)(prepared, vm);
  } else
#endif
  {
#ifdef __CUDA_ARCH__ /* one after the other: parts of many exponentials would not fit the registers */
#define GATE(name) g.name = done(ISO_M(gates_at)(&k, vm).name);
    ISO_EACH_GATE(GATE)
#undef GATE
#define CURRENT(name) c.name = done(ISO_M(currents_at)(&k, v).name);
    ISO_EACH_CURRENT(CURRENT)
#undef CURRENT
#else
    g = ISO_M(gates_at)(&k, vm);
    c = ISO_M(currents_at)(&k, v);
#endif
  }
  /* After the rates: what waits costs registers. */
  if (is_staged) fetched();
  const real *state = (const real *)cells.state + i;
  ISO_M(state) s;
#define LOAD(name, ...)                                                                                      \
  s.name = is_staged ? staged[ISO_FIELD_INDEX(ISO_M(state), name)][threadIdx.x]                              \
                     : state[ISO_FIELD_INDEX(ISO_M(state), name) * cells.ld];
  ISO_EACH_STATE(LOAD)
#undef LOAD
  real fast[ISO_MAX_FAST];
  const real iion = ISO_M(step)(&k, &g, &c, v, &s, fast);
  i = this_cell(cells, list);
  const int64_t at = (int64_t)cells.first + i;
  ((real *)cells.iion)[at] = iion;
  real *stored = (real *)cells.state + i;
#define STORE(name, ...) stored[ISO_FIELD_INDEX(ISO_M(state), name) * cells.ld] = s.name;
  ISO_EACH_STATE(STORE)
#undef STORE
  if (cells.fast)
    for (int f = 0; f < ISO_M(NFAST); f++) ((real *)cells.fast)[f * cells.fast_ld + at] = fast[f];
}

/* cells.varying is NULL, and: its rows replace constants. */
extern "C" __global__ void __launch_bounds__(ISO_CELL_BLOCK, blocks_of<ISO_M(state)>(false))
    ISO_VARIANT(ISO_M(cells))(const iso_cells cells) {
  ISO_M(one_cell)(cells, NULL, false);
}
extern "C" __global__ void __launch_bounds__(ISO_CELL_BLOCK, blocks_of<ISO_M(state)>(true))
    ISO_VARIANT(ISO_M(varying_cells))(const iso_cells cells) {
  ISO_M(one_cell)(cells, NULL, true);
}
/* The same in runs. */
extern "C" __global__ void __launch_bounds__(ISO_RUN)
    ISO_VARIANT(ISO_M(listed_cells))(const iso_cells cells, const iso_cell_list list) {
  ISO_M(one_cell)(cells, &list, false);
}
extern "C" __global__ void __launch_bounds__(ISO_RUN)
    ISO_VARIANT(ISO_M(listed_varying_cells))(const iso_cells cells, const iso_cell_list list) {
  ISO_M(one_cell)(cells, &list, true);
}
