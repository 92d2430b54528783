/* What a run comes to: numbers with names, for the table of a study and the summary. */
#ifndef ISO_STUDY_OUTCOMES_H
#define ISO_STUDY_OUTCOMES_H

#include "observe/activation.h"
#include "result/summary.h"
#include "study/devices.h"
#include "study/ecg.h"
#include "study/protocol.h"

/* Name, unit ("1": none) and meaning of each, in the order of a table's columns. From processor_s on they
 * are no matter of the heart: that differs from time to time and is there where it is asked for, the others
 * where a study has a screen. */
#define ISO_OUTCOME_LIST(X)                                                                                  \
  X(TOTAL_ACTIVATION, "total_activation_ms", "ms", "from the first node's first activation to the last's")   \
  X(ACTIVATED, "activated_percent", "1", "of the nodes activated at least once")                             \
  X(INDUCED, "induced", "1",                                                                                 \
    "1: an arrhythmia, activity outputs.reentry.sustained_ms after the last stimulus")                       \
  X(SUSTAINED, "sustained_ms", "ms", "from the end of the last stimulus to the last activation, 0: none")    \
  X(CYCLE_LENGTH, "cycle_length_ms", "ms",                                                                   \
    "median over the nodes of the last interval between activations after the last stimulus")                \
  X(EXIT_X, "exit_x_mm", "mm", "where the first node activated a second time after the last stimulus")       \
  X(EXIT_Y, "exit_y_mm", "mm", "where the first node activated a second time after the last stimulus")       \
  X(EXIT_Z, "exit_z_mm", "mm", "where the first node activated a second time after the last stimulus")       \
  X(ISTHMUS_X, "isthmus_x_mm", "mm", "where the wave is when the least tissue activates")                    \
  X(ISTHMUS_Y, "isthmus_y_mm", "mm", "where the wave is when the least tissue activates")                    \
  X(ISTHMUS_Z, "isthmus_z_mm", "mm", "where the wave is when the least tissue activates")                    \
  X(HIGHEST_FREQUENCY, "highest_frequency_Hz", "Hz", "of a node's activations after the last stimulus")      \
  X(DOMINANT_FREQUENCY, "dominant_frequency_Hz", "Hz", "median over the nodes, by spectra of Vm")            \
  X(REGULARITY, "regularity_index", "1", "median over the nodes: share of the power near that frequency")    \
  X(HIGHEST_DOMINANT, "highest_dominant_frequency_Hz", "Hz", "the highest of any node")                      \
  X(DOMINANT_X, "highest_dominant_x_mm", "mm", "where it is")                                                \
  X(DOMINANT_Y, "highest_dominant_y_mm", "mm", "where it is")                                                \
  X(DOMINANT_Z, "highest_dominant_z_mm", "mm", "where it is")                                                \
  X(WAVEFRONTS, "wavefronts_mean", "1", "wavefronts at once on average, after the last stimulus")            \
  X(WAVEFRONTS_MOST, "wavefronts_most", "1", "wavefronts at once at most, after the last stimulus")          \
  X(LV_ACTIVATION, "lv_activation_ms", "ms", "of the left ventricle, from its first node to its last")       \
  X(LV_DISPERSION, "lv_dispersion_ms", "ms", "standard deviation of the activation times in it")             \
  X(VV_SYNCHRONY, "vv_synchrony_ms", "ms", "mean activation of the left ventricle minus that of the right")  \
  X(LATEST_SEGMENT, "latest_segment", "1", "which of outputs.synchrony.segments activates latest, from 1")   \
  X(LATEST_SEGMENT_TIME, "latest_segment_ms", "ms", "the mean activation time in it")                        \
  X(QLV, "qlv_ms", "ms", "from the beginning of QRS to the activation at the left lead")                     \
  X(QRS, "qrs_ms", "ms", "duration of the first QRS complex of the ECG")                                     \
  X(QRS_AXIS, "qrs_axis_degree", "degree", "its axis in the frontal plane")                                  \
  X(QT, "qt_ms", "ms", "from the beginning of QRS to the end of T")                                          \
  X(APD, "apd_ms", "ms", "median over the nodes of the duration of the last action potential that ended")    \
  X(RECOVERED, "recovered_percent", "1", "of the nodes that activated, recovered from the last time")        \
  X(ERP, "erp_ms", "ms", "effective refractory period, by S2 of the section protocol")                       \
  X(S3_ERP, "s3_erp_ms", "ms", "the same by S3")                                                             \
  X(S4_ERP, "s4_erp_ms", "ms", "the same by S4")                                                             \
  X(RESTITUTION_SLOPE, "restitution_slope", "1", "steepest of action potential duration against rest")       \
  X(INDUCING_PULSES, "inducing_pulses", "1", "premature pulses of the protocol that induced re-entry")       \
  X(INDUCING_SITES, "inducing_sites", "1", "sites from which the protocol induced re-entry")                 \
  X(SENSES, "senses", "1", "beats that counted for implanted devices")                                       \
  X(PACES, "paces", "1", "pulses of implanted devices")                                                      \
  X(CAPTURED, "captured_percent", "1", "of these paces")                                                     \
  X(ATTEMPTS, "therapies", "1", "attempts of implanted devices to end a fast rhythm by pacing")              \
  X(ATP_SUCCESS, "atp_success", "1", "1: every fast rhythm that was detected was ended by pacing, 0: not")   \
  X(BURNED, "burned_percent", "1", "of the tissue's volume, by lesions")                                     \
  X(ROUNDS, "rounds", "1", "of induction, with study.ablation")                                              \
  X(LESIONS, "lesions", "1", "that these rounds made")                                                       \
  X(INDUCED_AFTER, "induced_after", "1", "1: the last of these rounds was sustained, too")                   \
  X(SIMULATED, "simulated_ms", "ms", "of the heart's time")                                                  \
  X(PROCESSOR, "processor_s", "s", "of all ranks in the loop")                                               \
  X(SCREENED, "screened", "1", "1: the wave of study.screen proposes the member, 0: it does not")            \
  X(SAMPLED, "sampled", "1", "1: the member is in the sample of study.screen, to be run in full anyway")

