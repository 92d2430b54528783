#include "grid/links.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>

bool iso_link_is_resistor(const iso_link *link) { return link->delay_ms == 0 && !link->one_way; }

static iso_status check(const iso_link *link, iso_gid number, iso_gid nnodes, iso_error *err) {
  const long long k = (long long)number + 1;
  for (int end = 0; end < 2; end++)
    if (link->node[end] < 0 || link->node[end] >= nnodes)
      return iso_fail(err, ISO_EINPUT,
                      "link %lld: node %lld is none of the mesh's, 0 to %lld; name one of these", k,
                      (long long)link->node[end], (long long)nnodes - 1);
  if (link->node[0] == link->node[1])
    return iso_fail(err, ISO_EINPUT, "link %lld: it goes from node %lld to itself; name two nodes", k,
                    (long long)link->node[0]);
  if (!(link->conductance_mS > 0) || !isfinite(link->conductance_mS))
    return iso_fail(err, ISO_EINPUT, "link %lld: its conductance is %g mS; give one above 0", k,
                    link->conductance_mS);
  if (!(link->delay_ms >= 0) || !isfinite(link->delay_ms))
    return iso_fail(err, ISO_EINPUT, "link %lld: its delay is %g ms; give 0 or more", k, link->delay_ms);
  return ISO_OK;
}

iso_status iso_links_new(iso_links *out, MPI_Comm comm, iso_gid nnodes, int64_t n, const iso_link *link,
                         iso_error *err) {
  *out = (iso_links){.n = n};
  MPI_Allreduce(&n, &out->total, 1, MPI_INT64_T, MPI_SUM, comm);
  MPI_Exscan(&n, &out->first, 1, MPI_INT64_T, MPI_SUM, comm); /* leaves rank 0's 0 alone */
  iso_status status = ISO_OK;
  for (int64_t k = 0; k < n && status == ISO_OK; k++) status = check(&link[k], out->first + k, nnodes, err);
  if (status == ISO_OK) status = iso_alloc(&out->link, (size_t)n, sizeof *out->link, "links", err);
  /* Member by member: padding stays 0, because links are sent as they are. */
  for (int64_t k = 0; k < n && status == ISO_OK; k++) {
    out->link[k].node[0] = link[k].node[0], out->link[k].node[1] = link[k].node[1];
    out->link[k].conductance_mS = link[k].conductance_mS;
    out->link[k].delay_ms = link[k].delay_ms;
    out->link[k].one_way = link[k].one_way;
    out->link[k].group = link[k].group;
  }
  status = iso_agree(comm, status, err);
  if (status != ISO_OK) iso_links_free(out);
  return status;
}

void iso_links_free(iso_links *links) {
  free(links->link);
  *links = (iso_links){0};
}

void iso_mesh_links_free(iso_mesh_links *links) {
  free(links->number);
  free(links->link);
  free(links->node);
  *links = (iso_mesh_links){0};
}
