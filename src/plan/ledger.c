/* The folder of a study, and which columns its table has. */
#include "plan/ledger_parts.h"

#include "base/atomic.h"
#include "base/input.h"
#include "base/memory.h"
#include "base/text.h"
#include "grid/hash.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void iso_member_path(const char *folder, int member, const char *ending, char *path, size_t size) {
  snprintf(path, size, "%s/%s/%04d%s", folder, ISO_MEMBERS_FOLDER, member + 1, ending);
}

/* ---- the folder ---- */

static iso_status make_folder(const char *path, iso_error *err) {
  struct stat info;
  if (mkdir(path, 0777) == 0) return ISO_OK;
  if (errno == EEXIST && stat(path, &info) == 0 && S_ISDIR(info.st_mode)) return ISO_OK;
  return iso_fail(
      err, errno == ENOENT || errno == ENOTDIR ? ISO_EINPUT : ISO_EFAIL,
      "%s: no folder can be made here (%s); --output names one that can be, in a folder that is there", path,
      strerror(errno));
}

/* The configuration's text, but for where it runs, since the results have the same bits everywhere, and for
 * what shows members and changes none: as where it is not given. */
static iso_status identity(const iso_config *config, char **text, iso_error *err) {
  iso_config copy = *config;
  copy.device = "auto", copy.threads = 1;
  copy.study.ranks = 1;
  copy.study.question = copy.study.rank_by = NULL;
  copy.study.maps = copy.study.ncompare = 0;
  copy.study.circuits = (iso_config_circuits){0};
  copy.study.naccept = 0;
  copy.study.shared_ms = 0;
  return iso_config_dump(&copy, text, err);
}

/* And a comment that tells a twin's hearts, whose file may be another one by now. */
static iso_status add_twin(const iso_members *members, char **text, iso_error *err) {
  const iso_twin_cases *twin = &members->twin;
  uint64_t hash = (uint64_t)twin->n;
  if (twin->n == 0) return ISO_OK;
  for (int k = 0; k < twin->n; k++)
    for (int i = 0; i < twin->nnumbers; i++)
      hash = iso_hash_words(hash, twin->cases[k].set[i], strlen(twin->cases[k].set[i]));
  const size_t length = strlen(*text), more = 64;
  ISO_TRY(iso_realloc(text, length + more, 1, "a configuration", err));
  snprintf(*text + length, more, "# hearts of the twin: %016llx\n", (unsigned long long)hash);
  return ISO_OK;
}

