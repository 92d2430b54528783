#include "observe/probes.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Samples that a rank keeps before they are gathered. */
#define BUFFERED 256

/* One node of one probe: what is sampled. */
typedef struct {
  iso_gid gid;
  int32_t entry; /* number among the nodes of all probes, in their order */
} wanted;

/* What rank 0 knows beside: where each rank's values go, and the results. */
typedef struct {
  int *nentries, *first; /* [size] entries of each rank, and where they begin in entry */
  int32_t *entry;        /* [all entries] by rank */
  double *values;        /* [BUFFERED * all entries] as gathered */
  double *sample;        /* [all entries] of one sample, in the order of the probes */
  double *vm_before;     /* [nprobes] */
  double time_before;
  int64_t capacity;      /* samples that there is room for */
  double *times;         /* [nsamples] */
  double *traces;        /* [nsamples][nprobes] */
  double *activation;    /* [nprobes] */
  const char **names;    /* [nprobes] of the probes, as they are published */
  double (*position)[3]; /* [nprobes] mm, the same */
} collector;

struct iso_probes {
  const iso_mesh *mesh;
  int rank, size, nprobes;
  int64_t stride; /* samples from one that is kept to the next */
  iso_probe *probes;
  int nall;       /* nodes of all probes */
  int nmine;      /* of these, owned by this rank */
  iso_lid *node;  /* [nmine] local numbers */
  int32_t *entry; /* [nmine] */
  double *values; /* [BUFFERED][nmine] */
  double *times;  /* [BUFFERED] */
  int nbuffered;
  iso_error failure;   /* of a sample on this rank, reported when the ranks meet */
  int64_t nseen;       /* samples gathered so far */
  int64_t nsamples;    /* of these, kept */
  collector collector; /* of rank 0 */
};

static int by_gid(const void *a, const void *b) {
  const wanted *x = a, *y = b;
  if (x->gid != y->gid) return x->gid < y->gid ? -1 : 1;
  return (x->entry > y->entry) - (x->entry < y->entry);
}

/* First of list [n], sorted, that is not below gid. */
static int lower_bound(const wanted *list, int n, iso_gid gid) {
  int low = 0;
  while (n > 0) {
    int half = n / 2;
    if (list[low + half].gid < gid) {
      low += half + 1;
      n -= half + 1;
    } else {
      n = half;
    }
  }
  return low;
}

static void fill_wanted(const iso_probes *p, wanted *list) {
  int32_t n = 0;
  for (int i = 0; i < p->nprobes; i++)
    for (int k = 0; k < p->probes[i].nnodes; k++, n++) list[n] = (wanted){p->probes[i].node[k], n};
  qsort(list, (size_t)n, sizeof *list, by_gid);
}

/* Finds which of the nodes this rank owns. */
static iso_status find_mine(iso_probes *p, iso_error *err) {
  wanted *list = NULL;
  ISO_TRY(iso_alloc(&list, (size_t)p->nall, sizeof *list, "probes", err));
  fill_wanted(p, list);
  for (iso_lid i = 0; i < p->mesh->nowned; i++)
    for (int k = lower_bound(list, p->nall, p->mesh->gid[i]); k < p->nall && list[k].gid == p->mesh->gid[i];
         k++) {
      p->node[p->nmine] = i;
      p->entry[p->nmine++] = list[k].entry;
    }
  free(list);
  return ISO_OK;
}

static iso_status copy_probes(iso_probes *p, const iso_probe *probes, iso_error *err) {
  ISO_TRY(iso_alloc(&p->probes, (size_t)p->nprobes, sizeof *p->probes, "probes", err));
  for (int i = 0; i < p->nprobes; i++) {
    p->probes[i] = probes[i];
    p->probes[i].name = strdup(probes[i].name);
    if (!p->probes[i].name) return iso_fail_memory(err, strlen(probes[i].name), "a probe's name");
    p->nall += probes[i].nnodes;
  }
  return ISO_OK;
}

