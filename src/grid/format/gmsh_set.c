/* A file of Gmsh, or a set of them, one for each partition. */
#include "grid/format/gmsh_index.h"

#include "base/share.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Of NAME_1.msh, or with zeros before the 1, the place of the number; NULL of another name. */
static const char *number_of(const char *path, int *digits) {
  const char *end = strrchr(path, '.');
  if (!end || strcmp(end, ".msh") != 0) return NULL;
  const char *at = end;
  while (at > path && isdigit((unsigned char)at[-1])) at--;
  *digits = (int)(end - at);
  return at > path && at[-1] == '_' && *digits > 0 && *digits < 8 && atoi(at) == 1 ? at : NULL;
}

bool iso_gmsh_path_of(const char *first, int k, char path[ISO_GMSH_PATH]) {
  int digits = 0;
  const char *number = number_of(first, &digits);
  if (k > 0 && !number) return false;
  const int n =
      k == 0 ? snprintf(path, ISO_GMSH_PATH, "%s", first)
             : snprintf(path, ISO_GMSH_PATH, "%.*s%0*d.msh", (int)(number - first), first, digits, k + 1);
  return n < ISO_GMSH_PATH;
}

/* Version 4.1 says how many files there are; of version 2 there are those that are there. */
static bool wants_more(const iso_gmsh_index *index, const char *path) {
  return index->version == ISO_GMSH_4 ? index->nhere < index->nparts && index->nfiles < index->nparts
                                      : index->has_parts && access(path, F_OK) == 0;
}

static iso_status add_others(const char *first, iso_gmsh_index *index, iso_error *err) {
  char path[ISO_GMSH_PATH];
  while (iso_gmsh_path_of(first, index->nfiles, path) && wants_more(index, path)) {
    if (access(path, F_OK) != 0)
      return iso_fail(
          err, ISO_EINPUT,
          "%s is missing: %s has one of %d partitions, and stands for the files of all; put them beside "
          "it, or give it a name without _1 to read it alone",
          path, first, index->nparts);
    ISO_TRY(iso_gmsh_index_add(path, index->nfiles++, index, err));
  }
  if (index->nfiles == 1) return ISO_OK;
  ISO_TRY(iso_gmsh_count_parts(index, err));
  if (index->nhere >= index->nparts) return ISO_OK; /* version 2: 0 both */
  return iso_fail(err, ISO_EINPUT,
                  "%s: the %d files of its set have elements of only %d of %d partitions; one of them is a "
                  "copy or of another mesh: write the set again",
                  first, index->nfiles, index->nhere, index->nparts);
}

iso_status iso_gmsh_index_make(const char *path, iso_gmsh_index *index, iso_error *err) {
  *index = (iso_gmsh_index){.nfiles = 1};
  iso_status status = iso_gmsh_index_add(path, 0, index, err);
  if (status == ISO_OK) status = iso_gmsh_count_parts(index, err);
  if (status == ISO_OK) status = add_others(path, index, err);
  if (status != ISO_OK) iso_gmsh_index_free(index);
  return status;
}

void iso_gmsh_index_free(iso_gmsh_index *index) {
  free(index->nodes.run);
  free(index->elements.run);
  free(index->entity);
  free(index->group);
  free(index->ghost);
  iso_tag_names_free(&index->names);
  *index = (iso_gmsh_index){0};
}

iso_status iso_gmsh_index_share(MPI_Comm comm, iso_gmsh_index *index, iso_error *err) {
  int rank;
  iso_gmsh_index head = *index;
  MPI_Comm_rank(comm, &rank);
  MPI_Bcast(&head, (int)sizeof head, MPI_BYTE, 0, comm);
  if (rank != 0) {
    *index = head;
    index->nodes.run = index->elements.run = NULL;
    index->entity = NULL, index->group = index->ghost = NULL, index->names.name = NULL;
  }
  ISO_TRY(iso_share_items(comm, &index->nodes.run, index->nodes.n, sizeof *index->nodes.run, "a file's index",
                          err));
  ISO_TRY(iso_share_items(comm, &index->elements.run, index->elements.n, sizeof *index->elements.run,
                          "a file's index", err));
  ISO_TRY(
      iso_share_items(comm, &index->entity, index->nentities, sizeof *index->entity, "a file's index", err));
  ISO_TRY(iso_share_items(comm, &index->ghost, index->nghosts, sizeof *index->ghost, "a file's index", err));
  ISO_TRY(iso_share_items(comm, &index->group, index->ngroups, sizeof *index->group, "a file's index", err));
  return iso_share_items(comm, &index->names.name, index->names.n, sizeof *index->names.name,
                         "a file's index", err);
}
