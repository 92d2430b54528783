/* The heart in another shape (mesh.shape). */
#include "study/setup.h"

#include "base/text.h"
#include "grid/make/carry.h"
#include "grid/make/move.h"
#include "study/networks.h"
#include "study/shape_file.h"

#include <stdlib.h>

static void name_scores(const iso_config_shape *shape, char *text, size_t size) {
  char number[32];
  *text = '\0';
  for (int k = 0; k < shape->nscores; k++)
    iso_text_append(text, size, "%s%s", k ? ", " : "",
                    iso_text_shortest(shape->scores[k], number, sizeof number));
}

/* What lies beside the mesh goes first. */
static iso_status move(MPI_Comm comm, iso_slice *slice, const double (*to)[3], iso_networks *networks,
                       iso_error *err) {
  for (int k = 0; networks && k < networks->n; k++)
    ISO_TRY(iso_slice_carry(comm, slice, to, networks->tree[k].nnode, networks->tree[k].xyz, err));
  return iso_slice_move(comm, slice, to, err);
}

iso_status iso_setup_shape(const iso_setup *setup, MPI_Comm comm, iso_slice *slice, iso_networks *networks,
                           iso_error *err) {
  const iso_config_shape *shape = &setup->config->mesh.shape;
  double(*to)[3];
  iso_error why = {0};
  char scores[400];
  if (!setup->config->mesh.has_shape) return ISO_OK;
  iso_status status =
      iso_shape_file_places(comm, shape->file, shape->nscores, shape->scores, slice, &to, &why);
  if (status == ISO_EINPUT) return iso_config_fail(setup->config, err, "mesh.shape", "%s", why.message);
  if (status != ISO_OK) return iso_fail(err, status, "%s", why.message);
  status = move(comm, slice, (const double(*)[3])to, networks, &why);
  free(to);
  if (status == ISO_OK) return ISO_OK;
  if (status != ISO_EINPUT) return iso_fail(err, status, "%s", why.message);
  name_scores(shape, scores, sizeof scores);
  return iso_config_fail(setup->config, err, "mesh.shape.scores",
                         "with the scores [%s], %s; use scores nearer to 0, or fewer modes", scores,
                         why.message);
}
