# The configuration's reader; its seeds are the examples.
file(GLOB_RECURSE config_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/config/*.c)
list(APPEND config_sources ${CMAKE_SOURCE_DIR}/kernels/models.c ${CMAKE_SOURCE_DIR}/src/tissue/course.c
     ${CMAKE_SOURCE_DIR}/src/result/json.c)
list(APPEND config_sources ${ISO_MODEL_TABLE_SOURCES})
list(APPEND includes -I${ISO_KERNELS_GENERATED})
set(config_archive ${CMAKE_CURRENT_BINARY_DIR}/libfuzzed_config.a)
fuzz_archive(${config_archive} ${config_sources})
set(program ${CMAKE_CURRENT_BINARY_DIR}/fuzz_config)
set(main ${CMAKE_CURRENT_SOURCE_DIR}/fuzz_config.c)
set(corpus ${CMAKE_CURRENT_BINARY_DIR}/corpus_config)
file(MAKE_DIRECTORY ${corpus})
add_custom_command(OUTPUT ${program} DEPENDS ${main} ${config_archive} ${archive}
  COMMAND ${ISO_CLANG} ${flags} -D_GNU_SOURCE ${includes} ${main} ${config_archive} ${archive} ${MPI_C_LIBRARIES}
          ${YAML_LINK_LIBRARIES} -lm -ldl -o ${program}
  COMMENT "Building fuzz_config" VERBATIM)
add_custom_target(fuzz_config_program DEPENDS ${program})
add_dependencies(fuzzers fuzz_config_program)
add_test(NAME fuzz_config COMMAND ${program} -seed=1 -max_total_time=10 -max_len=4096 -timeout=10 ${corpus} ${CMAKE_SOURCE_DIR}/configs
  WORKING_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR})
set_tests_properties(fuzz_config PROPERTIES LABELS fuzz TIMEOUT 600 FIXTURES_REQUIRED fuzzers
  ENVIRONMENT OMPI_MCA_opal_signal=) # which would hear of an abort first, and no input would be kept
