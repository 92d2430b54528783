/* The ECG that a configuration asks for (outputs.ecg): electrodes, their weights, the observer, its files. */
#ifndef ISO_STUDY_ECG_H
#define ISO_STUDY_ECG_H

#include "linear/system.h"
#include "observe/ecg.h"
#include "observe/leads.h"
#include "result/recording.h"
#include "study/electrodes.h"
#include "study/provenance.h"
#include "study/setup.h"

enum { ISO_ECG_MEASURES = 10 };

typedef struct iso_ecg_study {
  iso_electrodes electrodes;
  iso_leads leads;
  iso_ecg *ecg;
  /* On rank 0, once it is written: of the ECG, or when a wave passed at each electrogram. */
  int nmeasures;
  iso_measure *measure;
} iso_ecg_study;

/* Whether a configuration asks for one. */
bool iso_ecg_asked(const iso_config *config);

/* Collective. K_i of lead_weights.h: the stiffness with the intracellular conductivities, or with those of
 * the monodomain where they are not given. Free it whatever the status. */
iso_status iso_ecg_sources(iso_system *out, const iso_setup *setup, iso_error *err);

/* Collective. Reads the electrodes and makes the observer; the weights of a lead are those of the tissue as
 * it is set up. ISO_EINPUT for a file that is no table of electrodes. Free it whatever the status. */
iso_status iso_ecg_study_new(iso_ecg_study *out, const iso_setup *setup, iso_error *err);

/* Whether the electrogram is there that outputs.synchrony.lead names, if any: ISO_EINPUT. Every rank says the
 * same. */
iso_status iso_ecg_study_find_lead(const iso_ecg_study *study, const iso_config *config, iso_error *err);

/* Collective. PREFIX_ecg.nc and PREFIX_ecg.csv, by their paths. Nothing where no sample was taken. */
iso_status iso_ecg_study_write(iso_ecg_study *study, const iso_setup *setup, const char *netcdf,
                               const char *csv, const iso_provenance *provenance, iso_error *err);

/* What these files take, about and at the most: numbers of 8 bytes and of 24 characters. */
int64_t iso_ecg_study_bytes(const iso_ecg_study *study, const iso_setup *setup);

/* Harmless on a cleared struct. */
void iso_ecg_study_free(iso_ecg_study *study);

#endif
