/* Parts of the mesh that are no tissue (mesh.passive): what is around the heart, for the ECG alone. */
#include "study/setup.h"

#include "base/memory.h"
#include "config/config_sets.h"
#include "grid/make/attach.h"
#include "grid/make/take_out.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FAIL(config, err, path, ...) iso_config_fail(config, err, path, __VA_ARGS__)

#define RENUMBERED                                                                                           \
  "parts of the mesh are passive (mesh.passive), so that the heart's nodes have other numbers than in its "  \
  "file; "

/* Lists of nodes become surfaces of the mesh, whose numbers follow its nodes. */
typedef struct lister {
  const iso_config *config;
  MPI_Comm comm;
  iso_slice *slice;
  int n;
  const char **file; /* [n] lists that are surfaces by now */
} lister;

static iso_status attach_list(lister *l, const char *file, const char *path, iso_error *err) {
  char name[ISO_NAME_SIZE];
  iso_error why = {0};
  for (int k = 0; k < l->n; k++)
    if (!strcmp(l->file[k], file)) return ISO_OK;
  iso_list_name(file, name);
  const iso_attachment list = {name, file, "auto", NAN};
  iso_status status = iso_slice_attach(l->comm, l->slice, &list, NULL, &why);
  if (status == ISO_EINPUT) return FAIL(l->config, err, path, "%s", why.message);
  if (status != ISO_OK) return iso_fail(err, status, "%s", why.message);
  status = iso_realloc(&l->file, (size_t)l->n + 1, sizeof *l->file, "lists of nodes", err);
  if (status == ISO_OK) l->file[l->n++] = file;
  return iso_agree(l->comm, status, err);
}

static iso_status attach_lists_of_set(void *self, iso_select *set, const char *path, iso_error *err) {
  if (set->nodes) ISO_TRY(attach_list(self, set->nodes, path, err));
  return set->surface && *set->surface ? attach_list(self, set->surface, path, err) : ISO_OK;
}

static iso_status attach_lists(const iso_config *config, MPI_Comm comm, iso_slice *slice, iso_error *err) {
  lister l = {.config = config, .comm = comm, .slice = slice};
  const iso_status status = iso_config_visit_sets(config, &(iso_set_visitor){attach_lists_of_set, &l}, err);
  free(l.file);
  return status;
}

/* Whatever else counts nodes of the file, where the heart's do not come first in it. */
static iso_status refuse_numbers(const iso_config *config, iso_error *err) {
  char path[64];
  for (int k = 0; k < config->outputs.nprobes; k++) {
    snprintf(path, sizeof path, "outputs.probes.%d.node", k);
    if (config->outputs.probes[k].node >= 0)
      return FAIL(config, err, path, RENUMBERED "say where the probe is by at_mm or a site");
  }
  for (int k = 0; k < config->nactors; k++) {
    snprintf(path, sizeof path, "actors.%d.sense.node", k);
    if (config->actors[k].node >= 0)
      return FAIL(config, err, path, RENUMBERED "say where it senses by a site");
  }
  for (int k = 0; k < config->nimplants; k++)
    for (int l = 0; l < ISO_CONFIG_LEADS; l++) {
      if (!config->implants[k].has_lead[l] || config->implants[k].lead[l].node < 0) continue;
      snprintf(path, sizeof path, "devices.%.50s", config->implants[k].name);
      return FAIL(config, err, path, RENUMBERED "say where it senses by a site");
    }
  if (config->has_protocol && config->protocol.node >= 0)
    return FAIL(config, err, "protocol.sense.node", RENUMBERED "say where it senses by a site");
  return ISO_OK;
}

static iso_status check_taken(const iso_setup *setup, const iso_slice *slice, const int64_t *taken,
                              iso_error *err) {
  const iso_config *config = setup->config;
  char path[64];
  for (int k = 0, t = 0; k < config->mesh.npassive; k++) {
    int64_t of_part = 0;
    for (int i = 0; i < config->mesh.passive[k].ntags; i++) of_part += taken[t++];
    snprintf(path, sizeof path, "mesh.passive.%d.tags", k);
    if (of_part == 0)
      return FAIL(config, err, path,
                  "no element of the mesh has such a tag; see its tags with 'isochrone mesh info'");
  }
  if (slice->nelems > 0) return ISO_OK;
  return FAIL(config, err, "mesh.passive", "nothing is left of the mesh: leave out the heart's own tags");
}

iso_status iso_setup_passive(const iso_setup *setup, MPI_Comm comm, iso_slice *slice, iso_error *err) {
  const iso_config_mesh *mesh = &setup->config->mesh;
  int32_t *tag = NULL;
  int64_t *taken = NULL;
  size_t n = 0;
  bool renumbered = false;
  for (int k = 0; k < mesh->npassive; k++) n += (size_t)mesh->passive[k].ntags;
  if (n == 0) return ISO_OK;
  iso_status status = iso_alloc(&tag, n, sizeof *tag, "passive parts", err);
  if (status == ISO_OK) status = iso_alloc(&taken, n, sizeof *taken, "passive parts", err);
  status = iso_agree(comm, status, err);
  for (int k = 0, t = 0; k < mesh->npassive && status == ISO_OK; k++)
    for (int i = 0; i < mesh->passive[k].ntags; i++) tag[t++] = mesh->passive[k].tags[i];
  if (status == ISO_OK) status = attach_lists(setup->config, comm, slice, err);
  if (status == ISO_OK) status = iso_slice_take_out(comm, slice, (int)n, tag, taken, &renumbered, err);
  if (status == ISO_OK) status = check_taken(setup, slice, taken, err);
  if (status == ISO_OK && renumbered) status = refuse_numbers(setup->config, err);
  free(tag);
  free(taken);
  return status;
}
