/* Every model by its header, which only what works on all of them at once wants: the fast current inside the
 * elements of a GPU, and tests. kernels/CMakeLists.txt makes the lists of the files in kernels/models. */
#ifndef ISO_KERNELS_MODELS_H
#define ISO_KERNELS_MODELS_H

#include "kernels/model_headers.h"
#include "kernels/model_list.h"

enum {
#define X(index, name) name##_INDEX = index,
  ISO_MODEL_LIST(X)
#undef X
};

/* Fast inward current, uA/uF, from its factors (ISO_MAX_FAST of them; a model may use fewer). With a constant
 * index it inlines to the model's own product. */
ISO_INLINE real iso_model_fast(int index, const real f[]) {
  switch (index) {
#define X(i, name)                                                                                           \
  case i:                                                                                                    \
    return name##_fast(f);
    ISO_MODEL_LIST(X)
#undef X
  default:
    return 0;
  }
}

#endif
