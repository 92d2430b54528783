# What a run leaves behind: written on several ranks, compared, and opened as users will.
iso_test(io_output SOURCES ${CMAKE_CURRENT_LIST_DIR}/test_output.c LIBS iso_io RANKS 1 2 3)
