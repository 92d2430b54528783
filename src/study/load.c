#include "study/load.h"

#include "base/memory.h"
#include "base/share.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void free_models(void *models) {
  iso_own_models *own = models;
  for (int k = 0; k < own->n; k++) iso_own_model_close(&own->model[k]);
  free(own->model);
  free(own);
}

iso_own_models iso_study_own_models(const iso_config *config) {
  return config->models ? *(const iso_own_models *)config->models : (iso_own_models){0};
}

int iso_study_own_model(const iso_config *config, int region) {
  const iso_own_models own = iso_study_own_models(config);
  const char *header = config->regions[region].model_file;
  for (int k = 0; header && k < own.n; k++)
    if (!strcmp(own.model[k].header, header)) return k;
  return -1;
}

/* What is wrong with a header, at the key that names it. */
static iso_status place(const iso_config *config, int r, iso_status status, const iso_error *why,
                        iso_error *err) {
  char path[64];
  snprintf(path, sizeof path, "regions.%d.model", r);
  if (status == ISO_EINPUT) return iso_config_fail(config, err, path, "%s", why->message);
  return status == ISO_OK ? ISO_OK : iso_fail(err, status, "%s", why->message);
}

/* Rank 0 compiles, which the others wait for; all load the same library. */
static iso_status open_header(const iso_config *config, MPI_Comm comm, int r, iso_own_model *out,
                              iso_error *err) {
  const char *header = config->regions[r].model_file;
  char *library = NULL;
  iso_error why = {0};
  int rank;
  MPI_Comm_rank(comm, &rank);
  iso_status status = rank == 0 ? iso_own_model_compile(header, &library, &why) : ISO_OK;
  status = iso_agree(comm, place(config, r, status, &why, err), err);
  size_t size = library ? strlen(library) + 1 : 0;
  if (status == ISO_OK) status = iso_share_bytes(comm, &library, &size, "a file name", err);
  if (status == ISO_OK) {
    status = iso_own_model_open(out, header, library, &why);
    status = iso_agree(comm, place(config, r, status, &why, err), err);
  }
  free(library);
  return status;
}

static iso_status open_headers(iso_config *config, MPI_Comm comm, iso_own_models *own, iso_error *err) {
  for (int r = 0; r < config->nregions; r++) {
    if (!config->regions[r].model_file) continue;
    int k = iso_study_own_model(config, r);
    if (k < 0) {
      k = own->n;
      ISO_TRY(open_header(config, comm, r, &own->model[k], err));
      own->n++;
    }
    config->regions[r].model = &own->model[k].model;
  }
  return ISO_OK;
}

static iso_status load_models(iso_config *config, MPI_Comm comm, iso_error *err) {
  iso_own_models *own = NULL;
  iso_status status = iso_alloc(&own, 1, sizeof *own, "own models", err);
  if (status == ISO_OK)
    status = iso_alloc(&own->model, (size_t)config->nregions, sizeof *own->model, "own models", err);
  if (own) config->models = own, config->free_models = free_models;
  ISO_TRY(iso_agree(comm, status, err));
  return open_headers(config, comm, own, err);
}

/* What a configuration needs that is read. */
static iso_status complete(iso_config *config, MPI_Comm comm, iso_error *err) {
  iso_status status = load_models(config, comm, err);
  if (status == ISO_OK) status = iso_agree(comm, iso_config_settle(config, err), err);
  if (status != ISO_OK) iso_config_free(config);
  return status;
}

iso_status iso_study_load(iso_config *out, MPI_Comm comm, const char *file, int nset, const char *const *set,
                          iso_error *err) {
  ISO_TRY(iso_config_read(out, comm, file, nset, set, err));
  return complete(out, comm, err);
}

iso_status iso_study_load_text(iso_config *out, MPI_Comm comm, const char *file, const char *text,
                               iso_error *err) {
  ISO_TRY(iso_agree(comm, iso_config_read_text(out, file, text, strlen(text), 0, NULL, err), err));
  return complete(out, comm, err);
}
