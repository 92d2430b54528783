#include "grid/format/write_exodus.h"

#include "base/atomic.h"
#include "base/memory.h"
#include "grid/format/write_sets.h"

#include <netcdf.h>
#include <netcdf_par.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME = 256, LINE = 81, MOST_VARIABLES = 7, METADATA = 1 << 20, OF_VARIABLE = 4096 };

typedef struct {
  MPI_Comm comm;
  const iso_slice *slice;
  iso_atomic file;
  int nc, code; /* the first failure of NetCDF */
  iso_elements_blocks blocks;
  iso_sets sets;
  int nvariables;
  const char *variable[MOST_VARIABLES];
  int coord[3], elem_map, block_id, block_status, block_name, variable_name, time;
  int *connect, *value; /* [blocks], [blocks][nvariables] */
  /* Of sets of nodes, and of sides. */
  int set_id[2], set_status[2], set_name[2];
  int (*set_value)[2]; /* [sets] as iso_set.value */
} job;

static void note(job *j, int code) {
  if (j->code == NC_NOERR) j->code = code;
}

static iso_status agree(job *j, iso_error *err) {
  iso_status status = ISO_OK;
  if (j->code != NC_NOERR)
    status = iso_fail(err, ISO_EFAIL, "%s: writing failed (%s); check the disk's space and health",
                      j->file.path, nc_strerror(j->code));
  return iso_agree(j->comm, status, err);
}

/* ---- definitions ---- */

static int dimension(job *j, const char *name, int k, int64_t n) {
  char text[64];
  int id = -1;
  snprintf(text, sizeof text, k ? "%s%d" : "%s", name, k);
  note(j, nc_def_dim(j->nc, text, (size_t)n, &id));
  return id;
}

static int variable(job *j, const char *name, nc_type type, int n, const int *dims) {
  int id = -1;
  note(j, nc_def_var(j->nc, name, type, n, dims, &id));
  return id;
}

static int numbered(job *j, const char *name, int k, nc_type type, int n, const int *dims) {
  char text[64];
  snprintf(text, sizeof text, "%s%d", name, k);
  return variable(j, text, type, n, dims);
}

/* More than 32 bits where these do not do. */
static nc_type whole(const job *j) {
  return j->slice->nnodes > INT32_MAX || j->slice->nelems > INT32_MAX ? NC_INT64 : NC_INT;
}

static void define_attributes(job *j) {
  static const char title[] = "a mesh";
  const float version = 5.1f;
  const int word = 8, size = 1, name = NAME - 1, wide = whole(j) == NC_INT64 ? 0x2000 | 0x4000 | 0x8000 : 0;
  note(j, nc_put_att_text(j->nc, NC_GLOBAL, "title", sizeof title - 1, title));
  note(j, nc_put_att_float(j->nc, NC_GLOBAL, "api_version", NC_FLOAT, 1, &version));
  note(j, nc_put_att_float(j->nc, NC_GLOBAL, "version", NC_FLOAT, 1, &version));
  note(j, nc_put_att_int(j->nc, NC_GLOBAL, "floating_point_word_size", NC_INT, 1, &word));
  note(j, nc_put_att_int(j->nc, NC_GLOBAL, "file_size", NC_INT, 1, &size));
  note(j, nc_put_att_int(j->nc, NC_GLOBAL, "maximum_name_length", NC_INT, 1, &name));
  note(j, nc_put_att_int(j->nc, NC_GLOBAL, "int64_status", NC_INT, 1, &wide));
}

