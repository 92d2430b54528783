#include "plan/ledger.h"

#include "base/atomic.h"
#include "base/csv.h"
#include "base/input.h"
#include "base/memory.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const char members_folder[] = "members";
static const char row_end[] = ".csv", lock_end[] = ".lock";

void iso_member_path(const char *folder, int member, const char *ending, char *path, size_t size) {
  snprintf(path, size, "%s/%s/%04d%s", folder, members_folder, member + 1, ending);
}

/* ---- the folder ---- */

static iso_status make_folder(const char *path, iso_error *err) {
  if (mkdir(path, 0777) == 0 || errno == EEXIST) return ISO_OK;
  return iso_fail(err, ISO_EFAIL, "%s: cannot be made (%s)", path, strerror(errno));
}

/* The configuration's text, but for where it runs: the results have the same bits everywhere. */
static iso_status identity(const iso_config *config, char **text, iso_error *err) {
  iso_config copy = *config;
  copy.device = "auto", copy.threads = 1;
  return iso_config_dump(&copy, text, err);
}

/* Whether the file has exactly this text. */
static bool holds(FILE *file, const char *text) {
  const size_t n = strlen(text);
  char part[4096];
  size_t at = 0, got;
  while ((got = fread(part, 1, sizeof part, file)) > 0) {
    if (at + got > n || memcmp(part, text + at, got)) return false;
    at += got;
  }
  return at == n && !ferror(file);
}

static void print_text(const void *text, FILE *stream) { fputs(text, stream); }

static iso_status take_folder(const char *folder, bool new, const char *text, iso_error *err) {
  char path[PATH_MAX];
  const char *why = NULL;
  snprintf(path, sizeof path, "%s/study.yaml", folder);
  FILE *file = iso_input_stream(path, &why);
  if (!file && !new) return iso_fail(err, ISO_EINPUT, "%s: there is no study (study.yaml: %s)", folder, why);
  if (!file) {
    char members[PATH_MAX];
    snprintf(members, sizeof members, "%s/%s", folder, members_folder);
    ISO_TRY(make_folder(folder, err));
    ISO_TRY(make_folder(members, err)); /* first: where the text is, all of it is there */
    return iso_atomic_write(path, false, print_text, text, err);
  }
  const bool same = holds(file, text);
  fclose(file);
  if (same) return ISO_OK;
  return iso_fail(err, ISO_EINPUT,
                  "%s belongs to another study, or the configuration has changed since (compare study.yaml); "
                  "choose another --output, or remove that folder",
                  folder);
}

static iso_status find_rank(iso_ledger *l, const iso_config *config, iso_error *err) {
  const char *name = config->study.rank_by;
  l->rank_by = -1;
  if (!name) return ISO_OK;
  l->largest_first = *name == '-';
  for (int k = 0; k < l->noutcomes; k++)
    if (!strcmp(iso_outcome_name(l->outcome[k]), name + l->largest_first)) l->rank_by = k;
  if (l->rank_by >= 0) return ISO_OK;
  return iso_config_fail(
      config, err, "study.rank_by",
      "'%.60s' is no outcome in the table; name one of study.outcomes, with - before it where the "
      "largest is best",
      name);
}

static iso_status choose_outcomes(iso_ledger *l, const iso_config *config, iso_error *err) {
  const iso_config_study *study = &config->study;
  const char *names[ISO_NOUTCOMES];
  char meant[128];
  for (int k = 0; k < ISO_NOUTCOMES; k++) names[k] = iso_outcome_name((iso_outcome)k);
  l->noutcomes = study->noutcomes > 0 ? study->noutcomes : ISO_OUTCOME_PROCESSOR;
  if (l->noutcomes > ISO_NOUTCOMES)
    return iso_config_fail(config, err, "study.outcomes", "there are only %d, some are here twice",
                           ISO_NOUTCOMES);
  for (int k = 0; k < l->noutcomes; k++) {
    const int found = study->noutcomes > 0 ? iso_outcome_find(study->outcomes[k]) : k;
    if (found < 0)
      return iso_config_fail(config, err, "study.outcomes", "there is no outcome '%.60s'%s",
                             study->outcomes[k],
                             iso_text_meant("", iso_text_nearest(study->outcomes[k], ISO_NOUTCOMES, names),
                                            meant, sizeof meant));
    l->outcome[k] = (iso_outcome)found;
  }
  return find_rank(l, config, err);
}

iso_status iso_ledger_open(iso_ledger *out, const char *folder, bool new, const iso_config *config,
                           const iso_members *members, iso_error *err) {
  char *text = NULL;
  *out = (iso_ledger){.folder = folder, .members = members};
  ISO_TRY(choose_outcomes(out, config, err));
  ISO_TRY(iso_alloc(&out->row, (size_t)members->n, sizeof *out->row, "the rows of a table", err));
  memset(out->row, 0, (size_t)members->n * sizeof *out->row);
  iso_status status = identity(config, &text, err);
  if (status == ISO_OK) status = take_folder(folder, new, text, err);
  free(text);
  if (status == ISO_OK) iso_ledger_look(out);
  return status;
}

void iso_ledger_free(iso_ledger *l) {
  for (int k = 0; l->row && k < l->members->n; k++) free(l->row[k]);
  free(l->row);
  *l = (iso_ledger){0};
}

/* ---- claims ---- */

static bool is_finished(const iso_ledger *l, int member) {
  char path[PATH_MAX];
  if (l->row[member]) return true;
  iso_member_path(l->folder, member, row_end, path, sizeof path);
  return access(path, F_OK) == 0;
}

