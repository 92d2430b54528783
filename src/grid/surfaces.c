#include "grid/surfaces.h"

#include "base/memory.h"
#include "grid/format/read_runs.h"
#include "grid/hash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const of_dimension[] = {"nodes", "edges", "faces"};

static void name_it(char name[ISO_NAME_SIZE], const char *text) {
  snprintf(name, ISO_NAME_SIZE, "%s", *text ? text : "unnamed");
}

int iso_surfaces_find(const iso_surfaces *surfaces, const char *name) {
  for (int k = 0; k < surfaces->n; k++)
    if (!strcmp(surfaces->surface[k].name, name)) return k;
  return -1;
}

iso_status iso_surfaces_add(iso_surfaces *surfaces, const char *name, int32_t id, int dimension, int *k,
                            iso_error *err) {
  char own[ISO_NAME_SIZE], longer[ISO_NAME_SIZE];
  name_it(own, name);
  *k = iso_surfaces_find(surfaces, own);
  if (*k >= 0 && surfaces->surface[*k].dimension != dimension) {
    snprintf(longer, sizeof longer, "%.110s_%s", own, of_dimension[dimension]);
    memcpy(own, longer, sizeof own);
    *k = iso_surfaces_find(surfaces, own);
  }
  if (*k >= 0) return ISO_OK;
  ISO_TRY(iso_realloc(&surfaces->surface, (size_t)surfaces->n + 1, sizeof *surfaces->surface,
                      "named surfaces", err));
  *k = surfaces->n++;
  surfaces->surface[*k] = (iso_surface){.id = id, .dimension = dimension};
  memcpy(surfaces->surface[*k].name, own, sizeof own);
  return ISO_OK;
}

iso_status iso_surface_put(iso_surface *surface, int n, const iso_gid *node, iso_error *err) {
  if (surface->n == surface->room) {
    const int64_t room = 2 * surface->room + 64;
    ISO_TRY(iso_realloc(&surface->item, (size_t)room, sizeof *surface->item, "named surfaces", err));
    surface->room = room;
  }
  iso_gid *to = surface->item[surface->n++];
  for (int i = 0; i < ISO_FACE_NODES; i++) to[i] = i < n ? node[i] : -1;
  return ISO_OK;
}

void iso_list_name(const char *path, char name[ISO_NAME_SIZE]) {
  const char *slash = strrchr(path, '/');
  snprintf(name, ISO_NAME_SIZE, "list %s", slash ? slash + 1 : path);
}

int iso_item_nodes(const iso_item item) {
  int n = 0;
  while (n < ISO_FACE_NODES && item[n] >= 0) n++;
  return n;
}

int64_t iso_surface_total(MPI_Comm comm, const iso_surface *surface) {
  int64_t n = surface->n;
  MPI_Allreduce(MPI_IN_PLACE, &n, 1, MPI_INT64_T, MPI_SUM, comm);
  return n;
}

static iso_status even_out(MPI_Comm comm, iso_surface *s, iso_error *err) {
  int rank, size;
  iso_item *share = NULL;
  const int64_t total = iso_surface_total(comm, s);
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  const int64_t n = total * (rank + 1) / size - total * rank / size;
  iso_status status = iso_realloc(&share, (size_t)n + 1, sizeof *share, "named surfaces", err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) status = iso_runs_move(comm, s->n, s->item, n, share, (int)sizeof *share, err);
  if (status != ISO_OK) {
    free(share);
    return status;
  }
  free(s->item);
  s->item = share, s->n = n, s->room = n + 1;
  return ISO_OK;
}

iso_status iso_surfaces_even_out(MPI_Comm comm, iso_surfaces *surfaces, iso_error *err) {
  for (int k = 0; k < surfaces->n; k++) ISO_TRY(even_out(comm, &surfaces->surface[k], err));
  return ISO_OK;
}

/* From the lowest node on: where the list of a face begins says nothing. */
static void turn(const iso_item item, iso_item out) {
  const int n = iso_item_nodes(item);
  int low = 0;
  for (int k = 1; k < n; k++)
    if (item[k] < item[low]) low = k;
  for (int k = 0; k < ISO_FACE_NODES; k++) out[k] = k < n ? item[(low + k) % n] : -1;
}

uint64_t iso_surfaces_hash(const iso_surfaces *surfaces) {
  uint64_t sum = 0;
  for (int k = 0; k < surfaces->n; k++) {
    const iso_surface *s = &surfaces->surface[k];
    const uint64_t h = iso_hash_words((uint64_t)s->dimension + 1, s->name, strlen(s->name));
    for (int64_t i = 0; i < s->n; i++) {
      iso_item item;
      turn(s->item[i], item);
      sum += iso_hash_words(h, item, sizeof item);
    }
  }
  return sum;
}

static iso_status copy_one(const iso_surface *from, iso_surface *to, iso_error *err) {
  *to = *from;
  to->item = NULL, to->room = from->n;
  ISO_TRY(iso_alloc(&to->item, (size_t)from->n, sizeof *to->item, "named surfaces", err));
  if (from->n) memcpy(to->item, from->item, (size_t)from->n * sizeof *to->item);
  return ISO_OK;
}

iso_status iso_surfaces_copy(const iso_surfaces *from, iso_surfaces *to, iso_error *err) {
  ISO_TRY(iso_alloc(&to->surface, (size_t)from->n, sizeof *to->surface, "named surfaces", err));
  iso_status status = ISO_OK;
  for (int k = 0; k < from->n && status == ISO_OK; k++) {
    status = copy_one(&from->surface[k], &to->surface[k], err);
    to->n++;
  }
  if (status != ISO_OK) iso_surfaces_free(to);
  return status;
}

iso_status iso_tag_names_copy(const iso_tag_names *from, iso_tag_names *to, iso_error *err) {
  ISO_TRY(iso_alloc(&to->name, (size_t)from->n, sizeof *to->name, "names of tags", err));
  if (from->n) memcpy(to->name, from->name, (size_t)from->n * sizeof *to->name);
  to->n = from->n;
  return ISO_OK;
}

void iso_surfaces_free(iso_surfaces *surfaces) {
  for (int k = 0; k < surfaces->n; k++) free(surfaces->surface[k].item);
  free(surfaces->surface);
  *surfaces = (iso_surfaces){0};
}

iso_status iso_tag_names_add(iso_tag_names *names, int dimension, int32_t tag, const char *name,
                             iso_error *err) {
  if (iso_tag_names_find(names, dimension, tag)) return ISO_OK;
  ISO_TRY(iso_realloc(&names->name, (size_t)names->n + 1, sizeof *names->name, "names of tags", err));
  iso_tag_name *one = &names->name[names->n++];
  *one = (iso_tag_name){.dimension = dimension, .tag = tag};
  name_it(one->name, name);
  return ISO_OK;
}

const char *iso_tag_names_find(const iso_tag_names *names, int dimension, int32_t tag) {
  for (int k = 0; k < names->n; k++)
    if (names->name[k].dimension == dimension && names->name[k].tag == tag) return names->name[k].name;
  return NULL;
}

void iso_tag_names_free(iso_tag_names *names) {
  free(names->name);
  *names = (iso_tag_names){0};
}
