#include "study/leftovers.h"

#include "base/memory.h"
#include "base/path.h"
#include "study/targets.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct iso_leftover {
  char *path;
  struct stat was;
};

/* folder: with its slash. */
static iso_status note(iso_leftovers *l, const char *folder, int length, const char *name, iso_error *err) {
  struct stat was;
  char *path;
  const size_t size = (size_t)length + strlen(name) + 1;
  ISO_TRY(iso_realloc(&l->file, (size_t)l->n + 1, sizeof *l->file, "names of files", err));
  ISO_TRY(iso_alloc(&path, size, 1, "a file name", err));
  snprintf(path, size, "%.*s%s", length, folder, name);
  if (stat(path, &was) == 0)
    l->file[l->n++] = (struct iso_leftover){path, was};
  else
    free(path);
  return ISO_OK;
}

iso_status iso_leftovers_note(iso_leftovers *out, const char *prefix, iso_error *err) {
  const char *stem = iso_path_name(prefix);
  const int length = (int)(stem - prefix);
  char *folder;
  *out = (iso_leftovers){0};
  ISO_TRY(iso_alloc(&folder, (size_t)length + 2, 1, "a file name", err));
  snprintf(folder, (size_t)length + 2, "%.*s", length ? length : 1, length ? prefix : ".");
  DIR *entries = opendir(folder);
  free(folder);
  iso_status status = ISO_OK;
  for (const struct dirent *e; entries && status == ISO_OK && (e = readdir(entries));)
    if (strncmp(e->d_name, stem, strlen(stem)) == 0 && iso_targets_ends_result(e->d_name + strlen(stem)))
      status = note(out, prefix, length, e->d_name, err);
  if (entries) closedir(entries);
  return status;
}

/* A result takes its name by renaming, so it is another file than the one before, or a later one of its
 * number. */
static bool is_still_there(const struct iso_leftover *file) {
  struct stat is;
  return stat(file->path, &is) == 0 && is.st_dev == file->was.st_dev && is.st_ino == file->was.st_ino &&
         is.st_mtim.tv_sec == file->was.st_mtim.tv_sec && is.st_mtim.tv_nsec == file->was.st_mtim.tv_nsec;
}

void iso_leftovers_warn(const iso_leftovers *l, const iso_log *log) {
  for (int k = 0; k < l->n; k++)
    if (is_still_there(&l->file[k]))
      iso_log_say(
          log, ISO_LOG_WARNING,
          "%s is of an earlier run and stays: it is no result of this one; remove it, or give each run a "
          "name of its own",
          l->file[k].path);
}

void iso_leftovers_free(iso_leftovers *l) {
  for (int k = 0; k < l->n; k++) free(l->file[k].path);
  free(l->file);
  *l = (iso_leftovers){0};
}