static iso_status prepare(iso_probes *p, const iso_probe *probes, iso_error *err) {
  ISO_TRY(copy_probes(p, probes, err));
  ISO_TRY(iso_alloc(&p->node, (size_t)p->nall, sizeof *p->node, "probes", err));
  ISO_TRY(iso_alloc(&p->entry, (size_t)p->nall, sizeof *p->entry, "probes", err));
  ISO_TRY(find_mine(p, err));
  ISO_TRY(iso_alloc(&p->values, (size_t)p->nmine * BUFFERED, sizeof *p->values, "samples of probes", err));
  return iso_alloc(&p->times, BUFFERED, sizeof *p->times, "samples of probes", err);
}

static iso_status prepare_collector(iso_probes *p, iso_error *err) {
  collector *c = &p->collector;
  size_t all = (size_t)p->nall, size = (size_t)p->size, n = (size_t)p->nprobes;
  ISO_TRY(iso_alloc(&c->nentries, size, sizeof *c->nentries, "probes", err));
  ISO_TRY(iso_alloc(&c->first, size, sizeof *c->first, "probes", err));
  ISO_TRY(iso_alloc(&c->entry, all, sizeof *c->entry, "probes", err));
  ISO_TRY(iso_alloc(&c->values, all * BUFFERED, sizeof *c->values, "samples of probes", err));
  ISO_TRY(iso_alloc(&c->sample, all, sizeof *c->sample, "samples of probes", err));
  ISO_TRY(iso_alloc(&c->vm_before, n, sizeof *c->vm_before, "samples of probes", err));
  ISO_TRY(iso_alloc(&c->activation, n, sizeof *c->activation, "activation of probes", err));
  for (int i = 0; i < p->nprobes; i++) c->activation[i] = c->vm_before[i] = NAN;
  return ISO_OK;
}

/* The probe that an entry belongs to. */
static const iso_probe *probe_of(const iso_probes *p, int entry) {
  const iso_probe *probe = p->probes;
  for (; entry >= probe->nnodes; probe++) entry -= probe->nnodes;
  return probe;
}

/* Every node of every probe must be owned by some rank. */
static iso_status check_found(const iso_probes *p, iso_error *err) {
  int *found = NULL, missing = -1;
  ISO_TRY(iso_alloc_all(p->mesh->comm, &found, (size_t)p->nall, sizeof *found, "probes", err));
  for (int k = 0; k < p->nmine; k++) found[p->entry[k]] = 1;
  MPI_Allreduce(MPI_IN_PLACE, found, p->nall, MPI_INT, MPI_SUM, p->mesh->comm);
  for (int k = 0; k < p->nall && missing < 0; k++)
    if (!found[k]) missing = k;
  free(found);
  if (missing < 0) return ISO_OK;
  return iso_fail(err, ISO_EINPUT, "probe %s: its node is not in the mesh, which has %lld; choose another",
                  probe_of(p, missing)->name, (long long)p->mesh->nnodes);
}

/* Where the probes are that were given by a node alone: the coordinates that its owner knows. */
static iso_status locate(iso_probes *p, iso_error *err) {
  double(*at)[3] = NULL;
  ISO_TRY(iso_alloc_all(p->mesh->comm, &at, (size_t)p->nall, sizeof *at, "probes", err));
  for (int k = 0; k < p->nall; k++) at[k][0] = at[k][1] = at[k][2] = -INFINITY;
  for (int k = 0; k < p->nmine; k++) memcpy(at[p->entry[k]], p->mesh->xyz[p->node[k]], sizeof *at);
  MPI_Allreduce(MPI_IN_PLACE, at, 3 * p->nall, MPI_DOUBLE, MPI_MAX, p->mesh->comm);
  for (int i = 0, k = 0; i < p->nprobes; k += p->probes[i++].nnodes)
    if (isnan(p->probes[i].at_mm[0])) memcpy(p->probes[i].at_mm, at[k], sizeof *at);
  free(at);
  return ISO_OK;
}

