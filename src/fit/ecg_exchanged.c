/* Electrodes that were exchanged for each other. */
#include "fit/ecg.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Squares of what is left, if electrodes were exchanged, by those as they are: below, they probably were. An
 * error of the model leaves about as much of either. */
#define LEFT 0.25

typedef struct exchange {
  const char *who;
  double one[2], two[2]; /* I and II of the right electrodes from those of the exchanged ones */
} exchange;

/* I = LA - RA, II = LL - RA; Wilson's terminal stays, and so do leads of the chest. */
static const exchange limbs[] = {
    {"RA and LA", {-1, 0}, {-1, 1}}, {"RA and LL", {1, -1}, {0, -1}}, {"LA and LL", {0, 1}, {1, 0}}};

static int find(const iso_fit_ecg *e, const char *name) {
  for (int k = 0; k < e->nleads; k++)
    if (!strcmp(e->name[k], name)) return k;
  return -1;
}

/* Of leads i and j as they are, and as they would be from both. */
static double compare(const iso_fit_ecg *e, const double *measured, const double *predicted, int i, int j,
                      const double one[2], const double two[2]) {
  const int n = e->nsamples;
  double before = 0, after = 0;
  for (int s = 0; s < n; s++) {
    const double x = measured[i * n + s], y = measured[j * n + s];
    before += pow(x - predicted[i * n + s], 2) + pow(y - predicted[j * n + s], 2);
    after += pow(one[0] * x + one[1] * y - predicted[i * n + s], 2) +
             pow(two[0] * x + two[1] * y - predicted[j * n + s], 2);
  }
  return before > 0 ? after / before : 1;
}

bool iso_fit_ecg_exchanged(const iso_fit_ecg *e, const double *measured, const double *predicted,
                           char who[ISO_EXCHANGED]) {
  static const double other[2][2] = {{0, 1}, {1, 0}};
  const int one = find(e, "I"), two = find(e, "II");
  double least = LEFT;
  *who = 0;
  for (int k = 0; k < 3 && one >= 0 && two >= 0; k++) {
    const double left = compare(e, measured, predicted, one, two, limbs[k].one, limbs[k].two);
    if (left < least) snprintf(who, ISO_EXCHANGED, "%s", limbs[k].who), least = left;
  }
  for (int i = 0; i < e->nleads; i++)
    for (int j = i + 1; j < e->nleads; j++) {
      if (i == one || i == two || j == one || j == two) continue;
      const double left = compare(e, measured, predicted, i, j, other[0], other[1]);
      if (left < least) snprintf(who, ISO_EXCHANGED, "%.28s and %.28s", e->name[i], e->name[j]), least = left;
    }
  return *who;
}

void iso_fit_warn_of_electrodes(const iso_fit_data *data, const double *measured, const double *predicted,
                                const iso_log *log) {
  char who[ISO_EXCHANGED];
  for (int s = 0, first = 0; s < data->nsets; first += data->set[s].nused, s++) {
    const iso_data_set *set = &data->set[s];
    if (set->ecg && iso_fit_ecg_exchanged(set->ecg, measured + first, predicted + first, who))
      iso_log_say(log, ISO_LOG_WARNING,
                  "ECG %s: it goes much better with the best heart if the electrodes %s are exchanged; see "
                  "whether they were",
                  set->name, who);
  }
}
