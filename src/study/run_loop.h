/* The time loop of a run: parts of iso_run and of running.h, which has iso_running_begin. */
#ifndef ISO_STUDY_RUN_LOOP_H
#define ISO_STUDY_RUN_LOOP_H

#include "study/running.h"

/* Collective. From the initial state, or that of the checkpoint, to the end, which running->ended names. */
iso_status iso_run_loop(iso_running *running, iso_error *err);

/* Collective. Step number k of steps, and whatever it is time for; running->ended says that it was the last.
 */
iso_status iso_run_step(iso_running *running, int64_t k, int64_t steps, iso_error *err);

/* The step that the run ends with, unless somebody ends it before. It ends at state_ms at the latest. */
int64_t iso_run_last_step(const iso_running *running);

/* Steps that this part of the run has made, those of a protocol's trials included; after the last one. */
int64_t iso_run_steps_made(const iso_running *running);

/* Collective. After the last step: messages and bytes of a step. */
void iso_run_count_sent(iso_running *running);

#endif
