/* What a run comes to: numbers with names, for the table of a study and the summary. */
#ifndef ISO_STUDY_OUTCOMES_H
#define ISO_STUDY_OUTCOMES_H

#include "observe/activation.h"
#include "result/summary.h"
#include "study/devices.h"
#include "study/ecg.h"
#include "study/protocol.h"

/* Name, unit ("1": none) and meaning of each, in the order of a table's columns. The last one is no matter of
 * the heart, and differs from time to time: it is there where it is asked for. */
#define ISO_OUTCOME_LIST(X)                                                                                  \
  X(TOTAL_ACTIVATION, "total_activation_ms", "ms", "from the first node's first activation to the last's")   \
  X(ACTIVATED, "activated_percent", "1", "of the nodes activated at least once")                             \
  X(INDUCED, "induced", "1",                                                                                 \
    "1: tissue still activated outputs.reentry.sustained_ms after the last stimulus")                        \
  X(SUSTAINED, "sustained_ms", "ms", "from the end of the last stimulus to the last activation, 0: none")    \
  X(CYCLE_LENGTH, "cycle_length_ms", "ms",                                                                   \
    "median over the nodes of the last interval between activations after the last stimulus")                \
  X(EXIT_X, "exit_x_mm", "mm", "where the first node activated a second time after the last stimulus")       \
  X(EXIT_Y, "exit_y_mm", "mm", "where the first node activated a second time after the last stimulus")       \
  X(EXIT_Z, "exit_z_mm", "mm", "where the first node activated a second time after the last stimulus")       \
  X(HIGHEST_FREQUENCY, "highest_frequency_Hz", "Hz", "of a node's activations after the last stimulus")      \
  X(LV_ACTIVATION, "lv_activation_ms", "ms", "of the left ventricle, from its first node to its last")       \
  X(LV_DISPERSION, "lv_dispersion_ms", "ms", "standard deviation of the activation times in it")             \
  X(VV_SYNCHRONY, "vv_synchrony_ms", "ms", "mean activation of the left ventricle minus that of the right")  \
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
  X(SIMULATED, "simulated_ms", "ms", "of the heart's time")                                                  \
  X(PROCESSOR, "processor_s", "s", "of all ranks in the loop")

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
