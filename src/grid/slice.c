#include "grid/slice.h"

#include <stdlib.h>

void iso_skin_free(iso_skin *skin) {
  free(skin->node);
  free(skin->tag);
  *skin = (iso_skin){0};
}

void iso_slice_free(iso_slice *slice) {
  free(slice->xyz);
  free(slice->shape);
  free(slice->tag);
  free(slice->conn);
  free(slice->fibre);
  free(slice->sheet);
  free(slice->node_fibre);
  iso_links_free(&slice->links);
  iso_skin_free(&slice->skin);
  iso_surfaces_free(&slice->surfaces);
  iso_tag_names_free(&slice->tag_names);
  *slice = (iso_slice){0};
}
