/* What `isochrone mesh info` knows of a mesh, and its JSON. */
#ifndef ISO_APP_MESH_FACTS_H
#define ISO_APP_MESH_FACTS_H

#include "base/names.h"
#include "grid/ask/quality.h"
#include "study/demands.h"

#include <stdio.h>

typedef struct iso_mesh_facts {
  const char *file;
  const iso_mesh *mesh;
  iso_mesh_info info;
  iso_demands_of of;
  iso_demands demands;
  iso_names faults; /* sentences */
} iso_mesh_facts;

/* Collective. out->of says what tissue is asked about. Free out with iso_mesh_facts_free, after success only.
 */
iso_status iso_mesh_facts_find(iso_mesh_facts *out, const char *file, const iso_mesh *mesh,
                               const iso_demands_of *of, iso_error *err);
void iso_mesh_facts_free(iso_mesh_facts *facts);

/* "tetrahedra" and the like of a shape. */
const char *iso_shapes_text(int shape);

/* The name of a tag, or NULL. */
const char *iso_mesh_facts_name(const iso_mesh *mesh, const iso_tag_info *tag);

/* "nodes", "edges" or "faces" of a named surface. */
const char *iso_surface_items(const iso_surface *surface);

/* Collective. One JSON object with a new line at its end to stream, which is NULL on all ranks but the first.
 */
void iso_mesh_facts_json(const iso_mesh_facts *facts, FILE *stream);

#endif
