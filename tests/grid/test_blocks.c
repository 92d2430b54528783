/* Values by global number, and the routes beneath. */
#include "mpi_main.h"

#include "grid/index.h"
#include "grid/share/blocks.h"
#include "grid/share/hilbert.h"
#include "grid/share/route.h"
#include "grid/sort.h"

static iso_error err;

static void blocks_tile_the_range(void **state) {
  (void)state;
  const iso_gid totals[] = {0, 1, 3, 10, 1000003, ((iso_gid)1 << 62) + 12345};
  for (size_t t = 0; t < sizeof totals / sizeof *totals; t++)
    for (int size = 1; size <= 7; size++) {
      assert_int_equal(iso_block_first(totals[t], size, 0), 0);
      assert_int_equal(iso_block_first(totals[t], size, size), totals[t]);
      for (int r = 0; r < size; r++) {
        iso_gid first = iso_block_first(totals[t], size, r), end = iso_block_first(totals[t], size, r + 1);
        assert_in_range(end - first, totals[t] / size, totals[t] / size + 1);
        if (end == first) continue;
        assert_int_equal(iso_block_owner(totals[t], size, first), r);
        assert_int_equal(iso_block_owner(totals[t], size, end - 1), r);
      }
    }
}

/* Numbers dealt like cards, in falling order. */
static void values_travel_to_blocks_and_back(void **state) {
  (void)state;
  int size = world_size(), rank = world_rank();
  const iso_gid total = 101;
  iso_gid held[101], value[101], back[101];
  int64_t n = 0;
  for (iso_gid g = total - 1; g >= 0; g--)
    if (g % size == rank) held[n++] = g;
  for (int64_t i = 0; i < n; i++) value[i] = 3 * held[i] + 17;
  iso_block_plan *plan;
  ASSERT_OK(iso_block_plan_new(&plan, MPI_COMM_WORLD, total, n, held, &err));
  iso_gid block[101], first = iso_block_first(total, size, rank),
                      end = iso_block_first(total, size, rank + 1);
  ASSERT_OK(iso_block_plan_send(plan, value, sizeof *value, block, &err));
  for (iso_gid g = first; g < end; g++) assert_int_equal(block[g - first], 3 * g + 17);
  ASSERT_OK(iso_block_plan_fetch(plan, block, sizeof *block, back, &err));
  assert_memory_equal(back, value, (size_t)n * sizeof *value);
  iso_block_plan_free(plan);
}

static void everybody_may_fetch_the_same(void **state) {
  (void)state;
  int size = world_size(), rank = world_rank();
  const iso_gid held[5] = {6, 0, 6, 3, 1};
  iso_gid block[7], out[5], cut[16] = {0};
  for (int r = 1; r <= size; r++) cut[r] = r < size ? (r < 7 ? r : 7) : 7; /* one each, the rest at the end */
  iso_block_plan *plan;
  ASSERT_OK(iso_block_plan_new_cut(&plan, MPI_COMM_WORLD, cut, 5, held, &err));
  for (iso_gid g = cut[rank]; g < cut[rank + 1]; g++) block[g - cut[rank]] = 3 * g + 17;
  ASSERT_OK(iso_block_plan_fetch(plan, block, sizeof *block, out, &err));
  for (int i = 0; i < 5; i++) assert_int_equal(out[i], 3 * held[i] + 17);
  iso_block_plan_free(plan);
}

static void numbers_outside_fail_on_all_ranks(void **state) {
  (void)state;
  iso_gid held[1] = {world_rank() == world_size() - 1 ? 10 : 0};
  iso_block_plan *plan;
  err = (iso_error){0};
  assert_int_equal(iso_block_plan_new(&plan, MPI_COMM_WORLD, 10, 1, held, &err), ISO_EFAIL);
  assert_string_equal(err.message, "global number 10 is outside [0, 10)");
  assert_null(plan);
}

