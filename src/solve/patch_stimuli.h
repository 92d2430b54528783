/* How long nobody stimulates a patch. */
#ifndef ISO_SOLVE_PATCH_STIMULI_H
#define ISO_SOLVE_PATCH_STIMULI_H

#include "grid/patches.h"
#include "solve/stimuli.h"

/* How many base steps an adaptive pace looks ahead at most: the bits of iso_patch_busy, and more than the
 * longest step has. */
enum { ISO_STIMULI_AHEAD = 64 };

/* Which stimuli reach which owned patches. */
typedef struct iso_patch_stimuli {
  const iso_stimuli *stimuli;
  int32_t known;     /* stimuli when it was made */
  int64_t *start;    /* [patches->nowned + 1] into stimulus */
  int32_t *stimulus; /* numbers, each once a patch */
} iso_patch_stimuli;

/* Of the stimuli that are there. Not collective; to be freed whatever the status. */
iso_status iso_patch_stimuli_new(iso_patch_stimuli *out, const iso_stimuli *stimuli,
                                 const iso_patches *patches, iso_error *err);
void iso_patch_stimuli_free(iso_patch_stimuli *patch_stimuli);

/* Base steps of step_ms from step `from` on, `most` at most, in which no stimulus of patch p is on: none
 * where guests may give one at any time. */
int64_t iso_patch_left_alone(const iso_patch_stimuli *patch_stimuli, iso_lid p, int64_t from, double step_ms,
                             int64_t most);

/* Bit m: a stimulus of patch p is on, or a guest may give one, in base step from + m of step_ms. */
uint64_t iso_patch_busy(const iso_patch_stimuli *patch_stimuli, iso_lid p, int64_t from, double step_ms);

#endif
