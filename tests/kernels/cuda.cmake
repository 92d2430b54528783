# The CUDA kernels, as far as a machine without a GPU can tell.
string(JOIN " " models ${ISO_MODELS})
# 80-real;90 is sm_80 sm_90
string(REGEX REPLACE "([0-9]+[a-z]?)(-real|-virtual)?;?" "sm_\\1 " archs "${ISOCHRONE_CUDA_ARCHITECTURES}")
string(STRIP "${archs}" archs)
foreach(precision f64 f32)
  if(TARGET iso_kernels_${precision}_cuda)
    add_test(NAME cuda_build.${precision} COMMAND ${CMAKE_CURRENT_LIST_DIR}/cuda_build.sh ${models} ${archs}
             $<TARGET_OBJECTS:iso_kernels_${precision}_cuda> COMMAND_EXPAND_LISTS)
    set_tests_properties(cuda_build.${precision} PROPERTIES LABELS cuda-build)
  endif()
endforeach()
# The same for models of the user's own, by NVRTC: those of the program, taken as such, and imported ones.
if(TARGET iso_cuda)
  get_target_property(defines iso_cuda COMPILE_DEFINITIONS)
  if(defines MATCHES ISO_NVRTC)
    add_executable(compile_own compile_own.c)
    target_compile_definitions(compile_own PRIVATE ISO_KERNELS_DIR="${ISO_KERNELS_DIR}")
    target_link_libraries(compile_own PRIVATE iso_cuda)
    add_test(NAME cuda_build.own
      COMMAND ${CMAKE_CURRENT_LIST_DIR}/own_nvrtc.sh $<TARGET_FILE:compile_own> ${ISO_KERNELS_DIR}
              ${CMAKE_BINARY_DIR}/tests/imported)
    set_tests_properties(cuda_build.own PROPERTIES LABELS cuda-build SKIP_RETURN_CODE 77 TIMEOUT 900 COST 100
                         FIXTURES_REQUIRED imported)
  endif()
endif()
