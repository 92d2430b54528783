/* Gmsh: sets of files, one for each partition, as it writes them: each with the ghosts of its own partition,
 * and the border in both; and files that are no set. */
#include "read_sample.h"

static iso_error err;

/* Two tetrahedra on either side of the triangle 1 2 3, of partitions 1 and 2. What a file says of them: */
typedef struct part {
  bool two; /* version 2.2 */
  int part, nparts;
  int x; /* of node 3 */
} part;

static const char *const names[] = {"a_1.msh", "a_2.msh"};

/* In text, entities 11 and 12 are the parts of volume 1, 21 and 22 the ghosts of either, 7 is the border. */
static int print_4(char *text, size_t size, part p) {
  return snprintf(text, size,
                  "$MeshFormat\n4.1 0 8\n$EndMeshFormat\n"
                  "$PartitionedEntities\n%d\n1\n%d %d\n0 0 1 1\n7 3 1 2 1 2 0 0 0 1 1 0 0 0\n"
                  "%d 3 1 1 %d 0 0 -1 1 1 1 0 0\n$EndPartitionedEntities\n"
                  "$Nodes\n1 5 1 5\n3 1 0 5\n1\n2\n3\n4\n5\n0 0 0\n1 0 0\n%d 1 0\n0 0 1\n0 0 -1\n$EndNodes\n"
                  "$Elements\n3 3 1 3\n2 7 2 1\n3 1 2 3\n3 %d 4 1\n%d 1 2 3 %d\n3 %d 4 1\n%d 1 2 3 %d\n"
                  "$EndElements\n",
                  p.nparts, 20 + p.part, p.part, 10 + p.part, p.part, p.x, 10 + p.part, p.part, 3 + p.part,
                  20 + p.part, 3 - p.part, 6 - p.part);
}

static int print_2(char *text, size_t size, part p) {
  return snprintf(text, size,
                  "$MeshFormat\n2.2 0 8\n$EndMeshFormat\n"
                  "$Nodes\n5\n1 0 0 0\n2 1 0 0\n3 %d 1 0\n4 0 0 1\n5 0 0 -1\n$EndNodes\n"
                  "$Elements\n1\n%d 4 4 1 1 1 %d 1 2 3 %d\n$EndElements\n",
                  p.x, p.part, p.part, 3 + p.part);
}

/* Reads both files by the name of the first. */
static iso_status read_set(part first, part second, iso_slice *slice, iso_notes *notes) {
  const part parts[] = {first, second};
  for (int k = 0; k < 2; k++) {
    char text[1000];
    const int n = (parts[k].two ? print_2 : print_4)(text, sizeof text, parts[k]);
    assert_in_range(n, 1, sizeof text - 1);
    scratch_write(scratch_path(names[k]), text, (size_t)n);
  }
  const iso_read_options options = {.path = scratch_path(names[0]), .notes = notes};
  return iso_slice_read(MPI_COMM_WORLD, &options, slice, &err);
}

static void ghosts_of_every_file_are_left_out(void **state) {
  (void)state;
  iso_slice slice;
  iso_notes notes = {0};
  ASSERT_OK(read_set((part){false, 1, 2, 1}, (part){false, 2, 2, 1}, &slice, &notes));
  assert_int_equal(slice.nelems, 2);
  assert_int_equal(slice.nnodes, 5);
  assert_int_equal(notes.count, 2);
  assert_string_equal(notes.text[0], "2 elements on the borders of partitions were left out");
  assert_string_equal(notes.text[1], "2 elements of other partitions, ghosts, were left out");
  iso_notes_free(&notes);
  iso_slice_free(&slice);
}

static void files_of_other_partitions_are_refused(void **state) {
  (void)state;
  iso_slice slice;
  ASSERT_REFUSED(read_set((part){false, 1, 2, 1}, (part){false, 2, 3, 1}, &slice, NULL),
                 "its mesh has 3 partitions, that of the first file of its set 2");
  for (int copied = 1; copied <= 2; copied++) {
    const part same = {false, copied, 2, 1};
    ASSERT_REFUSED(read_set(same, same, &slice, NULL),
                   "a_1.msh: the 2 files of its set have elements of only 1 of 2 partitions");
    assert_null(slice.xyz);
  }
}

static void files_of_other_nodes_are_refused(void **state) {
  (void)state;
  iso_slice slice;
  for (int two = 0; two < 2; two++) {
    ASSERT_REFUSED(read_set((part){two, 1, 2, 1}, (part){two, 2, 2, 2}, &slice, NULL),
                   "a_1.msh: node 3 has other coordinates further on in the set of files");
    assert_null(slice.xyz);
  }
}

static void remove_files(void **state) {
  (void)state;
  scratch_remove();
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(ghosts_of_every_file_are_left_out),
    cmocka_unit_test(files_of_other_partitions_are_refused),
    cmocka_unit_test(files_of_other_nodes_are_refused),
    cmocka_unit_test(remove_files),
};

RUN_ON_ALL_RANKS(tests)
