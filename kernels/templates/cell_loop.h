/* Template: the CPU loop of the model ISO_MODEL; part of kernels/templates/model_cpu.h and
 * kernels/own/cells.c. */

/* One cell of a block whose pointers are at its first cell. */
ISO_INLINE void ISO_M(cell)(const ISO_M(constants) * k, const ISO_M(gates) * g, const ISO_M(currents) * c,
                            real v, const block *b, int i) {
  ISO_M(state) s;
  real fast[ISO_MAX_FAST];
#define LOAD(name, ...) s.name = b->state[ISO_FIELD_INDEX(ISO_M(state), name) * b->ld + i];
  ISO_EACH_STATE(LOAD);
#undef LOAD
  b->iion[i] = ISO_M(step)(k, g, c, v, &s, fast);
#define STORE(name, ...) b->state[ISO_FIELD_INDEX(ISO_M(state), name) * b->ld + i] = s.name;
  ISO_EACH_STATE(STORE);
#undef STORE
  for (int f = 0; f < ISO_M(NFAST); f++) b->fast[f * b->fast_ld + i] = fast[f];
}

/* The readable reference: every rate is evaluated. */
ISO_INLINE void ISO_M(exact_cell)(const ISO_M(constants) * k, const block *b, int i) {
  const ISO_M(gates) g = ISO_M(gates_at)(k, b->vm[i]);
  const ISO_M(currents) c = ISO_M(currents_at)(k, b->v[i]);
  ISO_M(cell)(k, &g, &c, b->v[i], b, i);
}

ISO_LOOP void ISO_M(exact_block)(const ISO_M(constants) * k, const block *b) {
#pragma omp simd
  for (int i = 0; i < b->n; i++) ISO_M(exact_cell)(k, b, i);
}

#if ISO_M(TABLED)
ISO_INLINE void ISO_M(tabled_cell)(const ISO_M(constants) * k, const real *gates, const real *currents,
                                   const block *b, int i) {
  ISO_M(gates) g;
  ISO_M(currents) c;
#define GATE(name) g.name = gates[ISO_FIELD_INDEX(ISO_M(gates), name) * ISO_BLOCK + i];
  ISO_EACH_GATE(GATE);
#undef GATE
#define CURRENT(name) c.name = currents[ISO_FIELD_INDEX(ISO_M(currents), name) * ISO_BLOCK + i];
  ISO_EACH_CURRENT(CURRENT);
#undef CURRENT
  ISO_M(cell)(k, &g, &c, b->v[i], b, i);
}

ISO_LOOP void ISO_M(tabled_block)(const ISO_M(constants) * k, const real *prepared, const block *b) {
  real gates[ISO_M(ngates) * ISO_BLOCK] ISO_ALIGNED, currents[ISO_M(ncurrents) * ISO_BLOCK] ISO_ALIGNED;
  iso_table_rates(prepared + ISO_M(at_gates), ISO_M(ngates), b->vm, b->n, gates);
  iso_table_rates(prepared + ISO_M(at_currents), ISO_M(ncurrents), b->v, b->n, currents);
#pragma omp simd
  for (int i = 0; i < b->n; i++) ISO_M(tabled_cell)(k, gates, currents, b, i);
}
#endif

/* ---- constants that differ between cells: the same cells, each with constants of its own ---- */

/* lanes [nconstants][ISO_LANES] */
ISO_INLINE void ISO_M(constants_at)(const real *lanes, int i, ISO_M(constants) * k) {
#define CONSTANT(name, ...) k->name = lanes[ISO_FIELD_INDEX(ISO_M(constants), name) * ISO_LANES + i];
  ISO_EACH_CONSTANT(CONSTANT);
#undef CONSTANT
}

ISO_LOOP void ISO_M(varying_exact_block)(const real *lanes, const block *b) {
#pragma omp simd
  for (int i = 0; i < b->n; i++) {
    ISO_M(constants) k;
    ISO_M(constants_at)(lanes, i, &k);
    ISO_M(exact_cell)(&k, b, i);
  }
}

#if ISO_M(TABLED)
ISO_LOOP void ISO_M(varying_tabled_block)(const real *lanes, const real *prepared, const block *b) {
  real gates[ISO_M(ngates) * ISO_BLOCK] ISO_ALIGNED, currents[ISO_M(ncurrents) * ISO_BLOCK] ISO_ALIGNED;
  iso_table_rates(prepared + ISO_M(at_gates), ISO_M(ngates), b->vm, b->n, gates);
  iso_table_rates(prepared + ISO_M(at_currents), ISO_M(ncurrents), b->v, b->n, currents);
#pragma omp simd
  for (int i = 0; i < b->n; i++) {
    ISO_M(constants) k;
    ISO_M(constants_at)(lanes, i, &k);
    ISO_M(tabled_cell)(&k, gates, currents, b, i);
  }
}
#endif

static void ISO_M(varying_cells)(const iso_cells *cells) {
  const real *prepared = cells->parameters, *uniform = prepared + ISO_M(at_constants);
  real lanes[ISO_M(nconstants) * ISO_LANES] ISO_ALIGNED;
  real v[ISO_BLOCK] ISO_ALIGNED, unused[ISO_MAX_FAST * ISO_BLOCK] ISO_ALIGNED;
  for (int k = 0; k < ISO_M(nconstants) * ISO_LANES; k++) lanes[k] = uniform[k / ISO_LANES];
  for (iso_lid at = 0; at < cells->count; at += ISO_LANES) {
    const block b = block_at(cells, at, ISO_LANES, v, unused);
    const real *varying = (const real *)cells->varying + cells->first + at;
    for (int k = 0; k < ISO_M(nconstants); k++)
      if (cells->varying_row[k] >= 0)
        memcpy(lanes + k * ISO_LANES, varying + cells->varying_row[k] * cells->ld,
               (size_t)b.n * sizeof(real));
#if ISO_M(TABLED)
    if (prepared[0] == R(0.0)) {
      ISO_M(varying_tabled_block)(lanes, prepared, &b);
      continue;
    }
#endif
    ISO_M(varying_exact_block)(lanes, &b);
  }
}

static void ISO_M(cells)(const iso_cells *cells) {
  if (cells->varying) {
    ISO_M(varying_cells)(cells);
    return;
  }
  const real *prepared = cells->parameters;
  ISO_M(constants) k;
  memcpy(&k, prepared + ISO_M(at_constants), sizeof k);
  real v[ISO_BLOCK] ISO_ALIGNED, unused[ISO_MAX_FAST * ISO_BLOCK] ISO_ALIGNED;
  for (iso_lid at = 0; at < cells->count; at += ISO_BLOCK) {
    const block b = block_at(cells, at, ISO_BLOCK, v, unused);
#if ISO_M(TABLED)
    if (prepared[0] == R(0.0)) {
      ISO_M(tabled_block)(&k, prepared, &b);
      continue;
    }
#endif
    ISO_M(exact_block)(&k, &b);
  }
}
