/* Exodus: NetCDF-3 and -4, blocks in another order than their elements, decomposed sets, side and node sets,
 * what is split, and malformed files. */
#include "read_sample.h"

#include <netcdf.h>

static iso_error err;

#define NC(call) assert_int_equal(call, NC_NOERR)

/* ---- writing, by rank 0 ---- */

static const char *const type_of[ISO_NSHAPES] = {"BAR2", "tri3", "TETRA", "HEX8"};

typedef struct {
  int n;
  int of[SAMPLE_NODES]; /* number in the file, from 1; 0: not in it */
} numbering;

/* Nodes of the elements of a piece; of the first, those of none, too. */
static numbering number(const sample *s, int piece, int pieces) {
  numbering m = {0};
  bool used[SAMPLE_NODES] = {false}, here[SAMPLE_NODES] = {false};
  for (int e = 0; e < SAMPLE_ELEMS; e++)
    for (int i = 0; i < iso_shape_nodes(s->shape[e]); i++) {
      used[s->node[e][i]] = true;
      if (e % pieces == piece) here[s->node[e][i]] = true;
    }
  for (int i = SAMPLE_NODES - 1; i >= 0; i--) /* backwards, for the map to matter */
    if (pieces == 1 || here[i] || (piece == 0 && !used[i])) m.of[i] = ++m.n;
  if (pieces == 1)
    for (int i = 0; i < SAMPLE_NODES; i++) m.of[i] = i + 1;
  return m;
}

static void put_nodes(int file, const sample *s, const numbering *m) {
  static const char *const names[] = {"coordx", "coordy", "coordz"};
  int dim, var[3], map;
  NC(nc_def_dim(file, "num_dim", 3, &dim));
  NC(nc_def_dim(file, "num_nodes", (size_t)m->n, &dim));
  for (int a = 0; a < 3; a++) NC(nc_def_var(file, names[a], NC_DOUBLE, 1, &dim, &var[a]));
  NC(nc_def_var(file, "node_num_map", NC_INT, 1, &dim, &map));
  NC(nc_enddef(file));
  for (int i = 0; i < SAMPLE_NODES; i++) {
    const size_t at = (size_t)m->of[i] - 1;
    const int tag = i + 1;
    if (m->of[i] == 0) continue;
    for (int a = 0; a < 3; a++) NC(nc_put_var1_double(file, var[a], &at, &s->xyz[i][a]));
    NC(nc_put_var1_int(file, map, &at, &tag));
  }
  NC(nc_redef(file));
}

/* A block for each tag and shape, in the order in which these come. */
static void put_elements(int file, const sample *s, const numbering *m, int piece, int pieces) {
  bool done[SAMPLE_ELEMS] = {false};
  int map[SAMPLE_ELEMS], total = 0, blocks = 0, ids[SAMPLE_ELEMS], dims[2], var;
  for (int e = 0; e < SAMPLE_ELEMS; e++) {
    int connect[SAMPLE_ELEMS * ISO_MAX_NODES], n = 0, listed = 0, nodes = iso_shape_nodes(s->shape[e]);
    char name[40];
    if (done[e] || e % pieces != piece) continue;
    for (int k = e; k < SAMPLE_ELEMS; k++) {
      if (k % pieces != piece || s->shape[k] != s->shape[e] || s->tag[k] != s->tag[e]) continue;
      done[k] = true;
      map[total++] = k + 1;
      n++;
      for (int i = 0; i < nodes; i++) connect[listed++] = m->of[s->node[k][i]];
    }
    ids[blocks++] = s->tag[e];
    snprintf(name, sizeof name, "num_el_in_blk%d", blocks);
    NC(nc_def_dim(file, name, (size_t)n, &dims[0]));
    snprintf(name, sizeof name, "num_nod_per_el%d", blocks);
    NC(nc_def_dim(file, name, (size_t)nodes, &dims[1]));
    snprintf(name, sizeof name, "connect%d", blocks);
    NC(nc_def_var(file, name, NC_INT, 2, dims, &var));
    NC(nc_put_att_text(file, var, "elem_type", strlen(type_of[s->shape[e]]), type_of[s->shape[e]]));
    NC(nc_enddef(file));
    NC(nc_put_var_int(file, var, connect));
    NC(nc_redef(file));
  }
  int dim, property, of_elements;
  NC(nc_def_dim(file, "num_el_blk", (size_t)blocks, &dim));
  NC(nc_def_var(file, "eb_prop1", NC_INT, 1, &dim, &property));
  NC(nc_def_dim(file, "num_elem", (size_t)total, &dim));
  NC(nc_def_var(file, "elem_num_map", NC_INT, 1, &dim, &of_elements));
  NC(nc_enddef(file));
  NC(nc_put_var_int(file, property, ids));
  NC(nc_put_var_int(file, of_elements, map));
}

