#include "grid/format/write.h"

#include "base/atomic.h"
#include "base/memory.h"
#include "grid/format/read_runs.h"
#include "grid/format/write_sheets.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CHUNK = 65536, MESH_ARRAYS = 8 };

/* Where an array's bytes go: behind its length, which stands at the head of it. */
typedef struct {
  const char *name, *type;
  int components;
  int64_t bytes, before, mine; /* of the whole array, of ranks before this one, of this one */
  const void *values;          /* [mine], or NULL: made on the way */
} array;

/* Kinds of cells, by the section that has them: any, of a grid, whose types are told, or those of a surface.
 */
typedef enum { GRID, LINES, POLYGONS } cells_kind;
static const char *const section[] = {"Cells", "Lines", "Polys"};

typedef struct {
  cells_kind kind;
  array *arrays; /* fields of points, fields of cells, Points, the cells themselves */
  int narrays;
  int first_cell_data, first_points, first_cells; /* of arrays */
  char *head;
  size_t head_bytes;
  iso_atomic file;
  int fd; /* of it */
} vtu;

static void add(vtu *v, const char *name, const char *type, int components, int64_t item_bytes, int64_t items,
                int64_t before, int64_t mine, const void *values) {
  v->arrays[v->narrays++] =
      (array){name, type, components, items * item_bytes, before * item_bytes, mine * item_bytes, values};
}

static int64_t count_corners(const iso_slice *slice) {
  int64_t n = 0;
  for (int64_t e = 0; e < slice->nelem; e++) n += iso_shape_nodes(slice->shape[e]);
  return n;
}

static void list_arrays(MPI_Comm comm, vtu *v, const iso_slice *s, int nfields, const iso_point_field *field,
                        int64_t *corners_before) {
  int64_t corners = count_corners(s), all;
  iso_runs_place(comm, corners, corners_before, &all);
  for (int k = 0; k < nfields; k++)
    add(v, field[k].name, "Float64", 1, 8, s->nnodes, s->first_node, s->nnode, field[k].value);
  if (s->node_fibre) add(v, "fibre", "Float32", 3, 12, s->nnodes, s->first_node, s->nnode, s->node_fibre);
  v->first_cell_data = v->narrays;
  add(v, "elemTag", "Int32", 1, 4, s->nelems, s->first_elem, s->nelem, s->tag);
  if (s->fibre) add(v, "fibre", "Float32", 3, 12, s->nelems, s->first_elem, s->nelem, s->fibre);
  if (s->sheet) add(v, "sheet", "Float32", 3, 12, s->nelems, s->first_elem, s->nelem, s->sheet);
  v->first_points = v->narrays;
  add(v, "Points", "Float64", 3, 24, s->nnodes, s->first_node, s->nnode, s->xyz);
  v->first_cells = v->narrays;
  add(v, "connectivity", "Int64", 1, 8, all, *corners_before, corners, NULL);
  add(v, "offsets", "Int64", 1, 8, s->nelems, s->first_elem, s->nelem, NULL);
  if (v->kind == GRID) add(v, "types", "UInt8", 1, 1, s->nelems, s->first_elem, s->nelem, NULL);
}

/* ---- the XML in front ---- */

static int64_t offset_of(const vtu *v, int a) {
  int64_t offset = 0;
  for (int i = 0; i < a; i++) offset += 8 + v->arrays[i].bytes;
  return offset;
}

static void print_section(FILE *out, const vtu *v, const char *name, int from, int to) {
  fprintf(out, "<%s>\n", name);
  for (int a = from; a < to; a++)
    fprintf(out,
            "<DataArray type=\"%s\" Name=\"%s\" NumberOfComponents=\"%d\" format=\"appended\" "
            "offset=\"%lld\"/>\n",
            v->arrays[a].type, v->arrays[a].name, v->arrays[a].components, (long long)offset_of(v, a));
  fprintf(out, "</%s>\n", name);
}

static const char *byte_order(void) {
  const uint16_t one = 1;
  unsigned char first;
  memcpy(&first, &one, 1);
  return first ? "LittleEndian" : "BigEndian";
}

