#include "base/memory.h"
#include "base/version.h"
#include "grid/hash.h"
#include "plan/circuits.h"
#include "plan/table.h"
#include "result/netcdf_file.h"
#include "study/provenance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct writer {
  const iso_study_table *table;
  iso_ncfile file;
  const iso_study_about *about;
  int members, number, circuit, split, *column; /* dimension; variables [columns] */
  int nparameters;
  void *room; /* for a column */
} writer;

static bool is_accepted(const iso_study_table *t, int c) {
  return t->ledger->naccept > 0 && c == iso_study_table_outcomes(t) + t->ledger->noutcomes;
}

static bool is_text(const iso_study_table *t, int c) {
  const int first = iso_study_table_outcomes(t);
  if (c < first) return t->ledger->members->column[c - 1].drawn < 0;
  return c >= first + t->ledger->noutcomes && !is_accepted(t, c);
}

static size_t longest(const iso_study_table *t, int c) {
  size_t most = 1;
  for (int k = 0; k < t->rows; k++)
    if (strlen(iso_study_table_cell(t, k, c)) > most) most = strlen(iso_study_table_cell(t, k, c));
  return most;
}

/* What an axis is called may be no name of a variable, or another one's. */
static iso_status define_text(writer *w, int c, iso_error *err) {
  const iso_study_table *t = w->table;
  const bool axis = c < iso_study_table_outcomes(t);
  char name[32], length[40];
  int dimensions[2] = {w->members, 0};
  if (axis)
    snprintf(name, sizeof name, "axis_%d", t->ledger->members->column[c - 1].axis + 1);
  else
    snprintf(name, sizeof name, "%s", t->head[c]);
  snprintf(length, sizeof length, "len_%s", name);
  ISO_TRY(iso_nc_dimension(&w->file, length, (int64_t)longest(t, c), &dimensions[1], err));
  return iso_nc_variable(&w->file, name, NC_CHAR, 2, dimensions, NULL, t->head[c], &w->column[c], err);
}

static iso_status define_number(writer *w, int c, iso_error *err) {
  const iso_study_table *t = w->table;
  const iso_members *m = t->ledger->members;
  char name[32];
  if (c < iso_study_table_outcomes(t)) {
    const iso_config_drawn *p = &m->axis[m->column[c - 1].axis].asked->drawn[m->column[c - 1].drawn];
    snprintf(name, sizeof name, "parameter_%d", ++w->nparameters);
    ISO_TRY(iso_nc_variable(&w->file, name, NC_DOUBLE, 1, &w->members, NULL, p->name, &w->column[c], err));
    return iso_nc_text(&w->file, w->column[c], "key", p->key, err);
  }
  if (is_accepted(t, c))
    return iso_nc_result(&w->file, "accepted", NC_DOUBLE, 1, &w->members, "1",
                         "1 where all conditions of study.accept are met", &w->column[c], err);
  const iso_outcome o = t->ledger->outcome[c - iso_study_table_outcomes(t)];
  return iso_nc_result(&w->file, iso_outcome_name(o), NC_DOUBLE, 1, &w->members, iso_outcome_unit(o),
                       iso_outcome_meaning(o), &w->column[c], err);
}

/* ---- what to learn from and what to be judged by ---- */

static const char split_text[] =
    "what a surrogate may learn from (train, 70 of 100 at random), be chosen by (validation, 15) and be "
    "judged by (test, 15); members of one draw are in the same part";

/* Of the first axis that draws, whatever the others are: a heart that is learnt is in no test. */
static int32_t split_of(const iso_members *m, int member) {
  uint64_t of = (uint64_t)member;
  for (int a = m->naxes - 1; a >= 0; a--)
    if (iso_members_draws(&m->axis[a])) of = (uint64_t)(iso_members_case(m, member, a) - m->axis[a].cases);
  const uint64_t percent = iso_hash(iso_hash(of)) % 100;
  return percent < 70 ? 0 : percent < 85 ? 1 : 2;
}

static iso_status define_split(writer *w, iso_error *err) {
  ISO_TRY(iso_nc_variable(&w->file, "split", NC_INT, 1, &w->members, NULL, split_text, &w->split, err));
  return iso_nc_text(&w->file, w->split, "flag_meanings", "0 train, 1 validation, 2 test", err);
}

