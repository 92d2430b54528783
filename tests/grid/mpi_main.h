/* A cmocka group on all ranks of MPI_COMM_WORLD: every rank runs every test, and the program fails if one
 * does. */
#ifndef ISO_TESTS_GRID_MPI_MAIN_H
#define ISO_TESTS_GRID_MPI_MAIN_H

#include <math.h>
#include <mpi.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/memory.h"

/* Fails with the error's message. */
#define ASSERT_OK(call)                                                                                      \
  do {                                                                                                       \
    err = (iso_error){0};                                                                                    \
    if ((call) != ISO_OK) fail_msg("%s", err.message);                                                       \
  } while (0)

/* Fails unless the call refuses the input with a message that holds text. */
#define ASSERT_REFUSED(call, text)                                                                           \
  do {                                                                                                       \
    err = (iso_error){0};                                                                                    \
    assert_int_equal(call, ISO_EINPUT);                                                                      \
    if (!strstr(err.message, text)) fail_msg("'%s' does not say '%s'", err.message, text);                   \
  } while (0)

static inline int world_size(void) {
  int size;
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  return size;
}

static inline int world_rank(void) {
  int rank;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  return rank;
}

static inline int64_t world_sum(int64_t mine) {
  MPI_Allreduce(MPI_IN_PLACE, &mine, 1, MPI_INT64_T, MPI_SUM, MPI_COMM_WORLD);
  return mine;
}

static inline double world_sum_real(double mine) {
  MPI_Allreduce(MPI_IN_PLACE, &mine, 1, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
  return mine;
}

/* Runs the tests; returns how many failed. A rank that fails would leave the others waiting in a collective
 * call, so where there are others it ends them all at once. */
static inline int run_on_all_ranks(const struct CMUnitTest *tests, size_t n) {
  int failed = 0;
  for (size_t k = 0; k < n; k++) {
    failed += _cmocka_run_group_tests(tests[k].name, &tests[k], 1, NULL, NULL);
    if (failed && world_size() > 1) MPI_Abort(MPI_COMM_WORLD, 1);
  }
  return failed;
}

#define RUN_ON_ALL_RANKS(tests)                                                                              \
  int main(int argc, char **argv) {                                                                          \
    MPI_Init(&argc, &argv);                                                                                  \
    int failed = run_on_all_ranks(tests, sizeof(tests) / sizeof *(tests));                                   \
    if (failed) MPI_Abort(MPI_COMM_WORLD, 1);                                                                \
    MPI_Finalize();                                                                                          \
    return 0;                                                                                                \
  }

#endif
