/* Counts the transcendental functions that the models' headers call. */
#include "kernels/functions.h"
#include "kernels/math.h"
#include "kernels/model.h"

static int calls;
static real counted(real value) {
  calls++;
  return value;
}
#define iso_exp(x) counted(iso_exp(x))
#define iso_expm1(x) counted(iso_expm1(x))
#define iso_x_over_expm1(x) counted(iso_x_over_expm1(x))
#define iso_log(x) counted(iso_log(x))
#define iso_log_ratio(x) counted(iso_log_ratio(x))
#include "kernels/models.h"

#define ISO_EACH_MODEL "kernels/functions_of_model.h"
#include "kernels/each_model.h"

int functions_of(int model) {
  switch (model) {
#define X(index, name)                                                                                       \
  case index:                                                                                                \
    return name##_functions();
    ISO_MODEL_LIST(X)
#undef X
  }
  return 0;
}
