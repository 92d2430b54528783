/* What members came to: a row each, and the table of all. */
#include "plan/ledger_parts.h"

#include "base/atomic.h"
#include "base/csv.h"
#include "base/path.h"
#include "base/text.h"
#include "plan/manifest.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const status_word[] = {"waiting", "done", "failed", "screened"};

typedef struct line {
  const iso_ledger *ledger;
  int member; /* -1: the heads of all columns */
  const iso_member_end *end;
} line;

static void put_outcomes(const line *x, FILE *f) {
  const iso_ledger *l = x->ledger;
  char text[32];
  for (int k = 0; k < l->noutcomes; k++) {
    fputc(',', f);
    if (x->member < 0)
      fputs(iso_outcome_name(l->outcome[k]), f);
    else if (x->end->outcomes && !isnan(x->end->outcomes->value[l->outcome[k]]))
      fputs(iso_text_shortest(x->end->outcomes->value[l->outcome[k]], text, sizeof text), f);
  }
}

/* A row is one line, whatever a message says, and tells of no folders. */
static void put_why(const char *why, FILE *f) {
  char text[sizeof((iso_error){0}).message];
  snprintf(text, sizeof text, "%s", why);
  iso_path_shorten(text);
  for (char *at = text; (at = strpbrk(at, "\r\n"));) *at = ' ';
  iso_csv_put(f, text);
}

static void put_line(const line *x, FILE *f) {
  const iso_members *m = x->ledger->members;
  if (x->member < 0)
    fputs("member", f);
  else
    fprintf(f, "%d", x->member + 1);
  for (int c = 0; c < m->ncolumns; c++) {
    fputc(',', f);
    iso_csv_put(f, x->member < 0 ? m->column[c].name : iso_members_cell(m, x->member, c));
  }
  put_outcomes(x, f);
  fprintf(f, ",%s,", x->member < 0 ? "status" : status_word[x->end->status]);
  put_why(x->member < 0 ? "why" : x->end->why, f);
  fputc('\n', f);
}

static void print_row(const void *self, FILE *f) {
  const line *row = self;
  put_line(&(line){.ledger = row->ledger, .member = -1}, f);
  put_line(row, f);
}

iso_status iso_ledger_finish(iso_ledger *l, int member, const iso_member_end *end, iso_error *err) {
  char path[PATH_MAX];
  iso_member_path(l->folder, member, ISO_ROW_END, path, sizeof path);
  return iso_atomic_write(path, false, print_row, &(line){l, member, end}, err);
}

/* The column status of a row as members keep it. */
static int status_column(const iso_ledger *l) { return 1 + l->members->ncolumns + l->noutcomes; }

static bool has_status(const iso_ledger *l, const char *row, iso_member_status status) {
  const int column = status_column(l);
  char **field = malloc(((size_t)column + 2) * sizeof *field), *copy = strdup(row);
  const bool has = field && copy && iso_csv_split(copy, column + 2, field) > column &&
                   !strcmp(field[column], status_word[status]);
  free(copy);
  free(field);
  return has;
}

void iso_ledger_look(iso_ledger *l) {
  char path[PATH_MAX];
  for (int k = 0; k < l->members->n; k++) {
    if (l->row[k]) continue;
    iso_member_path(l->folder, k, ISO_ROW_END, path, sizeof path);
    if (!(l->row[k] = iso_ledger_read_row(path))) continue;
    iso_member_path(l->folder, k, ISO_LOCK_END, path, sizeof path);
    unlink(path); /* it may be of a job that was killed before it could */
    l->nfinished++;
    l->nfailed += has_status(l, l->row[k], ISO_MEMBER_FAILED);
    l->nscreened += has_status(l, l->row[k], ISO_MEMBER_SCREENED);
  }
}

