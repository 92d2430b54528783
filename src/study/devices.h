/* Implanted devices (the section devices): from the configuration to guests, and what is said of them
 * afterwards. */
#ifndef ISO_STUDY_DEVICES_H
#define ISO_STUDY_DEVICES_H

#include "act/implant.h"
#include "result/summary.h"
#include "study/setup.h"

typedef struct iso_devices {
  int n;
  iso_implant **implant;   /* [n] */
  iso_summary_lead *leads; /* [n ISO_NCHAMBERS] room of iso_devices_summarise */
} iso_devices;

/* Collective. ISO_EINPUT where a lead hits nothing, or an electrode is far from all tissue. Warns of an upper
 * rate that is not reached. Free it whatever the status. */
iso_status iso_devices_new(iso_devices *out, const iso_setup *setup, iso_error *err);
void iso_devices_free(iso_devices *devices);

/* Of all leads that do anything: *leads [return value], until the next call. */
int iso_devices_summarise(iso_devices *devices, const iso_summary_lead **leads);

/* Warns of leads whose paces did not capture. */
void iso_devices_warn(iso_devices *devices, const iso_log *log);

/* Bytes that they publish until the end, about. */
int64_t iso_devices_bytes(const iso_devices *devices, double duration_ms);

#endif
