#include "result/maps_probes.h"

#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>

static bool has_any(const iso_probes *probes) {
  return probes && iso_probes_count(probes) > 0 && iso_probes_samples(probes) > 0;
}

iso_status iso_maps_probes_define(iso_maps_probes *v, iso_exodus *x, const iso_probes *probes,
                                  iso_error *err) {
  iso_ncfile *file = &x->file;
  int dim_probe, dim_space, dim_sample;
  *v = (iso_maps_probes){.probes = probes};
  if (!has_any(probes)) return ISO_OK;
  ISO_TRY(iso_nc_dimension(file, "num_probes", iso_probes_count(probes), &dim_probe, err));
  ISO_TRY(iso_nc_dimension(file, "num_probe_samples", iso_probes_samples(probes), &dim_sample, err));
  ISO_TRY(iso_nc(file, nc_inq_dimid(file->id, "num_dim", &dim_space), err));
  ISO_TRY(iso_nc_variable(file, "probe_name", NC_CHAR, 2, (int[]){dim_probe, x->dim_name}, NULL,
                          "names of the probes", &v->name, err));
  ISO_TRY(iso_nc_variable(file, "probe_position", NC_DOUBLE, 2, (int[]){dim_probe, dim_space}, "mm",
                          "where the probes are", &v->position, err));
  ISO_TRY(iso_nc_result(file, "probe_activation_time", NC_DOUBLE, 1, &dim_probe, "ms",
                        "time of the first activation at the probes", &v->activation, err));
  ISO_TRY(iso_nc_variable(file, "probe_time", NC_DOUBLE, 1, &dim_sample, "ms", "times of the probes' samples",
                          &v->time, err));
  return iso_nc_variable(file, "probe_vm", NC_DOUBLE, 2, (int[]){dim_sample, dim_probe}, "mV",
                         "transmembrane potential at the probes", &v->vm, err);
}

typedef struct {
  char (*name)[ISO_EXODUS_NAME];
  double (*position)[3];
} labels;

static iso_status put_labels(const iso_maps_probes *v, iso_exodus *x, labels *l, iso_error *err) {
  size_t n = (size_t)iso_probes_count(v->probes);
  iso_status status = iso_alloc(&l->name, n, sizeof *l->name, "names of probes", err);
  if (status == ISO_OK) status = iso_alloc(&l->position, n, sizeof *l->position, "positions of probes", err);
  ISO_TRY(iso_agree(x->file.target.comm, status, err));
  for (size_t i = 0; i < n; i++) {
    const iso_probe *probe = iso_probes_probe(v->probes, (int)i);
    snprintf(l->name[i], ISO_EXODUS_NAME, "%s", probe->name);
    for (int d = 0; d < 3; d++) l->position[i][d] = probe->at_mm[d];
  }
  ISO_TRY(iso_nc_put_root(&x->file, v->name, NC_CHAR, l->name, err));
  return iso_nc_put_root(&x->file, v->position, NC_DOUBLE, l->position, err);
}

iso_status iso_maps_probes_put(const iso_maps_probes *v, iso_exodus *x, iso_error *err) {
  if (!has_any(v->probes)) return ISO_OK;
  labels l = {0};
  iso_status status = put_labels(v, x, &l, err);
  free(l.name);
  free(l.position);
  ISO_TRY(status);
  ISO_TRY(iso_nc_put_root(&x->file, v->activation, NC_DOUBLE, iso_probes_activation(v->probes), err));
  ISO_TRY(iso_nc_put_root(&x->file, v->time, NC_DOUBLE, iso_probes_times(v->probes), err));
  return iso_nc_put_root(&x->file, v->vm, NC_DOUBLE, iso_probes_traces(v->probes), err);
}
