#include "study/node_field.h"

#include "base/input.h"
#include "base/memory.h"
#include "base/text.h"
#include "grid/share/blocks.h"
#include "result/netcdf_file.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

typedef struct part {
  const char *path, *variable;
  iso_gid nnodes;
  size_t first, count; /* of the nodes, this rank's */
  double *block;       /* [count] */
  iso_error *err;
} part;

/* Whether a variable holds a number for each node: one dimension of that length, and others of one. */
static bool fits(int id, int variable, iso_gid nnodes, int *along, int *ndims) {
  int dimensions[NC_MAX_VAR_DIMS];
  nc_type type;
  iso_gid total = 1;
  *along = 0;
  if (nc_inq_var(id, variable, NULL, &type, ndims, dimensions, NULL) != NC_NOERR) return false;
  for (int d = 0; d < *ndims; d++) {
    size_t length = 0;
    nc_inq_dimlen(id, dimensions[d], &length);
    if (length != 1) *along = d;
    total = length > (size_t)nnodes ? nnodes + 1 : total * (iso_gid)length;
    if (total > nnodes) return false;
  }
  return total == nnodes && *ndims > 0 && type >= NC_BYTE && type <= NC_UINT64 && type != NC_CHAR;
}

static iso_status fail_variable(const part *p, int id, bool there) {
  char list[700] = "", name[NC_MAX_NAME + 1];
  int nvariables = 0, along, ndims;
  nc_inq_nvars(id, &nvariables);
  for (int v = 0; v < nvariables; v++)
    if (fits(id, v, p->nnodes, &along, &ndims) && nc_inq_varname(id, v, name) == NC_NOERR)
      iso_text_append(list, sizeof list, "%s%s", *list ? ", " : "", name);
  return iso_fail(p->err, ISO_EINPUT,
                  "%s: %s '%s'%s; the mesh has %lld nodes, and variables of that many numbers are: %s",
                  p->path, there ? "the variable" : "there is no variable", p->variable,
                  there ? " is not one number for each node" : "", (long long)p->nnodes,
                  *list ? list : "none");
}

/* One number; absent where there is no such attribute. */
static iso_status read_attribute(const part *p, int id, int variable, const char *name, double absent,
                                 double *value) {
  size_t length = 0;
  *value = absent;
  if (nc_inq_attlen(id, variable, name, &length) != NC_NOERR) return ISO_OK;
  if (length == 1 && nc_get_att_double(id, variable, name, value) == NC_NOERR) return ISO_OK;
  return iso_fail(p->err, ISO_EINPUT, "%s: the attribute %s of '%s' is not one number", p->path, name,
                  p->variable);
}

/* Packed numbers are unpacked; what is missing is told from the number as it is packed (CF Conventions 1.11,
 * sections 2.5.1 and 8.1). */
static iso_status read_variable(const part *p, int id) {
  size_t start[NC_MAX_VAR_DIMS] = {0}, count[NC_MAX_VAR_DIMS];
  int variable, along, ndims;
  double missing, factor, offset;
  if (nc_inq_varid(id, p->variable, &variable) != NC_NOERR) return fail_variable(p, id, false);
  if (!fits(id, variable, p->nnodes, &along, &ndims)) return fail_variable(p, id, true);
  for (int d = 0; d < ndims; d++) count[d] = 1;
  start[along] = p->first, count[along] = p->count;
  int code = p->count ? nc_get_vara_double(id, variable, start, count, p->block) : NC_NOERR;
  if (code != NC_NOERR)
    return iso_fail(p->err, ISO_EINPUT, "%s: '%s' cannot be read (%s)", p->path, p->variable,
                    nc_strerror(code));
  ISO_TRY(read_attribute(p, id, variable, "_FillValue", NAN, &missing));
  ISO_TRY(read_attribute(p, id, variable, "scale_factor", 1, &factor));
  ISO_TRY(read_attribute(p, id, variable, "add_offset", 0, &offset));
  for (size_t i = 0; i < p->count; i++)
    p->block[i] = p->block[i] == missing ? NAN : p->block[i] * factor + offset;
  return ISO_OK;
}

/* Every rank opens the file for itself: reading needs no coordination, and so any kind of NetCDF will do. */
static iso_status read_netcdf(const part *p) {
  const char *why = iso_input_trouble(p->path);
  if (why) return iso_fail(p->err, ISO_EINPUT, "%s: cannot be opened (%s); check the path", p->path, why);
  int id, code = iso_nc_open(p->path, &id);
  if (code != NC_NOERR)
    return iso_fail(
        p->err, ISO_EINPUT,
        "%s: cannot be opened as NetCDF (%s); fields come from NetCDF files or from point data of "
        ".vtu and .vtk files",
        p->path, nc_strerror(code));
  iso_status status = read_variable(p, id);
  nc_close(id);
  return status;
}

static bool ends_in(const char *path, const char *ending) {
  size_t n = strlen(path), m = strlen(ending);
  return n > m && !strcmp(path + n - m, ending);
}

static iso_status fetch(const iso_mesh *mesh, const double *block, double *owned, iso_error *err) {
  iso_block_plan *plan;
  ISO_TRY(iso_block_plan_new(&plan, mesh->comm, mesh->nnodes, mesh->nowned, mesh->gid, err));
  iso_status status = iso_block_plan_fetch(plan, block, sizeof *owned, owned, err);
  iso_block_plan_free(plan);
  return status;
}

iso_status iso_node_field_read(const iso_mesh *mesh, const char *path, const char *variable, double *owned,
                               iso_error *err) {
  int rank, size;
  MPI_Comm_rank(mesh->comm, &rank);
  MPI_Comm_size(mesh->comm, &size);
  iso_gid first = iso_block_first(mesh->nnodes, size, rank);
  part p = {path, variable, mesh->nnodes, (size_t)first, 0, NULL, err};
  p.count = (size_t)(iso_block_first(mesh->nnodes, size, rank + 1) - first);
  iso_status status = iso_alloc(&p.block, p.count, sizeof *p.block, "a field", err);
  status = iso_agree(mesh->comm, status, err);
  if (status == ISO_OK)
    status = ends_in(path, ".vtu") || ends_in(path, ".pvtu") || ends_in(path, ".vtk") || ends_in(path, ".dat")
                 ? iso_read_node_data(mesh->comm, path, variable, mesh->nnodes, p.block, err)
                 : iso_agree(mesh->comm, read_netcdf(&p), err);
  if (status == ISO_OK) status = fetch(mesh, p.block, owned, err);
  free(p.block);
  return status;
}
