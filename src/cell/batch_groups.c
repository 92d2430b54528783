#include "cell/batch_groups.h"

#include "base/memory.h"
#include "tissue/varying.h"

#include <stdlib.h>
#include <string.h>

typedef struct sets {
  const iso_model *model;
  double step_ms;
  int n;
  const double *const *parameters;
  double *least, *most, *room; /* [model->nparameters] */
  bool *tabled;                /* [model->nparameters] whether tables depend on it */
  int *order;                  /* [n] sets, those that agree in what is tabled side by side */
} sets;

static void find_range(sets *s, int n, const int *set) {
  const int np = s->model->nparameters;
  memcpy(s->least, s->parameters[set[0]], (size_t)np * sizeof(double));
  memcpy(s->most, s->least, (size_t)np * sizeof(double));
  for (int i = 1; i < n; i++)
    for (int p = 0; p < np; p++) {
      const double value = s->parameters[set[i]][p];
      if (value < s->least[p]) s->least[p] = value;
      if (value > s->most[p]) s->most[p] = value;
    }
}

/* By the parameters that tables depend on. */
static int compare(const sets *s, int a, int b) {
  for (int p = 0; p < s->model->nparameters; p++) {
    const double x = s->parameters[a][p], y = s->parameters[b][p];
    if (s->tabled[p] && x != y) return x < y ? -1 : 1;
  }
  return 0;
}

/* Merges the halves of order [n], sorted, through room [n]: stable, so that sets stay in their order. */
static void sort(const sets *s, int n, int *order, int *room) {
  const int half = n / 2;
  if (n < 2) return;
  sort(s, half, order, room);
  sort(s, n - half, order + half, room);
  memcpy(room, order, (size_t)n * sizeof *order);
  for (int i = 0, a = 0, b = half; i < n; i++)
    order[i] = b == n || (a < half && compare(s, room[a], room[b]) <= 0) ? room[a++] : room[b++];
}

/* Those that agree in what tables depend on, unless what they do not agree in changes tables after all, as a
 * parameter does that only counts beside certain values of others. */
static void number(sets *s, int *group, int *ngroups) {
  for (int i = 0, last; i < s->n; i = last) {
    for (last = i + 1; last < s->n && compare(s, s->order[i], s->order[last]) == 0;) last++;
    find_range(s, last - i, s->order + i);
    const bool apart = iso_tables_vary(s->model, s->step_ms, s->least, s->most, s->room);
    for (int k = i; k < last; k++) group[s->order[k]] = apart || k == i ? (*ngroups)++ : *ngroups - 1;
  }
}

static void find_groups(sets *s, int *group, int *ngroups) {
  for (int i = 0; i < s->n; i++) s->order[i] = i;
  find_range(s, s->n, s->order);
  for (int p = 0; p < s->model->nparameters; p++)
    s->tabled[p] = iso_tables_vary_with(s->model, s->step_ms, s->least, s->most, p, s->room);
  sort(s, s->n, s->order, s->order + s->n);
  number(s, group, ngroups);
}

iso_status iso_batch_groups(const iso_model *model, double step_ms, bool exact, int nsets,
                            const double *const *parameters, int *group, int *ngroups, iso_error *err) {
  const size_t np = (size_t)model->nparameters;
  sets s = {.model = model, .step_ms = step_ms, .n = nsets, .parameters = parameters};
  memset(group, 0, (size_t)nsets * sizeof *group);
  *ngroups = exact;
  if (exact) return ISO_OK;
  iso_status status = iso_alloc(&s.least, 3 * np, sizeof(double), "parameters", err);
  if (status == ISO_OK) status = iso_alloc(&s.tabled, np, sizeof *s.tabled, "parameters", err);
  if (status == ISO_OK) status = iso_alloc(&s.order, 2 * (size_t)nsets, sizeof *s.order, "single cells", err);
  if (status == ISO_OK) {
    s.most = s.least + np, s.room = s.most + np;
    find_groups(&s, group, ngroups);
  }
  free(s.least);
  free(s.tabled);
  free(s.order);
  return status;
}
