foreach(part halo refine locate)
  iso_test(grid_${part} SOURCES ${CMAKE_CURRENT_LIST_DIR}/test_${part}.c LIBS iso_grid RANKS 1 2 3 4)
endforeach()
