#include "observe/probe_traces.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

iso_status iso_probe_traces_new(iso_probe_traces *out, int nprobes, const iso_probe *probes, int64_t stride,
                                bool collects, iso_error *err) {
  const size_t n = (size_t)nprobes;
  *out = (iso_probe_traces){.nprobes = nprobes, .probes = probes, .stride = stride, .collects = collects};
  if (!collects) return ISO_OK;
  ISO_TRY(iso_alloc(&out->last_vm, n, sizeof *out->last_vm, "samples of probes", err));
  ISO_TRY(iso_alloc(&out->activation, n, sizeof *out->activation, "activation of probes", err));
  for (int i = 0; i < nprobes; i++) out->activation[i] = out->last_vm[i] = NAN;
  return ISO_OK;
}

iso_status iso_probe_traces_room(iso_probe_traces *t, int64_t n, iso_error *err) {
  const int64_t needed = t->nsamples + n + 1; /* a sample that is not kept has a place, too */
  if (needed <= t->capacity) return ISO_OK;
  const int64_t capacity = t->capacity + needed;
  ISO_TRY(iso_realloc(&t->times, (size_t)capacity, sizeof *t->times, "traces of probes", err));
  ISO_TRY(iso_realloc(&t->vm, (size_t)(capacity * t->nprobes), sizeof *t->vm, "traces of probes", err));
  t->capacity = capacity;
  return ISO_OK;
}

/* First upward crossing, by linear interpolation between two samples. */
static void detect(const iso_probe *probe, double time_before, double before, double time, double vm,
                   double *activation) {
  double threshold = probe->threshold_mV;
  if (!isnan(*activation) || !(before < threshold && vm >= threshold)) return;
  *activation = time_before + (time - time_before) * ((threshold - before) / (vm - before));
}

/* Each probe's Vm of a sample -> vm [nprobes] */
static void evaluate(iso_probe_traces *t, double time, const double *sample, double *trace) {
  for (int i = 0; i < t->nprobes; i++) {
    const iso_probe *probe = &t->probes[i];
    double vm = 0;
    for (int k = 0; k < probe->nnodes; k++) vm += probe->weight[k] * *sample++;
    detect(probe, t->last_time, t->last_vm[i], time, vm, &t->activation[i]);
    t->last_vm[i] = trace[i] = vm;
  }
  t->last_time = time;
}

/* One that is not kept is overwritten by the next. */
void iso_probe_traces_add(iso_probe_traces *t, double time_ms, const double *sample) {
  if (t->collects) {
    evaluate(t, time_ms, sample, t->vm + t->nsamples * t->nprobes);
    t->times[t->nsamples] = time_ms;
  }
  t->nsamples += t->nseen++ % t->stride == 0;
}

/* ---- saving ---- */

iso_status iso_probe_traces_save(const iso_probe_traces *t, iso_archive *archive, iso_error *err) {
  const iso_archive_type real = ISO_ARCHIVE_DOUBLE;
  ISO_TRY(iso_archive_put_count(archive, "probes.seen", "1", "samples so far", t->nseen, err));
  ISO_TRY(iso_archive_put_root(archive, "probes.time", "ms", "times of the samples that are kept", real,
                               t->nsamples, t->times, err));
  ISO_TRY(iso_archive_put_root(archive, "probes.vm", "mV", "potential at each probe, sample by sample", real,
                               t->nsamples * t->nprobes, t->vm, err));
  ISO_TRY(iso_archive_put_root(archive, "probes.activation", "ms", "first activation of each probe", real,
                               t->nprobes, t->activation, err));
  ISO_TRY(iso_archive_put_root(archive, "probes.last_time", "ms", "time of the last sample", real, 1,
                               &t->last_time, err));
  return iso_archive_put_root(archive, "probes.last_vm", "mV", "potential at each probe in the last sample",
                              real, t->nprobes, t->last_vm, err);
}

iso_status iso_probe_traces_restore(iso_probe_traces *t, const iso_archive *archive, iso_error *err) {
  ISO_TRY(iso_archive_get_count(archive, "probes.seen", &t->nseen, err));
  t->nsamples = (t->nseen + t->stride - 1) / t->stride; /* the multiples of stride below nseen */
  if (!t->collects) return ISO_OK;
  ISO_TRY(iso_probe_traces_room(t, 0, err));
  ISO_TRY(iso_archive_get_doubles(archive, "probes.time", t->nsamples, t->times, err));
  ISO_TRY(iso_archive_get_doubles(archive, "probes.vm", t->nsamples * t->nprobes, t->vm, err));
  ISO_TRY(iso_archive_get_doubles(archive, "probes.activation", t->nprobes, t->activation, err));
  ISO_TRY(iso_archive_get_doubles(archive, "probes.last_time", 1, &t->last_time, err));
  return iso_archive_get_doubles(archive, "probes.last_vm", t->nprobes, t->last_vm, err);
}

/* ---- results ---- */

static iso_status list_labels(iso_probe_traces *t, iso_error *err) {
  if (t->names) return ISO_OK;
  ISO_TRY(iso_alloc(&t->names, (size_t)t->nprobes, sizeof *t->names, "names of probes", err));
  ISO_TRY(iso_alloc(&t->position, (size_t)t->nprobes, sizeof *t->position, "positions of probes", err));
  for (int i = 0; i < t->nprobes; i++) {
    t->names[i] = t->probes[i].name;
    memcpy(t->position[i], t->probes[i].at_mm, sizeof *t->position);
  }
  return ISO_OK;
}

iso_status iso_probe_traces_publish(iso_probe_traces *t, iso_results *results, iso_error *err) {
  ISO_TRY(list_labels(t, err));
  const iso_dimension probe = {"num_probes", t->nprobes}, sample = {"num_probe_samples", t->nsamples},
                      space = {"num_dim", 3};
  const iso_variable variables[] = {
      {.name = "probe_name",
       .meaning = "names of the probes",
       .type = ISO_VARIABLE_TEXT,
       .ndims = 1,
       .dims = {probe},
       .data = t->names},
      {.name = "probe_position",
       .unit = "mm",
       .meaning = "where the probes are",
       .ndims = 2,
       .dims = {probe, space},
       .data = t->position},
      {.name = "probe_activation_time",
       .unit = "ms",
       .meaning = "time of the first activation at the probes",
       .may_lack = true,
       .ndims = 1,
       .dims = {probe},
       .data = t->activation},
      {.name = "probe_time",
       .unit = "ms",
       .meaning = "times of the probes' samples",
       .ndims = 1,
       .dims = {sample},
       .data = t->times},
      {.name = "probe_vm",
       .unit = "mV",
       .meaning = "transmembrane potential at the probes",
       .ndims = 2,
       .dims = {sample, probe},
       .data = t->vm},
  };
  for (size_t k = 0; k < sizeof variables / sizeof *variables; k++)
    ISO_TRY(iso_results_add(results, &variables[k], err));
  return ISO_OK;
}

void iso_probe_traces_free(iso_probe_traces *t) {
  free(t->times);
  free(t->vm);
  free(t->activation);
  free(t->last_vm);
  free(t->names);
  free(t->position);
}
