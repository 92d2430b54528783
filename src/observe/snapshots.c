#include "observe/snapshots.h"

#include "base/memory.h"

#include <stdlib.h>

struct iso_snapshots {
  iso_snapshot_sink sink;
  float *vm; /* [nowned] */
};

iso_status iso_snapshots_new(iso_snapshots **out, const iso_mesh *mesh, iso_snapshot_sink sink,
                             iso_error *err) {
  iso_snapshots *s = NULL;
  *out = NULL;
  ISO_TRY(iso_alloc(&s, 1, sizeof *s, "snapshots", err));
  s->sink = sink;
  iso_status status = iso_alloc(&s->vm, (size_t)mesh->nowned, sizeof *s->vm, "a snapshot", err);
  if (status == ISO_OK)
    *out = s;
  else
    iso_snapshots_free(s);
  return status;
}

static iso_status look(void *self, const iso_view *view, iso_error *err) {
  iso_snapshots *s = self;
  ISO_TRY(iso_agree(view->mesh->comm, iso_view_vm_single(view, s->vm, err), err));
  return s->sink.append(s->sink.self, view->time_ms, s->vm, err);
}

static iso_status save(void *self, iso_archive *archive, iso_error *err) {
  const iso_snapshots *s = self;
  return s->sink.save(s->sink.self, archive, err);
}

static iso_status restore(void *self, const iso_archive *archive, iso_error *err) {
  const iso_snapshots *s = self;
  return s->sink.restore(s->sink.self, archive, err);
}

iso_guest iso_snapshots_guest(iso_snapshots *s, double start_ms, double stop_ms, double every_ms) {
  return (iso_guest){.name = "snapshots",
                     .start_ms = start_ms,
                     .stop_ms = stop_ms,
                     .every_ms = every_ms,
                     .self = s,
                     .look = look,
                     .save = s->sink.save ? save : NULL,
                     .restore = s->sink.restore ? restore : NULL};
}

void iso_snapshots_free(iso_snapshots *s) {
  if (!s) return;
  free(s->vm);
  free(s);
}
