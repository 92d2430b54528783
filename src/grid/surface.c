#include "grid/surface.h"

#include "base/memory.h"
#include "grid/cells.h"
#include "grid/geometry.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  iso_lid elem;
  uint8_t index;
} face_ref;

/* Faces with an owned node, listed at the lowest local number among their nodes, which is then an owned one.
 */
typedef struct {
  int64_t *first; /* [nowned + 1] */
  face_ref *face; /* [first[nowned]] */
} face_lists;

/* Nodes of a face by ascending local number; -1 beyond the third of a triangle. */
static void face_nodes(const iso_mesh *mesh, face_ref face, iso_lid node[4]) {
  const iso_cell *cell = &iso_cells[mesh->shape[face.elem]];
  node[3] = -1;
  for (int k = 0; k < cell->face_nodes; k++) {
    iso_lid here = mesh->conn[(int64_t)face.elem * mesh->width + cell->face[face.index][k]];
    int j = k;
    for (; j > 0 && node[j - 1] > here; j--) node[j] = node[j - 1];
    node[j] = here;
  }
}

static void count_faces(const iso_mesh *mesh, face_lists *lists) {
  for (iso_lid e = 0; e < mesh->nelem; e++)
    for (int f = 0; f < iso_cells[mesh->shape[e]].nfaces; f++) {
      iso_lid node[4];
      face_nodes(mesh, (face_ref){e, (uint8_t)f}, node);
      if (node[0] < mesh->nowned) lists->first[node[0] + 1]++;
    }
  for (iso_lid i = 0; i < mesh->nowned; i++) lists->first[i + 1] += lists->first[i];
}

/* Advances first[i] to the end of list i, then moves the bounds back by one place. */
static void fill_lists(const iso_mesh *mesh, face_lists *lists) {
  for (iso_lid e = 0; e < mesh->nelem; e++)
    for (int f = 0; f < iso_cells[mesh->shape[e]].nfaces; f++) {
      face_ref face = {e, (uint8_t)f};
      iso_lid node[4];
      face_nodes(mesh, face, node);
      if (node[0] < mesh->nowned) lists->face[lists->first[node[0]]++] = face;
    }
  memmove(lists->first + 1, lists->first, (size_t)mesh->nowned * sizeof *lists->first);
  lists->first[0] = 0;
}

static iso_status list_faces(const iso_mesh *mesh, face_lists *lists, iso_error *err) {
  ISO_TRY(iso_alloc(&lists->first, (size_t)mesh->nowned + 1, sizeof *lists->first, "faces", err));
  count_faces(mesh, lists);
  ISO_TRY(iso_realloc(&lists->face, (size_t)lists->first[mesh->nowned], sizeof *lists->face, "faces", err));
  fill_lists(mesh, lists);
  return ISO_OK;
}

/* How many elements have the face; lists are short, about a dozen. *is_first: none before it in the list
 * does. */
static int count_same(const iso_mesh *mesh, const face_lists *lists, iso_lid node, int64_t place,
                      bool *is_first) {
  iso_lid mine[4], other[4];
  face_nodes(mesh, lists->face[place], mine);
  int n = 0;
  *is_first = true;
  for (int64_t i = lists->first[node]; i < lists->first[node + 1]; i++) {
    face_nodes(mesh, lists->face[i], other);
    bool same = memcmp(mine, other, sizeof mine) == 0;
    n += same;
    if (same && i < place) *is_first = false;
  }
  return n;
}

iso_status iso_surface_faces(const iso_mesh *mesh, uint8_t *faces, int64_t *crowded, iso_error *err) {
  face_lists lists = {0};
  iso_status status = list_faces(mesh, &lists, err);
  memset(faces, 0, (size_t)mesh->nelem);
  int64_t ncrowded = 0;
  for (iso_lid node = 0; node < mesh->nowned && status == ISO_OK; node++)
    for (int64_t i = lists.first[node]; i < lists.first[node + 1]; i++) {
      bool is_first;
      int n = count_same(mesh, &lists, node, i, &is_first);
      if (n == 1) faces[lists.face[i].elem] |= (uint8_t)(1u << lists.face[i].index);
      ncrowded += n > 2 && is_first;
    }
  if (crowded) *crowded = ncrowded;
  free(lists.first);
  free(lists.face);
  return status;
}

static void mark_face(const iso_mesh *mesh, face_ref face, uint8_t *on_surface) {
  iso_lid node[4];
  face_nodes(mesh, face, node);
  for (int k = 0; k < 4; k++)
    if (node[k] >= 0 && node[k] < mesh->nowned) on_surface[node[k]] = 1;
}

/* Starts from all nodes that have elements, and takes out those of volume elements. */
static void mark_thin(const iso_mesh *mesh, uint8_t *on_surface) {
  memset(on_surface, 0, (size_t)mesh->nowned);
  for (int volume = 0; volume < 2; volume++)
    for (iso_lid e = 0; e < mesh->nelem; e++) {
      if ((iso_shape_dimension(mesh->shape[e]) == 3) != volume) continue;
      for (int k = 0; k < iso_shape_nodes(mesh->shape[e]); k++) {
        iso_lid node = mesh->conn[(int64_t)e * mesh->width + k];
        if (node < mesh->nowned) on_surface[node] = !volume;
      }
    }
}

iso_status iso_surface_nodes(const iso_mesh *mesh, uint8_t *on_surface, iso_error *err) {
  uint8_t *faces;
  ISO_TRY(iso_alloc(&faces, (size_t)mesh->nelem, 1, "surface faces", err));
  iso_status status = iso_surface_faces(mesh, faces, NULL, err);
  if (status == ISO_OK) {
    mark_thin(mesh, on_surface);
    for (iso_lid e = 0; e < mesh->nelem; e++)
      for (uint8_t f = 0; f < iso_cells[mesh->shape[e]].nfaces; f++)
        if (faces[e] >> f & 1) mark_face(mesh, (face_ref){e, f}, on_surface);
  }
  free(faces);
  return status;
}
