# The CUDA kernels, as far as a machine without a GPU can tell.
file(GLOB names CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR}/kernels/models ${CMAKE_SOURCE_DIR}/kernels/models/*.h)
list(TRANSFORM names REPLACE "\\.h$" "")
list(JOIN names " " names)
foreach(precision f64 f32)
  set(lib iso_kernels_${precision}_cuda)
  if(TARGET ${lib})
    set(defines $<TARGET_PROPERTY:${lib},COMPILE_DEFINITIONS>)
    add_test(NAME cuda_build.${precision}
      COMMAND ${CMAKE_CURRENT_LIST_DIR}/cuda_build.sh
              "${names}"
              ${CMAKE_CUDA_COMPILER} -I${CMAKE_SOURCE_DIR} $<TARGET_PROPERTY:${lib},COMPILE_OPTIONS>
              -D$<JOIN:${defines},$<SEMICOLON>-D> ${CMAKE_SOURCE_DIR}/kernels/cells_cuda.cu
      COMMAND_EXPAND_LISTS)
    set_tests_properties(cuda_build.${precision} PROPERTIES LABELS cuda-build TIMEOUT 300)
  endif()
endforeach()
