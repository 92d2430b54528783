/* Which nodes the configuration's sets have. */
#include "study/setup.h"

#include <stdio.h>

/* The nodes of a set, which are some. what: "the stimulus 'corner'" */
static iso_status find_nodes(const iso_setup *setup, const iso_select *where, const char *path,
                             const char *what, iso_selection *out, iso_error *err) {
  char miss[300];
  iso_error inner = {0};
  iso_status status = iso_select_nodes(setup->mesh, where, out, &inner);
  if (status == ISO_EINPUT) return iso_config_fail(setup->config, err, path, "%s", inner.message);
  if (status != ISO_OK) return iso_fail(err, status, "%s", inner.message);
  if (out->total > 0) return ISO_OK;
  return iso_config_fail(setup->config, err, path, "%s %s", what, iso_selection_miss(out, miss, sizeof miss));
}

iso_status iso_setup_stimulated(const iso_setup *setup, int k, iso_selection *out, iso_error *err) {
  const iso_config_stimulus *s = &setup->config->stimuli[k];
  char path[64], what[100];
  snprintf(path, sizeof path, "stimuli.%d", k);
  snprintf(what, sizeof what, "the stimulus '%.60s'", s->name);
  return find_nodes(setup, &s->where, path, what, out, err);
}

iso_status iso_setup_region_nodes(const iso_setup *setup, int r, iso_selection *out, iso_error *err) {
  const iso_config_region *region = &setup->config->regions[r];
  char path[64], what[100];
  snprintf(path, sizeof path, "regions.%d.site", r);
  snprintf(what, sizeof what, "the site of region '%.60s'", region->name);
  return find_nodes(setup, &region->where, path, what, out, err);
}

static iso_status find_centre(const iso_setup *setup, const iso_select *where, const char *path,
                              const char *what, iso_gid *node, iso_error *err) {
  iso_selection found;
  ISO_TRY(find_nodes(setup, where, path, what, &found, err));
  *node = iso_selection_centre(setup->mesh, &found);
  iso_selection_free(&found);
  return ISO_OK;
}

iso_status iso_setup_actor(const iso_setup *setup, int k, iso_gid *sensed, iso_selection *out,
                           iso_error *err) {
  const iso_config_actor *a = &setup->config->actors[k];
  char path[64], what[100];
  snprintf(path, sizeof path, "actors.%d", k);
  snprintf(what, sizeof what, "the site that actor '%.40s' senses", a->name);
  *sensed = a->node;
  if (iso_select_given(&a->sense)) ISO_TRY(find_centre(setup, &a->sense, path, what, sensed, err));
  if (*sensed >= setup->mesh->nnodes)
    return iso_config_fail(setup->config, err, path,
                           "the actor '%s' senses node %lld, but the mesh has nodes 0 to %lld", a->name,
                           (long long)*sensed, (long long)setup->mesh->nnodes - 1);
  snprintf(what, sizeof what, "the actor '%.60s'", a->name);
  return find_nodes(setup, &a->where, path, what, out, err);
}

iso_status iso_setup_probed(const iso_setup *setup, int k, iso_gid *node, iso_error *err) {
  const iso_config_probe *p = &setup->config->outputs.probes[k];
  char path[64], what[100];
  snprintf(path, sizeof path, "outputs.probes.%d", k);
  snprintf(what, sizeof what, "the site of probe '%.60s'", p->name);
  return find_centre(setup, &p->where, path, what, node, err);
}
