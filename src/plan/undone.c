#include "plan/undone.h"

#include <stdio.h>
#include <string.h>

/* A setting of case number c of axis number a. */
typedef struct at {
  int a, c, i;
} at;

typedef struct check {
  const iso_members *members;
  const iso_config *config;
} check;

static const iso_config_case *case_at(const check *k, at s) { return &k->members->axis[s.a].cases[s.c]; }

static const char *setting_at(const check *k, at s) { return case_at(k, s)->set[s.i]; }

static int length_of_key(const char *setting) { return (int)strcspn(setting, "="); }

/* Whether a setting, KEY=TEXT, leaves nothing of one before it: it is of that key, or of one above. */
static bool undoes(const char *later, const char *setting) {
  const size_t n = (size_t)length_of_key(later);
  return !strncmp(later, setting, n) && (setting[n] == '=' || setting[n] == '.');
}

/* Of an axis whose cases all set the same keys one case tells of all. */
static int cases_to_look_at(const iso_members_axis *axis) {
  return axis->asked->ncases > 0 ? axis->ncases : 1;
}

/* ---- within a case ---- */

static iso_status check_pair_of_case(const check *k, at before, at later, iso_error *err) {
  const char *first = setting_at(k, before), *second = setting_at(k, later), *name = case_at(k, later)->name;
  const int n = length_of_key(first), m = length_of_key(second);
  char path[48];
  if (!undoes(second, first)) return ISO_OK;
  snprintf(path, sizeof path, "study.axes.%d", later.a);
  if (n == m)
    return iso_config_fail(k->config, err, path, "its case '%.60s' sets %.*s twice; leave one out", name, n,
                           first);
  return iso_config_fail(k->config, err, path,
                         "its case '%.60s' sets %.*s and then %.*s, which leaves nothing of that: leave one "
                         "out, or put the whole section or list before keys in it",
                         name, n, first, m, second);
}

static iso_status check_case(const check *k, int a, int c, iso_error *err) {
  const int n = k->members->axis[a].cases[c].nset;
  for (int i = 1; i < n; i++)
    for (int j = 0; j < i; j++) ISO_TRY(check_pair_of_case(k, (at){a, c, j}, (at){a, c, i}, err));
  return ISO_OK;
}

/* What a twin's hearts set is not the user's. */
static iso_status check_axis(const check *k, int a, iso_error *err) {
  const iso_members_axis *axis = &k->members->axis[a];
  for (int c = 0; c < cases_to_look_at(axis) && !axis->asked->twin; c++) ISO_TRY(check_case(k, a, c, err));
  return ISO_OK;
}

/* ---- of one axis by another ---- */

static iso_status check_pair_of_axes(const check *k, at before, at later, iso_error *err) {
  const char *setting = setting_at(k, before);
  char path[48];
  if (!undoes(setting_at(k, later), setting)) return ISO_OK;
  snprintf(path, sizeof path, "study.axes.%d", later.a);
  return iso_config_fail(k->config, err, path,
                         "its case '%.60s' sets %.*s anew, which the case '%.60s' of the axis '%.60s' before "
                         "it sets: leave one out, or make one axis of both; a whole section or list comes "
                         "before keys in it",
                         case_at(k, later)->name, length_of_key(setting), setting, case_at(k, before)->name,
                         k->members->axis[before.a].name);
}

/* A setting of an axis against all of one behind it. */
static iso_status check_setting(const check *k, at before, int b, iso_error *err) {
  const iso_members_axis *axis = &k->members->axis[b];
  for (int c = 0; c < cases_to_look_at(axis); c++)
    for (int i = 0; i < axis->cases[c].nset; i++) ISO_TRY(check_pair_of_axes(k, before, (at){b, c, i}, err));
  return ISO_OK;
}

/* A twin's hearts may well be set in part. */
static iso_status check_axes(const check *k, int a, int b, iso_error *err) {
  const iso_members_axis *axis = &k->members->axis[a];
  for (int c = 0; c < cases_to_look_at(axis) && !axis->asked->twin; c++)
    for (int i = 0; i < axis->cases[c].nset; i++) ISO_TRY(check_setting(k, (at){a, c, i}, b, err));
  return ISO_OK;
}

/* Of axis b, behind that of a twin: a stimulus in the place of one with which its hearts begin their beat. */
static iso_status check_beat(const check *k, int a, int b, iso_error *err) {
  const iso_members *m = k->members;
  const iso_config_case *heart = m->axis[a].cases;
  char path[48];
  for (int i = 0; i < heart->nset && m->axis[a].asked->twin; i++) {
    int number = -1, end = 0; /* of a whole stimulus, which is the twin's */
    sscanf(heart->set[i], "stimuli.%d={%n", &number, &end);
    for (int c = 0; c < m->axis[b].ncases && end > 0; c++)
      for (int s = 0; s < m->axis[b].cases[c].nset; s++) {
        if (!undoes(m->axis[b].cases[c].set[s], heart->set[i])) continue;
        snprintf(path, sizeof path, "study.axes.%d", b);
        return iso_config_fail(
            k->config, err, path,
            "its case '%.60s' puts a stimulus where the hearts of '%.60s' begin their own "
            "beat, stimuli.%d, which would go: take a number above theirs, or own_beat: false",
            m->axis[b].cases[c].name, m->axis[a].name, number);
      }
  }
  return ISO_OK;
}

iso_status iso_undone_check(const iso_members *members, const iso_config *config, iso_error *err) {
  const check k = {members, config};
  for (int b = 0; b < members->naxes; b++) {
    ISO_TRY(check_axis(&k, b, err));
    for (int a = 0; a < b; a++) {
      ISO_TRY(check_axes(&k, a, b, err));
      ISO_TRY(check_beat(&k, a, b, err));
    }
  }
  return ISO_OK;
}
