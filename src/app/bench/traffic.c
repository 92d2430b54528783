#include "app/bench/traffic.h"

double iso_traffic_combine(int terms, size_t real) { return (double)(terms + 1) * (double)real; }

double iso_traffic_cells(const iso_model *model, bool middle, bool fast, size_t real) {
  const int read = model->nstates + 2, written = model->nstates + 1 + middle + (fast ? model->nfast : 0);
  return (double)(read + written) * (double)real;
}

/* Vm before is often a term, and then read for that. */
static int read_by_watch(const iso_product *p) {
  if (!p->watch) return 0;
  for (int t = 0; t < p->nterms; t++)
    if (p->term[t] == p->watch->before) return 2;
  return 3;
}

double iso_traffic_product(const iso_product *p, int64_t entries, int slice_rows, size_t real) {
  const double rows = (double)((p->last - p->first) * slice_rows);
  const double reals = 2 + p->nterms + (p->store ? 1 : 0) + (p->rows->diagonal ? 1 : 0) + read_by_watch(p);
  return (double)entries * (double)(real + sizeof(iso_lid)) +
         rows * (sizeof(iso_lid) + reals * (double)real) + (double)(p->last - p->first) * sizeof(int64_t);
}

double iso_traffic_fast(const iso_fast *f, const iso_front *front, size_t real) {
  const double r = (double)real, lid = sizeof(iso_lid), number = sizeof(int64_t);
  const double every_node = (double)f->nlocal * ((ISO_MAX_FAST + 1) * r + 1);
  const double marks = 2 * (double)(f->nelem + (int64_t)f->nlocal) / 8;
  const double elements = (double)front->elements * (lid + r + 2) + (double)front->corners * (lid + 2 * r);
  const double nodes = (double)(front->active + front->near) * number + (double)front->looked * lid;
  return every_node + marks + elements + nodes + (double)front->near * 3 * r;
}

double iso_traffic_pack(int nfields, size_t real) { return sizeof(iso_lid) + 3.0 * nfields * (double)real; }
