/* What an implanted device writes beside its electrograms: what it sensed and what it did, with the tick of
 * its clock. */
#ifndef ISO_ACT_MARKER_H
#define ISO_ACT_MARKER_H

#include <stdint.h>

/* Kind, its text in the results, meaning. Those of senses and paces are the specification's
 * (act/pacemaker.h). */
#define ISO_MARK_LIST(X)                                                                                     \
  X(AS, "AS", "atrium sensed")                                                                               \
  X(AP, "AP", "atrium paced")                                                                                \
  X(VS, "VS", "ventricle sensed")                                                                            \
  X(VP, "VP", "ventricle paced")                                                                             \
  X(LVP, "LVP", "left ventricle paced")                                                                      \
  X(PVC, "PVC", "ventricle sensed without an atrial event since the last ventricular one")                   \
  X(AR, "(AS)", "atrium sensed, refractory")                                                                 \
  X(VR, "(VS)", "ventricle sensed, refractory")                                                              \
  X(PVP, "PVP", "the atrial refractory period is extended because of a PVC")                                 \
  X(AP_LOST, "AP!", "the last atrial pace did not capture")                                                  \
  X(VP_LOST, "VP!", "the last ventricular pace did not capture")                                             \
  X(LVP_LOST, "LVP!", "the last left ventricular pace did not capture")                                      \
  X(TD, "TD", "a fast rhythm is detected, for the first time or again")                                      \
  X(TP, "TP", "ventricle paced against it")                                                                  \
  X(TE, "TE", "it has ended")                                                                                \
  X(TX, "TX", "no attempt is left")

typedef enum iso_mark {
#define X(key, text, meaning) ISO_MARK_##key,
  ISO_MARK_LIST(X)
#undef X
      ISO_NMARKS
} iso_mark;

typedef struct iso_marker {
  int64_t tick;
  int64_t mark; /* iso_mark */
} iso_marker;

/* "(AS)" */
const char *iso_mark_text(iso_mark mark);

#endif
