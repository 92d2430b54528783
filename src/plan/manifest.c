#include "plan/manifest.h"

#include "base/atomic.h"
#include "base/input.h"
#include "base/names.h"
#include "base/sha256.h"
#include "plan/ledger_parts.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIST_END ".sha256"

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

/* As sha256sum writes it. */
static iso_status put_file(const char *folder, const char *within, const char *name, FILE *f,
                           iso_error *err) {
  char path[PATH_MAX], sum[ISO_SHA256_TEXT];
  snprintf(path, sizeof path, "%s/%s%s", folder, within, name);
  if (iso_input_trouble(path)) return ISO_OK; /* a folder, or removed since */
  iso_error why = {0};
  if (iso_sha256_file(path, sum, &why) != ISO_OK)
    return iso_input_trouble(path) ? ISO_OK : iso_fail(err, ISO_EFAIL, "%s", why.message);
  fprintf(f, "%s  %s%s\n", sum, within, name);
  return ISO_OK;
}

static iso_status put_member(const char *folder, int member, FILE *f, iso_error *err) {
  char path[PATH_MAX];
  iso_names names = {0};
  snprintf(path, sizeof path, "%s/" ISO_MEMBERS_FOLDER, folder);
  iso_status status = list(path, member, &names, err);
  for (int k = 0; k < names.n && status == ISO_OK; k++)
    status = put_file(folder, ISO_MEMBERS_FOLDER "/", names.name[k], f, err);
  iso_names_free(&names);
  return status;
}

/* Lines of a member's list but for what was removed since, as states that members begin with are. */
static void copy_lines(const char *folder, FILE *kept, FILE *f) {
  char path[PATH_MAX], line[1 << 12];
  while (fgets(line, sizeof line, kept)) {
    const char *name = strlen(line) > ISO_SHA256_TEXT ? line + ISO_SHA256_TEXT + 1 : line;
    snprintf(path, sizeof path, "%s/%.*s", folder, (int)strcspn(name, "\n"), name);
    if (!iso_input_trouble(path)) fputs(line, f);
  }
}

/* What the member's list says, which is made where an older program has left none. */
static iso_status put_finished(const char *folder, int member, FILE *f, iso_error *err) {
  char path[PATH_MAX], row[32];
  const char *why;
  iso_member_path(folder, member, ISO_ROW_END, path, sizeof path);
  if (iso_input_trouble(path)) return ISO_OK; /* not finished */
  iso_member_path(folder, member, LIST_END, path, sizeof path);
  if (iso_input_trouble(path)) ISO_TRY(iso_manifest_member(folder, member, err));
  FILE *kept = iso_input_stream(path, &why);
  if (!kept) return iso_fail(err, ISO_EFAIL, "%s: %s", path, why);
  copy_lines(folder, kept, f);
  fclose(kept);
  snprintf(row, sizeof row, "%04d" ISO_ROW_END, member + 1);
  return put_file(folder, ISO_MEMBERS_FOLDER "/", row, f, err);
}

/* As comments, which sha256sum passes over. */
static void put_inputs(const char *folder, FILE *f) {
  char path[PATH_MAX], line[1 << 12];
  const char *why;
  snprintf(path, sizeof path, "%s/" ISO_INPUTS_FILE, folder);
  FILE *inputs = iso_input_stream(path, &why);
  for (bool begins = true; inputs && fgets(line, sizeof line, inputs); begins = ends_with(line, "\n"))
    fprintf(f, "%s%s", begins ? "# made from " : "", line);
  if (inputs) fclose(inputs);
}

static iso_status put_all(const char *folder, int n, FILE *f, iso_error *err) {
  iso_names names = {0};
  put_inputs(folder, f);
  iso_status status = list(folder, -1, &names, err);
  for (int k = 0; k < names.n && status == ISO_OK; k++) status = put_file(folder, "", names.name[k], f, err);
  iso_names_free(&names);
  for (int k = 0; k < n && status == ISO_OK; k++) status = put_finished(folder, k, f, err);
  return status;
}

/* ---- files of lists ---- */

/* put: what is said of number, which is a member, or how many there are. */
static iso_status save(const char *path, const char *folder, int number,
                       iso_status (*put)(const char *folder, int number, FILE *f, iso_error *err),
                       iso_error *err) {
  char *text = NULL;
  size_t size = 0;
  FILE *f = open_memstream(&text, &size);
  if (!f) return iso_fail_memory(err, PATH_MAX, "a list of files");
  iso_status status = put(folder, number, f, err);
  if (fclose(f) != 0 && status == ISO_OK) status = iso_fail_memory(err, size, "a list of files");
  if (status == ISO_OK) status = iso_atomic_write_text(path, false, text, err);
  free(text);
  return status;
}

iso_status iso_manifest_member(const char *folder, int member, iso_error *err) {
  char path[PATH_MAX];
  iso_member_path(folder, member, LIST_END, path, sizeof path);
  return save(path, folder, member, put_member, err);
}

iso_status iso_manifest_save(const char *folder, int n, iso_error *err) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s/manifest" LIST_END, folder);
  return save(path, folder, n, put_all, err);
}