static void write_sample(const char *path, int mode, const sample *s, int piece, int pieces) {
  int file;
  const numbering m = number(s, piece, pieces);
  NC(nc_create(path, NC_CLOBBER | mode, &file));
  put_nodes(file, s, &m);
  put_elements(file, s, &m, piece, pieces);
  NC(nc_close(file));
}

/* ---- whole meshes ---- */

static void every_kind_of_file_gives_the_same_mesh(void **state) {
  (void)state;
  static const int modes[] = {0, NC_64BIT_OFFSET, NC_64BIT_DATA, NC_NETCDF4};
  for (int only = -1; only < ISO_NSHAPES; only++)
    for (int k = 0; k < 4; k++) {
      sample s;
      sample_make(&s, only);
      char path[200];
      snprintf(path, sizeof path, "%s", scratch_path("a.exo"));
      if (world_rank() == 0) write_sample(path, modes[k], &s, 0, 1);
      MPI_Barrier(MPI_COMM_WORLD);
      sample_read_and_check(&s, path, NULL, (expected){.mm = 1, .tags = true});
    }
}

static void a_decomposed_set_is_one_mesh(void **state) {
  (void)state;
  enum { PIECES = 12 };
  sample s;
  char path[200];
  sample_make(&s, -1);
  for (int k = 0; k < PIECES; k++) {
    char name[40];
    snprintf(name, sizeof name, "d.e.%d.%02d", PIECES, k);
    snprintf(path, sizeof path, "%s", scratch_path(name));
    if (world_rank() == 0) write_sample(path, NC_64BIT_OFFSET, &s, k, PIECES);
  }
  MPI_Barrier(MPI_COMM_WORLD);
  sample_read_and_check(&s, path, NULL, (expected){.mm = 1, .tags = true});
  if (world_rank() == 0) assert_int_equal(unlink(path), 0);
  MPI_Barrier(MPI_COMM_WORLD);
  iso_slice slice;
  snprintf(path, sizeof path, "%s", scratch_path("d.e.12.00"));
  iso_read_options options = {.path = path, .format = "exodus"};
  ASSERT_REFUSED(iso_slice_read(MPI_COMM_WORLD, &options, &slice, &err), "d.e.12.11 cannot be opened");
}

/* ---- a hexahedron with a wedge beside it, or alone, with sets ---- */

typedef enum {
  SOUND,
  NO_TYPE,
  ODD_TYPE,
  NODE_OUT,
  SIDE_OUT,
  ELEMENT_OUT,
  NO_CONNECT,
  NOT_FINITE,
  OLD_COORD, /* one variable for all axes, which is only named so */
  FAR_ID,
  NFAULTS
} fault;

static void put_block(int file, int k, const char *type, int nodes, const int *connect, fault f) {
  char name[40];
  int dims[2], var;
  snprintf(name, sizeof name, "num_el_in_blk%d", k);
  NC(nc_def_dim(file, name, 1, &dims[0]));
  snprintf(name, sizeof name, "num_nod_per_el%d", k);
  NC(nc_def_dim(file, name, (size_t)nodes, &dims[1]));
  snprintf(name, sizeof name, f == NO_CONNECT ? "conect%d" : "connect%d", k);
  NC(nc_def_var(file, name, NC_INT, 2, dims, &var));
  if (f == ODD_TYPE) type = "nfaced";
  if (f != NO_TYPE) NC(nc_put_att_text(file, var, "elem_type", strlen(type), type));
  NC(nc_enddef(file));
  NC(nc_put_var_int(file, var, connect));
  NC(nc_redef(file));
}

