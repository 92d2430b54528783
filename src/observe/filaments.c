#include "base/memory.h"
#include "observe/pierced.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool same_triangle(const iso_pierced *a, const iso_pierced *b) {
  return !memcmp(a->node, b->node, sizeof a->node);
}

/* Whether another entry, of a volume, has the triangle of entry i; it is beside it. */
static bool has_other(int64_t n, const iso_pierced *found, int64_t i) {
  return (i > 0 && !found[i - 1].sheet && same_triangle(&found[i - 1], &found[i])) ||
         (i + 1 < n && !found[i + 1].sheet && same_triangle(&found[i + 1], &found[i]));
}

int64_t iso_pierced_surface(int64_t n, const iso_pierced *found, iso_core *out) {
  int64_t count = 0;
  for (int64_t i = 0; i < n; i++) {
    const iso_pierced *p = &found[i];
    if (has_other(n, found, i)) continue; /* inside, or a sheet on the face of a volume, which counts */
    iso_core *core = &out[count++];
    /* The phase grows with time, so that its pattern turns against its charge. */
    *core = (iso_core){.length_mm = NAN, .chirality = -p->charge};
    memcpy(core->at_mm, p->at_mm, sizeof core->at_mm);
    memcpy(core->along, p->along, sizeof core->along);
    for (int d = 0; d < 3; d++) core->axis[d] = -p->charge * p->normal[d];
  }
  return count;
}

/* ---- filaments ---- */

/* An entry of a volume; these are sorted by element. */
typedef struct {
  iso_gid element;
  int64_t entry;
} passage;

typedef struct {
  const iso_pierced *found;
  int64_t *parent; /* [n] of each entry towards the lowest one of its filament */
  int64_t npassages;
  passage *passages; /* [npassages] */
  double *length,
      *nearest; /* [n] at the lowest entry: the filament's, and how far its middle is from it, squared */
} joiner;

static int64_t root_of(const joiner *j, int64_t i) {
  while (j->parent[i] != i) i = j->parent[i] = j->parent[j->parent[i]];
  return i;
}

static void join(const joiner *j, int64_t a, int64_t b) {
  a = root_of(j, a), b = root_of(j, b);
  j->parent[a < b ? b : a] = a < b ? a : b;
}

static int by_element(const void *a, const void *b) {
  const passage *x = a, *y = b;
  if (x->element != y->element) return x->element < y->element ? -1 : 1;
  return (x->entry > y->entry) - (x->entry < y->entry);
}

/* Faces of one element are of one filament, and the two sides of a face. */
static void join_all(const joiner *j, int64_t n) {
  for (int64_t i = 0; i < n; i++) j->parent[i] = i;
  for (int64_t k = 1; k < j->npassages; k++)
    if (j->passages[k].element == j->passages[k - 1].element)
      join(j, j->passages[k].entry, j->passages[k - 1].entry);
  for (int64_t i = 1; i < n; i++)
    if (!j->found[i].sheet && !j->found[i - 1].sheet && same_triangle(&j->found[i], &j->found[i - 1]))
      join(j, i, i - 1);
}

static double distance2(const double a[3], const double b[3]) {
  double sum = 0;
  for (int d = 0; d < 3; d++) sum += (a[d] - b[d]) * (a[d] - b[d]);
  return sum;
}

/* Of the passages [begin, end) of an element, the one that leaves nearest to where entry k comes in and that
 * is not taken yet; as many leave as come in. -1: none. */
static int64_t way_out(const joiner *j, int64_t begin, int64_t end, const iso_pierced *in, uint64_t taken) {
  int64_t best = -1;
  double least = INFINITY;
  for (int64_t k = begin; k < end && k < begin + 64; k++) {
    const iso_pierced *p = &j->found[j->passages[k].entry];
    if (p->charge > 0 || (taken >> (k - begin) & 1)) continue;
    const double d = distance2(p->at_mm, in->at_mm);
    if (d < least) least = d, best = k;
  }
  return best;
}

typedef void segment_work(const joiner *j, int64_t root, const iso_pierced *in, const iso_pierced *out,
                          iso_core *cores);

