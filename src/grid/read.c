#include "grid/read.h"

#include "grid/carp.h"
#include "grid/read_mend.h"

#include <stdbool.h>
#include <string.h>

typedef iso_status (*reader)(MPI_Comm comm, const char *path, iso_slice *slice, iso_notes *notes,
                             iso_error *err);

typedef struct {
  const char *name, *extensions[4], *unit;
  reader read;
} mesh_format;

static const mesh_format formats[] = {
    {"carp", {".pts", ".elem", ".lon"}, "um", iso_carp_read},
};
enum { NFORMATS = sizeof formats / sizeof *formats };

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
  return &formats[0]; /* CARP's name without extension */
}

static iso_status choose(const iso_read_options *options, const mesh_format **out, iso_error *err) {
  *out = NULL;
  if (is_auto(options->format)) *out = by_extension(options->path);
  for (int f = 0; f < NFORMATS && !*out; f++)
    if (strcmp(options->format, formats[f].name) == 0) *out = &formats[f];
  if (*out) return ISO_OK;
  return iso_fail(err, ISO_EINPUT, "mesh format '%s' is unknown; use carp, vtk, vtu or auto",
                  options->format);
}

iso_status iso_slice_read(MPI_Comm comm, const iso_read_options *options, iso_slice *out, iso_error *err) {
  const mesh_format *format;
  *out = (iso_slice){0};
  ISO_TRY(choose(options, &format, err));
  const char *unit = is_auto(options->unit) ? format->unit : options->unit;
  if (iso_unit_mm(unit) == 0)
    return iso_fail(err, ISO_EINPUT, "mesh unit '%s' is unknown; use um, mm, cm or m", unit);
  iso_status status = format->read(comm, options->path, out, options->notes, err);
  if (status != ISO_OK) {
    iso_slice_free(out);
    return status;
  }
  iso_mend_unit(comm, out, unit, options->notes);
  iso_mend_frames(comm, out, options->notes);
  return ISO_OK;
}
