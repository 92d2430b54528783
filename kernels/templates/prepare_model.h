/* Template: constants and tables of the model ISO_MODEL; of every model of the program, and part of
 * kernels/own/host.c. */
#include "kernels/templates/prepare_rows.h"

static size_t ISO_M(prepared_reals)(int exact) {
  return (size_t)(ISO_M(TABLED) && !exact ? ISO_M(at_end) : ISO_M(at_gates));
}

static void ISO_M(put_tables)(const ISO_M(constants) * k, const sink *s) {
  for (int row = 0; row < ISO_TABLE_ROWS; row++) {
    ISO_M(gates) gates[4];
    ISO_M(currents) currents[4];
    for (int node = 0; node < 4; node++) {
      gates[node] = ISO_M(gates_at)(k, node_mV(row, node));
      currents[node] = ISO_M(currents_at)(k, node_mV(row, node));
    }
    put_row(s, (size_t)(ISO_M(at_gates) + row * 4 * ISO_M(ngates)), ISO_REALS(ISO_M(gates)), ISO_M(ngates),
            (const double *const[4]){(const double *)&gates[0], (const double *)&gates[1],
                                     (const double *)&gates[2], (const double *)&gates[3]});
    put_row(s, (size_t)(ISO_M(at_currents) + row * 4 * ISO_M(ncurrents)), ISO_REALS(ISO_M(currents)),
            ISO_M(ncurrents),
            (const double *const[4]){(const double *)&currents[0], (const double *)&currents[1],
                                     (const double *)&currents[2], (const double *)&currents[3]});
  }
}

static void ISO_M(prepare)(const double *parameters, double step_ms, int exact, int single,
                           iso_table_order order, void *out) {
  const sink s = {out, single, order};
  for (size_t i = 0; i < ISO_M(prepared_reals)(exact); i++) put(&s, i, 0);
  ISO_M(parameters) p;
  memcpy(&p, parameters, sizeof p);
  const ISO_M(constants) k = ISO_M(derive)(&p, step_ms);
  const int tabled = ISO_M(TABLED) && !exact;
  put(&s, 0, !tabled);
  for (int i = 0; i < ISO_M(nconstants); i++)
    put(&s, (size_t)(ISO_M(at_constants) + i), ((const double *)&k)[i]);
  if (tabled) ISO_M(put_tables)(&k, &s);
}

static void ISO_M(derive_into)(const double *parameters, double step_ms, double *constants) {
  ISO_M(parameters) p;
  memcpy(&p, parameters, sizeof p);
  const ISO_M(constants) k = ISO_M(derive)(&p, step_ms);
  memcpy(constants, &k, sizeof k);
}

static int ISO_M(same_tables)(const double *a, const double *b, double step_ms) {
  ISO_M(constants) ka, kb;
  ISO_M(derive_into)(a, step_ms, (double *)&ka);
  ISO_M(derive_into)(b, step_ms, (double *)&kb);
  for (int row = 0; ISO_M(TABLED) && row < ISO_TABLE_ROWS; row++)
    for (int node = 0; node < 4; node++) {
      const double v = node_mV(row, node);
      const ISO_M(gates) ga = ISO_M(gates_at)(&ka, v), gb = ISO_M(gates_at)(&kb, v);
      const ISO_M(currents) ca = ISO_M(currents_at)(&ka, v), cb = ISO_M(currents_at)(&kb, v);
      if (memcmp(&ga, &gb, sizeof ga) || memcmp(&ca, &cb, sizeof ca)) return 0;
    }
  return 1;
}

extern const iso_preparation ISO_M(preparation);
const iso_preparation ISO_M(preparation) = {
    .nconstants = ISO_M(nconstants),
    .reals = ISO_M(prepared_reals),
    .prepare = ISO_M(prepare),
    .derive = ISO_M(derive_into),
    .same_tables = ISO_M(same_tables),
};
