#include "plan/screen.h"

#include "base/text.h"
#include "grid/hash.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static uint64_t lot_of(const iso_config_screen *s, int member) {
  return iso_hash(iso_hash((uint64_t)s->seed) ^ (uint64_t)member);
}

bool iso_screen_samples(const iso_config_screen *s, int n, int member) {
  const uint64_t mine = lot_of(s, member);
  int before = 0;
  for (int k = 0; k < n; k++) {
    const uint64_t lot = lot_of(s, k);
    before += lot < mine || (lot == mine && k < member);
  }
  return before < s->sample;
}

bool iso_screen_finds(const iso_config_screen *s, double value) { return value >= s->at_least; }

bool iso_screen_leaves_out(const iso_outcomes *o) {
  return o->value[ISO_OUTCOME_SCREENED] == 0 && o->value[ISO_OUTCOME_SAMPLED] == 0;
}

/* ---- what became of it ---- */

/* Of a row, by the outcome's name; NAN: none. */
static double value_of(const iso_study_table *t, int row, const char *outcome) {
  const iso_ledger *l = t->ledger;
  for (int k = 0; k < l->noutcomes; k++)
    if (!strcmp(iso_outcome_name(l->outcome[k]), outcome))
      return iso_study_table_value(t, row, iso_study_table_outcomes(t) + k);
  return NAN;
}

static void count_full(iso_screened *c, bool proposed, bool sampled, bool found) {
  c->confirmed += proposed && found;
  c->tested += sampled && !proposed;
  c->missed += sampled && !proposed && found;
  c->sample += sampled;
  c->agreed += sampled && proposed == found;
}

iso_screened iso_screen_count(const iso_study_table *t, const iso_config_screen *s) {
  iso_screened c = {0};
  for (int row = 0; row < t->rows; row++) {
    const char *status = iso_study_table_cell(t, row, t->columns - 2);
    const bool proposed = value_of(t, row, iso_outcome_name(ISO_OUTCOME_SCREENED)) == 1,
               sampled = value_of(t, row, iso_outcome_name(ISO_OUTCOME_SAMPLED)) == 1;
    c.left_out += !strcmp(status, "screened");
    if (strcmp(status, "done") != 0) continue;
    c.proposed += proposed;
    count_full(&c, proposed, sampled, iso_screen_finds(s, value_of(t, row, s->outcome)));
  }
  return c;
}

static void tell_sample(const iso_screened *c, char *text, size_t size) {
  if (c->sample > 0)
    iso_text_append(text, size, "; it agreed on %d of %d of the sample", c->agreed, c->sample);
  if (c->tested == 0) {
    iso_text_append(
        text, size,
        "; no member that it did not propose was run in full, so how many it misses is not known");
    return;
  }
  const iso_spread share = iso_spread_share(c->missed, c->tested);
  iso_text_append(
      text, size,
      ", and missed %d of the %d in it that it did not propose: %.3g%%, 90%% interval %.3g to %.3g%%",
      c->missed, c->tested, 100 * share.value, 100 * share.low, 100 * share.high);
}

void iso_screen_tell(const iso_study_table *table, const iso_config_study *study, char *text, size_t size) {
  const iso_config_screen *s = &study->screen;
  *text = '\0';
  if (!study->has_screen) return;
  const iso_screened c = iso_screen_count(table, s);
  iso_text_append(text, size,
                  "the wave proposed %d members, of which %d have %s of %g or more in full; %d were left out",
                  c.proposed, c.confirmed, s->outcome, s->at_least, c.left_out);
  tell_sample(&c, text, size);
  const iso_members *m = table->ledger->members;
  bool draws = false;
  for (int a = 0; a < m->naxes; a++) draws |= iso_members_draws(&m->axis[a]);
  if (draws)
    iso_text_append(text, size,
                    "; no medians and probabilities over the hearts, since those run in full were chosen");
}