static iso_status define(writer *w, iso_error *err) {
  const iso_study_table *t = w->table;
  const char *question = w->about->config->study.question;
  ISO_TRY(iso_nc_dimension(&w->file, "member", t->rows, &w->members, err));
  ISO_TRY(iso_nc_variable(&w->file, "member", NC_INT, 1, &w->members, NULL, "number of the member",
                          &w->number, err));
  for (int c = 1; c < t->columns; c++) {
    ISO_TRY(is_text(t, c) ? define_text(w, c, err) : define_number(w, c, err));
  }
  ISO_TRY(define_split(w, err));
  if (w->about->circuits->n > 0)
    ISO_TRY(iso_nc_variable(&w->file, "circuit", NC_INT, 1, &w->members, NULL,
                            "number of the circuit of a member that is induced, 0: none", &w->circuit, err));
  ISO_TRY(iso_nc_text(&w->file, NC_GLOBAL, "program", "Isochrone " ISO_VERSION, err));
  ISO_TRY(iso_nc_text(&w->file, NC_GLOBAL, "program_commit", iso_program_commit(), err));
  ISO_TRY(iso_nc_text(&w->file, NC_GLOBAL, "intended_use", ISO_NOT_A_DEVICE, err));
  if (question) ISO_TRY(iso_nc_text(&w->file, NC_GLOBAL, "question", question, err));
  ISO_TRY(iso_nc_text(&w->file, NC_GLOBAL, "configuration", w->about->configuration, err));
  return iso_ncfile_defined(&w->file, err);
}

static iso_status put_column(writer *w, int c, iso_error *err) {
  const iso_study_table *t = w->table;
  const size_t n = (size_t)t->rows, length = is_text(t, c) ? longest(t, c) : sizeof(double);
  ISO_TRY(iso_alloc(&w->room, n, length, "a column", err));
  memset(w->room, 0, n * length);
  for (int k = 0; k < t->rows; k++) {
    if (is_text(t, c))
      memcpy((char *)w->room + (size_t)k * length, iso_study_table_cell(t, k, c),
             strlen(iso_study_table_cell(t, k, c)));
    else
      ((double *)w->room)[k] = iso_study_table_value(t, k, c);
  }
  const iso_status status =
      iso_nc_put_root(&w->file, w->column[c], is_text(t, c) ? NC_CHAR : NC_DOUBLE, w->room, err);
  free(w->room);
  w->room = NULL;
  return status;
}

static iso_status put(writer *w, iso_error *err) {
  const iso_study_table *t = w->table;
  int32_t *number;
  ISO_TRY(iso_alloc(&number, (size_t)t->rows, sizeof *number, "a column", err));
  for (int k = 0; k < t->rows; k++) number[k] = k + 1;
  iso_status status = iso_nc_put_root(&w->file, w->number, NC_INT, number, err);
  for (int k = 0; k < t->rows; k++) number[k] = split_of(t->ledger->members, k);
  if (status == ISO_OK) status = iso_nc_put_root(&w->file, w->split, NC_INT, number, err);
  for (int k = 0; k < t->rows; k++) number[k] = w->about->circuits->member[k].number;
  if (status == ISO_OK && w->about->circuits->n > 0)
    status = iso_nc_put_root(&w->file, w->circuit, NC_INT, number, err);
  free(number);
  for (int c = 1; c < t->columns && status == ISO_OK; c++) status = put_column(w, c, err);
  return status;
}

iso_status iso_study_table_save(const iso_study_table *table, const char *path, const iso_study_about *about,
                                iso_error *err) {
  writer w = {.table = table, .about = about};
  ISO_TRY(iso_alloc(&w.column, (size_t)table->columns, sizeof *w.column, "variables", err));
  iso_status status = iso_ncfile_create(&w.file, MPI_COMM_SELF, path, err);
  if (status == ISO_OK) {
    status = define(&w, err);
    if (status == ISO_OK) status = put(&w, err);
    status = iso_ncfile_finish(&w.file, status, err);
  }
  free(w.column);
  return status;
}
