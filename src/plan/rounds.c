#include "plan/rounds.h"

#include "base/atomic.h"
#include "base/csv.h"
#include "base/memory.h"
#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

iso_status iso_rounds_new(iso_rounds *out, iso_error *err) {
  const size_t most = 1 + ISO_MOST_ROUND_LESIONS;
  *out = (iso_rounds){0};
  ISO_TRY(iso_alloc(&out->round, most, sizeof *out->round, "rounds of ablation", err));
  return iso_alloc(&out->set, most, sizeof *out->set, "rounds of ablation", err);
}

void iso_rounds_free(iso_rounds *r) {
  free(r->round);
  free(r->set);
  *r = (iso_rounds){0};
}

void iso_rounds_add(iso_rounds *r, const iso_outcomes *outcomes, const iso_ablation_lesion *lesion) {
  iso_round *round = &r->round[r->n++];
  *round = (iso_round){*outcomes, *lesion};
  if (lesion->found) r->set[r->nlesions++] = round->lesion.set;
}

iso_outcomes iso_rounds_outcomes(const iso_rounds *r) {
  iso_outcomes o = r->round[0].outcomes;
  const iso_outcomes *last = &r->round[r->n - 1].outcomes;
  double simulated = 0, processor = 0;
  for (int k = 0; k < r->n; k++) {
    simulated += r->round[k].outcomes.value[ISO_OUTCOME_SIMULATED];
    processor += r->round[k].outcomes.value[ISO_OUTCOME_PROCESSOR];
  }
  o.value[ISO_OUTCOME_ROUNDS] = r->n;
  o.value[ISO_OUTCOME_LESIONS] = r->nlesions;
  o.value[ISO_OUTCOME_INDUCED_AFTER] = last->value[ISO_OUTCOME_INDUCED];
  o.value[ISO_OUTCOME_BURNED] = last->value[ISO_OUTCOME_BURNED];
  o.value[ISO_OUTCOME_SIMULATED] = simulated;
  o.value[ISO_OUTCOME_PROCESSOR] = processor;
  return o;
}

static void put_number(double value, FILE *f) {
  char text[32];
  fprintf(f, ",%s", isnan(value) ? "" : iso_text_shortest(value, text, sizeof text));
}

static void print(const void *self, FILE *f) {
  static const iso_outcome column[] = {ISO_OUTCOME_INDUCED, ISO_OUTCOME_SUSTAINED, ISO_OUTCOME_CYCLE_LENGTH,
                                       ISO_OUTCOME_INDUCING_SITES, ISO_OUTCOME_BURNED};
  const iso_rounds *r = self;
  fputs("round", f);
  for (size_t c = 0; c < sizeof column / sizeof *column; c++) fprintf(f, ",%s", iso_outcome_name(column[c]));
  fputs(",lesion_x_mm,lesion_y_mm,lesion_z_mm,lesion\n", f);
  for (int k = 0; k < r->n; k++) {
    const iso_round *round = &r->round[k];
    fprintf(f, "%d", k + 1);
    for (size_t c = 0; c < sizeof column / sizeof *column; c++)
      put_number(round->outcomes.value[column[c]], f);
    for (int d = 0; d < 3; d++) put_number(round->lesion.found ? round->lesion.at_mm[d] : NAN, f);
    fputc(',', f);
    if (round->lesion.found) iso_csv_put(f, strchr(round->lesion.set, '=') + 1);
    fputc('\n', f);
  }
}

iso_status iso_rounds_save(const iso_rounds *r, const char *path, iso_error *err) {
  return iso_atomic_write(path, false, print, r, err);
}