/* Tells rank 0 whose values will come in which order. */
static iso_status introduce(iso_probes *p, iso_error *err) {
  collector *c = &p->collector;
  ISO_TRY(check_found(p, err));
  ISO_TRY(locate(p, err));
  MPI_Gather(&p->nmine, 1, MPI_INT, c->nentries, 1, MPI_INT, 0, p->mesh->comm);
  if (p->rank == 0)
    for (int r = 1; r < p->size; r++) c->first[r] = c->first[r - 1] + c->nentries[r - 1];
  MPI_Gatherv(p->entry, p->nmine, MPI_INT32_T, c->entry, c->nentries, c->first, MPI_INT32_T, 0,
              p->mesh->comm);
  return ISO_OK;
}

iso_status iso_probes_new(iso_probes **out, const iso_mesh *mesh, int nprobes, const iso_probe *probes,
                          int64_t stride, iso_error *err) {
  iso_probes *p = NULL;
  *out = NULL;
  iso_status status = iso_alloc(&p, 1, sizeof *p, "probes", err);
  if (status == ISO_OK) {
    *p = (iso_probes){.mesh = mesh, .nprobes = nprobes, .stride = stride};
    MPI_Comm_rank(mesh->comm, &p->rank);
    MPI_Comm_size(mesh->comm, &p->size);
    status = prepare(p, probes, err);
  }
  if (status == ISO_OK && p->rank == 0) status = prepare_collector(p, err);
  status = iso_agree(mesh->comm, status, err);
  if (status == ISO_OK) status = introduce(p, err);
  if (status == ISO_OK)
    *out = p;
  else
    iso_probes_free(p);
  return status;
}

/* Room on rank 0 for the results of another n samples. */
static iso_status make_room(iso_probes *p, int64_t n, iso_error *err) {
  collector *c = &p->collector;
  if (p->nsamples + n <= c->capacity) return ISO_OK;
  int64_t capacity = 2 * c->capacity + n;
  ISO_TRY(iso_realloc(&c->times, (size_t)capacity, sizeof *c->times, "traces of probes", err));
  ISO_TRY(
      iso_realloc(&c->traces, (size_t)(capacity * p->nprobes), sizeof *c->traces, "traces of probes", err));
  c->capacity = capacity;
  return ISO_OK;
}

/* Values of one of n gathered samples, in the order of the probes. */
static void unpack(iso_probes *p, int n, int sample) {
  collector *c = &p->collector;
  for (int r = 0; r < p->size; r++) {
    const double *values =
        c->values + (size_t)c->first[r] * (size_t)n + (size_t)sample * (size_t)c->nentries[r];
    for (int k = 0; k < c->nentries[r]; k++) c->sample[c->entry[c->first[r] + k]] = values[k];
  }
}

/* First upward crossing, by linear interpolation between two samples. */
static void detect(const iso_probe *probe, double time_before, double before, double time, double vm,
                   double *activation) {
  double threshold = probe->threshold_mV;
  if (!isnan(*activation) || !(before < threshold && vm >= threshold)) return;
  *activation = time_before + (time - time_before) * ((threshold - before) / (vm - before));
}

static void evaluate(iso_probes *p, double time, double *trace) {
  collector *c = &p->collector;
  const double *value = c->sample;
  for (int i = 0; i < p->nprobes; i++) {
    const iso_probe *probe = &p->probes[i];
    double vm = 0;
    for (int k = 0; k < probe->nnodes; k++) vm += probe->weight[k] * *value++;
    detect(probe, c->time_before, c->vm_before[i], time, vm, &c->activation[i]);
    c->vm_before[i] = trace[i] = vm;
  }
  c->time_before = time;
}

/* Samples that are not kept are overwritten by the next. */
static void collect(iso_probes *p, int n) {
  collector *c = &p->collector;
  int64_t kept = p->nsamples;
  for (int s = 0; s < n; s++) {
    unpack(p, n, s);
    evaluate(p, p->times[s], c->traces + kept * p->nprobes);
    c->times[kept] = p->times[s];
    if ((p->nseen + s) % p->stride == 0) kept++;
  }
}

/* How many of the samples [first, first + n) are multiples of stride. */
static int64_t count_kept(int64_t first, int64_t n, int64_t stride) {
  return (first + n + stride - 1) / stride - (first + stride - 1) / stride;
}

