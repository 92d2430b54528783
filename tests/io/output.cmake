# What a run leaves behind: written on 1, 2 and 3 ranks, compared bit by bit, and opened as users will.
iso_test(io_output SOURCES ${CMAKE_CURRENT_LIST_DIR}/test_output.c LIBS iso_io RANKS 1 2 3)
set(ISO_PYTHON /usr/bin/python3 CACHE FILEPATH "Python with netCDF4 and xarray, for tests")

set_tests_properties(io_output.np1 io_output.np2 io_output.np3 PROPERTIES FIXTURES_SETUP io_output)
foreach(kind maps wide vm vm0)
  add_test(NAME io_output_ranks_${kind}
    COMMAND ${ISO_PYTHON} ${CMAKE_CURRENT_LIST_DIR}/compare.py
            output_${kind}.np1.e.nc output_${kind}.np2.e.nc output_${kind}.np3.e.nc)
  list(APPEND ISO_OUTPUT_CHECKS io_output_ranks_${kind})
endforeach()
add_test(NAME io_output_xarray COMMAND ${ISO_PYTHON} ${CMAKE_CURRENT_LIST_DIR}/check_xarray.py output_maps.np3.e.nc)
add_test(NAME io_output_paraview
  COMMAND ${CMAKE_CURRENT_LIST_DIR}/paraview.sh ${CMAKE_CURRENT_LIST_DIR}/check_paraview.py
          output_maps.np3.e.nc output_vm.np3.e.nc output_maps.png)
add_test(NAME io_output_render
  COMMAND ${CMAKE_CURRENT_LIST_DIR}/paraview.sh ${CMAKE_SOURCE_DIR}/scripts/render.py
          output_maps.np3.e.nc output_isochrones.png)
set_tests_properties(io_output_paraview io_output_render PROPERTIES LABELS paraview)
set_tests_properties(io_output_xarray io_output_paraview io_output_render ${ISO_OUTPUT_CHECKS} PROPERTIES
  FIXTURES_REQUIRED io_output SKIP_RETURN_CODE 77 TIMEOUT 120 WORKING_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR})