/* Every part of a filament that an element has, from the charge 1 to -1: the axis of its turning. */
static void each_segment(const joiner *j, segment_work *work, iso_core *cores) {
  for (int64_t begin = 0, end; begin < j->npassages; begin = end) {
    uint64_t taken = 0;
    for (end = begin; end < j->npassages && j->passages[end].element == j->passages[begin].element;) end++;
    for (int64_t k = begin; k < end; k++) {
      const iso_pierced *in = &j->found[j->passages[k].entry];
      const int64_t out = in->charge > 0 ? way_out(j, begin, end, in, taken) : -1;
      if (out < 0) continue;
      taken |= UINT64_C(1) << (out - begin);
      work(j, root_of(j, j->passages[k].entry), in, &j->found[j->passages[out].entry], cores);
    }
  }
}

static void middle_of(const iso_pierced *in, const iso_pierced *out, double middle[3]) {
  for (int d = 0; d < 3; d++) middle[d] = 0.5 * (in->at_mm[d] + out->at_mm[d]);
}

static void measure(const joiner *j, int64_t root, const iso_pierced *in, const iso_pierced *out,
                    iso_core *cores) {
  double middle[3];
  const double length = sqrt(distance2(in->at_mm, out->at_mm));
  middle_of(in, out, middle);
  j->length[root] += length;
  for (int d = 0; d < 3; d++) cores[root].at_mm[d] += length * middle[d];
}

static void take_middle(const joiner *j, int64_t root, const iso_pierced *in, const iso_pierced *out,
                        iso_core *cores) {
  double middle[3];
  middle_of(in, out, middle);
  const double d2 = distance2(middle, cores[root].at_mm);
  if (!(d2 < j->nearest[root])) return;
  j->nearest[root] = d2;
  memcpy(cores[root].along, in->along, sizeof cores[root].along);
  for (int d = 0; d < 3; d++) cores[root].axis[d] = out->at_mm[d] - in->at_mm[d];
}

/* cores [n]: those of the lowest entries are filled, and moved to the front. */
static int64_t fill(const joiner *j, int64_t n, iso_core *cores) {
  int64_t count = 0;
  for (int64_t i = 0; i < n; i++) cores[i] = (iso_core){.length_mm = 0}, j->nearest[i] = INFINITY;
  each_segment(j, measure, cores);
  for (int64_t k = 0; k < j->npassages; k++) {
    const int64_t i = j->passages[k].entry;
    cores[root_of(j, i)].ends += !has_other(n, j->found, i);
  }
  for (int64_t i = 0; i < n; i++)
    for (int d = 0; d < 3 && j->length[i] > 0; d++) cores[i].at_mm[d] /= j->length[i];
  each_segment(j, take_middle, cores);
  for (int64_t i = 0; i < n; i++) {
    if (j->parent[i] != i || !(j->length[i] > 0)) continue;
    cores[i].length_mm = j->length[i];
    cores[count++] = cores[i];
  }
  return count;
}

iso_status iso_pierced_filaments(int64_t n, const iso_pierced *found, int64_t *count, iso_core *out,
                                 iso_error *err) {
  joiner j = {.found = found};
  const char *what = "filaments";
  iso_status status = iso_alloc(&j.parent, (size_t)n, sizeof *j.parent, what, err);
  if (status == ISO_OK) status = iso_alloc(&j.passages, (size_t)n, sizeof *j.passages, what, err);
  if (status == ISO_OK) status = iso_alloc(&j.length, (size_t)n, sizeof *j.length, what, err);
  if (status == ISO_OK) status = iso_alloc(&j.nearest, (size_t)n, sizeof *j.nearest, what, err);
  *count = 0;
  if (status == ISO_OK && n > 0) {
    for (int64_t i = 0; i < n; i++)
      if (!found[i].sheet) j.passages[j.npassages++] = (passage){found[i].element, i};
    qsort(j.passages, (size_t)j.npassages, sizeof *j.passages, by_element);
    join_all(&j, n);
    *count = fill(&j, n, out);
  }
  free(j.parent);
  free(j.passages);
  free(j.length);
  free(j.nearest);
  return status;
}