static void gather(iso_probes *p) {
  collector *c = &p->collector;
  int n = p->nbuffered;
  MPI_Datatype sample; /* n values: one per sample of an entry, so counts and offsets stay in entries */
  MPI_Type_contiguous(n, MPI_DOUBLE, &sample);
  MPI_Type_commit(&sample);
  MPI_Gatherv(p->values, p->nmine, sample, c->values, c->nentries, c->first, sample, 0, p->mesh->comm);
  MPI_Type_free(&sample);
}

/* Collective. Brings the buffered samples to rank 0. */
static iso_status flush(iso_probes *p, iso_error *err) {
  iso_status status = p->failure.status;
  if (status != ISO_OK)
    iso_fail(err, status, "%s", p->failure.message);
  else if (p->rank == 0)
    status = make_room(p, p->nbuffered + 1, err);
  ISO_TRY(iso_agree(p->mesh->comm, status, err));
  if (p->nbuffered == 0) return ISO_OK;
  gather(p);
  if (p->rank == 0) collect(p, p->nbuffered);
  p->nsamples += count_kept(p->nseen, p->nbuffered, p->stride);
  p->nseen += p->nbuffered;
  p->nbuffered = 0;
  return ISO_OK;
}

static iso_status look(void *self, const iso_view *view, iso_error *err) {
  iso_probes *p = self;
  double *values = p->values + (size_t)p->nbuffered * (size_t)p->nmine;
  if (p->failure.status == ISO_OK) iso_view_vm_at(view, p->nmine, p->node, values, &p->failure);
  p->times[p->nbuffered++] = view->time_ms;
  return p->nbuffered == BUFFERED ? flush(p, err) : ISO_OK;
}

/* ---- saving ---- */

static iso_status save_root(const iso_probes *p, iso_archive *archive, iso_error *err) {
  const collector *c = &p->collector;
  const iso_archive_type real = ISO_ARCHIVE_DOUBLE;
  ISO_TRY(iso_archive_put_count(archive, "probes.seen", "1", "samples so far", p->nseen, err));
  ISO_TRY(iso_archive_put_root(archive, "probes.time", "ms", "times of the samples that are kept", real,
                               p->nsamples, c->times, err));
  ISO_TRY(iso_archive_put_root(archive, "probes.vm", "mV", "potential at each probe, sample by sample", real,
                               p->nsamples * p->nprobes, c->traces, err));
  ISO_TRY(iso_archive_put_root(archive, "probes.activation", "ms", "first activation of each probe", real,
                               p->nprobes, c->activation, err));
  ISO_TRY(iso_archive_put_root(archive, "probes.last_time", "ms", "time of the last sample", real, 1,
                               &c->time_before, err));
  return iso_archive_put_root(archive, "probes.last_vm", "mV", "potential at each probe in the last sample",
                              real, p->nprobes, c->vm_before, err);
}

static iso_status save(void *self, iso_archive *archive, iso_error *err) {
  iso_probes *p = self;
  ISO_TRY(flush(p, err));
  return iso_agree(p->mesh->comm, save_root(p, archive, err), err);
}

static iso_status restore_root(iso_probes *p, const iso_archive *archive, iso_error *err) {
  collector *c = &p->collector;
  p->nsamples = 0;
  ISO_TRY(make_room(p, count_kept(0, p->nseen, p->stride) + 1, err));
  p->nsamples = count_kept(0, p->nseen, p->stride);
  ISO_TRY(iso_archive_get_doubles(archive, "probes.time", p->nsamples, c->times, err));
  ISO_TRY(iso_archive_get_doubles(archive, "probes.vm", p->nsamples * p->nprobes, c->traces, err));
  ISO_TRY(iso_archive_get_doubles(archive, "probes.activation", p->nprobes, c->activation, err));
  ISO_TRY(iso_archive_get_doubles(archive, "probes.last_time", 1, &c->time_before, err));
  return iso_archive_get_doubles(archive, "probes.last_vm", p->nprobes, c->vm_before, err);
}

static iso_status restore(void *self, const iso_archive *archive, iso_error *err) {
  iso_probes *p = self;
  iso_status status = iso_archive_get_count(archive, "probes.seen", &p->nseen, err);
  p->nbuffered = 0;
  p->nsamples = count_kept(0, p->nseen, p->stride);
  if (status == ISO_OK && p->rank == 0) status = restore_root(p, archive, err);
  return iso_agree(p->mesh->comm, status, err);
}

