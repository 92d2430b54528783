/* Template: the types of one model, made from its tables. Each model's header includes this after its tables,
 * with ISO_MODEL defined as its name; see docs/adding-a-model.md. No include guard.
 *
 * Every struct here holds nothing but reals (but for the constants in CUDA kernels), so that it is an array
 * of them too: a state's row, a rate's column and a parameter's index are the field's place in its struct. */
#include "kernels/templates/model_names.h"

#define FIELD(name, ...) real name;

typedef struct ISO_M(state) {
  ISO_EACH_STATE(FIELD)
} ISO_M(state);

typedef struct ISO_M(parameters) {
  ISO_EACH_PARAMETER(FIELD)
} ISO_M(parameters);

/* What the step needs of parameters and time step, computed once in double precision. CUDA kernels have a
 * type of their own for each, which reads it when it is used. */
#ifndef ISO_CONSTANT
#define ISO_CONSTANT(name) real
#endif
#define CONSTANT(name, ...) ISO_CONSTANT(name) name;
typedef struct ISO_M(constants) {
  ISO_EACH_CONSTANT(CONSTANT)
} ISO_M(constants);
#undef CONSTANT

/* A model whose CUDA kernels ptxas spills, to run more blocks of them together on a multiprocessor, says how
 * many it may, as an expression of varies: whether constants are rows. */
#ifndef ISO_BLOCKS
#define ISO_BLOCKS(model, blocks)
#endif

/* Functions of V at the start of the step, and of V where the currents are taken. */
typedef struct ISO_M(gates) {
  ISO_EACH_GATE(FIELD)
} ISO_M(gates);

typedef struct ISO_M(currents) {
  ISO_EACH_CURRENT(FIELD)
} ISO_M(currents);

#undef FIELD

enum {
  ISO_M(nstates) = ISO_REALS(ISO_M(state)),
  ISO_M(nparameters) = ISO_REALS(ISO_M(parameters)),
  ISO_M(nconstants) = (int)(sizeof(ISO_M(constants)) / sizeof(ISO_CONSTANT(any))),
  /* Rates in a row of a table, padded to whole groups. */
  ISO_M(ngates) = ISO_ROUNDED(ISO_REALS(ISO_M(gates)), ISO_GROUP),
  ISO_M(ncurrents) = ISO_ROUNDED(ISO_REALS(ISO_M(currents)), ISO_GROUP),
  /* Places in what prepare makes, in reals. */
  ISO_M(at_constants) = ISO_PREPARED_HEAD,
  ISO_M(at_gates) = ISO_M(at_constants) + ISO_ROUNDED(ISO_M(nconstants), ISO_PREPARED_HEAD),
  ISO_M(at_currents) = ISO_M(at_gates) + ISO_TABLE_ROWS * 4 * ISO_M(ngates),
  ISO_M(at_end) = ISO_M(at_currents) + ISO_TABLE_ROWS * 4 * ISO_M(ncurrents),
};

#ifndef __CUDACC__ /* the host's */
ISO_INLINE ISO_M(constants) ISO_M(derive)(const ISO_M(parameters) * p, real step) {
  ISO_M(constants) k;
#define DERIVE(name, value) k.name = value;
  ISO_EACH_CONSTANT(DERIVE);
#undef DERIVE
  return k;
}
#endif

#undef ISO_MODEL
