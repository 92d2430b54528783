/* Named surfaces: sets of faces, edges or nodes that have a name, and names of elements' tags.
 *
 * A surface is no tissue. It says which part of the mesh is called "epi" or "base": Gmsh's physical groups,
 * Exodus' side sets and node sets, files of surfaces beside the mesh. Its items are told by global numbers of
 * nodes; every rank has some of them, in no order, and knows the names of all surfaces in the same order. */
#ifndef ISO_GRID_SURFACES_H
#define ISO_GRID_SURFACES_H

#include "base/error.h"
#include "kernels/types.h"

#include <stdbool.h>

enum { ISO_NAME_SIZE = 128, ISO_FACE_NODES = 4 };

typedef iso_gid iso_item[ISO_FACE_NODES]; /* unused entries -1; nodes of a face in turn around it */

typedef struct iso_surface {
  char name[ISO_NAME_SIZE]; /* not empty; no other surface has it */
  int32_t id;               /* its number where it came from; 0: none */
  int dimension;            /* of its items: 0 nodes, 1 edges, 2 faces of three or four nodes */
  bool of_elements;         /* its items are elements of the slice, too */
  int64_t n, room;          /* items of this rank */
  iso_item *item;           /* [n] */
} iso_surface;

typedef struct iso_surfaces {
  int n; /* the same on every rank */
  iso_surface *surface;
} iso_surfaces;

/* The name of a tag among elements of one dimension. */
typedef struct iso_tag_name {
  int dimension;
  int32_t tag;
  char name[ISO_NAME_SIZE];
} iso_tag_name;

typedef struct iso_tag_names {
  int n;              /* the same on every rank */
  iso_tag_name *name; /* [n] */
} iso_tag_names;

/* *k: the surface with that name and dimension, made where there is none. Where the name is that of a surface
 * of another dimension, "_faces", "_edges" or "_nodes" follows it. A name is cut to ISO_NAME_SIZE - 1 bytes.
 * Every rank has to add the same surfaces in the same order. Fails for lack of memory. */
iso_status iso_surfaces_add(iso_surfaces *surfaces, const char *name, int32_t id, int dimension, int *k,
                            iso_error *err);

/* One more item, of n nodes, on this rank. Fails for lack of memory. */
iso_status iso_surface_put(iso_surface *surface, int n, const iso_gid *node, iso_error *err);

/* The surface of that name, or -1. */
int iso_surfaces_find(const iso_surfaces *surfaces, const char *name);

/* Into name, what a surface is called that is a list of nodes in a file, .vtx or .surf: lists in files of one
 * name, in whatever folder, are called the same. */
void iso_list_name(const char *path, char name[ISO_NAME_SIZE]);

/* Nodes of an item: 1 to 4. */
int iso_item_nodes(const iso_item item);

/* Collective. Items of a surface over all ranks. */
int64_t iso_surface_total(MPI_Comm comm, const iso_surface *surface);

/* Collective. Deals the items out, the same number to each rank, in the order of ranks. Fails for lack of
 * memory on all ranks. */
iso_status iso_surfaces_even_out(MPI_Comm comm, iso_surfaces *surfaces, iso_error *err);

/* Sum over this rank's items of a hash of each with its surface's name, whichever of a face's nodes is the
 * first: 0 without surfaces. */
uint64_t iso_surfaces_hash(const iso_surfaces *surfaces);

/* Copies both into cleared ones; what was copied is freed on failure. Fails for lack of memory. */
iso_status iso_surfaces_copy(const iso_surfaces *from, iso_surfaces *to, iso_error *err);
iso_status iso_tag_names_copy(const iso_tag_names *from, iso_tag_names *to, iso_error *err);

void iso_surfaces_free(iso_surfaces *surfaces);

/* Names a tag of elements of that dimension, where it has no name yet. Fails for lack of memory. */
iso_status iso_tag_names_add(iso_tag_names *names, int dimension, int32_t tag, const char *name,
                             iso_error *err);

/* NULL where it has none. */
const char *iso_tag_names_find(const iso_tag_names *names, int dimension, int32_t tag);

void iso_tag_names_free(iso_tag_names *names);

#endif
