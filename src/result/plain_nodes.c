#include "base/atomic.h"
#include "base/memory.h"
#include "base/text.h"
#include "grid/format/write.h"
#include "grid/format/write_file.h"
#include "grid/share/blocks.h"
#include "grid/share/node_tags.h"
#include "grid/share/slice_of.h"
#include "result/plain.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* This rank's block of the nodes and the maps on it. */
typedef struct {
  int64_t first, n;
  int nmaps;
  const iso_variable **map; /* [nmaps] */
  double **value;           /* [nmaps][n] */
  double (*xyz)[3];         /* [n] mm */
  int32_t *region;          /* [n] */
} nodes;

static bool is_map(const iso_variable *v) { return v->fill && v->ndims == 0; }

static iso_status allocate(const iso_mesh *mesh, const iso_results *results, nodes *out, double **owned,
                           iso_error *err) {
  const char *what = "maps on their way to a file";
  const size_t room = (size_t)results->nvariables;
  ISO_TRY(iso_alloc(owned, (size_t)mesh->nowned, sizeof **owned, what, err));
  ISO_TRY(iso_alloc(&out->map, room, sizeof *out->map, what, err));
  ISO_TRY(iso_alloc(&out->value, room, sizeof *out->value, what, err));
  ISO_TRY(iso_alloc(&out->xyz, (size_t)out->n, sizeof *out->xyz, what, err));
  ISO_TRY(iso_alloc(&out->region, (size_t)out->n, sizeof *out->region, what, err));
  for (int k = 0; k < results->nvariables; k++) {
    if (!is_map(&results->variables[k])) continue;
    out->map[out->nmaps] = &results->variables[k];
    ISO_TRY(iso_alloc(&out->value[out->nmaps], (size_t)out->n, sizeof **out->value, what, err));
    out->nmaps++;
  }
  return ISO_OK;
}

static iso_status send(const iso_mesh *mesh, nodes *out, double *owned, iso_error *err) {
  iso_block_plan *plan = NULL;
  iso_status status = iso_block_plan_new(&plan, mesh->comm, mesh->nnodes, mesh->nowned, mesh->gid, err);
  if (status == ISO_OK) status = iso_block_plan_send(plan, mesh->xyz, sizeof *mesh->xyz, out->xyz, err);
  if (status == ISO_OK)
    status = iso_block_plan_send(plan, mesh->node_tag, sizeof *mesh->node_tag, out->region, err);
  for (int64_t i = 0; i < out->n && status == ISO_OK; i++) out->region[i] = iso_shown_tag(out->region[i]);
  for (int k = 0; k < out->nmaps && status == ISO_OK; k++) {
    out->map[k]->fill(out->map[k]->self, 0, owned);
    status = iso_block_plan_send(plan, owned, sizeof *owned, out->value[k], err);
  }
  iso_block_plan_free(plan);
  return status;
}

static iso_status gather(const iso_mesh *mesh, const iso_results *results, nodes *out, iso_error *err) {
  int size, rank;
  double *owned = NULL;
  MPI_Comm_size(mesh->comm, &size);
  MPI_Comm_rank(mesh->comm, &rank);
  *out = (nodes){.first = iso_block_first(mesh->nnodes, size, rank)};
  out->n = iso_block_first(mesh->nnodes, size, rank + 1) - out->first;
  iso_status status = iso_agree(mesh->comm, allocate(mesh, results, out, &owned, err), err);
  if (status == ISO_OK) status = send(mesh, out, owned, err);
  free(owned);
  return status;
}

static void release(nodes *n) {
  for (int k = 0; n->value && k < n->nmaps; k++) free(n->value[k]);
  free(n->value);
  free((void *)n->map);
  free(n->xyz);
  free(n->region);
}

static void put_number(FILE *file, double value) {
  char text[32];
  fprintf(file, ",%s", isnan(value) ? "" : iso_text_shortest(value, text, sizeof text));
}

static void put_lines(FILE *file, const void *context, int rank, int size) {
  (void)size;
  const nodes *n = context;
  if (rank == 0) {
    fputs("node,x_mm,y_mm,z_mm,region", file);
    for (int k = 0; k < n->nmaps; k++) {
      const char *unit = n->map[k]->unit;
      fprintf(file, strcmp(unit, "1") ? ",%s_%s" : ",%s", n->map[k]->name, unit);
    }
    fputc('\n', file);
  }
  for (int64_t i = 0; i < n->n; i++) {
    fprintf(file, "%lld", (long long)(n->first + i));
    for (int a = 0; a < 3; a++) put_number(file, n->xyz[i][a]);
    fprintf(file, ",%d", (int)n->region[i]);
    for (int k = 0; k < n->nmaps; k++) put_number(file, n->value[k][i]);
    fputc('\n', file);
  }
}

iso_status iso_plain_save_nodes(const char *path, const iso_mesh *mesh, const iso_results *results,
                                iso_error *err) {
  nodes n;
  iso_atomic file;
  iso_status status = gather(mesh, results, &n, err);
  if (status == ISO_OK) status = iso_atomic_begin(&file, mesh->comm, path, err);
  if (status == ISO_OK) {
    status = iso_write_in_turn(&file, put_lines, &n, err);
    if (status == ISO_OK)
      status = iso_atomic_commit(&file, err);
    else
      iso_atomic_abandon(&file);
  }
  release(&n);
  return status;
}

iso_status iso_plain_save_vtu(const char *path, const iso_mesh *mesh, const iso_results *results,
                              iso_error *err) {
  nodes n;
  iso_slice slice = {0};
  iso_point_field *field = NULL;
  iso_status status = gather(mesh, results, &n, err);
  if (status == ISO_OK)
    status = iso_agree(mesh->comm, iso_alloc(&field, (size_t)n.nmaps, sizeof *field, "maps", err), err);
  if (status == ISO_OK) status = iso_slice_of_mesh(mesh, &slice, err);
  if (status == ISO_OK) {
    for (int k = 0; k < n.nmaps; k++) field[k] = (iso_point_field){n.map[k]->name, n.value[k]};
    status = iso_slice_write_vtu_fields(mesh->comm, &slice, n.nmaps, field, path, err);
  }
  iso_slice_free(&slice);
  free(field);
  release(&n);
  return status;
}
