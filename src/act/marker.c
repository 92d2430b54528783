#include "act/marker.h"

const char *iso_mark_text(iso_mark mark) {
  static const char *const texts[] = {
#define X(key, text, meaning) text,
      ISO_MARK_LIST(X)
#undef X
  };
  return texts[mark];
}
