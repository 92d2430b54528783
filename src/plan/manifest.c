#include "plan/manifest.h"

#include "base/atomic.h"
#include "base/input.h"
#include "base/sha256.h"
#include "plan/heart_maps.h"
#include "plan/ledger_parts.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIST_END ".sha256"
#define MANIFEST "manifest" LIST_END

/* ---- files ---- */

static bool ends_with(const char *name, const char *end) {
  const size_t n = strlen(name), m = strlen(end);
  return n >= m && !strcmp(name + n - m, end);
}

/* What is still written, holds a lock, or is a list itself. */
static bool is_passing(const char *name) {
  return name[0] == '.' || ends_with(name, ".part") || ends_with(name, ISO_LOCK_END) ||
         ends_with(name, LIST_END);
}

/* "0007.e.nc" and "0007_nodes.csv" are of member 7, "0007.csv" is its row, which comes after its list. */
static bool is_of_member(const char *name, int member) {
  char number[16];
  const int n = snprintf(number, sizeof number, "%04d", member + 1);
  return !strncmp(name, number, (size_t)n) && (name[n] == '.' || name[n] == '_') &&
         strcmp(name + n, ISO_ROW_END) != 0;
}

static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

/* Of a folder, in order: of a member, or all (-1), also of what is no file. */
static iso_status list(const char *folder, int member, iso_names *out, iso_error *err) {
  DIR *entries = opendir(folder);
  if (!entries)
    return iso_fail(
        err, ISO_EFAIL,
        "%s: cannot be read (%s); leave a study's folder where it is while it goes on, and start it again",
        folder, strerror(errno));
  iso_status status = ISO_OK;
  for (struct dirent *d; status == ISO_OK && (d = readdir(entries));)
    if (!is_passing(d->d_name) && (member < 0 || is_of_member(d->d_name, member)))
      status = iso_names_add(out, d->d_name, err);
  closedir(entries);
  if (out->n > 0) qsort(out->name, (size_t)out->n, sizeof *out->name, by_name);
  return status;
}

/* ---- lists ---- */

/* A list that is written. */
typedef struct work {
  const char *folder;
  int number; /* of the member, or how many there are */
  FILE *f;
  iso_names *lost; /* listed, and not there; NULL: a member's own list, which is of what is there */
} work;

/* As sha256sum writes it. */
static iso_status put_file(const work *w, const char *within, const char *name, iso_error *err) {
  char path[PATH_MAX], sum[ISO_SHA256_TEXT];
  snprintf(path, sizeof path, "%s/%s%s", w->folder, within, name);
  if (iso_input_trouble(path)) return ISO_OK; /* a folder, or removed since */
  iso_error why = {0};
  if (iso_sha256_file(path, sum, &why) != ISO_OK)
    return iso_input_trouble(path) ? ISO_OK : iso_fail(err, ISO_EFAIL, "%s", why.message);
  fprintf(w->f, "%s  %s%s\n", sum, within, name);
  return ISO_OK;
}

static iso_status put_member(const work *w, iso_error *err) {
  char path[PATH_MAX];
  iso_names names = {0};
  snprintf(path, sizeof path, "%s/" ISO_MEMBERS_FOLDER, w->folder);
  iso_status status = list(path, w->number, &names, err);
  for (int k = 0; k < names.n && status == ISO_OK; k++)
    status = put_file(w, ISO_MEMBERS_FOLDER "/", names.name[k], err);
  iso_names_free(&names);
  return status;
}

/* A line of a list and the name in it. */
typedef struct entry {
  char line[1 << 12], name[1 << 12];
} entry;

/* The next one. */
static bool next_entry(FILE *list, entry *out) {
  if (!fgets(out->line, sizeof out->line, list)) return false;
  const char *name = strlen(out->line) > ISO_SHA256_TEXT ? out->line + ISO_SHA256_TEXT + 1 : out->line;
  snprintf(out->name, sizeof out->name, "%.*s", (int)strcspn(name, "\n"), name);
  return true;
}

static bool is_there(const char *folder, const char *name) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s/%.4000s", folder, name);
  return !iso_input_trouble(path);
}

/* A state that members begin with, which goes when all of them are done: "members/0001_1280ms.ckpt.nc". */
static bool is_state(const char *name) {
  const char *at = strchr(name, '_');
  if (!at) return false;
  const char *end = at + 1 + strspn(at + 1, "0123456789.e+-");
  return end > at + 1 && !strncmp(end, "ms.ckpt.", 8);
}