static iso_status print_head(vtu *v, const iso_slice *slice, iso_error *err) {
  FILE *out = open_memstream(&v->head, &v->head_bytes);
  if (!out) return iso_fail_memory(err, 4096, "a file's head");
  const char *type = v->kind == GRID ? "UnstructuredGrid" : "PolyData";
  fprintf(out,
          "<?xml version=\"1.0\"?>\n<VTKFile type=\"%s\" version=\"1.0\" byte_order=\"%s\" "
          "header_type=\"UInt64\">\n<%s>\n<Piece NumberOfPoints=\"%lld\" NumberOf%s=\"%lld\">\n",
          type, byte_order(), type, (long long)slice->nnodes, section[v->kind], (long long)slice->nelems);
  print_section(out, v, "PointData", 0, v->first_cell_data);
  print_section(out, v, "CellData", v->first_cell_data, v->first_points);
  print_section(out, v, "Points", v->first_points, v->first_cells);
  print_section(out, v, section[v->kind], v->first_cells, v->narrays);
  fprintf(out, "</Piece>\n</%s>\n<AppendedData encoding=\"raw\">\n_", type);
  return fclose(out) == 0 ? ISO_OK : iso_fail_memory(err, 4096, "a file's head");
}

/* ---- the values ---- */

static iso_status put(const vtu *v, const void *bytes, int64_t n, int64_t offset, iso_error *err) {
  const char *from = bytes;
  while (n > 0) {
    ssize_t done = pwrite(v->fd, from, (size_t)n, offset);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return iso_fail_write(v->file.path, done < 0 ? errno : ENOSPC, err);
    from += done;
    offset += done;
    n -= done;
  }
  return ISO_OK;
}

static int64_t position(const vtu *v, int a) {
  return (int64_t)v->head_bytes + offset_of(v, a) + 8 + v->arrays[a].before;
}

static iso_status put_connectivity(const vtu *v, const iso_slice *s, iso_gid *buffer, iso_error *err) {
  int64_t n = 0, at = position(v, v->first_cells);
  for (int64_t e = 0; e < s->nelem; e++) {
    int nodes = iso_shape_nodes(s->shape[e]);
    memcpy(buffer + n, s->conn + e * s->width, (size_t)nodes * sizeof *buffer);
    n += nodes;
    if (n > CHUNK - ISO_MAX_NODES || e + 1 == s->nelem) {
      ISO_TRY(put(v, buffer, n * 8, at, err));
      at += n * 8;
      n = 0;
    }
  }
  return ISO_OK;
}

static iso_status put_offsets(const vtu *v, const iso_slice *s, int64_t corners_before, int64_t *buffer,
                              iso_error *err) {
  int64_t end = corners_before, at = position(v, v->first_cells + 1);
  for (int64_t e = 0; e < s->nelem; e++) {
    end += iso_shape_nodes(s->shape[e]);
    buffer[e % CHUNK] = end;
    if (e % CHUNK == CHUNK - 1 || e + 1 == s->nelem)
      ISO_TRY(put(v, buffer, (e % CHUNK + 1) * 8, at + e / CHUNK * CHUNK * 8, err));
  }
  return ISO_OK;
}

static iso_status put_types(const vtu *v, const iso_slice *s, uint8_t *buffer, iso_error *err) {
  static const uint8_t vtk_type[ISO_NSHAPES] = {3, 5, 10, 12};
  int64_t at = position(v, v->first_cells + 2);
  for (int64_t e = 0; e < s->nelem; e++) {
    buffer[e % CHUNK] = vtk_type[s->shape[e]];
    if (e % CHUNK == CHUNK - 1 || e + 1 == s->nelem)
      ISO_TRY(put(v, buffer, e % CHUNK + 1, at + e / CHUNK * CHUNK, err));
  }
  return ISO_OK;
}