static void put_set(int file, const char *count, const char *const *names, int n, const int *values[2]) {
  int dim, var;
  NC(nc_def_dim(file, count, (size_t)n, &dim));
  for (int k = 0; k < 2 && names[k]; k++) {
    NC(nc_def_var(file, names[k], NC_INT, 1, &dim, &var));
    NC(nc_enddef(file));
    NC(nc_put_var_int(file, var, values[k]));
    NC(nc_redef(file));
  }
}

/* The sides 1 (y = 0) and 5 (z = 0) of the hexahedron, and all nodes of x = 0. */
static const char *write_cube(bool wedge, fault f) {
  static const double x[3][10] = {
      {0, 1, 1, 0, 0, 1, 1, 0, 2, 2}, {0, 0, 1, 1, 0, 0, 1, 1, 0, 0}, {0, 0, 0, 0, 1, 1, 1, 1, 0, 1}};
  static const char *const coord[] = {"coordx", "coordy", "coordz"};
  const char *path = scratch_path("cube.e");
  if (world_rank() == 0) {
    int file, dim, dims[2], var;
    const int cube[8] = {1, 2, 3, 4, 5, 6, 7, f == NODE_OUT ? 11 : 8}, side[6] = {2, 9, 3, 6, 10, 7};
    const int elements[2] = {1, f == ELEMENT_OUT ? 3 : 1}, sides[2] = {1, f == SIDE_OUT ? 7 : 5},
              left[4] = {1, 4, 8, 5};
    const double nan = NAN;
    const size_t third = 2;
    NC(nc_create(path, NC_CLOBBER, &file));
    NC(nc_def_dim(file, "num_dim", 3, &dim));
    NC(nc_def_dim(file, "num_nodes", 10, &dim));
    for (int a = 0; a < 3; a++) {
      NC(nc_def_var(file, coord[a], NC_DOUBLE, 1, &dim, &var));
      NC(nc_enddef(file));
      NC(nc_put_var_double(file, var, x[a]));
      if (f == NOT_FINITE && a == 1) NC(nc_put_var1_double(file, var, &third, &nan));
      NC(nc_redef(file));
    }
    if (f == OLD_COORD) NC(nc_rename_var(file, 0, "coord"));
    NC(nc_def_dim(file, "num_el_blk", wedge ? 2 : 1, &dims[0]));
    if (f == FAR_ID) {
      const double far = 3e9;
      NC(nc_def_var(file, "eb_prop1", NC_DOUBLE, 1, dims, &var));
      NC(nc_enddef(file));
      NC(nc_put_var_double(file, var, &far));
      NC(nc_redef(file));
    }
    NC(nc_def_dim(file, "len_name", 33, &dims[1]));
    NC(nc_def_var(file, "eb_names", NC_CHAR, 2, dims, &var));
    put_block(file, 1, "HEX", 8, cube, f);
    if (wedge) put_block(file, 2, "WEDGE", 6, side, f);
    put_set(file, "num_side_ss1", (const char *const[]){"elem_ss1", "side_ss1"}, 2,
            (const int *[]){elements, sides});
    put_set(file, "num_nod_ns1", (const char *const[]){"node_ns1", NULL}, 4, (const int *[]){left, NULL});
    NC(nc_def_dim(file, "num_side_sets", 1, &dims[0]));
    NC(nc_def_dim(file, "num_node_sets", 1, &dim));
    NC(nc_def_var(file, "ss_names", NC_CHAR, 2, dims, &var));
    NC(nc_enddef(file));
    char name[2][33] = {"muscle", "other"};
    int names;
    NC(nc_inq_varid(file, "eb_names", &names));
    NC(nc_put_vara_text(file, names, (size_t[]){0, 0}, (size_t[]){1, 33}, name[0]));
    char base[33] = "two sides";
    NC(nc_put_vara_text(file, var, (size_t[]){0, 0}, (size_t[]){1, 33}, base));
    NC(nc_close(file));
  }
  MPI_Barrier(MPI_COMM_WORLD);
  return path;
}