/* Lines of a member's list but for what the program has removed since. */
static iso_status copy_lines(const work *w, FILE *kept, iso_error *err) {
  for (entry e; next_entry(kept, &e);) {
    const bool there = is_there(w->folder, e.name);
    if (!there && is_state(e.name)) continue;
    fputs(e.line, w->f);
    if (!there) ISO_TRY(iso_names_add(w->lost, e.name, err));
  }
  return ISO_OK;
}

static FILE *open_list(const char *folder, int member) {
  char path[PATH_MAX];
  const char *why;
  iso_member_path(folder, member, LIST_END, path, sizeof path);
  return iso_input_stream(path, &why);
}

bool iso_manifest_lacks(const char *folder, int member) {
  bool lacks = false;
  FILE *list = open_list(folder, member);
  if (!list) return false;
  for (entry e; !lacks && next_entry(list, &e);) lacks = !is_state(e.name) && !is_there(folder, e.name);
  fclose(list);
  return lacks;
}

/* What the member's list says, which is made where an older program has left none. */
static iso_status put_finished(const work *w, int member, iso_error *err) {
  const char *folder = w->folder;
  char path[PATH_MAX], row[32];
  iso_member_path(folder, member, ISO_ROW_END, path, sizeof path);
  if (iso_input_trouble(path)) return ISO_OK; /* not finished */
  iso_member_path(folder, member, LIST_END, path, sizeof path);
  if (iso_input_trouble(path)) ISO_TRY(iso_manifest_member(folder, member, err));
  FILE *kept = open_list(folder, member);
  if (!kept) return iso_fail(err, ISO_EFAIL, "%s: cannot be read", path);
  const iso_status status = copy_lines(w, kept, err);
  fclose(kept);
  ISO_TRY(status);
  snprintf(row, sizeof row, "%04d" ISO_ROW_END, member + 1);
  return put_file(w, ISO_MEMBERS_FOLDER "/", row, err);
}

/* What a job makes of all hearts, and --status does not: their lines in the manifest so far. */
static iso_status put_lost(const work *w, iso_error *err) {
  iso_status status = ISO_OK;
  char path[PATH_MAX];
  const char *why;
  snprintf(path, sizeof path, "%s/" MANIFEST, w->folder);
  FILE *was = iso_input_stream(path, &why);
  if (!was) return ISO_OK;
  for (entry e; status == ISO_OK && next_entry(was, &e);) {
    const bool of_hearts = !strcmp(e.name, ISO_HEART_MAPS) || !strcmp(e.name, ISO_HEARTS_FIELDS);
    if (!of_hearts || is_there(w->folder, e.name)) continue;
    fputs(e.line, w->f);
    status = iso_names_add(w->lost, e.name, err);
  }
  fclose(was);
  return status;
}

/* As comments, which sha256sum passes over. */
static void put_inputs(const work *w) {
  char path[PATH_MAX], line[1 << 12];
  const char *why;
  snprintf(path, sizeof path, "%s/" ISO_INPUTS_FILE, w->folder);
  FILE *inputs = iso_input_stream(path, &why);
  for (bool begins = true; inputs && fgets(line, sizeof line, inputs); begins = ends_with(line, "\n"))
    fprintf(w->f, "%s%s", begins ? "# made from " : "", line);
  if (inputs) fclose(inputs);
}

static iso_status put_all(const work *w, iso_error *err) {
  iso_names names = {0};
  put_inputs(w);
  iso_status status = list(w->folder, -1, &names, err);
  for (int k = 0; k < names.n && status == ISO_OK; k++) status = put_file(w, "", names.name[k], err);
  iso_names_free(&names);
  if (status == ISO_OK) status = put_lost(w, err);
  for (int k = 0; k < w->number && status == ISO_OK; k++) status = put_finished(w, k, err);
  return status;
}

/* ---- files of lists ---- */

static iso_status save(const char *path, work *w, iso_status (*put)(const work *work, iso_error *err),
                       iso_error *err) {
  char *text = NULL;
  size_t size = 0;
  w->f = open_memstream(&text, &size);
  if (!w->f) return iso_fail_memory(err, PATH_MAX, "a list of files");
  iso_status status = put(w, err);
  if (fclose(w->f) != 0 && status == ISO_OK) status = iso_fail_memory(err, size, "a list of files");
  if (status == ISO_OK) status = iso_atomic_write_text(path, false, text, err);
  free(text);
  return status;
}

iso_status iso_manifest_member(const char *folder, int member, iso_error *err) {
  char path[PATH_MAX];
  iso_member_path(folder, member, LIST_END, path, sizeof path);
  return save(path, &(work){.folder = folder, .number = member}, put_member, err);
}

iso_status iso_manifest_save(const char *folder, int n, iso_names *lost, iso_error *err) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s/" MANIFEST, folder);
  return save(path, &(work){.folder = folder, .number = n, .lost = lost}, put_all, err);
}
