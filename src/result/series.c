#include "result/series.h"

#include "base/memory.h"

#include <stdlib.h>

struct iso_series {
  iso_layout layout;
  iso_exodus exodus;
  size_t nsteps;
  double *part; /* [layout nnode] Vm of a snapshot */
};

static const iso_exodus_variable vm_variable = {"Vm", "mV", "transmembrane potential"};

static iso_status start_file(iso_series *s, const char *path, const iso_series_spec *spec, iso_error *err) {
  iso_exodus_spec exodus = {.title = spec->title,
                            .nattributes = spec->nattributes,
                            .attributes = spec->attributes,
                            .nnodal = 1,
                            .nodal = &vm_variable,
                            .nodal_type = NC_FLOAT,
                            .series = true,
                            .compression = spec->compression};
  ISO_TRY(iso_exodus_create(&s->exodus, path, &s->layout, &exodus, err));
  iso_status status = iso_exodus_mesh(&s->exodus, err);
  if (status != ISO_OK) iso_exodus_discard(&s->exodus);
  return status;
}

static void release(iso_series *s) {
  free(s->part);
  iso_layout_free(&s->layout);
  free(s);
}

static iso_status build(iso_series *s, const char *path, const iso_mesh *mesh, const iso_series_spec *spec,
                        iso_error *err) {
  ISO_TRY(iso_layout_new(&s->layout, mesh, err));
  iso_status status =
      iso_alloc(&s->part, (size_t)s->layout.nnode, sizeof *s->part, "a snapshot in file order", err);
  ISO_TRY(iso_agree(mesh->comm, status, err));
  return start_file(s, path, spec, err);
}

iso_status iso_series_new(iso_series **out, const char *path, const iso_mesh *mesh,
                          const iso_series_spec *spec, iso_error *err) {
  iso_series *s = NULL;
  *out = NULL;
  ISO_TRY(iso_agree(mesh->comm, iso_alloc(&s, 1, sizeof *s, "a time series", err), err));
  iso_status status = build(s, path, mesh, spec, err);
  if (status == ISO_OK)
    *out = s;
  else
    release(s);
  return status;
}

iso_status iso_series_append(void *self, double time_ms, const double *vm, iso_error *err) {
  iso_series *s = self;
  ISO_TRY(iso_layout_nodes(&s->layout, vm, sizeof *vm, s->part, err));
  ISO_TRY(iso_ncfile_grow(&s->exodus.file, s->exodus.step_bytes, err));
  ISO_TRY(iso_exodus_time(&s->exodus, s->nsteps, time_ms, err));
  ISO_TRY(iso_exodus_nodal(&s->exodus, s->nsteps, 0, s->part, err));
  s->nsteps++;
  return ISO_OK;
}

iso_status iso_series_finish(iso_series *s, iso_error *err) {
  iso_status status = ISO_OK;
  if (s->nsteps > 0)
    status = iso_exodus_commit(&s->exodus, err);
  else
    iso_exodus_discard(&s->exodus);
  release(s);
  return status;
}

void iso_series_discard(iso_series *s) {
  if (!s) return;
  iso_exodus_discard(&s->exodus);
  release(s);
}
