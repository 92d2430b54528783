#include "grid/format/read.h"

#include "base/input.h"
#include "grid/format/carp.h"
#include "grid/format/read_mend.h"
#include "grid/format/read_names.h"
#include "grid/format/vtk.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

typedef iso_status (*reader)(MPI_Comm comm, const iso_read_options *options, iso_slice *slice,
                             iso_error *err);

typedef struct {
  const char *name, *extensions[4], *unit;
  reader read;
} mesh_format;

enum { CARP, LEGACY_VTK, XML_VTK, NFORMATS, FOREIGN = NFORMATS };
static const mesh_format formats[NFORMATS] = {
    {"carp", {".pts", ".elem", ".lon"}, "um", iso_carp_read},
    {"vtk", {".vtk"}, "mm", iso_vtk_read},
    {"vtu", {".vtu"}, "mm", iso_vtu_read},
};

static bool is_auto(const char *choice) { return !choice || strcmp(choice, "auto") == 0; }

/* Length of the path without ".gz". */
static size_t plain_length(const char *path) {
  size_t n = strlen(path);
  return n > 3 && strcmp(path + n - 3, ".gz") == 0 ? n - 3 : n;
}

static bool has_extension(const char *path, const char *extension) {
  size_t n = plain_length(path), m = strlen(extension);
  return n > m && strncmp(path + n - m, extension, m) == 0;
}

static const mesh_format *by_extension(const char *path) {
  for (int f = 0; f < NFORMATS; f++)
    for (int i = 0; formats[f].extensions[i]; i++)
      if (has_extension(path, formats[f].extensions[i])) return &formats[f];
  return NULL;
}

static bool is_file(const char *path, const char *ending) {
  char full[4096];
  struct stat info;
  int n = snprintf(full, sizeof full, "%s%s", path, ending);
  return n > 0 && (size_t)n < sizeof full && stat(full, &info) == 0 && S_ISREG(info.st_mode);
}

/* CARP is named without extension, so the file itself is not there, or something else. */
static int carp_or_foreign(const char *path) {
  return is_file(path, "") && !is_file(path, ".pts") && !is_file(path, ".pts.gz") ? FOREIGN : CARP;
}

/* What the first bytes say. */
static int by_content(MPI_Comm comm, const char *path) {
  int rank, f = CARP;
  MPI_Comm_rank(comm, &rank);
  if (rank == 0) f = carp_or_foreign(path);
  const char *why;
  FILE *file = rank == 0 ? iso_input_stream(path, &why) : NULL;
  if (file) {
    char head[16] = "";
    size_t n = fread(head, 1, sizeof head - 1, file);
    fclose(file);
    if (n > 5 && memcmp(head, "# vtk", 5) == 0) f = LEGACY_VTK;
    if (n > 5 && (memcmp(head, "<?xml", 5) == 0 || memcmp(head, "<VTKF", 5) == 0)) f = XML_VTK;
  }
  MPI_Bcast(&f, 1, MPI_INT, 0, comm);
  return f;
}

static iso_status choose(MPI_Comm comm, const iso_read_options *options, const mesh_format **out,
                         iso_error *err) {
  *out = NULL;
  if (is_auto(options->format)) {
    *out = by_extension(options->path);
    int f = *out ? CARP : by_content(comm, options->path);
    if (f == FOREIGN)
      return iso_fail(
          err, ISO_EINPUT,
          "%s: meshes of this format are not read; convert it to CARP (.pts, .elem and .lon), legacy "
          "VTK (.vtk) or VTU (.vtu)",
          options->path);
    if (!*out) *out = &formats[f];
  }
  for (int f = 0; f < NFORMATS && !*out; f++)
    if (strcmp(options->format, formats[f].name) == 0) *out = &formats[f];
  if (*out) return ISO_OK;
  return iso_fail(err, ISO_EINPUT, "mesh format '%s' is unknown; use carp, vtk, vtu or auto",
                  options->format);
}

iso_status iso_slice_read(MPI_Comm comm, const iso_read_options *options, iso_slice *out, iso_error *err) {
  const mesh_format *format;
  *out = (iso_slice){0};
  ISO_TRY(choose(comm, options, &format, err));
  const char *unit = is_auto(options->unit) ? format->unit : options->unit;
  if (iso_unit_mm(unit) == 0)
    return iso_fail(err, ISO_EINPUT, "mesh unit '%s' is unknown; use um, mm, cm or m", unit);
  iso_status status = format->read(comm, options, out, err);
  if (status == ISO_OK) status = iso_name_surfaces(comm, out, err);
  if (status != ISO_OK) {
    iso_slice_free(out);
    return status;
  }
  snprintf(out->file, sizeof out->file, "%s", options->path);
  iso_mend_unit(comm, out, unit, options->notes);
  iso_mend_frames(comm, out, options->notes);
  return ISO_OK;
}
