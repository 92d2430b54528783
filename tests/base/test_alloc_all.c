/* Memory that one rank does not get: no rank keeps its own. */
#include "grid/mpi_main.h"

static void none_has_it_where_one_has_not(void **state) {
  (void)state;
  iso_error err = {0};
  double *values = NULL;
  for (int without = 0; without < world_size(); without++) {
    err = (iso_error){0};
    values = NULL;
    const size_t count = world_rank() == without ? SIZE_MAX / 4 : 100;
    assert_int_equal(iso_alloc_all(MPI_COMM_WORLD, &values, count, sizeof *values, "values", &err),
                     ISO_EFAIL);
    assert_null(values);
    assert_non_null(strstr(err.message, "values"));
  }
  ASSERT_OK(
      iso_alloc_all(MPI_COMM_WORLD, &values, 10 + (size_t)world_rank(), sizeof *values, "values", &err));
  assert_true(values[9] == 0);
  free(values);
}

static const struct CMUnitTest tests[] = {cmocka_unit_test(none_has_it_where_one_has_not)};

RUN_ON_ALL_RANKS(tests)
