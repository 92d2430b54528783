/* Links of the mesh, as the rounds go through them. */
#include "eikonal/eikonal_parts.h"

#include "base/memory.h"

#include <stdlib.h>

static iso_status check(const iso_delays *delays, int n, iso_error *err) {
  for (int g = 0; g < n; g++)
    if (!(delays[g].forward >= 0) || !(delays[g].back >= 0))
      return iso_fail(err, ISO_EINPUT, "links of group %d delay a wave by %g and %g ms; give 0 or more", g,
                      delays[g].forward, delays[g].back);
  return ISO_OK;
}

static iso_delays delays_of(const iso_link *link, int n, const iso_delays *delays) {
  const bool known = link->group >= 0 && link->group < n;
  return known ? delays[link->group] : (iso_delays){INFINITY, INFINITY};
}

/* Of each local node, in the order of links. */
static iso_status fill(iso_eikonal *k, int n, const iso_delays *delays, iso_error *err) {
  const iso_mesh_links *links = &k->mesh->links;
  const size_t nlocal = (size_t)k->mesh->nlocal;
  iso_lid *start;
  if (links->n == 0) return ISO_OK;
  ISO_TRY(iso_alloc(&k->passages, nlocal + 2, sizeof *k->passages, "links", err));
  ISO_TRY(iso_alloc(&k->passage, 2 * (size_t)links->n, sizeof *k->passage, "links", err));
  start = k->passages;
  for (iso_lid j = 0; j < links->n; j++)
    for (int end = 0; end < 2; end++) start[links->node[j][end] + 2]++;
  for (size_t i = 0; i < nlocal; i++) start[i + 2] += start[i + 1];
  for (iso_lid j = 0; j < links->n; j++) {
    const iso_delays d = delays_of(&links->link[j], n, delays);
    const iso_lid *node = links->node[j];
    k->passage[start[node[0] + 1]++] = (iso_passage){node[1], d.forward, d.back};
    k->passage[start[node[1] + 1]++] = (iso_passage){node[0], d.back, d.forward};
  }
  return ISO_OK;
}

iso_status iso_eikonal_set_delays(iso_eikonal *k, int n, const iso_delays *delays, iso_error *err) {
  free(k->passages);
  free(k->passage);
  k->passages = NULL, k->passage = NULL;
  iso_status status = check(delays, n, err);
  if (status == ISO_OK) status = fill(k, n, delays, err);
  return iso_agree(k->mesh->comm, status, err);
}
