/* The list of models: the one place, with kernels/templates/each_model.h, that knows them all. */
#ifndef ISO_KERNELS_MODELS_H
#define ISO_KERNELS_MODELS_H

#include "kernels/models/aliev_panfilov_1996.h"
#include "kernels/models/bueno_orovio_2008.h"
#include "kernels/models/corrado_niederer_2016.h"
#include "kernels/models/courtemanche_1998.h"
#include "kernels/models/grandi_bers_2010.h"
#include "kernels/models/luo_rudy_1991.h"
#include "kernels/models/maleckar_2009.h"
#include "kernels/models/mitchell_schaeffer_2003.h"
#include "kernels/models/nagumo_1962.h"
#include "kernels/models/ohara_rudy_2011.h"
#include "kernels/models/pathmanathan_gray_2014.h"
#include "kernels/models/rogers_mcculloch_1994.h"
#include "kernels/models/stewart_2009.h"
#include "kernels/models/ten_tusscher_2006.h"
#include "kernels/models/tor_ord_2019.h"
#include "kernels/models/trovato_2020.h"

/* X(iso_model.index, name) */
#define ISO_MODEL_LIST(X)                                                                                    \
  X(0, ten_tusscher_2006)                                                                                    \
  X(1, luo_rudy_1991)                                                                                        \
  X(2, mitchell_schaeffer_2003)                                                                              \
  X(3, pathmanathan_gray_2014)                                                                               \
  X(4, nagumo_1962)                                                                                          \
  X(5, courtemanche_1998)                                                                                    \
  X(6, maleckar_2009)                                                                                        \
  X(7, grandi_bers_2010)                                                                                     \
  X(8, stewart_2009)                                                                                         \
  X(9, trovato_2020)                                                                                         \
  X(10, tor_ord_2019)                                                                                        \
  X(11, ohara_rudy_2011)                                                                                     \
  X(12, bueno_orovio_2008)                                                                                   \
  X(13, corrado_niederer_2016)                                                                               \
  X(14, aliev_panfilov_1996)                                                                                 \
  X(15, rogers_mcculloch_1994)

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
