#include "study/alike.h"

#include "act/electrode.h"
#include "base/arena.h"
#include "solve/patch_stimuli.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const iso_tree *child(const iso_tree *tree, const char *key) {
  return tree && tree->kind != ISO_TREE_SCALAR ? iso_tree_child(tree, key) : NULL;
}

/* Of a key that a dump always gives; NAN: there is none. */
static double number(const iso_tree *tree, const char *key) {
  const iso_tree *value = child(tree, key);
  return value && value->text ? strtod(value->text, NULL) : NAN;
}

static bool is_one_of(const char *path, size_t n, const char *const *keys) {
  for (size_t k = 0; k < n; k++)
    if (!strcmp(path, keys[k])) return true;
  return false;
}

/* ---- what acts late ---- */

/* Whether a path is that of an entry of a list, "stimuli.3". */
static bool is_entry(const char *path, const char *list) {
  const size_t n = strlen(list);
  if (strncmp(path, list, n) != 0 || path[n] != '.' || !path[n + 1]) return false;
  return path[n + 1 + strspn(path + n + 1, "0123456789")] == '\0';
}

static bool is_late_stimulus(const iso_alike *a, const iso_tree *stimulus) {
  const double start_ms = number(stimulus, "start_ms");
  return start_ms >= a->from_ms && start_ms < a->end_ms;
}

static bool is_late_lesion(const iso_alike *a, const iso_tree *lesion) {
  return !lesion || number(lesion, "from_ms") > a->from_ms;
}

/* Of a list of them that the other configuration does not have. */
static bool are_late_lesions(const iso_alike *a, const iso_tree *was, const iso_tree *is) {
  const iso_tree *list = was ? was : is;
  bool late = !was != !is;
  for (const iso_tree *t = list ? list->first : NULL; t; t = t->next) late &= is_late_lesion(a, t);
  return late;
}

/* What a protocol tries after its train; not where a way of restitution goes, since ears there listen from
 * the start. */
static bool is_late_trial(const iso_alike *a, const char *path, const iso_tree *was, const iso_tree *is) {
  static const char *const what[] = {"s2", "s3", "s4", "burst", "window_ms", "look_for_reentry"};
  static const char *const within[] = {"peerp", "restitution.longest_ms", "restitution.shortest_ms",
                                       "restitution.resolution_ms"}; /* of those that both have */
  const size_t n = strlen("protocol.");
  if (!(a->pulse_ms >= a->from_ms) || strncmp(path, "protocol.", n) != 0) return false;
  if (is_entry(path, "protocol.sites")) return a->sites_alike && was && is;
  return is_one_of(path + n, sizeof what / sizeof *what, what) ||
         (was && is && is_one_of(path + n, sizeof within / sizeof *within, within));
}

static bool acts_late(const iso_alike *a, const char *path, const iso_tree *was, const iso_tree *is) {
  if (is_entry(path, "stimuli")) return is_late_stimulus(a, was) && is_late_stimulus(a, is);
  if (is_late_trial(a, path, was, is)) return true;
  if (!strcmp(path, "lesions")) return are_late_lesions(a, was, is);
  return is_entry(path, "lesions") && is_late_lesion(a, was) && is_late_lesion(a, is);
}

/* ---- what may differ ---- */

/* Whether a time is not before another, but for the rounding of a number of steps. */
static bool is_to_come(const char *text, double time_ms) {
  return strtod(text, NULL) * (1 + 1e-12) >= time_ms;
}

/* What changes no bit of what was computed already. */
static bool may_differ(const void *self, const char *path, const iso_tree *was, const iso_tree *is) {
  const iso_alike *a = self;
  static const char *const free_keys[] = {"title",          "device",      "threads",
                                          "mesh.partition", "mesh.pieces", "time.duration_ms",
                                          "outputs.csv",    "outputs.vtu", "study"};
  static const char *const told_apart[] = {"mesh.file", "mesh.format", "numerics.accuracy"};
  if (is_one_of(path, sizeof free_keys / sizeof *free_keys, free_keys)) return true;
  if (!a->by_keys && is_one_of(path, sizeof told_apart / sizeof *told_apart, told_apart)) return true;
  if (!strncmp(path, "checkpoint", strlen("checkpoint"))) return true;
  if (a->step_follows && !strcmp(path, "time.step_ms")) return true;
  if (acts_late(a, path, was, is)) return true;
  /* Snapshots that end later, both times still to come. */
  return !strcmp(path, "outputs.snapshots.stop_ms") && was && is && was->text && is->text &&
         is_to_come(was->text, a->time_ms) && is_to_come(is->text, a->time_ms);
}

/* ---- comparing ---- */

/* Until when the trials of a protocol leave no trace: a pulse is given some steps ahead of the earliest,
 * which is iso_protocol_earliest. NAN: there is no protocol. */
static double trials_from(const iso_tree *config) {
  const iso_tree *p = child(config, "protocol"), *s1 = child(p, "s1"), *s2 = child(p, "s2");
  const double ahead_ms = ISO_ELECTRODE_STEPS * number(child(config, "time"), "step_ms"),
               last_ms = number(s1, "start_ms") + (number(s1, "count") - 1) * number(s1, "cycle_ms"),
               at_ms = number(s2, "at_ms");
  if (s2) return last_ms + (isnan(at_ms) ? number(s2, "shortest_ms") : at_ms) - ahead_ms;
  if (child(p, "burst")) return last_ms + number(child(p, "burst"), "cycle_ms") - ahead_ms;
  if (child(p, "restitution")) return last_ms + number(child(p, "restitution"), "shortest_ms") - ahead_ms;
  return last_ms;
}

/* Patches that electrodes may stimulate go at a pace of their own, and ears about them hear from the start.
 */
static bool are_sites_alike(const iso_tree *config) {
  const iso_tree *p = child(config, "protocol"), *pace = child(child(config, "numerics"), "pace");
  return !child(p, "peerp") && !child(child(p, "sense"), "distance_mm") && pace &&
         !strcmp(pace->text, "fixed");
}

/* What a configuration says of itself; a list of files does not: NAN. */
static iso_status note_times(iso_alike *a, const char *whose, const char *text, iso_error *err) {
  iso_arena *arena;
  iso_tree *tree;
  ISO_TRY(iso_arena_new(&arena, err));
  const iso_status status = iso_tree_parse(&tree, arena, whose, text, strlen(text), err);
  if (status == ISO_OK) {
    a->end_ms = fmin(a->end_ms, number(child(tree, "time"), "duration_ms"));
    a->pulse_ms = fmin(a->pulse_ms, trials_from(tree));
    a->sites_alike &= are_sites_alike(tree);
  }
  iso_arena_free(arena);
  return status;
}

iso_status iso_alike_add(iso_alike *a, const char *whose, const char *was, const char *is, iso_error *err) {
  a->end_ms = a->pulse_ms = NAN, a->sites_alike = true;
  ISO_TRY(note_times(a, whose, was, err));
  ISO_TRY(note_times(a, "the configuration", is, err));
  a->found.forgives = may_differ, a->found.self = a;
  return iso_differences_add(&a->found, whose, was, is, err);
}

double iso_alike_from(const iso_config *config, double time_ms) {
  const bool looks_ahead = config->numerics.scheme.pace == ISO_PACE_ADAPTIVE;
  return time_ms + (looks_ahead ? ISO_STIMULI_AHEAD : 1) * config->time.step_ms;
}
