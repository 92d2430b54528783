iso_test(grid_read_text SOURCES ${CMAKE_CURRENT_LIST_DIR}/test_read_text.c LIBS iso_grid)
foreach(format carp exodus gmsh sheets vtk vtu)
  set(sources ${CMAKE_CURRENT_LIST_DIR}/test_read_${format}.c ${CMAKE_CURRENT_LIST_DIR}/read_sample.c)
  if(format MATCHES "carp|gmsh|vtu")
    list(APPEND sources ${CMAKE_CURRENT_LIST_DIR}/${format}_sample.c)
  endif()
  iso_test(grid_read_${format} SOURCES ${sources} LIBS iso_grid RANKS 1 3)
endforeach()
iso_test(grid_read_hearts SOURCES ${CMAKE_CURRENT_LIST_DIR}/test_read_hearts.c LIBS iso_grid RANKS 1 3)
target_compile_definitions(grid_read_hearts PRIVATE ISO_MESHES="${CMAKE_SOURCE_DIR}/meshes")
foreach(part carp_ways gmsh_sets vtk_pieces vtk_ways round_trips)
  iso_test(grid_${part}
    SOURCES ${CMAKE_CURRENT_LIST_DIR}/test_${part}.c ${CMAKE_CURRENT_LIST_DIR}/read_sample.c
    LIBS iso_grid RANKS 1 3)
endforeach()
if(NOT ISOCHRONE_SANITIZE) # which keeps what is freed, and notes beside it
  iso_test(grid_read_memory
    SOURCES ${CMAKE_CURRENT_LIST_DIR}/test_read_memory.c ${CMAKE_CURRENT_LIST_DIR}/read_sample.c
    LIBS iso_grid RANKS 1 4)
endif()
