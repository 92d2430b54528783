# Puts a file into a library as iso_page_NAME [iso_page_NAME_size], made anew when the file changes; an empty FILE has the
# size 0 (src/result/page_parts.h).
function(iso_embed library name file)
  set(hex)
  if(file)
    file(REAL_PATH "${file}" file BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    file(READ "${file}" hex HEX)
  endif()
  string(LENGTH "${hex}" digits)
  math(EXPR size "${digits} / 2")
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
  set(source ${CMAKE_CURRENT_BINARY_DIR}/page_${name}.c)
  file(CONFIGURE OUTPUT ${source} CONTENT [[
#include "result/page_parts.h"

const unsigned char iso_page_@name@[] = {@bytes@ 0};
const size_t iso_page_@name@_size = @size@;
]] @ONLY)
  target_sources(${library} PRIVATE ${source})
endfunction()