iso_status iso_ledger_forget(iso_ledger *l, iso_error *err) {
  char path[PATH_MAX];
  for (int k = 0; k < l->members->n; k++) {
    if (!l->row[k]) continue;
    const bool failed = has_status(l, l->row[k], ISO_MEMBER_FAILED);
    if (!failed && !iso_manifest_lacks(l->folder, k)) continue;
    iso_member_path(l->folder, k, ISO_ROW_END, path, sizeof path);
    if (unlink(path) != 0 && errno != ENOENT) return iso_fail_write(path, errno, err);
    l->nfinished--, l->nfailed -= failed;
    l->nscreened -= has_status(l, l->row[k], ISO_MEMBER_SCREENED);
    free(l->row[k]);
    l->row[k] = NULL;
  }
  return ISO_OK;
}

/* Of a row's fields: 1 where all conditions are met, 0 where one is not or cannot be told, "" of a member
 * that is not done. */
static const char *accepted(const iso_ledger *l, char *const *field) {
  if (strcmp(field[status_column(l)], status_word[ISO_MEMBER_DONE]) != 0) return "";
  for (int k = 0; k < l->naccept; k++) {
    const char *text = field[1 + l->members->ncolumns + l->accept_column[k]];
    const double value = *text ? strtod(text, NULL) : NAN;
    if (!(value >= l->accept[k].between[0] && value <= l->accept[k].between[1])) return "0";
  }
  return "1";
}

/* A row, and before its status the columns accepted and circuit. Members' own rows do not have them, so that
 * conditions may be changed when members have run, and since circuits are those of all. member -1: heads. */
static void put_judged(const iso_ledger *l, char *row, char **field, int member, FILE *f) {
  const int status = status_column(l), n = status + 2;
  row[strcspn(row, "\r\n")] = '\0';
  if (iso_csv_split(row, n, field) != n) return;
  for (int c = 0; c < n; c++) {
    if (c == status && l->naccept > 0) fprintf(f, ",%s", member < 0 ? "accepted" : accepted(l, field));
    if (c == status && l->circuit && member < 0) fputs(",circuit", f);
    if (c == status && l->circuit && member >= 0) {
      fputc(',', f);
      if (l->circuit[member] > 0) fprintf(f, "%d", l->circuit[member]);
    }
    if (c) fputc(',', f);
    iso_csv_put(f, field[c]);
  }
  fputc('\n', f);
}

static void print_rows(const iso_ledger *l, FILE *f) {
  const iso_member_end waiting = {.status = ISO_MEMBER_WAITING, .why = ""};
  put_line(&(line){.ledger = l, .member = -1}, f);
  for (int k = 0; k < l->members->n; k++) {
    if (l->row[k])
      fputs(l->row[k], f);
    else
      put_line(&(line){l, k, &waiting}, f);
  }
}

static void print_table(const void *self, FILE *f) {
  const iso_ledger *l = self;
  char *rows = NULL, **field = malloc((size_t)(status_column(l) + 2) * sizeof *field);
  size_t size = 0;
  if ((l->naccept == 0 && !l->circuit) || !field) {
    print_rows(l, f);
    free(field);
    return;
  }
  FILE *memory = open_memstream(&rows, &size);
  if (memory) {
    print_rows(l, memory);
    fclose(memory);
  }
  char *next = rows;
  for (int k = -1; next && k < l->members->n; k++) put_judged(l, iso_csv_line(&next), field, k, f);
  free(rows);
  free(field);
}

iso_status iso_ledger_text(const iso_ledger *l, char **text, iso_error *err) {
  size_t size = 0;
  *text = NULL;
  FILE *f = open_memstream(text, &size);
  if (f) print_table(l, f);
  if (f && fclose(f) == 0) return ISO_OK;
  return iso_fail_memory(err, size, "a table");
}

/* One writer at a time looks and writes, so that no older table follows a newer one. */
iso_status iso_ledger_table(iso_ledger *l, iso_error *err) {
  char path[PATH_MAX];
  int fd;
  snprintf(path, sizeof path, "%s/%s/table%s", l->folder, ISO_MEMBERS_FOLDER, ISO_LOCK_END);
  ISO_TRY(iso_ledger_lock(path, true, &fd, err));
  iso_ledger_look(l);
  snprintf(path, sizeof path, "%s/table.csv", l->folder);
  const iso_status status = iso_atomic_write(path, false, print_table, l, err);
  close(fd);
  return status;
}