static void define_sets(job *j, bool sides, int dim_name) {
  const int n = j->sets.n[sides], first = iso_sets_first(&j->sets, sides);
  if (n == 0) return;
  const int dims[2] = {dimension(j, sides ? "num_side_sets" : "num_node_sets", 0, n), dim_name};
  j->set_id[sides] = variable(j, sides ? "ss_prop1" : "ns_prop1", NC_INT, 1, dims);
  note(j, nc_put_att_text(j->nc, j->set_id[sides], "name", 2, "ID"));
  j->set_status[sides] = variable(j, sides ? "ss_status" : "ns_status", NC_INT, 1, dims);
  j->set_name[sides] = variable(j, sides ? "ss_names" : "ns_names", NC_CHAR, 2, dims);
  for (int k = 0; k < n; k++) {
    int *value = j->set_value[first + k];
    const int64_t total = j->sets.set[first + k].total;
    const int dim = dimension(j, sides ? "num_side_ss" : "num_nod_ns", k + 1, total);
    value[0] = numbered(j, sides ? "elem_ss" : "node_ns", k + 1, whole(j), 1, &dim);
    if (sides) value[1] = numbered(j, "side_ss", k + 1, whole(j), 1, &dim);
  }
}

static void define_blocks(job *j, int dim_name, int dim_step) {
  static const char *const types[ISO_NSHAPES] = {"BAR2", "TRI3", "TETRA", "HEX8"};
  const int dims[2] = {dimension(j, "num_el_blk", 0, j->blocks.n), dim_name};
  int of_variables[2] = {dimension(j, "num_elem_var", 0, j->nvariables), dim_name};
  j->block_id = variable(j, "eb_prop1", NC_INT, 1, dims);
  note(j, nc_put_att_text(j->nc, j->block_id, "name", 2, "ID"));
  j->block_status = variable(j, "eb_status", NC_INT, 1, dims);
  j->block_name = variable(j, "eb_names", NC_CHAR, 2, dims);
  j->variable_name = variable(j, "name_elem_var", NC_CHAR, 2, of_variables);
  for (int k = 0; k < j->blocks.n; k++) {
    const iso_elements_block *b = &j->blocks.block[k];
    const int of[2] = {dimension(j, "num_el_in_blk", k + 1, b->total),
                       dimension(j, "num_nod_per_el", k + 1, iso_shape_nodes(b->shape))};
    j->connect[k] = numbered(j, "connect", k + 1, whole(j), 2, of);
    note(j, nc_put_att_text(j->nc, j->connect[k], "elem_type", strlen(types[b->shape]), types[b->shape]));
    for (int v = 0; v < j->nvariables; v++) {
      char name[64];
      snprintf(name, sizeof name, "vals_elem_var%deb%d", v + 1, k + 1);
      j->value[k * j->nvariables + v] =
          variable(j, name, v ? NC_FLOAT : NC_DOUBLE, 2, (int[]){dim_step, of[0]});
    }
  }
}

static iso_status define(job *j, iso_error *err) {
  static const char *const axes[] = {"coordx", "coordy", "coordz"};
  const int dim_step = dimension(j, "time_step", 0, NC_UNLIMITED),
            dim_name = dimension(j, "len_name", 0, NAME);
  dimension(j, "len_string", 0, NAME);
  dimension(j, "len_line", 0, LINE);
  dimension(j, "four", 0, 4);
  dimension(j, "num_dim", 0, 3);
  const int nodes = dimension(j, "num_nodes", 0, j->slice->nnodes),
            elements = dimension(j, "num_elem", 0, j->slice->nelems);
  define_attributes(j);
  j->time = variable(j, "time_whole", NC_DOUBLE, 1, &dim_step);
  for (int a = 0; a < 3; a++) j->coord[a] = variable(j, axes[a], NC_DOUBLE, 1, &nodes);
  j->elem_map = variable(j, "elem_num_map", whole(j), 1, &elements);
  define_blocks(j, dim_name, dim_step);
  define_sets(j, false, dim_name);
  define_sets(j, true, dim_name);
  note(j, nc_enddef(j->nc));
  return agree(j, err);
}

/* ---- values; each call is of all ranks, which may have none ---- */

static void collective(job *j, int id) { note(j, nc_var_par_access(j->nc, id, NC_COLLECTIVE)); }

/* An entry of each, which rank 0 has. */
static void put_row(job *j, int id, int k, const char *name) {
  char text[NAME] = "";
  int rank;
  MPI_Comm_rank(j->comm, &rank);
  snprintf(text, sizeof text, "%s", name);
  const size_t start[2] = {(size_t)k, 0}, count[2] = {rank == 0, rank == 0 ? NAME : 0};
  collective(j, id);
  note(j, nc_put_vara_text(j->nc, id, start, count, text));
}

