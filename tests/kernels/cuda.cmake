# The CUDA kernels, as far as a machine without a GPU can tell. trovato_2020 is not among them: in double its 45
# states leave 8 bytes on the stack, without spills.
foreach(precision f64 f32)
  set(lib iso_kernels_${precision}_cuda)
  if(TARGET ${lib})
    set(defines $<TARGET_PROPERTY:${lib},COMPILE_DEFINITIONS>)
    add_test(NAME cuda_build.${precision}
      COMMAND ${CMAKE_CURRENT_LIST_DIR}/cuda_build.sh
              "ten_tusscher_2006 luo_rudy_1991 mitchell_schaeffer_2003 pathmanathan_gray_2014 nagumo_1962 courtemanche_1998 maleckar_2009 grandi_bers_2010 stewart_2009 tor_ord_2019 ohara_rudy_2011"
              ${CMAKE_CUDA_COMPILER} -I${CMAKE_SOURCE_DIR} $<TARGET_PROPERTY:${lib},COMPILE_OPTIONS>
              -D$<JOIN:${defines},$<SEMICOLON>-D> ${CMAKE_SOURCE_DIR}/kernels/cells_cuda.cu
      COMMAND_EXPAND_LISTS)
    set_tests_properties(cuda_build.${precision} PROPERTIES LABELS cuda-build TIMEOUT 300)
  endif()
endforeach()