typedef enum {
#define X(key, name, unit, meaning) ISO_OUTCOME_##key,
  ISO_OUTCOME_LIST(X)
#undef X
      ISO_NOUTCOMES
} iso_outcome;

typedef struct iso_outcomes {
  double value[ISO_NOUTCOMES]; /* NAN: not known, or there is none */
} iso_outcomes;

const char *iso_outcome_name(iso_outcome outcome);
const char *iso_outcome_unit(iso_outcome outcome);
const char *iso_outcome_meaning(iso_outcome outcome);

/* Whether it is 1 or 0, so that of many it is a probability. */
bool iso_outcome_is_yes_or_no(iso_outcome outcome);

/* Its name for people, without its unit, into text [size]: "LV activation". Returns it. */
char *iso_outcome_words(iso_outcome outcome, char *text, size_t size);

/* The outcome of that name, or -1. */
int iso_outcome_find(const char *name);

/* All unknown. */
iso_outcomes iso_outcomes_none(void);

/* Collective: those that follow from the activations of all nodes, of the beats that are kept. Fails for lack
 * of memory, on all ranks. */
iso_status iso_outcomes_of_activation(iso_outcomes *outcomes, const iso_activation *activation,
                                      const iso_mesh *mesh, iso_error *err);

/* Those of what goes on after the last stimulus; unknown where stimuli go on without end. Not collective. */
void iso_outcomes_of_rhythm(iso_outcomes *outcomes, const iso_rhythm *rhythm);

/* Those of spectra and wavefronts. Not collective. */
void iso_outcomes_of_waves(iso_outcomes *outcomes, const iso_waves *waves);

/* Collective: those of the two ventricles, from first activations time_ms [nowned] in ms, NAN where there is
 * none, or NULL without any on this rank, if the configuration tells them; burned nodes and those that never
 * activate are left out. The same bits on any ranks. */
iso_status iso_outcomes_of_ventricles(iso_outcomes *outcomes, const iso_setup *setup, const double *time_ms,
                                      iso_error *err);

/* Rank 0's: those of an ECG, if there is one. lead: an electrogram whose activation counts from QRS on, or
 * NULL. Not collective. */
void iso_outcomes_of_ecg(iso_outcomes *outcomes, const iso_ecg_study *ecg, const char *lead);

/* The same on all ranks: those of implanted devices, all of their leads together; unknown where there is
 * none. Not collective. */
void iso_outcomes_of_devices(iso_outcomes *outcomes, iso_devices *devices);

/* Those of a protocol, if there was one. Not collective. */
void iso_outcomes_of_protocol(iso_outcomes *outcomes, const iso_protocol_result *protocol);

/* When the last stimulus of the configuration that begins within its duration ends, those of its protocol's
 * train included: -INFINITY where there is none, INFINITY where they go on. What guests give comes besides.
 */
double iso_last_stimulus(const iso_config *config);

#endif