static void put_number(job *j, int id, int k, int value) {
  int rank;
  MPI_Comm_rank(j->comm, &rank);
  const size_t start = (size_t)k, count = rank == 0;
  collective(j, id);
  note(j, nc_put_vara_int(j->nc, id, &start, &count, &value));
}

static void put_whole(job *j, int id, int64_t first, int64_t n, const int64_t *value) {
  const size_t start = (size_t)first, count = (size_t)n;
  collective(j, id);
  note(j, nc_put_vara_longlong(j->nc, id, &start, &count, (const long long *)value));
}

static void put_places(job *j, double *buffer) {
  const iso_slice *s = j->slice;
  const size_t start = (size_t)s->first_node, count = (size_t)s->nnode;
  for (int a = 0; a < 3; a++) {
    for (int64_t i = 0; i < s->nnode; i++) buffer[i] = s->xyz[i][a];
    collective(j, j->coord[a]);
    note(j, nc_put_vara_double(j->nc, j->coord[a], &start, &count, buffer));
  }
}

static double value_of(const iso_slice *s, int64_t e, int variable) {
  if (variable == 0) return s->tag[e];
  return variable < 4 ? s->fibre[e][variable - 1] : s->sheet[e][variable - 4];
}

static void put_block(job *j, int k, int64_t *whole_buffer, double *buffer) {
  const iso_slice *s = j->slice;
  const iso_elements_block *b = &j->blocks.block[k];
  const int nodes = iso_shape_nodes(b->shape);
  const size_t start[2] = {(size_t)b->first, 0}, count[2] = {(size_t)b->n, b->n ? (size_t)nodes : 0},
               of_step[2] = {0, (size_t)b->first}, steps[2] = {b->n > 0, (size_t)b->n};
  const char *name = iso_tag_names_find(&s->tag_names, b->shape == ISO_HEXAHEDRON ? 3 : b->shape + 1, b->tag);
  for (int64_t i = 0; i < b->n; i++)
    for (int c = 0; c < nodes; c++) whole_buffer[i * nodes + c] = s->conn[b->member[i] * s->width + c] + 1;
  collective(j, j->connect[k]);
  note(j, nc_put_vara_longlong(j->nc, j->connect[k], start, count, (const long long *)whole_buffer));
  for (int64_t i = 0; i < b->n; i++) whole_buffer[i] = s->first_elem + b->member[i] + 1;
  put_whole(j, j->elem_map, b->before + b->first, b->n, whole_buffer);
  for (int v = 0; v < j->nvariables; v++) {
    const int id = j->value[k * j->nvariables + v];
    for (int64_t i = 0; i < b->n; i++) buffer[i] = value_of(s, b->member[i], v);
    collective(j, id);
    note(j, nc_put_vara_double(j->nc, id, of_step, steps, buffer));
  }
  put_number(j, j->block_id, k, b->id);
  put_number(j, j->block_status, k, 1);
  put_row(j, j->block_name, k, name ? name : "");
}

static void put_sets(job *j, bool sides) {
  const int first = iso_sets_first(&j->sets, sides);
  for (int k = 0; k < j->sets.n[sides]; k++) {
    const iso_set *s = &j->sets.set[first + k];
    for (int v = 0; v < (sides ? 2 : 1); v++)
      put_whole(j, j->set_value[first + k][v], s->first, s->n, s->value[v]);
    put_number(j, j->set_id[sides], k, k + 1);
    put_number(j, j->set_status[sides], k, 1);
    put_row(j, j->set_name[sides], k, s->name);
  }
}

