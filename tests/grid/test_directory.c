/* Numbers for tags of any size, on any number of ranks. */
#include "mpi_main.h"

#include "grid/share/directory.h"

static iso_error err;

/* Dealt like cards: each tag on one rank, the first one on every rank. */
static void tags_of_any_size_are_numbered_in_order(void **state) {
  (void)state;
  const int64_t tags[] = {INT64_MIN, INT64_MIN + 1, -7, 0, 3, 4, INT64_MAX - 1, INT64_MAX};
  const int64_t ntags = sizeof tags / sizeof *tags;
  const int size = world_size(), rank = world_rank();
  for (int64_t from = 0; from < ntags; from++) { /* the lowest tag is now this, now that */
    int64_t here[9], repeated, n = 0;
    iso_gid number[9];
    iso_directory directory;
    here[n++] = tags[from];
    for (int64_t i = ntags - 1; i > from; i--)
      if (i % size == rank) here[n++] = tags[i];
    ASSERT_OK(iso_directory_new(&directory, MPI_COMM_WORLD, n, here, number, &repeated, &err));
    assert_int_equal(directory.total, ntags - from);
    assert_int_equal(repeated, size - 1);
    for (int64_t i = 0; i < n; i++) assert_int_equal(tags[from + number[i]], here[i]);

    ASSERT_OK(iso_directory_find(&directory, ntags, tags, number, &err));
    for (int64_t i = 0; i < ntags; i++) assert_int_equal(number[i], i < from ? -1 : i - from);
    iso_directory_free(&directory);
  }
}

static void without_tags_nothing_is_found(void **state) {
  (void)state;
  const int64_t tag = 0;
  iso_gid number;
  iso_directory directory;
  ASSERT_OK(iso_directory_new(&directory, MPI_COMM_WORLD, 0, NULL, NULL, NULL, &err));
  assert_int_equal(directory.total, 0);
  ASSERT_OK(iso_directory_find(&directory, 1, &tag, &number, &err));
  assert_int_equal(number, -1);
  iso_directory_free(&directory);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(tags_of_any_size_are_numbered_in_order),
    cmocka_unit_test(without_tags_nothing_is_found),
};

RUN_ON_ALL_RANKS(tests)
