/* Gmsh: both versions, text and binary of either byte order, numbers with gaps, groups, what is split, and
 * malformed files. */
#include "gmsh_sample.h"

static iso_error err;

/* ---- whole meshes ---- */

static void all_encodings_give_the_same_mesh(void **state) {
  (void)state;
  for (int only = -1; only < ISO_NSHAPES; only++) {
    sample s;
    sample_make(&s, only);
    for (int e = 0; e < SAMPLE_ELEMS; e++)
      if (s.tag[e] < 0) s.tag[e] = -s.tag[e]; /* signs are directions */
    for (int how = 0; how < 12; how++) {
      const bool two = how < 6, other = how / 3 % 2;
      const gmsh_style style = {.version = two ? 2 : 4,
                                .binary = how % 3 > 0,
                                .swapped = how % 3 == 2,
                                .parametric = two && other,
                                .partitioned = !two && other};
      sample_read_and_check(&s, gmsh_sample(&s, style, "a.msh"), NULL, (expected){.mm = 1, .tags = true});
    }
  }
}

/* file: 1 or 2 of the set a_1.msh and a_2.msh. */
static const char *write_part(const sample *s, bool two, bool binary, int file) {
  const gmsh_style style = {.version = two ? 2 : 4, .binary = binary, .partitioned = !two, .file = file};
  return gmsh_sample(s, style, file == 1 ? "a_1.msh" : "a_2.msh");
}

static iso_status read_set(iso_slice *slice) {
  iso_read_options options = {.path = scratch_path("a_1.msh")};
  return iso_slice_read(MPI_COMM_WORLD, &options, slice, &err);
}

static void remove_second(void) {
  if (world_rank() == 0) unlink(scratch_path("a_2.msh"));
  MPI_Barrier(MPI_COMM_WORLD);
}

static void the_first_file_of_a_set_stands_for_all(void **state) {
  (void)state;
  sample s;
  sample_make(&s, -1);
  for (int e = 0; e < SAMPLE_ELEMS; e++)
    if (s.tag[e] < 0) s.tag[e] = -s.tag[e];
  for (int how = 0; how < 4; how++) {
    write_part(&s, how < 2, how % 2, 2);
    sample_read_and_check(&s, write_part(&s, how < 2, how % 2, 1), NULL, (expected){.mm = 1, .tags = true});
  }
}

static void sets_that_are_none_are_refused(void **state) {
  (void)state;
  iso_slice slice;
  sample s;
  sample_make(&s, ISO_TETRAHEDRON);
  write_part(&s, false, true, 1), write_part(&s, false, false, 2);
  ASSERT_REFUSED(read_set(&slice), "its version or encoding is not that of the first file");
  remove_second();
  ASSERT_REFUSED(read_set(&slice), "a_2.msh is missing: ");
  write_part(&s, true, true,
             1); /* of version 2 the first may be all there is, but then elements lack nodes */
  ASSERT_REFUSED(read_set(&slice), "has a node that is not in $Nodes");
  gmsh_sample(&s, (gmsh_style){.version = 2, .binary = true, .file = 1}, "a_2.msh");
  ASSERT_REFUSED(read_set(&slice),
                 "an element is not of partition 2, as all should be in this file of a set");
  remove_second();
}

/* ---- text written out ---- */

static const char head[] = "$MeshFormat\n2.2 0 8\n$EndMeshFormat\n";
static const char head4[] = "$MeshFormat\n4.1 0 8\n$EndMeshFormat\n";

static iso_status read_text(const char *text, iso_slice *slice, iso_notes *notes, bool cut) {
  iso_read_options options = {
      .path = scratch_text("b.msh", text), .format = "gmsh", .cut_second_order = cut, .notes = notes};
  return iso_slice_read(MPI_COMM_WORLD, &options, slice, &err);
}

static const char named[] = "$PhysicalNames\n4\n0 1 \"apex\"\n2 5 \"the base\"\n3 8 \"wall\"\n1 6 \"never\"\n"
                            "$EndPhysicalNames\n";
static const char cube_nodes[] =
    "$Nodes\n8\n1 0 0 0\n2 1 0 0\n3 1 1 0\n4 0 1 0\n5 0 0 1\n6 1 0 1\n7 1 1 1\n8 0 1 1\n"
    "$EndNodes\n";

static int64_t count(const iso_slice *slice, const char *name) {
  const int k = iso_surfaces_find(&slice->surfaces, name);
  assert_true(k >= 0);
  return iso_surface_total(MPI_COMM_WORLD, &slice->surfaces.surface[k]);
}

