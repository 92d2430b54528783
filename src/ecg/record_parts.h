/* What the readers of one room share. */
#ifndef ISO_ECG_RECORD_PARTS_H
#define ISO_ECG_RECORD_PARTS_H

#include "ecg/record.h"

#include <stddef.h>
#include <stdint.h>

/* 33 million numbers are 46 minutes of 12 leads at 1 kHz, 256 MiB of memory. */
enum { ISO_ECG_MOST_NUMBERS = 1 << 25 };

/* The whole file and a NUL behind it, to be freed. ISO_EINPUT where it cannot be read, or is larger than four
 * bytes for each of the numbers above and a megabyte. */
iso_status iso_ecg_load(const char *path, char **bytes, size_t *size, iso_error *err);

/* Room for leads of n samples each at that rate, whose times begin at 0, and for names, which are still NULL.
 */
iso_status iso_ecg_record_room(iso_ecg_record *out, const char *path, int nleads, double n, double rate_hz,
                               iso_error *err);

/* The name of a lead in a column; label need not end with a NUL before its size. Where it is the usual name
 * of a lead in other letters, or behind "ECG", "EKG" or "lead", that one. Blank: signal and its number. */
iso_status iso_ecg_record_name(iso_ecg_record *out, int column, const char *label, size_t size,
                               iso_error *err);

/* mV per unit; 0: no voltage. */
double iso_ecg_millivolts(const char *unit);

/* A number and nothing else, in text without blanks around it. */
bool iso_ecg_number(const char *text, double *out);

static inline int iso_ecg_int16(const unsigned char *at) { return (int16_t)(at[0] | at[1] << 8); }

/* The three kinds of files; *out is empty before. */
iso_status iso_ecg_read_wfdb(iso_ecg_record *out, const char *path, iso_error *err);
iso_status iso_ecg_read_edf(iso_ecg_record *out, const char *path, iso_error *err);
iso_status iso_ecg_read_table(iso_ecg_record *out, const char *path, iso_error *err);

/* Those that a WFDB header names, see iso_ecg_record_files. */
iso_status iso_ecg_wfdb_files(iso_names *files, const char *path, iso_error *err);

#endif
