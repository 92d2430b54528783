/* ECGs that were measured, as files have them: leads over time.
 *
 * .hea: WFDB (PhysioNet), the header and the signals that it names, of formats 16 and 212. .edf: EDF (Kemp et
 * al., Electroencephalogr Clin Neurophysiol 82:391, 1992) and EDF+ without gaps (Kemp and Olivan, Clin
 * Neurophysiol 114:1755, 2003). Anything else is a CSV, whose first line names t_ms or time_ms and leads in
 * mV. Leads have the names I, II, III, aVR, aVL, aVF, V1, V2 and so on however WFDB and EDF spell them. */
#ifndef ISO_ECG_RECORD_H
#define ISO_ECG_RECORD_H

#include "base/names.h"

#include <stdbool.h>

typedef struct iso_ecg_record {
  int n, nleads;
  double *time_ms;    /* [n] ascending */
  char **name;        /* [nleads] distinct */
  double *value;      /* [nleads][n] mV */
  char date[16];      /* 1990-10-01 where the file says one, else "" */
  iso_names left_out; /* signals that are no leads, each with the reason */
} iso_ecg_record;

/* Not collective. ISO_EINPUT, with the file and the line or signal, for what cannot be read as one of these:
 * numbers that are none, gains and units that give no mV, samples that are missing, fewer than the header
 * says or not those of its checksum, times that do not ascend, two leads of one name. To be freed whatever
 * the status. */
iso_status iso_ecg_record_read(iso_ecg_record *out, const char *path, iso_error *err);
void iso_ecg_record_free(iso_ecg_record *record);

/* Whether a file is one of several beats by its ending: a recording, not a table that may be of one beat. */
bool iso_ecg_is_recording(const char *path);

/* Whether a CSV is an ECG by its first line, which names t_ms or time_ms; no where it cannot be read. Not
 * collective. */
bool iso_ecg_is_table(const char *path);

/* Adds the files that a header of WFDB names; none for other files. Not collective; ISO_EINPUT as above. */
iso_status iso_ecg_record_files(iso_names *files, const char *path, iso_error *err);

/* Which column has a lead, also by the names E1, E2, E3 of I, II, III; -1: none has. */
int iso_ecg_record_find(const iso_ecg_record *record, const char *lead);

/* Those that do not follow from others: I, II and those of the chest; all where neither I nor II is there.
 * Their columns in index [nleads]; how many. */
int iso_ecg_record_independent(const iso_ecg_record *record, int *index);

/* The largest value of a column less the smallest, mV; INFINITY where there is one that is not finite, as a
 * filter makes of numbers near the largest. */
double iso_ecg_record_range(const iso_ecg_record *record, int column);

#endif
