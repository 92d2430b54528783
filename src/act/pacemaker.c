#include "act/pacemaker.h"

#include <string.h>

#define NEVER INT64_MAX

static int64_t later(int64_t a, int64_t b) { return a > b ? a : b; }

static bool paces_ventricle(const iso_pacemaker *p) {
  return p->set.mode == ISO_MODE_VVI || p->set.mode == ISO_MODE_DDD;
}

void iso_pacemaker_start(iso_pacemaker *p, const iso_pacemaker_settings *set, int64_t tick) {
  *p = (iso_pacemaker){.set = *set,
                       .last_ventricular = tick - set->upper,
                       .atrial_due = NEVER,
                       .ventricular_due = NEVER,
                       .right_due = NEVER,
                       .left_due = NEVER,
                       .atrial_refractory = tick,
                       .ventricular_refractory = tick,
                       .atrial_blind = tick,
                       .ventricular_blind = tick,
                       .atrial_since = 1};
  if (set->mode == ISO_MODE_VVI) p->ventricular_due = tick + set->lower;
  if (set->mode == ISO_MODE_AAI) p->atrial_due = tick + set->lower;
  if (set->mode == ISO_MODE_DDD) p->atrial_due = tick + set->lower - set->av_paced;
}

/* ---- events that count: a cycle begins ---- */

static void begin_ventricular(iso_pacemaker *p, int64_t tick, int64_t extension) {
  const iso_pacemaker_settings *set = &p->set;
  p->last_ventricular = tick;
  p->ventricular_refractory = tick + set->vrp;
  p->ventricular_blind = later(p->ventricular_blind, tick + set->blanking);
  p->atrial_blind = later(p->atrial_blind, tick + set->atrial_blanking);
  p->atrial_since = 0;
  p->extended = extension > 0;
  if (set->mode == ISO_MODE_VVI) p->ventricular_due = tick + set->lower;
  if (set->mode != ISO_MODE_DDD) return;
  p->atrial_refractory = tick + set->pvarp + extension;
  p->ventricular_due = NEVER;
  p->atrial_due = tick + set->lower - set->av_paced;
}

static void begin_atrial(iso_pacemaker *p, int64_t tick, bool paced) {
  const iso_pacemaker_settings *set = &p->set;
  p->atrial_since = 1;
  p->atrial_blind = later(p->atrial_blind, tick + set->blanking);
  if (paced) p->ventricular_blind = later(p->ventricular_blind, tick + set->ventricular_blanking);
  if (set->mode == ISO_MODE_AAI) {
    p->atrial_refractory = tick + set->arp;
    p->atrial_due = tick + set->lower;
  }
  if (set->mode != ISO_MODE_DDD) return;
  p->atrial_refractory = NEVER; /* while the AV delay runs, and then by the ventricular event */
  p->atrial_due = NEVER;
  p->ventricular_due =
      later(tick + (paced ? set->av_paced : set->av_sensed), p->last_ventricular + set->upper);
}

void iso_pacemaker_reset(iso_pacemaker *p, int64_t tick) {
  p->right_due = p->left_due = NEVER;
  begin_ventricular(p, tick, 0);
}

/* ---- senses and paces ---- */

static int sense_atrium(iso_pacemaker *p, int64_t tick, iso_mark *mark) {
  if (tick < p->atrial_blind) return 0;
  *mark = tick < p->atrial_refractory ? ISO_MARK_AR : ISO_MARK_AS;
  if (*mark == ISO_MARK_AS) begin_atrial(p, tick, false);
  return 1;
}

static int sense_ventricle(iso_pacemaker *p, int64_t tick, iso_mark *mark) {
  if (tick < p->ventricular_blind) return 0;
  if (tick < p->ventricular_refractory) {
    *mark = ISO_MARK_VR;
    return 1;
  }
  const bool premature = p->set.mode == ISO_MODE_DDD && !p->atrial_since;
  const int64_t extension = premature && !p->extended ? p->set.pvarp_extension : 0;
  mark[0] = premature ? ISO_MARK_PVC : ISO_MARK_VS;
  mark[1] = ISO_MARK_PVP;
  begin_ventricular(p, tick, extension);
  return extension > 0 ? 2 : 1;
}

static int pace_ventricle(iso_pacemaker *p, int64_t tick, iso_mark *mark) {
  const int64_t vv = p->set.vv;
  int n = 0;
  const bool both = p->set.biventricular;
  if (!both || vv >= 0) mark[n++] = ISO_MARK_VP;
  if (both && vv <= 0) mark[n++] = ISO_MARK_LVP;
  if (both && vv > 0) p->left_due = tick + vv;
  if (both && vv < 0) p->right_due = tick - vv;
  begin_ventricular(p, tick, 0);
  return n;
}

/* The other one of two ventricles. */
static int pace_other(iso_pacemaker *p, int64_t tick, iso_mark *mark) {
  int n = 0;
  if (tick >= p->right_due) mark[n++] = ISO_MARK_VP, p->right_due = NEVER;
  if (tick >= p->left_due) mark[n++] = ISO_MARK_LVP, p->left_due = NEVER;
  return n;
}

int iso_pacemaker_tick(iso_pacemaker *p, int64_t tick, bool atrial, bool ventricular, iso_mark *mark) {
  int n = 0;
  if (atrial) n += sense_atrium(p, tick, mark + n);
  if (ventricular) n += sense_ventricle(p, tick, mark + n);
  if (tick >= p->atrial_due) {
    mark[n++] = ISO_MARK_AP;
    begin_atrial(p, tick, true);
  }
  if (paces_ventricle(p) && tick >= p->ventricular_due) n += pace_ventricle(p, tick, mark + n);
  return n + pace_other(p, tick, mark + n);
}

/* ---- saving ---- */

void iso_pacemaker_pack(const iso_pacemaker *p, int64_t *state) {
  const int64_t all[ISO_PACEMAKER_STATE] = {p->last_ventricular,
                                            p->atrial_due,
                                            p->ventricular_due,
                                            p->right_due,
                                            p->left_due,
                                            p->atrial_refractory,
                                            p->ventricular_refractory,
                                            p->atrial_blind,
                                            p->ventricular_blind,
                                            p->atrial_since,
                                            p->extended};
  memcpy(state, all, sizeof all);
}

void iso_pacemaker_unpack(iso_pacemaker *p, const int64_t *state) {
  *p = (iso_pacemaker){p->set,   state[0], state[1], state[2], state[3], state[4],
                       state[5], state[6], state[7], state[8], state[9], state[10]};
}
