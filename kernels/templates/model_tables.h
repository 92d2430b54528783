/* Template: the host's tables of the model ISO_MODEL; of every model of the program, and part of
 * kernels/own/host.c. */
#include "kernels/model.h"

#define QUANTITY(name_, unit_, value_, meaning_, ...)                                                        \
  {.name = #name_, .unit = unit_, .value = value_, .meaning = meaning_, __VA_ARGS__},
static const iso_quantity ISO_M(state_table)[] = {ISO_EACH_STATE(QUANTITY)};
static const iso_quantity ISO_M(parameter_table)[] = {ISO_EACH_PARAMETER(QUANTITY)};
#undef QUANTITY

/* Each list of changes ends with an unnamed one, which is not counted: a list may be empty. */
#define CHANGE(name_, value_) {.name = #name_, .value = value_},
#define CHANGES(name_, meaning_)                                                                             \
  static const iso_change ISO_PASTE(ISO_M(changes), name_)[] = {ISO_PASTE(ISO_M(CHANGES), name_)(CHANGE){0}};
ISO_EACH_VARIANT(CHANGES)
#undef CHANGES
#undef CHANGE

#define VARIANT(name_, meaning_)                                                                             \
  {.name = #name_,                                                                                           \
   .meaning = meaning_,                                                                                      \
   .nchanges = sizeof ISO_PASTE(ISO_M(changes), name_) / sizeof(iso_change) - 1,                             \
   .changes = ISO_PASTE(ISO_M(changes), name_)},
static const iso_variant ISO_M(variant_table)[] = {ISO_EACH_VARIANT(VARIANT)};
#undef VARIANT

/* Of a list of one step, which then is both, or of two. */
#define MAX_STEP(...) MAX_STEP_(__VA_ARGS__, __VA_ARGS__, 0)
#define MAX_STEP_(most, slow, ...) most
#define SLOW_STEP(...) SLOW_STEP_(__VA_ARGS__, __VA_ARGS__, 0)
#define SLOW_STEP_(most, slow, ...) slow

#define STRING_(text) #text
#define STRING(text) STRING_(text)
extern const iso_model ISO_M(model);
const iso_model ISO_M(model) = {
    .name = STRING(ISO_MODEL),
    .title = ISO_M(TITLE),
    .paper = ISO_M(PAPER),
    .nstates = ISO_M(nstates),
    .nparameters = ISO_M(nparameters),
    .nvariants = sizeof ISO_M(variant_table) / sizeof(iso_variant),
    .states = ISO_M(state_table),
    .parameters = ISO_M(parameter_table),
    .variants = ISO_M(variant_table),
    .vm_rest_mV = ISO_M(VM_REST),
    .activation_mV = ISO_M(ACTIVATION),
    .max_step_ms = MAX_STEP(ISO_M(MAX_STEP)),
    .slow_step_ms = SLOW_STEP(ISO_M(MAX_STEP)),
    .nfast = ISO_M(NFAST),
};
#undef STRING
#undef STRING_
#undef MAX_STEP
#undef MAX_STEP_
#undef SLOW_STEP
#undef SLOW_STEP_