/* A lock of a whole file, which is made: a descriptor, or -1 where somebody else has it and nobody waits. */
static iso_status lock(const char *path, bool wait, int *fd, iso_error *err) {
  *fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (*fd < 0) return iso_fail_write(path, errno, err);
  int failed;
  do failed = flock(*fd, LOCK_EX | (wait ? 0 : LOCK_NB));
  while (failed && errno == EINTR);
  if (!failed) return ISO_OK;
  const int code = errno;
  close(*fd);
  *fd = -1;
  if (code == EWOULDBLOCK) return ISO_OK;
  return iso_fail(err, ISO_EFAIL, "%s: the file system locks no files (%s); use a folder on one that does",
                  path, strerror(code));
}

iso_status iso_ledger_claim(iso_ledger *l, int member, int *claim, iso_error *err) {
  char path[PATH_MAX];
  *claim = -1;
  if (is_finished(l, member)) return ISO_OK;
  iso_member_path(l->folder, member, lock_end, path, sizeof path);
  ISO_TRY(lock(path, false, claim, err));
  if (*claim >= 0 && is_finished(l, member)) { /* by whoever had it until now */
    iso_ledger_release(l, member, *claim);
    *claim = -1;
  }
  return ISO_OK;
}

/* The name goes while the lock is held: whoever has opened it before finds the row when he gets it. */
void iso_ledger_release(iso_ledger *l, int member, int claim) {
  char path[PATH_MAX];
  iso_member_path(l->folder, member, lock_end, path, sizeof path);
  unlink(path);
  close(claim);
}

/* ---- rows ---- */

static const char *const status_word[] = {"waiting", "done", "failed"};

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
    else if (x->end->status == ISO_MEMBER_DONE && !isnan(x->end->outcomes->value[l->outcome[k]]))
      fputs(iso_text_shortest(x->end->outcomes->value[l->outcome[k]], text, sizeof text), f);
  }
}

/* A row is one line, whatever a message says. */
static void put_why(const char *why, FILE *f) {
  char text[sizeof((iso_error){0}).message];
  snprintf(text, sizeof text, "%s", why);
  for (char *at = text; (at = strpbrk(at, "\r\n"));) *at = ' ';
  iso_csv_put(f, text);
}

static void put_line(const line *x, FILE *f) {
  const iso_members *m = x->ledger->members;
  if (x->member < 0)
    fputs("member", f);
  else
    fprintf(f, "%d", x->member + 1);
  for (int a = 0; a < m->naxes; a++) {
    fputc(',', f);
    iso_csv_put(f, x->member < 0 ? m->axis[a].name : iso_members_case(m, x->member, a)->name);
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
  iso_member_path(l->folder, member, row_end, path, sizeof path);
  return iso_atomic_write(path, false, print_row, &(line){l, member, end}, err);
}

/* The second line of a member's file, with its end, to be freed; NULL: it has none. */
static char *read_row(const char *path) {
  const char *why = NULL;
  char *text = NULL;
  size_t room = 0;
  FILE *f = iso_input_stream(path, &why);
  if (!f) return NULL;
  const bool is_there = getline(&text, &room, f) > 0 && getline(&text, &room, f) > 0;
  fclose(f);
  if (is_there) return text;
  free(text);
  return NULL;
}

/* By its column of that name. */
static bool has_failed(const iso_ledger *l, const char *row) {
  const int column = 1 + l->members->naxes + l->noutcomes;
  char **field = malloc(((size_t)column + 2) * sizeof *field), *copy = strdup(row);
  const bool failed =
      field && copy && iso_csv_split(copy, column + 2, field) > column && !strcmp(field[column], "failed");
  free(copy);
  free(field);
  return failed;
}

void iso_ledger_look(iso_ledger *l) {
  char path[PATH_MAX];
  for (int k = 0; k < l->members->n; k++) {
    if (l->row[k]) continue;
    iso_member_path(l->folder, k, row_end, path, sizeof path);
    if (!(l->row[k] = read_row(path))) continue;
    iso_member_path(l->folder, k, lock_end, path, sizeof path);
    unlink(path); /* it may be of a job that was killed before it could */
    l->nfinished++;
    l->nfailed += has_failed(l, l->row[k]);
  }
}

iso_status iso_ledger_forget_failed(iso_ledger *l, iso_error *err) {
  char path[PATH_MAX];
  for (int k = 0; k < l->members->n; k++) {
    if (!l->row[k] || !has_failed(l, l->row[k])) continue;
    iso_member_path(l->folder, k, row_end, path, sizeof path);
    if (unlink(path) != 0 && errno != ENOENT) return iso_fail_write(path, errno, err);
    free(l->row[k]);
    l->row[k] = NULL;
    l->nfinished--, l->nfailed--;
  }
  return ISO_OK;
}

static void print_table(const void *self, FILE *f) {
  const iso_ledger *l = self;
  const iso_member_end waiting = {.status = ISO_MEMBER_WAITING, .why = ""};
  put_line(&(line){.ledger = l, .member = -1}, f);
  for (int k = 0; k < l->members->n; k++) {
    if (l->row[k])
      fputs(l->row[k], f);
    else
      put_line(&(line){l, k, &waiting}, f);
  }
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
  snprintf(path, sizeof path, "%s/%s/table%s", l->folder, members_folder, lock_end);
  ISO_TRY(lock(path, true, &fd, err));
  iso_ledger_look(l);
  snprintf(path, sizeof path, "%s/table.csv", l->folder);
  const iso_status status = iso_atomic_write(path, false, print_table, l, err);
  close(fd);
  return status;
}