static iso_status put_all(job *j, iso_error *err) {
  const iso_slice *s = j->slice;
  double *buffer = NULL;
  int64_t *numbers = NULL;
  const int64_t most = s->nnode > s->nelem ? s->nnode : s->nelem;
  iso_status status = iso_alloc(&buffer, (size_t)most, sizeof *buffer, "writing a mesh", err);
  if (status == ISO_OK)
    status = iso_alloc(&numbers, (size_t)s->nelem * ISO_MAX_NODES, sizeof *numbers, "writing a mesh", err);
  status = iso_agree(j->comm, status, err);
  if (status == ISO_OK) {
    int rank;
    const double zero = 0;
    const size_t start = 0;
    MPI_Comm_rank(j->comm, &rank);
    const size_t count = rank == 0;
    collective(j, j->time);
    note(j, nc_put_vara_double(j->nc, j->time, &start, &count, &zero));
    put_places(j, buffer);
    for (int k = 0; k < j->blocks.n; k++) put_block(j, k, numbers, buffer);
    for (int v = 0; v < j->nvariables; v++) put_row(j, j->variable_name, v, j->variable[v]);
    put_sets(j, false);
    put_sets(j, true);
    status = agree(j, err);
  }
  free(buffer);
  free(numbers);
  return status;
}

/* ---- the file ---- */

static void name_variables(job *j) {
  static const char *const names[MOST_VARIABLES] = {"region", "fibreX", "fibreY", "fibreZ",
                                                    "sheetX", "sheetY", "sheetZ"};
  j->nvariables = !j->slice->fibre ? 1 : !j->slice->sheet ? 4 : 7;
  memcpy(j->variable, names, sizeof names);
}

static iso_status prepare(job *j, iso_error *err) {
  name_variables(j);
  ISO_TRY(iso_elements_blocks_new(&j->blocks, j->comm, j->slice, err));
  ISO_TRY(iso_sets_new(&j->sets, j->comm, j->slice, &j->blocks, err));
  const size_t n = (size_t)j->blocks.n, nsets = (size_t)(j->sets.n[0] + j->sets.n[1]);
  iso_status status = iso_alloc(&j->connect, n, sizeof *j->connect, "writing a mesh", err);
  if (status == ISO_OK)
    status = iso_alloc(&j->value, n * (size_t)j->nvariables, sizeof *j->value, "writing a mesh", err);
  if (status == ISO_OK) status = iso_alloc(&j->set_value, nsets, sizeof *j->set_value, "writing a mesh", err);
  return iso_agree(j->comm, status, err);
}

/* What the file takes: HDF5 must not meet a full disk (base/atomic.h). */
static int64_t bytes_of(const job *j) {
  int64_t bytes = METADATA + j->slice->nnodes * 24 + j->slice->nelems * (8 * (ISO_MAX_NODES + 1) + 8 + 24);
  bytes += (int64_t)j->blocks.n * (j->nvariables + 4) * OF_VARIABLE;
  for (int k = 0; k < j->sets.n[0] + j->sets.n[1]; k++) bytes += 16 * j->sets.set[k].total + 4 * OF_VARIABLE;
  return bytes;
}

static iso_status write_file(job *j, iso_error *err) {
  int before;
  note(j, nc_create_par(j->file.temporary, NC_NETCDF4 | NC_CLOBBER, j->comm, MPI_INFO_NULL, &j->nc));
  ISO_TRY(agree(j, err));
  note(j, nc_set_fill(j->nc, NC_NOFILL, &before));
  iso_status status = iso_atomic_reserve(&j->file, bytes_of(j), err);
  if (status == ISO_OK) status = define(j, err);
  if (status == ISO_OK) status = put_all(j, err);
  note(j, nc_close(j->nc));
  return status == ISO_OK ? agree(j, err) : status;
}

static void free_job(job *j) {
  free(j->connect), free(j->value), free(j->set_value);
  iso_sets_free(&j->sets);
  iso_elements_blocks_free(&j->blocks);
}

iso_status iso_exodus_write(MPI_Comm comm, const iso_slice *slice, const char *path, iso_error *err) {
  job j = {.comm = comm, .slice = slice};
  iso_status status = prepare(&j, err);
  if (status == ISO_OK) status = iso_atomic_begin(&j.file, comm, path, err);
  if (status == ISO_OK) {
    status = write_file(&j, err);
    if (status == ISO_OK)
      status = iso_atomic_commit(&j.file, err);
    else
      iso_atomic_abandon(&j.file);
  }
  free_job(&j);
  return status;
}
