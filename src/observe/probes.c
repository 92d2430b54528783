#include "observe/probes.h"

#include "base/memory.h"
#include "observe/probe_traces.h"

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

/* What rank 0 knows beside: where each rank's values go. */
typedef struct {
  int *nentries, *first; /* [size] entries of each rank, and where they begin in entry */
  int32_t *entry;        /* [all entries] by rank */
  double *values;        /* [BUFFERED * all entries] as gathered */
  double *sample;        /* [all entries] of one sample, in the order of the probes */
} collector;

struct iso_probes {
  const iso_mesh *mesh;
  int rank, size, nprobes;
  iso_probe *probes;
  int nall;       /* nodes of all probes */
  int nmine;      /* of these, owned by this rank */
  iso_lid *node;  /* [nmine] local numbers */
  int32_t *entry; /* [nmine] */
  double *values; /* [BUFFERED][nmine] */
  double *times;  /* [BUFFERED] */
  int nbuffered;
  iso_error failure; /* of a sample on this rank, reported when the ranks meet */
  iso_probe_traces traces;
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
  size_t all = (size_t)p->nall, size = (size_t)p->size;
  ISO_TRY(iso_alloc(&c->nentries, size, sizeof *c->nentries, "probes", err));
  ISO_TRY(iso_alloc(&c->first, size, sizeof *c->first, "probes", err));
  ISO_TRY(iso_alloc(&c->entry, all, sizeof *c->entry, "probes", err));
  ISO_TRY(iso_alloc(&c->values, all * BUFFERED, sizeof *c->values, "samples of probes", err));
  return iso_alloc(&c->sample, all, sizeof *c->sample, "samples of probes", err);
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
    *p = (iso_probes){.mesh = mesh, .nprobes = nprobes};
    MPI_Comm_rank(mesh->comm, &p->rank);
    MPI_Comm_size(mesh->comm, &p->size);
    status = prepare(p, probes, err);
  }
  if (status == ISO_OK)
    status = iso_probe_traces_new(&p->traces, nprobes, p->probes, stride, p->rank == 0, err);
  if (status == ISO_OK && p->rank == 0) status = prepare_collector(p, err);
  status = iso_agree(mesh->comm, status, err);
  if (status == ISO_OK) status = introduce(p, err);
  if (status == ISO_OK)
    *out = p;
  else
    iso_probes_free(p);
  return status;
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
    status = iso_probe_traces_room(&p->traces, p->nbuffered, err);
  ISO_TRY(iso_agree(p->mesh->comm, status, err));
  if (p->nbuffered == 0) return ISO_OK;
  gather(p);
  for (int i = 0; i < p->nbuffered; i++) {
    if (p->rank == 0) unpack(p, p->nbuffered, i);
    iso_probe_traces_add(&p->traces, p->times[i], p->collector.sample);
  }
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

static iso_status save(void *self, iso_archive *archive, iso_error *err) {
  iso_probes *p = self;
  ISO_TRY(flush(p, err));
  return iso_agree(p->mesh->comm, iso_probe_traces_save(&p->traces, archive, err), err);
}

static iso_status restore(void *self, const iso_archive *archive, iso_error *err) {
  iso_probes *p = self;
  p->nbuffered = 0;
  return iso_agree(p->mesh->comm, iso_probe_traces_restore(&p->traces, archive, err), err);
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

iso_status iso_probes_report(void *self, iso_results *results, iso_error *err) {
  iso_probes *p = self;
  ISO_TRY(flush(p, err));
  if (p->nprobes == 0 || p->traces.nsamples == 0) return ISO_OK;
  return iso_agree(p->mesh->comm, iso_probe_traces_publish(&p->traces, results, err), err);
}

int iso_probes_count(const iso_probes *p) { return p->nprobes; }
const iso_probe *iso_probes_probe(const iso_probes *p, int probe) { return &p->probes[probe]; }
int64_t iso_probes_samples(const iso_probes *p) { return p->traces.nsamples; }
const double *iso_probes_times(const iso_probes *p) { return p->traces.times; }
const double *iso_probes_traces(const iso_probes *p) { return p->traces.vm; }
const double *iso_probes_activation(const iso_probes *p) { return p->traces.activation; }

static void free_collector(collector *c) {
  free(c->nentries);
  free(c->first);
  free(c->entry);
  free(c->values);
  free(c->sample);
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
  iso_probe_traces_free(&p->traces);
  free(p);
}