/* And one that tells the cases of axes that are read from files, for the same reason. */
static iso_status add_cases(const iso_members *members, char **text, iso_error *err) {
  uint64_t hash = 0;
  int files = 0;
  for (int a = 0; a < members->naxes; a++) {
    const iso_members_axis *axis = &members->axis[a];
    if (!axis->asked->file) continue;
    files++;
    for (int c = 0; c < axis->ncases; c++) {
      const iso_config_case *one = &axis->cases[c];
      hash = iso_hash_words(hash, one->name, strlen(one->name) + 1);
      for (int i = 0; i < one->nset; i++) hash = iso_hash_words(hash, one->set[i], strlen(one->set[i]) + 1);
    }
  }
  if (files == 0) return ISO_OK;
  const size_t length = strlen(*text), more = 64;
  ISO_TRY(iso_realloc(text, length + more, 1, "a configuration", err));
  snprintf(*text + length, more, "# cases in files: %016llx\n", (unsigned long long)hash);
  return ISO_OK;
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

static iso_status take_folder(const char *folder, bool new, const char *text, iso_error *err) {
  char path[PATH_MAX];
  const char *why = NULL;
  snprintf(path, sizeof path, "%s/study.yaml", folder);
  FILE *file = iso_input_stream(path, &why);
  if (!file && !new) return iso_fail(err, ISO_EINPUT, "%s: there is no study (study.yaml: %s)", folder, why);
  if (!file) {
    char members[PATH_MAX];
    snprintf(members, sizeof members, "%s/%s", folder, ISO_MEMBERS_FOLDER);
    ISO_TRY(make_folder(folder, err));
    ISO_TRY(make_folder(members, err)); /* first: where the text is, all of it is there */
    return iso_atomic_write_text(path, false, text, err);
  }
  const bool same = holds(file, text);
  fclose(file);
  if (same) return ISO_OK;
  return iso_fail(err, ISO_EINPUT,
                  "%s belongs to another study, or the configuration has changed since (compare study.yaml); "
                  "choose another --output, or remove that folder",
                  folder);
}

/* Of the table's outcomes; -1: not one of them. */
static int column_of(const iso_ledger *l, const char *name) {
  for (int k = 0; k < l->noutcomes; k++)
    if (!strcmp(iso_outcome_name(l->outcome[k]), name)) return k;
  return -1;
}

static iso_status find_accept(iso_ledger *l, const iso_config *config, iso_error *err) {
  const iso_config_study *study = &config->study;
  char path[48];
  if (study->naccept > ISO_NOUTCOMES)
    return iso_config_fail(config, err, "study.accept", "there are at most %d conditions", ISO_NOUTCOMES);
  l->naccept = study->naccept, l->accept = study->accept;
  for (int k = 0; k < l->naccept; k++) {
    l->accept_column[k] = column_of(l, l->accept[k].outcome);
    snprintf(path, sizeof path, "study.accept.%d.outcome", k);
    if (l->accept_column[k] < 0)
      return iso_config_fail(config, err, path,
                             "'%.60s' is no outcome in the table; name one of study.outcomes",
                             l->accept[k].outcome);
  }
  return ISO_OK;
}

static iso_status find_rank(iso_ledger *l, const iso_config *config, iso_error *err) {
  const char *name = config->study.rank_by;
  l->rank_by = -1;
  if (!name) return ISO_OK;
  l->largest_first = *name == '-';
  l->rank_by = column_of(l, name + l->largest_first);
  if (l->rank_by >= 0) return ISO_OK;
  return iso_config_fail(
      config, err, "study.rank_by",
      "'%.60s' is no outcome in the table; name one of study.outcomes, with - before it where the "
      "largest is best",
      name);
}

static iso_status check_compared(const iso_members *members, const iso_config *config, iso_error *err) {
  const iso_config_study *study = &config->study;
  for (int k = 0; k < study->ncompare; k++)
    if (study->compare[k] < 1 || study->compare[k] > members->n)
      return iso_config_fail(config, err, "study.compare", "there is no member %d: they are 1 to %d",
                             (int)study->compare[k], members->n);
  return ISO_OK;
}

/* Its columns are there without being asked for. */
static iso_status add_screen(iso_ledger *l, const iso_config *config, iso_error *err) {
  static const iso_outcome own[] = {ISO_OUTCOME_SCREENED, ISO_OUTCOME_SAMPLED};
  for (size_t k = 0; k < sizeof own / sizeof *own; k++)
    if (column_of(l, iso_outcome_name(own[k])) < 0) l->outcome[l->noutcomes++] = own[k];
  if (column_of(l, config->study.screen.outcome) >= 0) return ISO_OK;
  return iso_config_fail(config, err, "study.screen.outcome",
                         "'%.60s' is no outcome in the table; name one of study.outcomes",
                         config->study.screen.outcome);
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
      return iso_config_fail(config, err, "study.outcomes",
                             "there is no outcome '%.60s'%s isochrone study --help lists all",
                             study->outcomes[k],
                             iso_text_meant("", iso_text_nearest(study->outcomes[k], ISO_NOUTCOMES, names),
                                            meant, sizeof meant));
    l->outcome[k] = (iso_outcome)found;
    for (int j = 0; j < k; j++)
      if (l->outcome[j] == l->outcome[k])
        return iso_config_fail(config, err, "study.outcomes", "'%.60s' is there twice; leave one out",
                               study->outcomes[k]);
  }
  if (study->has_screen) ISO_TRY(add_screen(l, config, err));
  ISO_TRY(find_accept(l, config, err));
  return find_rank(l, config, err);
}

/* Columns are told by their names, in the table and by what reads it. */
static iso_status check_columns(const iso_ledger *l, const iso_config *config, iso_error *err) {
  static const char *const own[] = {"member", "accepted", "circuit", "status", "why"};
  const iso_members *m = l->members;
  char path[64];
  for (int c = 0; c < m->ncolumns; c++) {
    const iso_members_column *column = &m->column[c];
    bool taken = column_of(l, column->name) >= 0;
    for (size_t k = 0; k < sizeof own / sizeof *own; k++) taken |= !strcmp(column->name, own[k]);
    for (int d = 0; d < c; d++) taken |= !strcmp(column->name, m->column[d].name);
    if (!taken) continue;
    const int used = snprintf(path, sizeof path, "study.axes.%d", column->axis);
    if (column->drawn >= 0) snprintf(path + used, sizeof path - (size_t)used, ".drawn.%d", column->drawn);
    return iso_config_fail(config, err, path,
                           "the table has another column '%.60s'; give this one a name of its own: name",
                           column->name);
  }
  return ISO_OK;
}

iso_status iso_ledger_open(iso_ledger *out, const char *folder, bool new, const iso_config *config,
                           const iso_members *members, iso_error *err) {
  char *text = NULL;
  *out = (iso_ledger){.folder = folder, .members = members};
  ISO_TRY(choose_outcomes(out, config, err));
  ISO_TRY(check_columns(out, config, err));
  ISO_TRY(check_compared(members, config, err));
  ISO_TRY(iso_alloc(&out->row, (size_t)members->n, sizeof *out->row, "the rows of a table", err));
  memset(out->row, 0, (size_t)members->n * sizeof *out->row);
  iso_status status = identity(config, &text, err);
  if (status == ISO_OK) status = add_twin(members, &text, err);
  if (status == ISO_OK) status = add_cases(members, &text, err);
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
