/* Fields of factors: what velocities or durations of action potentials are times. */
#include "study/setup.h"

#include "base/memory.h"
#include "study/node_field.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Of owned nodes; the lowest one that is wrong, on any number of ranks. */
static iso_status check(const iso_setup *setup, const char *section, const iso_config_factor *from,
                        const double *factor, iso_error *err) {
  const iso_mesh *mesh = setup->mesh;
  iso_gid node = INT64_MAX;
  char path[64];
  for (iso_lid i = 0; i < mesh->nowned; i++)
    if (!(factor[i] > 0 && isfinite(factor[i])) && mesh->gid[i] < node) node = mesh->gid[i];
  MPI_Allreduce(MPI_IN_PLACE, &node, 1, MPI_INT64_T, MPI_MIN, mesh->comm);
  if (node == INT64_MAX) return ISO_OK;
  snprintf(path, sizeof path, "%s.variable", section);
  return iso_config_fail(setup->config, err, path,
                         "'%.60s' is no finite number above 0 at node %lld (from 0)", from->variable,
                         (long long)node);
}

iso_status iso_setup_factor(const iso_setup *setup, const char *section, const iso_config_factor *from,
                            double *owned, iso_error *err) {
  iso_error inner = {0};
  char path[64];
  const iso_status status = iso_node_field_read(setup->mesh, from->file, from->variable, owned, &inner);
  snprintf(path, sizeof path, "%s.file", section);
  if (status == ISO_EINPUT) return iso_config_fail(setup->config, err, path, "%s", inner.message);
  if (status != ISO_OK) return iso_fail(err, status, "%s", inner.message);
  return check(setup, section, from, owned, err);
}

iso_status iso_setup_stretch(const iso_setup *setup, double *lasting_ms, iso_error *err) {
  const iso_lid n = setup->mesh->nowned;
  double *factor = NULL;
  if (!setup->config->has_apd_field) return ISO_OK;
  ISO_TRY(iso_alloc_all(setup->mesh->comm, &factor, (size_t)n, sizeof *factor, "apd_field", err));
  const iso_status status = iso_setup_factor(setup, "apd_field", &setup->config->apd_field, factor, err);
  for (iso_lid i = 0; i < n && status == ISO_OK; i++) lasting_ms[i] *= factor[i];
  free(factor);
  return status;
}
