/* Which elements each node of a mesh is of. */
#ifndef ISO_LINEAR_NODE_ELEMENTS_H
#define ISO_LINEAR_NODE_ELEMENTS_H

#include "grid/mesh.h"
#include "kernels/node_elements.h"

/* As kernels take it: see ISO_FOR_ELEMENTS. */
typedef struct iso_node_elements {
  int64_t *node_start;
  iso_lid *node_elem;
} iso_node_elements;

/* Lists the elements of all local nodes of mesh. bundle: iso_bundle(mesh->nelem), or a smaller power of two.
 * ISO_EFAIL where memory is short. Not collective; to be freed whatever the status. */
iso_status iso_node_elements_new(iso_node_elements *out, const iso_mesh *mesh, int bundle, iso_error *err);
void iso_node_elements_free(iso_node_elements *list);

#endif
