#include "app/new_files.h"

#include "base/memory.h"
#include "base/share.h"
#include "ecg/record.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

typedef struct entry {
  char *name;
  off_t size; /* at the last look */
  bool given;
} entry;

struct iso_new_files {
  MPI_Comm comm;
  char folder[3000];
  bool arriving;
  iso_new_files_take take;
  const void *self;
  int n, room;
  entry *entry; /* [n] rank 0's */
};

bool iso_is_folder(const char *path) {
  struct stat info;
  return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

iso_status iso_new_files_open(iso_new_files **out, MPI_Comm comm, const char *folder, bool arriving,
                              iso_new_files_take take, const void *self, iso_error *err) {
  iso_status status = iso_alloc(out, 1, sizeof **out, "a list of files", err);
  ISO_TRY(iso_agree(comm, status, err));
  (*out)->comm = comm, (*out)->arriving = arriving, (*out)->take = take, (*out)->self = self;
  if (strlen(folder) >= sizeof(*out)->folder || !iso_is_folder(folder))
    status = iso_fail(err, ISO_EINPUT, "%.300s: this is no folder", folder);
  snprintf((*out)->folder, sizeof(*out)->folder, "%s", folder);
  return iso_agree(comm, status, err);
}

void iso_new_files_close(iso_new_files *f) {
  if (!f) return;
  for (int k = 0; k < f->n; k++) free(f->entry[k].name);
  free(f->entry);
  free(f);
}

static entry *find(iso_new_files *f, const char *name) {
  for (int k = 0; k < f->n; k++)
    if (!strcmp(f->entry[k].name, name)) return &f->entry[k];
  return NULL;
}

static iso_status add(iso_new_files *f, const char *name, iso_error *err) {
  if (f->n == f->room) {
    ISO_TRY(iso_realloc(&f->entry, 2 * (size_t)f->room + 32, sizeof *f->entry, "a list of files", err));
    f->room = 2 * f->room + 32;
  }
  char *copy;
  ISO_TRY(iso_alloc(&copy, strlen(name) + 1, 1, "a list of files", err));
  strcpy(copy, name);
  f->entry[f->n++] = (entry){copy, -1, false};
  return ISO_OK;
}

/* With the files that it names; -1: one of them is not there yet. What is wrong with a header is said when it
 * is read. */
static off_t size_with_others(const char *path, off_t size) {
  struct stat info;
  iso_names files = {0};
  iso_error unread = {0};
  if (iso_ecg_record_files(&files, path, &unread) == ISO_OK)
    for (int k = 0; k < files.n && size >= 0; k++)
      size = stat(files.name[k], &info) == 0 ? size + info.st_size : -1;
  iso_names_free(&files);
  return size;
}

/* The first by name of those that may be given; NULL: none. */
static iso_status look(iso_new_files *f, DIR *entries, entry **out, iso_error *err) {
  entry *first = NULL;
  for (const struct dirent *d; (d = readdir(entries));) {
    char path[ISO_PATH_ROOM];
    struct stat info;
    snprintf(path, sizeof path, "%s/%.1000s", f->folder, d->d_name);
    if (!f->take(f->self, d->d_name) || stat(path, &info) != 0 || !S_ISREG(info.st_mode)) continue;
    entry *e = find(f, d->d_name);
    if (e && e->given) continue;
    const off_t size = size_with_others(path, info.st_size);
    if (size < 0 && f->arriving) continue;
    const ptrdiff_t at = first ? first - f->entry : -1;
    if (!e) ISO_TRY(add(f, d->d_name, err));
    first = at >= 0 ? &f->entry[at] : NULL; /* where the list is now */
    e = find(f, d->d_name);
    const bool whole = !f->arriving || e->size == size;
    e->size = size;
    if (whole && (!first || strcmp(e->name, first->name) < 0)) first = e;
  }
  *out = first;
  return ISO_OK;
}

static iso_status find_next(iso_new_files *f, char *path, iso_error *err) {
  entry *next = NULL;
  DIR *entries = opendir(f->folder);
  if (!entries) return iso_fail(err, ISO_EINPUT, "%s: cannot be read (%s)", f->folder, strerror(errno));
  const iso_status status = look(f, entries, &next, err);
  closedir(entries);
  if (status != ISO_OK || !next) return status;
  next->given = true;
  snprintf(path, ISO_PATH_ROOM, "%s/%.1000s", f->folder, next->name);
  return ISO_OK;
}

iso_status iso_new_files_next(iso_new_files *f, char *path, iso_error *err) {
  memset(path, 0, ISO_PATH_ROOM);
  const iso_status status = iso_rank(f->comm) == 0 ? find_next(f, path, err) : ISO_OK;
  ISO_TRY(iso_agree(f->comm, status, err));
  MPI_Bcast(path, ISO_PATH_ROOM, MPI_CHAR, 0, f->comm);
  return ISO_OK;
}
