/* Shape modes of hearts in correspondence. */
#include "app/command.h"

#include "anatomy/corresponding.h"
#include "anatomy/shape_modes.h"
#include "app/command_mesh.h"
#include "base/memory.h"
#include "base/text.h"
#include "grid/mesh.h"
#include "result/netcdf_file.h"
#include "study/shape_file.h"

#include <stdlib.h>
#include <string.h>

enum { LEAST_MESHES = 3, MOST_MESHES = 4096 };

typedef struct work {
  const iso_arguments *arguments;
  const char *output;
  int most; /* modes */
  bool align;
  int rounds; /* that it took */
  iso_corresponding first;
  iso_shapes shapes;
  uint64_t *checksum; /* [nmeshes] */
  iso_shape_modes modes;
} work;

/* ---- what is asked ---- */

static iso_status read_most(work *w, iso_error *err) {
  const char *text = iso_argument(w->arguments, "modes");
  char *end;
  w->most = MOST_MESHES;
  if (!text) return ISO_OK;
  const long most = strtol(text, &end, 10);
  if (end == text || *end || most < 1 || most > MOST_MESHES)
    return iso_fail(err, ISO_EINPUT, "--modes: expected a whole number from 1 to %d, got '%.40s'",
                    (int)MOST_MESHES, text);
  w->most = (int)most;
  return ISO_OK;
}

static iso_status read_options(work *w, iso_error *err) {
  const char *how = iso_argument(w->arguments, "align");
  w->output = iso_argument(w->arguments, "output");
  if (!w->output) return iso_fail(err, ISO_EINPUT, "--output is missing: where the modes go, like modes.nc");
  w->align = !strcmp(how, "rigid");
  if (!w->align && strcmp(how, "none") != 0)
    return iso_fail(err, ISO_EINPUT, "--align: use rigid or none, not '%.40s'", how);
  return read_most(w, err);
}

/* ---- the meshes ---- */

/* Frees the slice. */
static iso_status find_checksum(MPI_Comm comm, iso_slice *slice, uint64_t *checksum, iso_error *err) {
  iso_mesh *mesh;
  ISO_TRY(iso_mesh_build(comm, slice, NULL, &mesh, NULL, err));
  *checksum = mesh->checksum;
  iso_mesh_free(mesh);
  return ISO_OK;
}

static iso_status take_places(work *w, int k, const iso_slice *slice, iso_error *err) {
  const iso_arguments *a = w->arguments;
  const char *file = a->positional[k];
  if (k == 0) {
    ISO_TRY(iso_corresponding_new(&w->first, a->comm, slice, file, err));
    w->shapes = (iso_shapes){.comm = a->comm, .nnodes = slice->nnodes, .n = w->first.nnode};
    ISO_TRY(
        iso_alloc_all(a->comm, &w->shapes.xyz, (size_t)a->npositional, sizeof *w->shapes.xyz, "shapes", err));
    w->shapes.nmeshes = a->npositional;
  }
  ISO_TRY(
      iso_alloc_all(a->comm, &w->shapes.xyz[k], (size_t)w->shapes.n, sizeof **w->shapes.xyz, "shapes", err));
  return iso_corresponding_places(&w->first, slice, file, w->shapes.xyz[k], err);
}

static iso_status read_mesh(work *w, int k, iso_error *err) {
  const iso_arguments *a = w->arguments;
  iso_slice slice = {0};
  ISO_TRY(iso_command_read_mesh(a, a->positional[k], &slice, err));
  const iso_status status = take_places(w, k, &slice, err);
  if (status == ISO_OK) return find_checksum(a->comm, &slice, &w->checksum[k], err);
  iso_slice_free(&slice);
  return status;
}

/* ---- what comes of them ---- */

static void say(const work *w) {
  const iso_arguments *a = w->arguments;
  char nodes[32];
  double share = 0;
  iso_say(a, "%s: %d mode%s of %d meshes of %s nodes\n", w->output, w->modes.nmodes,
          w->modes.nmodes == 1 ? "" : "s", w->modes.nmeshes,
          iso_text_count(w->shapes.nnodes, nodes, sizeof nodes));
  if (w->align)
    iso_say(a,
            "aligned by rotation and translation, without scaling, in %d rounds; the mean lies as %s does\n",
            w->rounds, a->positional[0]);
  for (int k = 0; k < w->modes.nmodes; k++) {
    share += w->modes.share[k];
    iso_say(a, "mode %-3d  sd %8.4g mm  %5.1f%% of the variance  %5.1f%% so far\n", k + 1, w->modes.sd[k],
            100 * w->modes.share[k], 100 * share);
  }
}

static iso_status make(work *w, iso_error *err) {
  const iso_arguments *a = w->arguments;
  ISO_TRY(read_options(w, err));
  ISO_TRY(iso_argument_is_new(a, "output", err));
  ISO_TRY(iso_ncfile_check(a->comm, w->output, err));
  ISO_TRY(iso_alloc_all(a->comm, &w->checksum, (size_t)a->npositional, sizeof *w->checksum, "shapes", err));
  for (int k = 0; k < a->npositional; k++) ISO_TRY(read_mesh(w, k, err));
  if (w->align) ISO_TRY(iso_shapes_align(&w->shapes, &w->rounds, err));
  ISO_TRY(iso_shape_modes_new(&w->modes, &w->shapes, w->most, err));
  const iso_shape_origin origin = {.nnodes = w->shapes.nnodes,
                                   .topology = w->first.hash,
                                   .checksum = w->checksum,
                                   .alignment =
                                       w->align ? "rotation and translation, without scaling" : "none"};
  ISO_TRY(iso_shape_file_write(a->comm, &w->modes, &origin, w->output, err));
  say(w);
  return ISO_OK;
}

static iso_status modes(const iso_arguments *a, iso_error *err) {
  work w = {.arguments = a};
  const iso_status status = make(&w, err);
  for (int k = 0; w.shapes.xyz && k < a->npositional; k++) free(w.shapes.xyz[k]);
  free(w.shapes.xyz);
  free(w.checksum);
  iso_corresponding_free(&w.first);
  iso_shape_modes_free(&w.modes);
  return status;
}

static const iso_option options[] = {
    {"output", 'o', "FILE.nc", NULL, "where the mean, the modes and their standard deviations go"},
    {"align", 0, "HOW", "rigid", "rigid: turned and moved onto each other, sizes stay; none: as they lie"},
    {"modes", 'n', "N", NULL, "that are kept at most [as many as there are]"},
    ISO_MESH_INPUT_OPTIONS,
    ISO_SECOND_ORDER_OPTION,
    {0}};

const iso_command iso_command_mesh_modes = {
    "mesh modes",
    "A B C ...",
    LEAST_MESHES,
    MOST_MESHES,
    "mean and modes of shapes, of meshes in correspondence",
    "Node by node the same place of each heart: equal numbers of nodes, the same elements and tags. A\n"
    "configuration makes hearts of them by mesh.shape, a study draws such hearts.\n",
    options,
    modes,
};
