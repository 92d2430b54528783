/* Trials in a checkpoint: their notes, and the states that they go back to. */
#include "base/memory.h"
#include "study/trials.h"

#include <string.h>

static const char of_notes[] = "trials.notes", of_steps[] = "trials.steps", of_from[] = "trials.from";

/* Before the way to the earliest premature pulse is over. */
enum { NOTES_OF_TRAIN = 1 };

/* What the names of a state's arrays begin with. */
static const char *const of_state[ISO_NSTATES] = {"trials.train.", "trials.nearest.", "trials.ahead.",
                                                  "trials.captured.", "trials.final."};

bool iso_trials_have_begun(const iso_trials *t) { return t->nnotes > NOTES_OF_TRAIN; }

iso_status iso_trials_save(const iso_trials *t, iso_archive *archive, iso_error *err) {
  const iso_archive_array notes = {.name = of_notes,
                                   .unit = "1",
                                   .meaning = "what a protocol has gone by so far",
                                   .place = ISO_ARCHIVE_ALL,
                                   .type = ISO_ARCHIVE_DOUBLE,
                                   .count = t->nnotes,
                                   .values = t->note};
  ISO_TRY(iso_archive_put(archive, &notes, err));
  ISO_TRY(iso_archive_put_count(archive, of_steps, "1", "of the train and all trials so far", t->steps, err));
  ISO_TRY(iso_archive_put_count(archive, of_from, "1", "step that the present way forward began with",
                                t->from, err));
  ISO_TRY(iso_archive_put_count(archive, ISO_TRIALS_BEGUN, "1", "0: within the train; 1: within trials",
                                iso_trials_have_begun(t), err));
  for (int k = 0; k < ISO_NSTATES; k++)
    if (t->kept[k]) ISO_TRY(iso_archive_lend(archive, of_state[k], t->state[k], err));
  return ISO_OK;
}

static iso_status take_states(iso_trials *t, iso_archive *archive, iso_error *err) {
  for (int k = 0; k < ISO_NSTATES; k++) {
    int taken = 0;
    if (!t->state[k]) continue;
    ISO_TRY(iso_archive_take(t->state[k], of_state[k], archive, &taken, err));
    t->kept[k] = taken > 0;
  }
  return ISO_OK;
}

iso_status iso_trials_resume(iso_trials *t, iso_archive *archive, iso_error *err) {
  const iso_archive_array *notes;
  ISO_TRY(iso_archive_get(archive, of_notes, ISO_ARCHIVE_ALL, ISO_ARCHIVE_DOUBLE, &notes, err));
  ISO_TRY(iso_archive_get_count(archive, of_steps, &t->steps, err));
  ISO_TRY(iso_archive_get_count(archive, of_from, &t->from, err));
  ISO_TRY(iso_realloc(&t->note, (size_t)notes->count + 1, sizeof *t->note, "trials", err));
  memcpy(t->note, notes->values, (size_t)notes->count * sizeof *t->note);
  t->before = t->steps, t->nnotes = (int)notes->count, t->replays = true;
  return take_states(t, archive, err);
}
