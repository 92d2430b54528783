/* Screen first: a wave proposes the members that are worth a full simulation (study.screen), and a sample
 * that is run in full whatever it says tells how many it missed. */
#ifndef ISO_PLAN_SCREEN_H
#define ISO_PLAN_SCREEN_H

#include "plan/spread.h"
#include "plan/table.h"

/* Whether a member is in the sample: of n members as many as are asked for, by the seed and the numbers of
 * members alone, so that jobs beside each other know it without a word. */
bool iso_screen_samples(const iso_config_screen *screen, int n, int member);

/* Whether outcomes are what the screen looks for. */
bool iso_screen_finds(const iso_config_screen *screen, double value);

/* Whether a member with these outcomes is not run in full: there was a screen, which did not propose it, and
 * it is not in the sample. */
bool iso_screen_leaves_out(const iso_outcomes *outcomes);

/* What became of it, of the members that are finished. */
typedef struct iso_screened {
  int proposed, confirmed; /* by the wave; of these found in full, too */
  int left_out;            /* not run in full */
  int tested, missed;      /* of the sample, not proposed; found in full all the same */
  int sample, agreed;      /* run in full, and the wave said the same */
} iso_screened;

/* Of a table whose study has a screen. */
iso_screened iso_screen_count(const iso_study_table *table, const iso_config_screen *screen);

/* The same in words, with the interval of what was missed, into text [size]; nothing where there is no
 * screen. Of hearts that are drawn it says why there is nothing over all of them (plan/spread.h). */
void iso_screen_tell(const iso_study_table *table, const iso_config_study *study, char *text, size_t size);

enum { ISO_SCREEN_TEXT = 700 };

#endif