iso_guest iso_probes_guest(iso_probes *p) {
  return (iso_guest){.name = "probes",
                     .stop_ms = INFINITY,
                     .nnodes = p->nmine,
                     .node = p->node,
                     .self = p,
                     .look = look,
                     .report = iso_probes_report,
                     .save = save,
                     .restore = restore};
}

iso_status iso_probes_finish(iso_probes *p, iso_error *err) { return flush(p, err); }

static iso_status list_labels(iso_probes *p, iso_error *err) {
  collector *c = &p->collector;
  if (c->names) return ISO_OK;
  ISO_TRY(iso_alloc(&c->names, (size_t)p->nprobes, sizeof *c->names, "names of probes", err));
  ISO_TRY(iso_alloc(&c->position, (size_t)p->nprobes, sizeof *c->position, "positions of probes", err));
  for (int i = 0; i < p->nprobes; i++) {
    c->names[i] = p->probes[i].name;
    memcpy(c->position[i], p->probes[i].at_mm, sizeof *c->position);
  }
  return ISO_OK;
}

static iso_status publish(iso_probes *p, iso_results *results, iso_error *err) {
  const collector *c = &p->collector;
  const iso_dimension probe = {"num_probes", p->nprobes}, sample = {"num_probe_samples", p->nsamples},
                      space = {"num_dim", 3};
  const iso_variable variables[] = {
      {.name = "probe_name",
       .meaning = "names of the probes",
       .type = ISO_VARIABLE_TEXT,
       .ndims = 1,
       .dims = {probe},
       .data = c->names},
      {.name = "probe_position",
       .unit = "mm",
       .meaning = "where the probes are",
       .ndims = 2,
       .dims = {probe, space},
       .data = c->position},
      {.name = "probe_activation_time",
       .unit = "ms",
       .meaning = "time of the first activation at the probes",
       .may_lack = true,
       .ndims = 1,
       .dims = {probe},
       .data = c->activation},
      {.name = "probe_time",
       .unit = "ms",
       .meaning = "times of the probes' samples",
       .ndims = 1,
       .dims = {sample},
       .data = c->times},
      {.name = "probe_vm",
       .unit = "mV",
       .meaning = "transmembrane potential at the probes",
       .ndims = 2,
       .dims = {sample, probe},
       .data = c->traces},
  };
  for (size_t k = 0; k < sizeof variables / sizeof *variables; k++)
    ISO_TRY(iso_results_add(results, &variables[k], err));
  return ISO_OK;
}

iso_status iso_probes_report(void *self, iso_results *results, iso_error *err) {
  iso_probes *p = self;
  ISO_TRY(flush(p, err));
  if (p->nprobes == 0 || p->nsamples == 0) return ISO_OK;
  iso_status status = list_labels(p, err);
  if (status == ISO_OK) status = publish(p, results, err);
  return iso_agree(p->mesh->comm, status, err);
}

int iso_probes_count(const iso_probes *p) { return p->nprobes; }
const iso_probe *iso_probes_probe(const iso_probes *p, int probe) { return &p->probes[probe]; }
int64_t iso_probes_samples(const iso_probes *p) { return p->nsamples; }
const double *iso_probes_times(const iso_probes *p) { return p->collector.times; }
const double *iso_probes_traces(const iso_probes *p) { return p->collector.traces; }
const double *iso_probes_activation(const iso_probes *p) { return p->collector.activation; }

static void free_collector(collector *c) {
  free(c->nentries);
  free(c->first);
  free(c->entry);
  free(c->values);
  free(c->sample);
  free(c->vm_before);
  free(c->times);
  free(c->traces);
  free(c->activation);
  free(c->names);
  free(c->position);
}

void iso_probes_free(iso_probes *p) {
  if (!p) return;
  for (int i = 0; p->probes && i < p->nprobes; i++) free((char *)p->probes[i].name);
  free(p->probes);
  free(p->node);
  free(p->entry);
  free(p->values);
  free(p->times);
  free_collector(&p->collector);
  free(p);
}
