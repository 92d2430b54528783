/* Data that are compared with a twin, as its configuration would have them. */
#ifndef ISO_FIT_NEW_DATA_H
#define ISO_FIT_NEW_DATA_H

#include "fit/data.h"
#include "fit/monitor.h"

typedef struct iso_new_data {
  iso_config config; /* the twin's, with these data alone: shallow, with the following */
  iso_config_map map;
  iso_config_fit_ecg ecg;
  int like; /* number of the twin's ECG that they are like; -1: they are a map */
  char name[1100];
} iso_new_data;

/* Not collective. ISO_EINPUT where the options name a map or an ECG that the twin lacks, or it has neither.
 */
iso_status iso_new_data_check(const iso_config *twin, const iso_monitor_options *options, iso_error *err);

/* Not collective. The file data as a map or an ECG like one of the twin's: .hea and .edf are ECGs, VTK files
 * and twins maps; any other is what the twin has, or what the options name one of, or, of both, an ECG where
 * its first line has t_ms. Where nobody gave an ECG's begin_ms and end_ms they are those of the twin's
 * samples, if the file goes farther. out stays where it is. ISO_EINPUT where the twin has none of that kind,
 * and for what iso_ecg_file_read refuses. */
iso_status iso_new_data_make(iso_new_data *out, const iso_config *twin, const iso_monitor_options *options,
                             const char *data, iso_error *err);

/* Not collective. Warns where most of the data, set, are those to which the twin was fitted, which it
 * predicts better than anything else, held out or not. */
iso_status iso_new_data_warn_of_known(const iso_new_data *data, const iso_data_set *set,
                                      const iso_config *twin, const iso_monitor_options *options,
                                      iso_error *err);

#endif
