#include "app/node_columns.h"

#include "base/memory.h"
#include "base/text.h"
#include "grid/format/write.h"
#include "grid/share/blocks.h"
#include "grid/share/slice_of.h"

#include <stdlib.h>
#include <string.h>

enum { MOST = ISO_MOST_COLUMNS };

/* In the order of the file: value [n], each [slice nnode]. */
static iso_status collect(const iso_mesh *mesh, int64_t nnode, int n, const iso_node_column *column,
                          double *value[MOST], iso_error *err) {
  iso_block_plan *plan = NULL;
  iso_status status = ISO_OK;
  for (int c = 0; c < n && status == ISO_OK; c++)
    status = iso_alloc(&value[c], (size_t)nnode, sizeof *value[c], "fields of nodes", err);
  ISO_TRY(iso_agree(mesh->comm, status, err));
  status = iso_block_plan_new(&plan, mesh->comm, mesh->nnodes, mesh->nowned, mesh->gid, err);
  for (int c = 0; c < n && status == ISO_OK; c++)
    status = iso_block_plan_send(plan, column[c].value, sizeof *column[c].value, value[c], err);
  iso_block_plan_free(plan);
  return status;
}

static void say(const iso_arguments *a, iso_gid nnodes, int n, const iso_node_column *column,
                const char *files) {
  char nodes[32], names[200] = "";
  for (int c = 0; c < n; c++) iso_text_append(names, sizeof names, "%s%s", c ? ", " : "", column[c].name);
  iso_say(a, "%s: %s nodes with %s\n", files, iso_text_count(nnodes, nodes, sizeof nodes), names);
}

iso_status iso_command_write_columns(const iso_arguments *a, const iso_mesh *mesh, int n,
                                     const iso_node_column *column, const char *path, iso_error *err) {
  iso_slice slice = {0};
  iso_point_field field[MOST];
  double *value[MOST] = {NULL};
  char files[4200];
  iso_status status = iso_slice_of_mesh(mesh, &slice, err);
  if (status == ISO_OK) status = collect(mesh, slice.nnode, n, column, value, err);
  for (int c = 0; c < n; c++) field[c] = (iso_point_field){column[c].name, value[c]};
  if (status == ISO_OK)
    status = iso_slice_write_fields(a->comm, &slice, n, field, path, files, sizeof files, err);
  if (status == ISO_OK) say(a, mesh->nnodes, n, column, files);
  for (int c = 0; c < MOST; c++) free(value[c]);
  iso_slice_free(&slice);
  return status;
}