static iso_status put_ends(const vtu *v, iso_error *err) {
  static const char tail[] = "\n</AppendedData>\n</VTKFile>\n";
  ISO_TRY(put(v, v->head, (int64_t)v->head_bytes, 0, err));
  for (int a = 0; a < v->narrays; a++)
    ISO_TRY(put(v, &v->arrays[a].bytes, 8, (int64_t)v->head_bytes + offset_of(v, a), err));
  return put(v, tail, sizeof tail - 1, (int64_t)v->head_bytes + offset_of(v, v->narrays), err);
}

static iso_status put_all(const vtu *v, const iso_slice *s, int64_t corners_before, int rank,
                          iso_error *err) {
  int64_t *buffer = NULL;
  ISO_TRY(iso_alloc(&buffer, CHUNK, sizeof *buffer, "writing a mesh", err));
  iso_status status = rank == 0 ? put_ends(v, err) : ISO_OK;
  for (int a = 0; a < v->first_cells && status == ISO_OK; a++)
    status = put(v, v->arrays[a].values, v->arrays[a].mine, position(v, a), err);
  if (status == ISO_OK) status = put_connectivity(v, s, buffer, err);
  if (status == ISO_OK) status = put_offsets(v, s, corners_before, buffer, err);
  if (status == ISO_OK && v->kind == GRID) status = put_types(v, s, (uint8_t *)buffer, err);
  free(buffer);
  return status;
}

static iso_status close_file(MPI_Comm comm, vtu *v, iso_status status, iso_error *err) {
  if (v->fd >= 0 && close(v->fd) != 0 && status == ISO_OK) status = iso_fail_write(v->file.path, errno, err);
  free(v->head);
  free(v->arrays);
  return iso_agree(comm, status, err);
}

static iso_status write_file(MPI_Comm comm, const iso_slice *slice, cells_kind kind, int nfields,
                             const iso_point_field *field, const char *path, iso_error *err) {
  vtu v = {.kind = kind, .fd = -1};
  int rank;
  int64_t corners_before;
  MPI_Comm_rank(comm, &rank);
  iso_status status =
      iso_alloc(&v.arrays, (size_t)nfields + MESH_ARRAYS, sizeof *v.arrays, "writing a mesh", err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) status = iso_atomic_begin(&v.file, comm, path, err);
  if (status != ISO_OK) {
    free(v.arrays);
    return status;
  }
  list_arrays(comm, &v, slice, nfields, field, &corners_before);
  status = print_head(&v, slice, err);
  if (status == ISO_OK && (v.fd = iso_atomic_open(&v.file, O_WRONLY)) < 0)
    status = iso_fail_write(path, errno, err);
  if (status == ISO_OK) status = put_all(&v, slice, corners_before, rank, err);
  status = close_file(comm, &v, status, err);
  if (status == ISO_OK) return iso_atomic_commit(&v.file, err);
  iso_atomic_abandon(&v.file);
  return status;
}

iso_status iso_slice_write_vtu(MPI_Comm comm, const iso_slice *slice, const char *path, iso_error *err) {
  return write_file(comm, slice, GRID, 0, NULL, path, err);
}

iso_status iso_slice_write_vtu_fields(MPI_Comm comm, const iso_slice *slice, int nfields,
                                      const iso_point_field *field, const char *path, iso_error *err) {
  return write_file(comm, slice, GRID, nfields, field, path, err);
}

/* Lines come before polygons in VTK's order, so that a mesh of both would not keep its own. */
iso_status iso_slice_write_vtp(MPI_Comm comm, const iso_slice *slice, const char *path, iso_error *err) {
  int has[2] = {0, 0}; /* lines, triangles */
  ISO_TRY(iso_check_sheet(comm, slice, path, true, err));
  for (int64_t e = 0; e < slice->nelem; e++) has[slice->shape[e] != ISO_LINE] = 1;
  MPI_Allreduce(MPI_IN_PLACE, has, 2, MPI_INT, MPI_LOR, comm);
  if (has[0] && has[1])
    return iso_fail(err, ISO_EINPUT, "%s: lines and triangles together are written as VTU, not as VTP", path);
  return write_file(comm, slice, has[0] ? LINES : POLYGONS, 0, NULL, path, err);
}