/* An item may go to all ranks; items arrive by rank, then in order. */
static void routes_keep_the_order(void **state) {
  (void)state;
  int size = world_size(), rank = world_rank();
  int32_t dest[64];
  iso_lid item[64];
  for (int i = 0; i < 2 * size; i++) {
    dest[i] = i / 2;
    item[i] = i % 2;
  }
  const int value[2] = {10 * rank, 10 * rank + 1};
  int received[64];
  iso_route route;
  ASSERT_OK(iso_route_new(&route, MPI_COMM_WORLD, 2 * size, dest, item, &err));
  assert_int_equal(route.nrecv, 2 * size);
  ASSERT_OK(iso_route_send(&route, value, sizeof *value, received, &err));
  for (int i = 0; i < 2 * size; i++) assert_int_equal(received[i], 10 * (i / 2) + i % 2);
  iso_route_free(&route);
}

static void sorting_is_stable(void **state) {
  (void)state;
  enum { N = 5000 };
  iso_keyed pairs[N];
  uint64_t key = 1;
  for (int i = 0; i < N; i++) {
    key = key * 6364136223846793005u + 1442695040888963407u;
    pairs[i] = (iso_keyed){i % 3 ? key : key >> 54, i}; /* wide keys, and narrow ones that repeat */
  }
  ASSERT_OK(iso_sort(N, pairs, &err));
  for (int i = 1; i < N; i++) {
    assert_true(pairs[i - 1].key <= pairs[i].key);
    assert_true(pairs[i - 1].key < pairs[i].key || pairs[i - 1].item < pairs[i].item);
  }
}

static void members_are_numbered_as_they_come(void **state) {
  (void)state;
  iso_index index;
  ASSERT_OK(iso_index_new(&index, 0, &err));
  for (int round = 0; round < 2; round++) {
    for (iso_gid g = 0; g < 1000; g++) {
      iso_lid number;
      ASSERT_OK(iso_index_add(&index, g * g << 20, &number, &err));
      assert_int_equal(number, g);
    }
    assert_int_equal(index.n, 1000);
  }
  assert_int_equal(iso_index_find(&index, (iso_gid)49 << 20), 7);
  assert_int_equal(iso_index_find(&index, 5), -1);
  iso_index_clear(&index);
  assert_int_equal(iso_index_find(&index, (iso_gid)49 << 20), -1);
  iso_index_free(&index);
}

/* A Hilbert curve visits each cell of a full grid once and every step goes to a neighbour. */
static void the_curve_steps_to_neighbours(void **state) {
  (void)state;
  enum { EDGE = 8, N = EDGE * EDGE * EDGE };
  double xyz[N][3];
  int64_t place[N], n = 0, cell_at[N];
  for (int i = 0; i < N; i++)
    if (i % world_size() == world_rank()) {
      cell_at[n] = i;
      for (int a = 0; a < 3; a++) xyz[n][a] = (double)(i >> 3 * a & 7);
      n++;
    }
  ASSERT_OK(iso_hilbert_order(MPI_COMM_WORLD, n, (const double(*)[3])xyz, place, &err));
  int64_t cell[N] = {0};
  for (int64_t i = 0; i < n; i++) cell[place[i]] += cell_at[i] + 1;
  MPI_Allreduce(MPI_IN_PLACE, cell, N, MPI_INT64_T, MPI_SUM, MPI_COMM_WORLD);
  for (int p = 0; p < N; p++) {
    assert_in_range(cell[p], 1, N);
    int64_t steps = 0;
    for (int a = 0; a < 3 && p > 0; a++)
      steps += llabs(((cell[p] - 1) >> 3 * a & 7) - ((cell[p - 1] - 1) >> 3 * a & 7));
    assert_int_equal(steps, p > 0);
  }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(blocks_tile_the_range),
    cmocka_unit_test(values_travel_to_blocks_and_back),
    cmocka_unit_test(everybody_may_fetch_the_same),
    cmocka_unit_test(numbers_outside_fail_on_all_ranks),
    cmocka_unit_test(routes_keep_the_order),
    cmocka_unit_test(sorting_is_stable),
    cmocka_unit_test(members_are_numbered_as_they_come),
    cmocka_unit_test(the_curve_steps_to_neighbours),
};

RUN_ON_ALL_RANKS(tests)
