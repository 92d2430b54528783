/* The ionic-model contract.
 *
 * A model is one header in kernels/models/. It holds the tables of its states and parameters and one function
 * that advances one cell by one step; the same text becomes the vectorised CPU loop and the CUDA kernel, in
 * double and in single precision, on the layout state[nstates][ld]. See docs/adding-a-model.md.
 *
 * This header is the host's view of it: tables and the entry points of one build. */
#ifndef ISO_KERNELS_MODEL_H
#define ISO_KERNELS_MODEL_H

#include "kernels/types.h"

#include <stddef.h>

/* What a state is, and so which values it may have. */
typedef enum iso_kind {
  ISO_KIND_UNSAID,        /* nothing is known: any value */
  ISO_KIND_FRACTION,      /* a gate or a part of a whole, from 0 to 1 */
  ISO_KIND_CONCENTRATION, /* at least 0 */
  ISO_KIND_ABOVE,         /* a concentration as its difference to a parameter or to another state */
} iso_kind;

typedef struct iso_quantity {
  const char *name;
  const char *unit;    /* "mM", "ms", "1" for a fraction */
  double value;        /* initial value or default */
  const char *meaning; /* one phrase */
  /* Of a state, where its model says so. */
  iso_kind kind;
  const char *reference; /* the parameter or state that a difference is to, or NULL */
  double carried;        /* mM that a stimulus current brings, for each uA/uF and ms; 0: none */
} iso_quantity;

/* Columns that a model's table of states may have after the meaning: one of the first three, and ISO_CARRIER,
 * at most once in a model. */
#define ISO_FRACTION .kind = ISO_KIND_FRACTION
#define ISO_CONCENTRATION .kind = ISO_KIND_CONCENTRATION
#define ISO_ABOVE(reference_) .kind = ISO_KIND_ABOVE, .reference = #reference_
#define ISO_CARRIER(carried_) .carried = carried_

/* What may follow a model's MAX_STEP after a comma, where longer steps than that are stable and accurate in
 * plateau, repolarisation and rest: the largest of them, ms. */
#define ISO_SLOW_STEP(ms) ms

/* A value that a variant replaces: of a parameter or a state by name, or of the initial Vm, "vm". */
typedef struct iso_change {
  const char *name;
  double value;
} iso_change;

/* A published variant: the default parameters and initial states with a few replaced. */
typedef struct iso_variant {
  const char *name; /* "epi" */
  const char *meaning;
  int nchanges;
  const iso_change *changes;
} iso_variant;

#define ISO_MAX_FAST 4

/* What a model is that is loaded at run time; see kernels/own/own.h. */
typedef struct iso_own {
  const struct iso_preparation *preparation;
  const void *kernels; /* of iso_device_load_own */
} iso_own;

typedef struct iso_model {
  const char *name;  /* "ten_tusscher_2006" */
  const char *title; /* "ten Tusscher and Panfilov 2006, human ventricle" */
  const char *paper; /* authors, journal, doi */
  int nstates;       /* without Vm */
  int nparameters;
  int nvariants; /* at least one; the first is the default */
  const iso_quantity *states;
  const iso_quantity *parameters;
  const iso_variant *variants;
  double vm_rest_mV;    /* initial Vm */
  double activation_mV; /* usual threshold of activation: 0 mV, or the midpoint of a scaled model */
  double max_step_ms;   /* largest step that its time scheme is stable with */
  double slow_step_ms;  /* the same outside upstrokes and what follows them; at least max_step_ms */
  int nfast;            /* nodal quantities that the fast inward current is a product of; 0: none named */
  const iso_own *own;   /* NULL: one of iso_models */
} iso_model;

/* All models, by name: iso_models[0 .. iso_nmodels). */
extern const iso_model *const iso_models[];
extern const int iso_nmodels;

#ifdef __cplusplus
extern "C" {
#endif

/* Place of a model in iso_models and in every build's table of kernels, or -1: one of the user's own. */
int iso_model_index(const iso_model *model);

#ifdef __cplusplus
}
#endif

/* By name, or NULL. */
const iso_model *iso_model_find(const char *name);

/* Index of a state, parameter or variant by name, or -1. */
int iso_model_state(const iso_model *model, const char *name);
int iso_model_parameter(const iso_model *model, const char *name);
int iso_model_variant(const iso_model *model, const char *name);

/* What a state is kept as the difference to, for parameters [nparameters] and states [nstates]: 0 for one
 * that is kept as it is. The concentration is the state and this. */
double iso_model_reference(const iso_model *model, int state, const double *parameters, const double *states);

/* The state that a stimulus current adds ions to, states[.].carried of them, or -1. Without them a cell that
 * is paced for long loses potassium, because the pulses bring charge but no ions (Hund et al., Biophys J
 * 81:3324, 2001, doi:10.1016/S0006-3495(01)75965-6). A model has them whose published code counts the
 * stimulus among its currents. */
int iso_model_carrier(const iso_model *model);

/* Fills parameters [nparameters], states [nstates] and *vm with those of a variant. */
void iso_model_defaults(const iso_model *model, int variant, double *parameters, double *states, double *vm);

/* One launch over nodes [first, first + count), or over some of them. Arrays are of the build's real, on the
 * device. */
typedef struct iso_cells {
  iso_lid first, count;
  int64_t ld, fast_ld;   /* distance between rows of state and of fast */
  void *state;           /* [nstates][ld], of the launch's cells alone: cell 0 is node first */
  const void *vm;        /* V at the start of the step: gates advance over the step with it */
  const void *vm_before; /* V one step earlier: currents are taken at 1.5 vm - 0.5 vm_before; NULL: at vm */
  void *extrapolated;    /* out: that V, for diffusion; NULL: not wanted */
  void *iion;            /* out: total ionic current, uA/uF = mV/ms, outward positive */
  void *fast; /* [nfast][fast_ld] out: factors of the fast inward current at the currents' V; may be NULL */
  const void *parameters; /* what iso_kernels.prepare made, on the device */
  /* Constants that differ between cells, or NULL: such a launch reads uniform constants and tables from
   * parameters, and these in place of the constants named. */
  const void *varying;        /* [..][ld], of the launch's cells alone, as state */
  const int32_t *varying_row; /* [constants of the model] row of each in varying, or -1: uniform */
  double step_ms;
  int32_t nruns;           /* where there is a run: how many; 0: nothing to do */
  const iso_lid (*run)[2]; /* [nruns] first and last + 1 node of runs of at most ISO_RUN nodes, ascending,
                            * without overlaps, on the device; NULL: all nodes of the launch */
} iso_cells;

/* Cell kernels of one build (precision and instruction set). */
typedef struct iso_cell_kernels {
  /* Parameters, step and rate tables as the kernels read them. exact: evaluate every rate function instead of
   * interpolating its table. prepared_bytes gives the size of out. Host memory; copy it to the device. */
  size_t (*prepared_bytes)(const iso_model *model, int exact);
  void (*prepare)(const iso_model *model, const double *parameters, double step_ms, int exact, void *out);
  void (*const *step)(const iso_cells *cells); /* [iso_nmodels], by iso_model_index */
} iso_cell_kernels;

#endif
