/* Template for test_rates.c: the tables of the model ISO_MODEL against its rate functions. */
#if ISO_M(TABLED)
static void ISO_M(tables_are_accurate)(void **state) {
  (void)state;
  double parameters[ISO_M(nparameters)], states[ISO_M(nstates)], vm;
  for (int variant = 0; variant < iso_models[ISO_M(INDEX)]->nvariants; variant++) {
    iso_model_defaults(iso_models[ISO_M(INDEX)], variant, parameters, states, &vm);
    double *prepared = prepared_tables(iso_models[ISO_M(INDEX)], parameters);
    ISO_M(constants) k;
    memcpy(&k, prepared + ISO_M(at_constants), sizeof k);
    error gates[ISO_M(ngates)], currents[ISO_M(ncurrents)];
    clear(gates, ISO_M(ngates));
    clear(currents, ISO_M(ncurrents));
    for (int i = 0; i < SAMPLES; i++) {
      const double v = sample_mV(i);
      double from_table[(ISO_M(ngates) + ISO_M(ncurrents)) * ISO_BLOCK]; /* enough for either */
      const ISO_M(gates) g = ISO_M(gates_at)(&k, v);
      iso_table_rates(prepared + ISO_M(at_gates), ISO_M(ngates), &v, 1, from_table);
      compare(gates, (const double *)&g, from_table, ISO_REALS(g));
      const ISO_M(currents) c = ISO_M(currents_at)(&k, v);
      iso_table_rates(prepared + ISO_M(at_currents), ISO_M(ncurrents), &v, 1, from_table);
      compare(currents, (const double *)&c, from_table, ISO_REALS(c));
    }
    const double of_gates = assert_small(gates, ISO_REALS(ISO_M(gates)));
    const double of_currents = assert_small(currents, ISO_REALS(ISO_M(currents)));
    /* Steps alone are exact in a table, and so would be a function that is compared with itself. */
    assert_true(of_gates + of_currents > 0);
    free(prepared);
  }
}
#else
static void ISO_M(tables_are_accurate)(void **state) {
  (void)state;
  const iso_model *model = iso_models[ISO_M(INDEX)];
  assert_true(iso_prepared_reals(model, 0) == iso_prepared_reals(model, 1)); /* no tables */
}
#endif