static void groups_are_tags_and_named_surfaces(void **state) {
  (void)state;
  char text[1000];
  iso_slice slice;
  iso_notes notes = {0};
  snprintf(text, sizeof text, "%s%s%s%s", head, named, cube_nodes,
           "$Elements\n4\n1 15 2 1 1 7\n2 3 2 5 1 1 2 3 4\n3 5 2 8 1 1 2 3 4 5 6 7 8\n4 3 2 0 9 5 6 7 "
           "8\n$EndElements\n"
           "$NodeData\n1\n\"x\"\n$EndNodeData\n");
  ASSERT_OK(read_text(text, &slice, &notes, false));
  assert_int_equal(slice.nelems, 5); /* two quadrilaterals of two triangles each, and a hexahedron */
  assert_int_equal(count(&slice, "apex"), 1);
  assert_int_equal(count(&slice, "the base"), 2);
  assert_int_equal(count(&slice, "never"), 0);
  assert_int_equal(iso_surfaces_find(&slice.surfaces, "wall"), -1);
  assert_string_equal(iso_tag_names_find(&slice.tag_names, 3, 8), "wall");
  assert_int_equal(notes.count, 3);
  assert_string_equal(notes.text[0], "2 quadrilaterals were split into triangles");
  assert_string_equal(notes.text[1], "1 cells that are only points were left out");
  assert_string_equal(notes.text[2], "passed over: $NodeData");
  iso_notes_free(&notes);
  iso_slice_free(&slice);
}

