/* NAME_vm.e.nc: snapshots of Vm as an Exodus time series in single precision, written as they come, and their
 * copy for a restart (spool.h). */
#ifndef ISO_RESULT_SERIES_H
#define ISO_RESULT_SERIES_H

#include "result/exodus.h"
#include "solve/archive.h"

#include <stdbool.h>

typedef struct iso_series iso_series;

typedef struct iso_series_spec {
  const char *title;
  int compression; /* deflate level, 0: none */
  int nattributes;
  const iso_attribute *attributes;
  bool threaded; /* whether a thread of each rank packs and writes behind the run: where a core is free for it
                  */
  const char *spool;   /* where snapshots are kept for a restart, or NULL: nowhere */
  const char *restart; /* where those of the run that goes on were kept, or NULL */
} iso_series_spec;

/* Collective. Starts the file; it takes its name in iso_series_finish. ISO_EFAIL also where HDF5 is
 * another one than this was built for. */
iso_status iso_series_new(iso_series **out, const char *path, const iso_mesh *mesh,
                          const iso_series_spec *spec, iso_error *err);

/* Collective. Appends a snapshot. series: an iso_series. vm [nowned] mV. */
iso_status iso_series_append(void *series, double time_ms, const float *vm, iso_error *err);

/* Collective. Brings the kept snapshots to the disk, and their number, times and checksum into an archive; a
 * series without a spool cannot (ISO_EFAIL). series: an iso_series. */
iso_status iso_series_save(void *series, iso_archive *archive, iso_error *err);

/* Collective. Appends the snapshots that an archive knows, from where they were kept, to an empty series.
 * ISO_EINPUT where they are gone or others. series: an iso_series. */
iso_status iso_series_restore(void *series, const iso_archive *archive, iso_error *err);

/* While it is held a series keeps its snapshots, and nothing of them is saved or restored: for a simulation
 * that takes the place of another within a run. Harmless on NULL. */
void iso_series_hold(iso_series *series, bool held);

/* Whether appending failed because there was no room: the file is good up to the snapshot before, or, where
 * room cannot be promised, lost, and has no snapshots. */
bool iso_series_is_full(const iso_series *series);

/* Snapshots so far; the same on all ranks. */
int64_t iso_series_count(const iso_series *series);

/* Collective. Completes the file; without a single snapshot there is none. The series is released. */
iso_status iso_series_finish(iso_series *series, iso_error *err);

/* Collective. Removes the unfinished file. Harmless on NULL. */
void iso_series_discard(iso_series *series);

#endif
