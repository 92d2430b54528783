#include "cell/cell_table.h"

#include <stdio.h>

/* All cells, of which a column's function takes one. */
typedef struct cells {
  const iso_cell_study *study;
  const iso_lane *lanes;
  const iso_paced *paced;
  const iso_cell_row *row;
} cells;

static iso_column column_of(const iso_cell_study *s, const iso_axis *axis) {
  iso_column like = {
      .head = *axis->label ? axis->label : "drug", .unit = "nM", .meaning = "free concentration"};
  if (axis->parameter < 0) {
    snprintf(like.name, sizeof like.name, "%s_nM", *axis->label ? axis->label : "concentration");
    return like;
  }
  const iso_quantity *q = &s->model->parameters[axis->parameter];
  like.head = q->name, like.unit = axis->scales ? "x" : q->unit, like.meaning = q->meaning;
  snprintf(like.name, sizeof like.name, "%.36s%s", q->name, axis->scales ? "_scale" : "");
  return like;
}

static iso_status add_axis(const cells *c, iso_table *out, int a, iso_error *err) {
  const iso_cell_study *s = c->study;
  const iso_column like = column_of(s, &s->axes[a]);
  iso_column *column;
  ISO_TRY(iso_table_add(out, &like, &column, err));
  for (int r = 0; r < out->nrows; r++)
    column->value[r] = iso_axes_value(s->naxes, s->axes, a, c->lanes[r].set);
  return ISO_OK;
}

static double cycle_of(const cells *c, int r) { return c->lanes[r].cycle_ms; }
static double coupling_of(const cells *c, int r) { return c->row[r].coupling_ms; }
static double diastole_of(const cells *c, int r) { return c->row[r].diastole_ms; }
static double rest_of(const cells *c, int r) { return c->paced[r].last.rest; }
static double peak_of(const cells *c, int r) { return c->paced[r].last.peak; }
static double dvdt_of(const cells *c, int r) { return c->paced[r].last.max_dvdt; }
static double apd50_of(const cells *c, int r) { return c->paced[r].last.apd50; }
static double apd90_of(const cells *c, int r) { return c->paced[r].last.apd90; }
static double beats_of(const cells *c, int r) { return c->row[r].beats; }
static double steady_of(const cells *c, int r) { return c->paced[r].steady; }

static const char *const steady_words[] = {
#define X(name, text) text,
    ISO_STEADY_LIST(X)
#undef X
};

#define COLUMN(n, h, u, m) .column.name = (n), .column.head = (h), .column.unit = (u), .column.meaning = (m)
#define DIGITS(f) .column.format = (f)

static const struct measured {
  iso_column column;
  double (*of)(const cells *c, int r);
} measured[] = {
    {COLUMN("cycle_length_ms", "CL", "ms", "cycle length"), .of = cycle_of},
    {COLUMN("coupling_interval_ms", "S2", "ms", "from the last regular pulse to the premature one"),
     .of = coupling_of},
    {COLUMN("diastolic_interval_ms", "DI", "ms", "from the APD90 of the beat before to the pulse"),
     DIGITS("%.2f"), .of = diastole_of},
    {COLUMN("rest_mV", "rest", "mV", "Vm just before the pulse"), DIGITS("%.3f"), .of = rest_of},
    {COLUMN("peak_mV", "peak", "mV", "largest Vm"), DIGITS("%.3f"), .of = peak_of},
    {COLUMN("max_dvdt_mV_per_ms", "dV/dt", "mV/ms", "largest dV/dt, stimulus included"), DIGITS("%.2f"),
     .of = dvdt_of},
    {COLUMN("apd50_ms", "APD50", "ms", "from the largest dV/dt to 50% repolarisation between peak and rest"),
     DIGITS("%.3f"), .of = apd50_of},
    {COLUMN("apd90_ms", "APD90", "ms", "from the largest dV/dt to 90% repolarisation between peak and rest"),
     DIGITS("%.3f"), .of = apd90_of},
    {COLUMN("beats", "beats", "1", "pulses up to this beat"), DIGITS("%.0f"), .of = beats_of},
    {COLUMN("steady", "steady", "1", "whether regular beats repeat within the tolerance"),
     .column.words = steady_words, .column.nwords = sizeof steady_words / sizeof *steady_words,
     .of = steady_of},
};

iso_status iso_cell_table_fill(iso_table *out, const iso_cell_study *study, int n, const iso_lane *lanes,
                               const iso_paced *paced, const iso_cell_row *row, iso_error *err) {
  const cells c = {study, lanes, paced, row};
  out->nrows = n;
  for (int a = 0; a < study->naxes; a++) ISO_TRY(add_axis(&c, out, a, err));
  for (size_t m = 0; m < sizeof measured / sizeof *measured; m++) {
    iso_column *column;
    if (measured[m].of == coupling_of && study->protocol != ISO_PROTOCOL_S1S2) continue;
    ISO_TRY(iso_table_add(out, &measured[m].column, &column, err));
    for (int r = 0; r < n; r++) column->value[r] = measured[m].of(&c, r);
  }
  return ISO_OK;
}
