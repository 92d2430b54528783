/* Template for exact_models.c: one step of a cell of the model ISO_MODEL in long double. */
static real ISO_M(one_step)(const double *parameters, real step, real v, real *states) {
  ISO_M(parameters) p;
  ISO_M(state) s;
  real fast[ISO_MAX_FAST];
  for (int i = 0; i < ISO_M(nparameters); i++) ((real *)&p)[i] = parameters[i];
  memcpy(&s, states, sizeof s);
  const ISO_M(constants) k = ISO_M(derive)(&p, step);
  const ISO_M(gates) g = ISO_M(gates_at)(&k, v);
  const ISO_M(currents) c = ISO_M(currents_at)(&k, v);
  const real iion = ISO_M(step)(&k, &g, &c, v, &s, fast);
  memcpy(states, &s, sizeof s);
  return iion;
}
