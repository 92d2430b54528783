/* Tests of observers in one program, a file for each of some. */
#ifndef ISO_TESTS_OBSERVE_PARTS_H
#define ISO_TESTS_OBSERVE_PARTS_H

#include "observe/fake_heart.h"

static inline void assert_same(double value, double expected) {
  if (memcmp(&value, &expected, sizeof value) != 0 && !(isnan(value) && isnan(expected)))
    fail_msg("%.17g is not %.17g", value, expected);
}

/* What the observer saves; to be freed. */
static inline iso_archive *saved(const iso_guest *observer, const iso_mesh *mesh) {
  iso_error err;
  iso_archive *archive;
  ASSERT_OK(iso_archive_new(&archive, mesh, &err));
  ASSERT_OK(observer->save(observer->self, archive, &err));
  return archive;
}

/* ---- probes ---- */

void traces_have_the_bits_of_the_sum(void **state);
void probe_activation_is_interpolated(void **state);
void a_probe_at_a_node_is_where_the_node_is(void **state);
void a_probe_on_no_node_is_refused(void **state);
void probes_go_on_after_a_restart(void **state);

/* ---- the steepest upstroke ---- */

void the_steepest_upstroke_of_each_beat_is_found(void **state);
void upstrokes_go_on_after_a_restart(void **state);

#endif
