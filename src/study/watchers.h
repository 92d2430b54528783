/* Everybody who watches a run or acts in it, as its configuration asks: activation and recovery, what
 * goes on after the last stimulus, probes, snapshots, ECG, rest, actors, devices, the protocol. */
#ifndef ISO_STUDY_WATCHERS_H
#define ISO_STUDY_WATCHERS_H

#include "act/trigger.h"
#include "base/atomic.h"
#include "base/names.h"
#include "observe/activation.h"
#include "observe/probes.h"
#include "observe/quiescence.h"
#include "observe/slope.h"
#include "observe/snapshots.h"
#include "result/series.h"
#include "study/detectors.h"
#include "study/devices.h"
#include "study/ecg.h"
#include "study/outcomes.h"
#include "study/protocol_guests.h"
#include "study/provenance.h"
#include "study/run_page.h"
#include "study/setup.h"

typedef struct iso_watchers {
  const iso_setup *setup;
  iso_activation *activation;
  iso_detectors detectors;
  iso_slope *slope;           /* NULL: not asked for */
  iso_probes *probes;         /* NULL: none */
  iso_ecg_study ecg;          /* empty: not asked for */
  iso_quiescence *quiescence; /* NULL: not asked for */
  iso_snapshots *snapshots;   /* NULL: none */
  iso_series *series;         /* their file; NULL: none, or completed */
  double *quiet_mV;           /* [nowned] threshold of quiescence */
  iso_room room;              /* for the maps */
  int nactors;
  iso_trigger **actor; /* [nactors] */
  iso_devices devices;
  iso_protocol_guests protocol;
  int nguests, most_guests;
  iso_guest *guest; /* [nguests] of most_guests, who stay where they are */
} iso_watchers;

/* Where snapshots go. */
typedef struct iso_watchers_files {
  const char *series;  /* NULL: no snapshots */
  const char *spool;   /* where they are kept for a restart, or NULL */
  const char *restart; /* where those before a restart were kept, or NULL */
} iso_watchers_files;

/* Collective. Makes them and has the simulation show them its steps. */
iso_status iso_watchers_new(iso_watchers *out, const iso_setup *setup, const iso_watchers_files *files,
                            iso_error *err);

/* Collective. Has another simulation of the set-up, which has no guests, show its steps from its state on. */
iso_status iso_watchers_follow(iso_watchers *watchers, iso_error *err);

/* Collective. Holds the room on the disk that the maps will take: a disk that is full is found before hours
 * of work, and nothing else of this run can take it. */
iso_status iso_watchers_reserve(iso_watchers *watchers, const char *maps_path, iso_error *err);

/* Whether the run failed because a snapshot found no room, so that all results up to then are good. */
bool iso_watchers_are_full(const iso_watchers *watchers);

/* Names of the results of a run. NULL: not asked for. */
typedef struct iso_result_paths {
  const char *maps, *series;
  const char *vtu, *nodes_csv; /* maps for other tools */
  const char *tables;          /* prefix of tables as CSV */
  const char *ecg, *ecg_csv;   /* both, or neither */
  iso_run_page_paths shown;
  bool hurry; /* somebody may kill the run in a second: maps are not compressed */
} iso_result_paths;

/* Collective. What the watched run came to, but for its protocol, time and cost. Fails for lack of memory, on
 * all ranks. */
iso_status iso_watchers_outcomes(iso_watchers *watchers, iso_outcomes *out, iso_error *err);

/* Collective. Completes the snapshots and writes the maps, then the copies for other tools. Their
 * names are added to written on rank 0. Where the snapshots fail all else is written, and that is the error.
 */
iso_status iso_watchers_write(iso_watchers *watchers, const iso_result_paths *paths, double time_ms,
                              const iso_provenance *provenance, iso_names *written, iso_error *err);

/* Collective. Writes what was published of a set-up's mesh: the maps, as of a time, then the copies for other
 * tools and the page. ecg: written, or cleared; found: for the page. Their names, and those of paths that are
 * written already, are added to written on rank 0. */
iso_status iso_study_write(const iso_setup *setup, const iso_results *results, const iso_ecg_study *ecg,
                           const iso_outcomes *found, const iso_result_paths *paths, double time_ms,
                           const iso_provenance *provenance, iso_names *written, iso_error *err);

/* Unfinished files are removed. */
void iso_watchers_free(iso_watchers *watchers);

#endif
