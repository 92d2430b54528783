/* Predictions for people and tables. */
#include "base/atomic.h"
#include "base/csv.h"
#include "base/print.h"
#include "base/text.h"
#include "base/version.h"
#include "fit/predict.h"

#include <math.h>
#include <stdio.h>

static int outcomes(const iso_prediction *p) { return ISO_ARRIVES + p->nbeats; }

static const char *name_outcome(const iso_prediction *p, int k, char name[160]) {
  static const char *const names[ISO_ARRIVES] = {"last activation", "mean activation"};
  if (k < ISO_ARRIVES) return names[k];
  snprintf(name, 160, "activation of %.120s", p->beat[k - ISO_ARRIVES].name);
  return name;
}

static void print_ranking(const iso_prediction *p, FILE *stream) {
  char name[160];
  for (int k = 0; k < ISO_ARRIVES && p->nbeats > 1; k++) {
    iso_print(stream, "\n  the %s is earliest when paced at\n", name_outcome(p, k, name));
    for (int b = 0; b < p->nbeats; b++)
      iso_print(stream, "    %-30s in %3.0f%% of the members\n", p->beat[b].name,
                100 * iso_prediction_of(p, b, k).is_least);
  }
}

void iso_prediction_print(const iso_prediction *p, FILE *stream) {
  char name[160];
  iso_print(stream, "%d members of %s, paced elsewhere (%s)\n\n  %-44s %8s %8s %8s %8s %8s\n",
            p->hearts.members, p->twin, ISO_NOT_A_DEVICE, "ms", "mean", "sd", "median", "5%", "95%");
  for (int b = 0; b < p->nbeats; b++) {
    iso_print(stream, "  paced at %s\n", p->beat[b].name);
    for (int k = 0; k < outcomes(p); k++) {
      const iso_foreseen f = iso_prediction_of(p, b, k);
      if (k != ISO_ARRIVES + b)
        iso_print(stream, "    %-42s %8.1f %8.2f %8.1f %8.1f %8.1f\n", name_outcome(p, k, name), f.mean, f.sd,
                  f.median, f.low, f.high);
    }
  }
  print_ranking(p, stream);
}

static void put_number(double value, FILE *stream) {
  char text[32];
  fprintf(stream, ",%s", isfinite(value) ? iso_text_shortest(value, text, sizeof text) : "");
}

static void put_table(const void *self, FILE *stream) {
  const iso_prediction *p = self;
  char name[160];
  fputs("paced_at,outcome,mean_ms,sd_ms,5%_ms,median_ms,95%_ms,earliest_in_share\n", stream);
  for (int b = 0; b < p->nbeats; b++)
    for (int k = 0; k < outcomes(p); k++) {
      const iso_foreseen f = iso_prediction_of(p, b, k);
      const double numbers[] = {f.mean, f.sd, f.low, f.median, f.high, f.is_least};
      iso_csv_put(stream, p->beat[b].name);
      fputc(',', stream);
      iso_csv_put(stream, name_outcome(p, k, name));
      for (size_t c = 0; c < sizeof numbers / sizeof *numbers; c++) put_number(numbers[c], stream);
      fputc('\n', stream);
    }
}

iso_status iso_prediction_save(const iso_prediction *p, const char *path, iso_error *err) {
  return iso_atomic_write(path, false, put_table, p, err);
}
