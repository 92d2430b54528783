#include "grid/format/write_gmsh_groups.h"

#include "base/memory.h"
#include "grid/format/write_groups.h"

#include <stdlib.h>

/* Surfaces get the numbers behind the highest. */
static iso_status check_tags(int n, const iso_group *group, const iso_slice *slice, const char *path,
                             iso_error *err) {
  for (int g = 0; g < n; g++)
    if (group[g].tag < 0 || group[g].tag > INT32_MAX - slice->surfaces.n)
      return iso_fail(
          err, ISO_EINPUT,
          "%s: the mesh has the tag %d, and Gmsh none below 0 or above %d, surfaces included; give "
          "it another",
          path, (int)group[g].tag, INT32_MAX);
  return ISO_OK;
}

static int32_t free_tag(const iso_gmsh_groups *groups, int dimension) {
  int32_t highest = 0;
  for (int g = 0; g < groups->n; g++)
    if (groups->group[g].dimension == dimension && groups->group[g].tag > highest)
      highest = groups->group[g].tag;
  return highest + 1;
}

static void list(iso_gmsh_groups *out, int n, const iso_group *of_elements, const iso_slice *slice) {
  for (int g = 0; g < n; g++) {
    const int dimension = of_elements[g].dimension;
    const int32_t tag = of_elements[g].tag;
    out->group[out->n++] = (iso_gmsh_group){
        .dimension = dimension, .tag = tag, .name = iso_tag_names_find(&slice->tag_names, dimension, tag)};
  }
  out->nelements = n;
  for (int k = 0; k < slice->surfaces.n; k++) {
    const iso_surface *s = &slice->surfaces.surface[k];
    if (s->of_elements) continue;
    const int32_t tag = free_tag(out, s->dimension);
    out->group[out->n++] =
        (iso_gmsh_group){.dimension = s->dimension, .tag = tag, .name = s->name, .surface = s};
  }
}

iso_status iso_gmsh_groups_new(iso_gmsh_groups *out, MPI_Comm comm, const iso_slice *slice, const char *path,
                               iso_error *err) {
  int n = 0;
  iso_group *of_elements = NULL;
  *out = (iso_gmsh_groups){0};
  iso_status status = iso_list_groups(comm, slice, &n, &of_elements, err);
  if (status == ISO_OK) status = check_tags(n, of_elements, slice, path, err);
  if (status == ISO_OK)
    status = iso_alloc_all(comm, &out->group, (size_t)(n + slice->surfaces.n), sizeof *out->group,
                           "groups of a mesh", err);
  if (status == ISO_OK) list(out, n, of_elements, slice);
  free(of_elements);
  return status;
}

void iso_gmsh_groups_free(iso_gmsh_groups *groups) { free(groups->group); }
