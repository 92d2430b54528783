/* Template for functions.c: calls in one step of a cell of the model ISO_MODEL at rest. */
static int ISO_M(functions)(void) {
  ISO_M(parameters) p;
  ISO_M(state) s;
#define VALUE(name, unit, value, ...) p.name = value;
  ISO_EACH_PARAMETER(VALUE)
#undef VALUE
#define VALUE(name, unit, value, ...) s.name = value;
  ISO_EACH_STATE(VALUE)
#undef VALUE
  const ISO_M(constants) k = ISO_M(derive)(&p, 0.02);
  real fast[ISO_MAX_FAST];
  calls = 0;
  const ISO_M(gates) g = ISO_M(gates_at)(&k, ISO_M(VM_REST));
  const ISO_M(currents) c = ISO_M(currents_at)(&k, ISO_M(VM_REST));
  ISO_M(step)(&k, &g, &c, ISO_M(VM_REST), &s, fast);
  return calls;
}
