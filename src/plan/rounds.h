/* Rounds of a member that induces, is ablated and induces again (study.ablation). */
#ifndef ISO_PLAN_ROUNDS_H
#define ISO_PLAN_ROUNDS_H

#include "study/ablation.h"

/* What a round came to, and the lesion that it led to, if any. */
typedef struct iso_round {
  iso_outcomes outcomes;
  iso_ablation_lesion lesion;
} iso_round;

typedef struct iso_rounds {
  int n;
  iso_round *round; /* [1 + ISO_MOST_ROUND_LESIONS] */
  const char **set; /* [the same] settings that make the lesions so far */
  int nlesions;
} iso_rounds;

/* Not collective; free out whatever the status. */
iso_status iso_rounds_new(iso_rounds *out, iso_error *err);
void iso_rounds_free(iso_rounds *rounds);

/* Adds a round. The lesion is copied. */
void iso_rounds_add(iso_rounds *rounds, const iso_outcomes *outcomes, const iso_ablation_lesion *lesion);

/* What the member came to: the first round, that is the heart as it was, with what the rounds added: how many
 * there were, the lesions that they made, and of the last one what is burned and whether it was induced. */
iso_outcomes iso_rounds_outcomes(const iso_rounds *rounds);

/* A table of them, a line a round. Not collective. */
iso_status iso_rounds_save(const iso_rounds *rounds, const char *path, iso_error *err);

#endif
