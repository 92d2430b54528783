/* A configuration with the models of the user's own that it names. */
#ifndef ISO_STUDY_LOAD_H
#define ISO_STUDY_LOAD_H

#include "config/config.h"
#include "plugin/own_model.h"

/* Those of a configuration, each header once, in the order of the regions. */
typedef struct iso_own_models {
  int n;
  iso_own_model *model; /* [n] */
} iso_own_models;

/* Collective. iso_config_load, also where regions name headers: rank 0 compiles their tables, and every rank
 * loads them. What is wrong with a header is ISO_EINPUT at its key. iso_config_free closes them. */
iso_status iso_study_load(iso_config *out, MPI_Comm comm, const char *file, int nset, const char *const *set,
                          iso_error *err);

/* Collective. The same of a text that every rank has; file names it in messages, and its folder is that of
 * relative paths. */
iso_status iso_study_load_text(iso_config *out, MPI_Comm comm, const char *file, const char *text,
                               iso_error *err);

/* Those that iso_study_load loaded: none where n is 0. */
iso_own_models iso_study_own_models(const iso_config *config);

/* The index of a region's model among them, or -1. */
int iso_study_own_model(const iso_config *config, int region);

#endif
