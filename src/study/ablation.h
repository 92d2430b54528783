/* Where the next lesion goes after a run that induced re-entry: the rule of study.ablation. */
#ifndef ISO_STUDY_ABLATION_H
#define ISO_STUDY_ABLATION_H

#include "study/outcomes.h"
#include "study/setup.h"

enum { ISO_ABLATION_TEXT = 1024 };

/* A lesion, as a setting "lesions.2={...}" of the configuration that it adds one to. */
typedef struct iso_ablation_lesion {
  bool found; /* false: the rule names no place */
  double at_mm[3];
  char set[ISO_ABLATION_TEXT];
} iso_ablation_lesion;

/* Collective. Of a set-up whose mesh is there, and what its run came to, the same on all ranks. number: of
 * the lesion, from 1, for its name. ISO_EINPUT where no barrier can be reached from the place; ISO_EFAIL
 * where memory is short. */
iso_status iso_ablation_next(iso_ablation_lesion *out, const iso_setup *setup, const iso_outcomes *outcomes,
                             int number, iso_error *err);

#endif
