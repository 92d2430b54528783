/* A torso around the heart, as the ECG of a configuration asks for: a mesh of its own with the heart in it
 * (outputs.ecg.torso), or the heart's own mesh with passive parts (mesh.passive), read once more and not
 * refined. Its conductor is the bulk. */
#ifndef ISO_STUDY_TORSO_H
#define ISO_STUDY_TORSO_H

#include "linear/system.h"
#include "study/electrodes.h"
#include "study/setup.h"

/* The electrode that is the ground: that of the configuration, RL, or the first. -1: there is none of that
 * name.
 */
int iso_torso_ground(const iso_config_torso *torso, const iso_electrodes *electrodes);

/* Collective. weight [electrodes->n][mesh->nowned] of the heart that is set up, by lead fields in the torso;
 * sources: the heart's intracellular stiffness. ISO_EINPUT for a mesh that cannot be used, that has tags
 * without a conductivity, or that the heart or an electrode is far from. */
iso_status iso_torso_weights(const iso_setup *setup, const iso_electrodes *electrodes,
                             const iso_system *sources, double *weight, iso_error *err);

#endif
