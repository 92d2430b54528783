/* Files that are part of every page, as the build has put them into the program (src/CMakeLists.txt). */
#ifndef ISO_RESULT_PAGE_PARTS_H
#define ISO_RESULT_PAGE_PARTS_H

#include <stddef.h>

/* three, controls: of three.js; their sizes are 0 where the build has found none. */
#define ISO_PAGE_PARTS(X) X(style) X(script) X(licence) X(three) X(controls)

#define X(name)                                                                                              \
  extern const unsigned char iso_page_##name[];                                                              \
  extern const size_t iso_page_##name##_size;
ISO_PAGE_PARTS(X)
#undef X

#endif