/* The apex, the triangle and the tetrahedron are in two groups each, and have the tag of the first. */
static void expect_both_groups(const char *text, const char *says) {
  iso_slice slice;
  iso_notes notes = {0};
  int tetrahedra = 0;
  ASSERT_OK(read_text(text, &slice, &notes, false));
  assert_int_equal(slice.nelems, 2);
  for (int64_t e = 0; e < slice.nelem; e++) {
    tetrahedra += slice.shape[e] == ISO_TETRAHEDRON;
    assert_int_equal(slice.tag[e], slice.shape[e] == ISO_TETRAHEDRON ? 7 : 3);
  }
  MPI_Allreduce(MPI_IN_PLACE, &tetrahedra, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
  assert_int_equal(tetrahedra, 1);
  assert_int_equal(count(&slice, "base"), 1);
  assert_int_equal(count(&slice, "outer"), 1);
  assert_int_equal(count(&slice, "apex"), 1);
  assert_int_equal(count(&slice, "tip"), 1);
  assert_string_equal(notes.text[notes.count - 1], says);
  iso_notes_free(&notes);
  iso_slice_free(&slice);
}

static void what_is_in_several_groups_is_there_once(void **state) {
  (void)state;
  char text[2000];
  const char names[] = "$PhysicalNames\n6\n0 1 \"apex\"\n0 2 \"tip\"\n2 3 \"base\"\n2 4 \"outer\"\n"
                       "3 7 \"wall\"\n3 8 \"all\"\n$EndPhysicalNames\n";
  snprintf(text, sizeof text, "%s%s%s%s", head, names, cube_nodes,
           "$Elements\n6\n1 15 2 1 1 5\n2 15 2 2 1 5\n3 2 2 3 1 1 2 3\n4 2 2 4 1 1 2 3\n"
           "5 4 2 7 1 1 2 3 5\n6 4 2 8 1 1 2 3 5\n$EndElements\n");
  expect_both_groups(
      text, "3 elements in several groups have the tag of the first; sides are in the surfaces of all");
  snprintf(text, sizeof text, "%s%s%s%s", head4, names,
           "$Entities\n1 0 1 1\n1 0 0 1 2 1 2\n1 0 0 0 1 1 1 2 3 4 0\n1 0 0 0 1 1 1 2 7 8 0\n$EndEntities\n",
           "$Nodes\n1 4 1 5\n3 1 0 4\n1\n2\n3\n5\n0 0 0\n1 0 0\n1 1 0\n0 0 1\n$EndNodes\n"
           "$Elements\n3 3 1 3\n0 1 15 1\n1 5\n2 1 2 1\n2 1 2 3\n3 1 4 1\n3 1 2 3 5\n$EndElements\n");
  expect_both_groups(text, "3 entities are in several groups: their elements have the tag of the first, "
                           "sides are in the surfaces of all");
}

/* One of the files that Gmsh writes one for each partition. */
static void parts_of_a_set_of_files_are_said(void **state) {
  (void)state;
  char text[2000];
  iso_slice slice;
  iso_notes notes = {0};
  snprintf(text, sizeof text, "%s%s%s", head4,
           "$PartitionedEntities\n2\n1\n9 2\n0 0 0 1\n5 3 1 1 1 0 0 0 1 1 1 0 0\n$EndPartitionedEntities\n",
           "$Nodes\n1 5 1 5\n3 1 0 5\n1\n2\n3\n4\n5\n0 0 0\n1 0 0\n1 1 0\n0 0 1\n0 0 -1\n$EndNodes\n"
           "$Elements\n2 2 1 2\n3 5 4 1\n1 1 2 3 4\n3 9 4 1\n2 1 2 3 5\n$EndElements\n");
  ASSERT_OK(read_text(text, &slice, &notes, false));
  assert_int_equal(slice.nelems, 1);
  for (int64_t e = 0; e < slice.nelem; e++) assert_int_equal(slice.tag[e], 1);
  assert_int_equal(notes.count, 2);
  assert_string_equal(notes.text[0], "1 elements of other partitions, ghosts, were left out");
  assert_non_null(strstr(notes.text[1], "only 1 of 2 partitions of the mesh are in this file"));
  iso_notes_free(&notes);
  iso_slice_free(&slice);
}

static void without_groups_entities_are_tags(void **state) {
  (void)state;
  char text[1000];
  iso_slice slice;
  snprintf(text, sizeof text, "%s%s%s", head, cube_nodes, "$Elements\n1\n1 4 2 0 33 1 2 3 5\n$EndElements\n");
  ASSERT_OK(read_text(text, &slice, NULL, false));
  if (slice.nelem) assert_int_equal(slice.tag[0], 33);
  iso_slice_free(&slice);
}

/* With a wedge beside it, the hexahedron is split, too. */
static void wedges_and_what_stands_beside_them_are_split(void **state) {
  (void)state;
  char text[1000];
  iso_slice slice;
  snprintf(text, sizeof text, "%s%s%s", head,
           "$Nodes\n10\n1 0 0 0\n2 1 0 0\n3 1 1 0\n4 0 1 0\n5 0 0 1\n6 1 0 1\n7 1 1 1\n8 0 1 1\n9 2 0 0\n10 "
           "2 0 1\n"
           "$EndNodes\n",
           "$Elements\n2\n1 5 2 8 1 1 2 3 4 5 6 7 8\n2 6 2 8 1 2 9 3 6 10 7\n$EndElements\n");
  ASSERT_OK(read_text(text, &slice, NULL, false));
  assert_int_equal(slice.nelems, 9);
  assert_int_equal(slice.width, 4);
  iso_slice_free(&slice);
}

static void second_order_is_read_by_its_corners_or_cut(void **state) {
  (void)state;
  for (int cut = 0; cut < 2; cut++) {
    char text[1000];
    iso_slice slice;
    iso_notes notes = {0};
    snprintf(text, sizeof text, "%s%s%s", head,
             "$Nodes\n10\n1 0 0 0\n2 2 0 0\n3 0 2 0\n4 0 0 2\n5 1 0 0\n6 1 1 0\n7 0 1 0\n8 0 0 1\n9 0 1 "
             "1\n10 1 0 1\n"
             "$EndNodes\n",
             "$Elements\n1\n1 11 2 8 1 1 2 3 4 5 6 7 8 9 10\n$EndElements\n");
    ASSERT_OK(read_text(text, &slice, &notes, cut));
    assert_int_equal(slice.nelems, cut ? 8 : 1);
    assert_int_equal(slice.nnodes, 10);
    assert_non_null(
        strstr(notes.text[0], cut ? "1 elements of second order were cut"
                                  : "1 elements of second or higher order are read by their corners"));
    iso_notes_free(&notes);
    iso_slice_free(&slice);
  }
}

static void malformed_files_are_refused_with_their_place(void **state) {
  (void)state;
  static const struct {
    const char *head, *body, *says;
  } cases[] = {
      {"1 2 3\n", "", "does not begin with $MeshFormat"},
      {"$MeshFormat\n4 0 8\n$EndMeshFormat\n", "", "b.msh:2: version 4 is not read; 'gmsh FILE"},
      {"$MeshFormat\n2.2 0 4\n$EndMeshFormat\n", "", "b.msh:2: numbers of 4 bytes"},
      {"$MeshFormat\n2.2 0 8\n", "", "has no $EndMeshFormat"},
      {head, "", "b.msh has no nodes"},
      {head, "$Nodes\n2\n1 0 0 0\n2 0 0 1\n$EndNodes\n", "b.msh has no elements"},
      {head, "$Nodes\n5\n1 0 0 0\n2 0 0 1\n$EndNodes\n", "b.msh"},
      {head, "$Nodes\n-1\n$EndNodes\n", "b.msh:5: a number of items in $Nodes is impossible"},
      {head, "$Nodes\n900000000\n1 0 0 0\n$EndNodes\n", "a number of items in $Nodes is impossible"},
      {head, "$Nodes\n2\n1 0 0 x\n2 0 0 1\n$EndNodes\n$Elements\n1\n1 1 2 0 1 1 2\n$EndElements\n",
       "b.msh:6: this is no line of $Nodes"},
      {head, "$Nodes\n2\n1 0 0 nan\n2 0 0 1\n$EndNodes\n$Elements\n1\n1 1 2 0 1 1 2\n$EndElements\n",
       "b.msh:6: a coordinate of node 1 is not a finite number"},
      {head, "$Nodes\n2\n1 0 0 0\n1 0 0 1\n$EndNodes\n$Elements\n1\n1 1 2 0 1 1 1\n$EndElements\n",
       "1 numbers of nodes are there more than once"},
      {head,
       "$Nodes\n2\n1 0 0 0\n2 0 0 1\n$EndNodes\n$Elements\n2\n1 1 2 0 1 1 2\n2 1 2 0 1 2 7\n$EndElements\n",
       "element 2 of $Elements (counted from 1) has a node that is not in $Nodes"},
      {head, "$Nodes\n2\n1 0 0 0\n2 0 0 1\n$EndNodes\n$Elements\n1\n1 99 2 0 1 1 2\n$EndElements\n",
       "elements of type 99 are not known"},
      {head, "$Nodes\n2\n1 0 0 0\n2 0 0 1\n$EndNodes\n$Elements\n1\n1 1 2 0 1 1\n$EndElements\n",
       "b.msh:11: this line of $Elements has too few numbers"},
      {head, "$Nodes\n2\n1 0 0 0\n2 0 0 1\n$EndNodes\n$Elements\n1\n1 15 2 0 1 1\n$EndElements\n",
       "holds points but no elements"},
      {head, "$Nodes\n1\n1 0 0 0\n$EndNodes\n$Nodes\n1\n1 0 0 0\n$EndNodes\n", "a second $Nodes"},
      {head, "$PhysicalNames\n1\n2 5 base\n$EndPhysicalNames\n",
       "b.msh:6: this is no name of a physical group"},
      {head4, "$PartitionedEntities\n", "b.msh:4: the file ends within $PartitionedEntities"},
      {head4, "$PartitionedEntities\n2\n900\n", "b.msh:6: a number of items in $PartitionedEntities is"},
      {head4, "$PartitionedEntities\n2\n0\n1 0 0 0\n1 0 1 9 1\n$EndPartitionedEntities\n",
       "b.msh:8: this is no line of $PartitionedEntities"},
      {head4, "$Entities\n1 0 0 0\n4294967297 0 0 0 0\n$EndEntities\n",
       "b.msh:6: this is no line of $Entities"},
      {head4,
       "$Nodes\n1 2 1 2\n1 1 0 2\n1\n2\n0 0 0\n0 0 1\n$EndNodes\n$Elements\n1 1 1 1\n1 4294967297 1 1\n1 1 "
       "2\n"
       "$EndElements\n",
       "a number of items in $Elements is impossible"},
      {head, "$Nodes\n2\n1 0 0 0\n2 0 0 1e7\n$EndNodes\n$Elements\n1\n1 1 2 0 1 1 2\n$EndElements\n",
       "b.msh: read in mm, a coordinate is 1e+07 mm, and 1e+06 are the most"},
      {head4, "$Entities\n1 0 0 0\n1 0 0\n$EndEntities\n", "b.msh:6: this is no line of $Entities"},
      {head4, "$Nodes\n1 3 1 3\n0 1 0 2\n1\n2\n0 0 0\n0 0 1\n$EndNodes\n", "a number of items in $Nodes"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char text[1000];
    iso_slice slice;
    snprintf(text, sizeof text, "%s%s", cases[i].head, cases[i].body);
    ASSERT_REFUSED(read_text(text, &slice, NULL, false), cases[i].says);
    assert_null(slice.xyz);
  }
}

static void remove_files(void **state) {
  (void)state;
  scratch_remove();
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(all_encodings_give_the_same_mesh),
    cmocka_unit_test(groups_are_tags_and_named_surfaces),
    cmocka_unit_test(what_is_in_several_groups_is_there_once),
    cmocka_unit_test(parts_of_a_set_of_files_are_said),
    cmocka_unit_test(the_first_file_of_a_set_stands_for_all),
    cmocka_unit_test(sets_that_are_none_are_refused),
    cmocka_unit_test(without_groups_entities_are_tags),
    cmocka_unit_test(wedges_and_what_stands_beside_them_are_split),
    cmocka_unit_test(second_order_is_read_by_its_corners_or_cut),
    cmocka_unit_test(malformed_files_are_refused_with_their_place),
    cmocka_unit_test(remove_files),
};

RUN_ON_ALL_RANKS(tests)
