/* Hands Vm of all nodes, every so often, to whoever keeps it. */
#ifndef ISO_OBSERVE_SNAPSHOTS_H
#define ISO_OBSERVE_SNAPSHOTS_H

#include "solve/guest.h"

/* Where snapshots go: a file, or a test's memory. Calls are collective. */
typedef struct iso_snapshot_sink {
  void *self;
  iso_status (*append)(void *self, double time_ms, const float *vm, iso_error *err); /* vm [nowned] mV */
  /* What a guest's do, since what was appended is the sink's; NULL: nothing can go on from it. */
  iso_status (*save)(void *self, iso_archive *archive, iso_error *err);
  iso_status (*restore)(void *self, const iso_archive *archive, iso_error *err);
} iso_snapshot_sink;

typedef struct iso_snapshots iso_snapshots;

/* The sink must outlive the guest. Not collective. */
iso_status iso_snapshots_new(iso_snapshots **out, const iso_mesh *mesh, iso_snapshot_sink sink,
                             iso_error *err);
void iso_snapshots_free(iso_snapshots *snapshots);

/* Looks at start_ms, or behind the step that it is within, and every every_ms from there until stop_ms.
 * Does not own. */
iso_guest iso_snapshots_guest(iso_snapshots *snapshots, double start_ms, double stop_ms, double every_ms);

#endif
