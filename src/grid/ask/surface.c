#include "grid/ask/surface.h"

#include "base/memory.h"
#include "grid/geometry.h"
#include "grid/shapes.h"

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
  const iso_cell *cell = &iso_shapes[mesh->shape[face.elem]];
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
    for (int f = 0; f < iso_shapes[mesh->shape[e]].nfaces; f++) {
      iso_lid node[4];
      face_nodes(mesh, (face_ref){e, (uint8_t)f}, node);
      if (node[0] < mesh->nowned) lists->first[node[0] + 1]++;
    }
  for (iso_lid i = 0; i < mesh->nowned; i++) lists->first[i + 1] += lists->first[i];
}

/* Advances first[i] to the end of list i, then moves the bounds back by one place. */
static void fill_lists(const iso_mesh *mesh, face_lists *lists) {
  for (iso_lid e = 0; e < mesh->nelem; e++)
    for (int f = 0; f < iso_shapes[mesh->shape[e]].nfaces; f++) {
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

static int64_t longest_list(const iso_mesh *mesh, const face_lists *lists) {
  int64_t longest = 0;
  for (iso_lid i = 0; i < mesh->nowned; i++)
    if (lists->first[i + 1] - lists->first[i] > longest) longest = lists->first[i + 1] - lists->first[i];
  return longest;
}

/* A face of a list, and how many equal ones stand before and after it. */
typedef struct {
  iso_lid node[4];
  int before, after;
} listed_face;

static bool same_face(const listed_face *a, const listed_face *b) { /* the first node is the list's */
  return a->node[1] == b->node[1] && a->node[2] == b->node[2] && a->node[3] == b->node[3];
}

/* Compares the n faces of one list with each other, as a list holds about a dozen: marks those that have no
 * equal, and returns how many have more than one. listed [n] is room to work in. */
static int64_t compare_list(const iso_mesh *mesh, int64_t n, const face_ref *face, listed_face *listed,
                            uint8_t *faces) {
  int64_t crowded = 0;
  for (int64_t i = 0; i < n; i++) {
    listed[i].before = listed[i].after = 0;
    face_nodes(mesh, face[i], listed[i].node);
    for (int64_t j = 0; j < i; j++)
      if (same_face(&listed[j], &listed[i])) {
        listed[j].after++;
        listed[i].before++;
      }
  }
  for (int64_t i = 0; i < n; i++) {
    if (listed[i].before + listed[i].after == 0) faces[face[i].elem] |= (uint8_t)(1u << face[i].index);
    crowded += listed[i].before == 0 && listed[i].after > 1;
  }
  return crowded;
}

static iso_status compare_lists(const iso_mesh *mesh, const face_lists *lists, uint8_t *faces,
                                int64_t *crowded, iso_error *err) {
  listed_face *listed;
  ISO_TRY(iso_alloc(&listed, (size_t)longest_list(mesh, lists), sizeof *listed, "faces", err));
  for (iso_lid i = 0; i < mesh->nowned; i++)
    *crowded += compare_list(mesh, lists->first[i + 1] - lists->first[i], lists->face + lists->first[i],
                             listed, faces);
  free(listed);
  return ISO_OK;
}

iso_status iso_surface_faces(const iso_mesh *mesh, uint8_t *faces, int64_t *crowded, iso_error *err) {
  face_lists lists = {0};
  int64_t ncrowded = 0;
  memset(faces, 0, (size_t)mesh->nelem);
  iso_status status = list_faces(mesh, &lists, err);
  if (status == ISO_OK) status = compare_lists(mesh, &lists, faces, &ncrowded, err);
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
      for (uint8_t f = 0; f < iso_shapes[mesh->shape[e]].nfaces; f++)
        if (faces[e] >> f & 1) mark_face(mesh, (face_ref){e, f}, on_surface);
  }
  free(faces);
  return status;
}
