/* The heart in another shape (mesh.shape). */
#include "study/setup.h"

#include "base/text.h"
#include "grid/make/move.h"
#include "study/shape_file.h"

#include <stdlib.h>

static void name_scores(const iso_config_shape *shape, char *text, size_t size) {
  char number[32];
  *text = '\0';
  for (int k = 0; k < shape->nscores; k++)
    iso_text_append(text, size, "%s%s", k ? ", " : "",
                    iso_text_shortest(shape->scores[k], number, sizeof number));
}

iso_status iso_setup_shape(const iso_setup *setup, MPI_Comm comm, iso_slice *slice, iso_error *err) {
  const iso_config_shape *shape = &setup->config->mesh.shape;
  double(*to)[3];
  iso_error why = {0};
  char scores[400];
  if (!setup->config->mesh.has_shape) return ISO_OK;
  iso_status status =
      iso_shape_file_places(comm, shape->file, shape->nscores, shape->scores, slice, &to, &why);
  if (status == ISO_EINPUT) return iso_config_fail(setup->config, err, "mesh.shape", "%s", why.message);
  if (status != ISO_OK) return iso_fail(err, status, "%s", why.message);
  status = iso_slice_move(comm, slice, (const double(*)[3])to, &why);
  free(to);
  if (status == ISO_OK) return ISO_OK;
  if (status != ISO_EINPUT) return iso_fail(err, status, "%s", why.message);
  name_scores(shape, scores, sizeof scores);
  return iso_config_fail(setup->config, err, "mesh.shape.scores",
                         "with the scores [%s], %s; use scores nearer to 0, or fewer modes", scores,
                         why.message);
}