static int64_t count(const iso_slice *slice, const char *name) {
  const int k = iso_surfaces_find(&slice->surfaces, name);
  assert_true(k >= 0);
  return iso_surface_total(MPI_COMM_WORLD, &slice->surfaces.surface[k]);
}

static void sets_and_blocks_have_names(void **state) {
  (void)state;
  for (int wedge = 0; wedge < 2; wedge++) {
    iso_slice slice;
    iso_notes notes = {0};
    iso_read_options options = {.path = write_cube(wedge, SOUND), .notes = &notes};
    ASSERT_OK(iso_slice_read(MPI_COMM_WORLD, &options, &slice, &err));
    assert_int_equal(slice.nelems, wedge ? 9 : 1);
    assert_int_equal(count(&slice, "two sides"), wedge ? 4 : 2);
    assert_int_equal(count(&slice, "node_set_1"), 4);
    assert_string_equal(iso_tag_names_find(&slice.tag_names, 3, 1), "muscle");
    assert_int_equal(notes.count, wedge ? 2 : 0);
    const iso_surface *s = &slice.surfaces.surface[0];
    for (int64_t i = 0; i < s->n && !wedge; i++) /* y = 0 and z = 0, normals outward */
      assert_true(s->item[i][1] == 1 ? s->item[i][0] == 0 && s->item[i][2] == 5
                                     : s->item[i][0] == 0 && s->item[i][1] == 3 && s->item[i][3] == 1);
    iso_notes_free(&notes);
    iso_slice_free(&slice);
  }
}

static void malformed_files_are_refused(void **state) {
  (void)state;
  static const char *const says[NFAULTS] = {
      [NO_TYPE] = "cube.e: 'connect1' does not say of what type its elements are",
      [ODD_TYPE] = "block 1 has 1 elements 'nfaced' of 8 nodes, which are not read",
      [NODE_OUT] = "cube.e names node 11, and has nodes 1 to 10",
      [SIDE_OUT] = "the side set 'two sides' has a side that its element has not",
      [ELEMENT_OUT] = "the side set 'two sides' has element 3, and there are 1 to 1",
      [NO_CONNECT] = "cube.e has no variable 'connect1'",
      [OLD_COORD] = "the variable 'coord' has no row for each axis with a number for each node",
      [FAR_ID] = "the id 3000000000 of a block does not fit in 32 bits",
      [NOT_FINITE] = "a coordinate of node 3 (counted from 1) is not a finite number",
  };
  iso_slice slice;
  for (int f = SOUND + 1; f < NFAULTS; f++) {
    iso_read_options options = {.path = write_cube(false, (fault)f)};
    ASSERT_REFUSED(iso_slice_read(MPI_COMM_WORLD, &options, &slice, &err), says[f]);
    assert_null(slice.xyz);
  }
  const char *path = scratch_path("no.exo");
  scratch_write(path, "CDF\1 and nothing", 16);
  iso_read_options options = {.path = path};
  ASSERT_REFUSED(iso_slice_read(MPI_COMM_WORLD, &options, &slice, &err),
                 "no.exo is no file that NetCDF reads");
}

static void remove_files(void **state) {
  (void)state;
  scratch_remove();
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_kind_of_file_gives_the_same_mesh),
    cmocka_unit_test(a_decomposed_set_is_one_mesh),
    cmocka_unit_test(sets_and_blocks_have_names),
    cmocka_unit_test(malformed_files_are_refused),
    cmocka_unit_test(remove_files),
};

RUN_ON_ALL_RANKS(tests)
