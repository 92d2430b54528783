#include "grid/format/write.h"

#include "base/text.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* The formats of one file; a new one is a row. CARP has three, and no ending of its own. */
static const struct {
  const char *ending;
  iso_status (*write)(MPI_Comm comm, const iso_slice *slice, const char *path, iso_error *err);
} formats[] = {{".vtu", iso_slice_write_vtu}};
enum { NFORMATS = sizeof formats / sizeof *formats, CARP = NFORMATS, UNKNOWN };

static const char *const carp_endings[] = {".pts", ".elem", ".lon"};

/* ".vtu" of "a/heart.vtu", "" where there is none: what begins with a letter behind the last dot of the name.
 * "heart" and "slab.0.5" have none. */
static const char *ending_of(const char *path) {
  const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path, *dot = strrchr(name, '.');
  return dot && dot > name && isalpha((unsigned char)dot[1]) ? dot : "";
}

static int format_of(const char *path) {
  const char *ending = ending_of(path);
  for (int f = 0; f < NFORMATS; f++)
    if (!strcmp(ending, formats[f].ending)) return f;
  for (int i = 0; i < 3; i++)
    if (!strcmp(ending, carp_endings[i])) return CARP;
  return *ending ? UNKNOWN : CARP;
}

/* A folder, or an ending with no name before it, ".vtu". */
static bool names_no_file(const char *path) {
  const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
  return !*name || !strcmp(name, "..") || (name[0] == '.' && !strchr(name + 1, '.'));
}

iso_status iso_slice_check_target(const char *path, iso_error *err) {
  char list[200] = "";
  if (names_no_file(path))
    return iso_fail(err, ISO_EINPUT, "'%s' names no file; give a name before the ending, like heart.vtu",
                    path);
  if (format_of(path) != UNKNOWN) return ISO_OK;
  for (int f = 0; f < NFORMATS; f++) iso_text_append(list, sizeof list, "%s, ", formats[f].ending);
  return iso_fail(err, ISO_EINPUT,
                  "%s: meshes are not written as %s%s; there are: %sor a name without ending for CARP (.pts, "
                  ".elem, .lon)",
                  path, ending_of(path), strcmp(ending_of(path), ".vtk") ? "" : ", only read", list);
}

/* The common part of the names of a CARP mesh. */
static int carp_length(const char *path) { return (int)(strlen(path) - strlen(ending_of(path))); }

iso_status iso_slice_write(MPI_Comm comm, const iso_slice *slice, const char *path, iso_error *err) {
  char base[4096];
  ISO_TRY(iso_slice_check_target(path, err));
  const int format = format_of(path);
  if (format != CARP) return formats[format].write(comm, slice, path, err);
  if (snprintf(base, sizeof base, "%.*s", carp_length(path), path) >= (int)sizeof base)
    return iso_fail(err, ISO_EFAIL, "the path of the mesh to write is too long");
  return iso_slice_write_carp(comm, slice, base, err);
}

void iso_slice_name_files(const iso_slice *slice, const char *path, char *text, size_t size) {
  const bool carp = format_of(path) == CARP;
  snprintf(text, size, "%.*s%s", carp ? carp_length(path) : (int)strlen(path), path,
           !carp          ? ""
           : slice->fibre ? ".pts, .elem, .lon"
                          : ".pts, .elem");
}
