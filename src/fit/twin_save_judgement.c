/* How well a twin goes with its data, in its file. */
#include "fit/twin_writer.h"

#include "fit/ecg.h"

/* Where data disagree most: the region of points, and the lead of samples. */
static const char *worst_name(const iso_twin *t, int k) {
  const int region = t->judgement->worst_region, set = t->judgement->samples.set;
  if (k == 0) return region < 0 ? "" : t->work->setup.config->regions[region].name;
  return set < 0 ? "" : t->work->data.set[set].ecg->name[t->judgement->samples.lead];
}

static iso_status add_worst_samples(iso_twin_writer *w, const iso_worst_samples *s) {
  ISO_TRY(iso_twin_add_number(w, "worst_samples_deviation", "1",
                              "of neighbouring samples of a lead together, in standard deviations",
                              s->deviation));
  ISO_TRY(iso_twin_add_number(w, "worst_samples_above", "mV",
                              "how much higher than predicted these samples are", s->above_mV));
  ISO_TRY(
      iso_twin_add_number(w, "worst_samples_set", "1", "of which set they are; -1: there is no ECG", s->set));
  ISO_TRY(
      iso_twin_add_number(w, "worst_samples_from", "ms", "when the first of them was measured", s->from_ms));
  return iso_twin_add_number(w, "worst_samples_to", "ms", "when the last of them was measured", s->to_ms);
}

iso_status iso_twin_add_judgement(iso_twin_writer *w) {
  const iso_judgement *j = w->twin->judgement;
  const iso_minimum *m = w->twin->minimum;
  ISO_TRY(iso_twin_add_number(
      w, "misfit", "1", "sum of squares of errors in standard deviations, of the best heart", m->misfit));
  ISO_TRY(iso_twin_add_number(w, "reduced_chi_square", "1", "misfit by the data less what was fitted",
                              j->reduced_chi_square));
  ISO_TRY(iso_twin_add_number(w, "fitted_numbers", "1", "how many numbers the data decide", j->fitted));
  ISO_TRY(iso_twin_add_number(w, "p_value", "1", "of data that go no better with what is known beforehand",
                              j->p_value));
  ISO_TRY(iso_twin_add_number(w, "held_out_covered", "1", "share of the points held out in their 90% bands",
                              w->twin->covered));
  ISO_TRY(iso_twin_add_number(w, "worst_deviation", "1",
                              "of neighbouring points together, in standard deviations", j->worst));
  ISO_TRY(iso_twin_add_number(w, "worst_late", "ms", "how much later than predicted these points are",
                              j->worst_ms));
  ISO_TRY(iso_twin_add_number(w, "worst_points", "1", "how many they are", j->worst_points));
  ISO_TRY(
      iso_twin_add_number(w, "worst_when", "ms", "when they were measured, in the mean", j->worst_when_ms));
  ISO_TRY(iso_twin_add_texts(w, "worst_name", ISO_TWIN_WORST, ISO_TWIN_NAME, ISO_TWIN_NAME_LENGTH, 2,
                             worst_name,
                             "of the region of these points, and of the lead of the worst samples"));
  ISO_TRY(add_worst_samples(w, &j->samples));
  ISO_TRY(iso_twin_add_number(w, "steps", "1", "to the best heart", m->steps));
  ISO_TRY(iso_twin_add_number(w, "settled", "1", "1: a further step would gain nothing", m->settled));
  ISO_TRY(iso_twin_add_number(w, "members_unsettled", "1", "members for which it would",
                              w->twin->ensemble->unsettled));
  ISO_TRY(
      iso_twin_add_number(w, "waves", "1", "that were run", (double)(m->waves + w->twin->ensemble->waves)));
  return iso_twin_add_copy(w, "worst_place", 1, (int[]){ISO_TWIN_SPACE}, "mm", "the middle of these points",
                           j->worst_mm, 3);
}
