/* The values of an Exodus file, not its bytes: those are read by NetCDF, which trusts the lengths in a file's
 * head. Bytes are, in turn, what is there and how many of it, and then the values. */
#include "fuzz_input.h"

#include <netcdf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  const uint8_t *data;
  size_t size;
  int file;
} source;

static int take(source *s) {
  if (s->size == 0) return 0;
  s->size--;
  return *s->data++;
}

static void require(int code) {
  if (code != NC_NOERR) abort();
}

static int dimension(source *s, const char *name, int k, int n) {
  char text[40];
  int id;
  snprintf(text, sizeof text, k ? "%s%d" : "%s", name, k);
  require(nc_def_dim(s->file, text, (size_t)n, &id));
  return id;
}

/* Numbers from -1 to 251, and ones that arithmetic has no room for. */
static int variable(source *s, const char *name, int k, int ndims, const int *dims, int n) {
  static const long long far[] = {INT64_MIN, INT64_MAX, INT64_MAX / 2};
  char text[40];
  int id;
  long long value[512];
  snprintf(text, sizeof text, k ? "%s%d" : "%s", name, k);
  for (int i = 0; i < n; i++) {
    const int byte = take(s);
    value[i] = byte > 252 ? far[byte - 253] : byte - 1;
  }
  require(nc_def_var(s->file, text, NC_INT64, ndims, dims, &id));
  require(nc_enddef(s->file));
  require(nc_put_var_longlong(s->file, id, value));
  require(nc_redef(s->file));
  return id;
}

static void put_block(source *s, int k) {
  static const char *const types[] = {"HEX",      "tetra", "QUAD4",  "shell",  "TRI", "WEDGE",
                                      "PYRAMID5", "BAR",   "SPHERE", "NSIDED", "what"};
  const int n = 1 + take(s) % 3, nodes = 1 + take(s) % 27;
  const int dims[2] = {dimension(s, "num_el_in_blk", k, n), dimension(s, "num_nod_per_el", k, nodes)};
  const char *type = types[take(s) % 11];
  const int id = variable(s, "connect", k, 2, dims, n * nodes);
  require(nc_put_att_text(s->file, id, "elem_type", strlen(type), type));
}

static void put_set(source *s, int k, const char *count, const char *first, const char *second) {
  const int n = 1 + take(s) % 4, dim = dimension(s, count, k, n);
  variable(s, first, k, 1, &dim, n);
  if (second) variable(s, second, k, 1, &dim, n);
}

/* Places as older files have them, in one variable, or in what has its name. */
static void put_old_places(source *s, int ndim, int nnode) {
  int dims[2], id;
  const int how = take(s) % 4;
  if (how == 0) return;
  require(nc_inq_varid(s->file, "coordx", &id));
  require(nc_rename_var(s->file, id, how == 1 ? "coord" : "other"));
  if (how == 1) return;
  require(nc_inq_dimid(s->file, how == 2 ? "num_dim" : "num_nodes", &dims[0]));
  require(nc_inq_dimid(s->file, "num_nodes", &dims[1]));
  variable(s, "coord", 0, 2, dims, (how == 2 ? ndim : nnode) * nnode);
}

static void put_file(source *s) {
  static const char *const axes[] = {"coordx", "coordy", "coordz"};
  const int ndim = 1 + take(s) % 3, nnode = 1 + take(s) % 20, blocks = take(s) % 4, sides = take(s) % 3,
            sets = take(s) % 3;
  int dim;
  dimension(s, "num_dim", 0, ndim);
  dim = dimension(s, "num_nodes", 0, nnode);
  for (int a = 0; a < 3 - take(s) % 2; a++) variable(s, axes[a], 0, 1, &dim, nnode);
  if (blocks) dim = dimension(s, "num_el_blk", 0, blocks);
  for (int k = 1; k <= blocks; k++) put_block(s, k);
  if (sides) dimension(s, "num_side_sets", 0, sides);
  for (int k = 1; k <= sides; k++) put_set(s, k, "num_side_ss", "elem_ss", "side_ss");
  if (sets) dimension(s, "num_node_sets", 0, sets);
  for (int k = 1; k <= sets; k++) put_set(s, k, "num_nod_ns", "node_ns", NULL);
  if (take(s) % 2) {
    const int n = 1 + take(s) % 9;
    dim = dimension(s, "num_elem", 0, n);
    variable(s, "elem_num_map", 0, 1, &dim, n);
  }
  put_old_places(s, ndim, nnode);
  if (blocks && take(s) % 2) {
    require(nc_inq_dimid(s->file, "num_el_blk", &dim));
    variable(s, "eb_prop1", 0, 1, &dim, blocks);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  source s = {.data = data, .size = size};
  const char *path = fuzz_file(0, ".exo", data, 0);
  require(nc_create(path, NC_CLOBBER | NC_64BIT_DATA, &s.file));
  put_file(&s);
  require(nc_close(s.file));
  fuzz_read("exodus", path);
  return 0;
}
