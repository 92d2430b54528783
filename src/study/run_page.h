/* What a run came to for people: NAME.html, a page of its own (outputs.page), and NAME_picture.json, for a
 * page of many. */
#ifndef ISO_STUDY_RUN_PAGE_H
#define ISO_STUDY_RUN_PAGE_H

#include "base/names.h"
#include "study/ecg.h"
#include "study/outcomes.h"
#include "study/provenance.h"
#include "study/setup.h"

typedef struct iso_run_page_paths {
  char *page, *picture; /* NULL: not asked for */
} iso_run_page_paths;

/* Collective over comm. Names of what the configuration, or picture, asks for, and whether they can be
 * written. Free the names whatever the status. */
iso_status iso_run_page_name(iso_run_page_paths *out, MPI_Comm comm, const iso_config *config,
                             const char *prefix, bool picture, iso_error *err);
void iso_run_page_paths_free(iso_run_page_paths *paths);

/* Collective. Nothing where neither is asked for. results: what was published; ecg: written, or cleared;
 * found: what the run came to.
 * Their names are added to written on rank 0. */
iso_status iso_run_page_write(const iso_run_page_paths *paths, const iso_setup *setup,
                              const iso_results *results, const iso_ecg_study *ecg, const iso_outcomes *found,
                              const iso_provenance *provenance, iso_names *written, iso_error *err);

#endif
