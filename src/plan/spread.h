/* What comes of hearts that are drawn (draws, or a twin's members): of each outcome a distribution, of each
 * yes or no a probability, and of cases that all hearts have how often each is the best. */
#ifndef ISO_PLAN_SPREAD_H
#define ISO_PLAN_SPREAD_H

#include "plan/table.h"

/* Of an outcome, for one case of the axes that draw nothing. */
typedef struct iso_spread {
  int hearts;              /* whose member is done, accepted and has the outcome; 0: the rest are NAN */
  bool is_share;           /* of those with 1, instead of a median */
  double value, low, high; /* median and 5% and 95% of the hearts; a share with its interval, see below */
} iso_spread;

typedef struct iso_spreads {
  const iso_study_table *table;
  int cases, hearts; /* combinations of the axes that draw nothing, and of those that draw */
  int *row;          /* [cases][hearts] of the table */
  iso_spread *of;    /* [cases][outcomes of the table] */
  iso_spread *best;  /* [cases] in which share of the hearts it is the best (study.rank_by), of those that
                        have the outcome in all cases, the first of equals; NULL: nothing is compared */
} iso_spreads;

/* count of n, above 0, with the interval that holds the share of infinitely many with a probability of 90%
 * (Wilson, J Am Stat Assoc 22:209-212, 1927). */
iso_spread iso_spread_share(double count, int n);

/* One rank's, like all here. cases 0 where no axis draws; table outlives it. To be freed whatever the status.
 */
iso_status iso_spreads_new(iso_spreads *out, const iso_study_table *table, iso_error *err);
void iso_spreads_free(iso_spreads *spreads);

/* The member of a heart in a case, and whether it is done and accepted. */
int iso_spreads_row(const iso_spreads *spreads, int c, int heart);
bool iso_spreads_counts(const iso_spreads *spreads, int c, int heart);

/* "lateral, dofetilide", or "all" where no axis but those that draw; into text [size], which it returns. */
const char *iso_spreads_label(const iso_spreads *spreads, int c, char *text, size_t size);

/* A CSV file with a line for each case and outcome; the ranking; both as a table of a page. Nothing where no
 * axis draws. */
iso_status iso_spreads_save(const iso_spreads *spreads, const char *path, iso_error *err);
void iso_spreads_print(const iso_spreads *spreads, FILE *stream);
void iso_spreads_put(const iso_spreads *spreads, FILE *page);

#endif
