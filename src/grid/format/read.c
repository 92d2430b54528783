#include "grid/format/read.h"

#include "base/text.h"
#include "grid/format/formats.h"
#include "grid/format/read_mend.h"
#include "grid/format/read_names.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static bool is_auto(const char *choice) { return !choice || strcmp(choice, "auto") == 0; }

static bool is_file(const char *path, const char *ending) {
  char full[4096];
  struct stat info;
  int n = snprintf(full, sizeof full, "%s%s", path, ending);
  return n > 0 && (size_t)n < sizeof full && stat(full, &info) == 0 && S_ISREG(info.st_mode);
}

/* By its first bytes, where these tell more than a name; then by its ending. CARP's files have a common name
 * without one: if a file of that name is there alone, it is something else. */
static const iso_format *recognise(const char *path) {
  bool sure = false;
  const iso_format *content = iso_format_by_content(path, &sure), *ending = iso_format_by_ending(path, false),
                   *format = content && (sure || !ending) ? content : ending;
  if (!format &&
      (!is_file(path, "") || is_file(path, ".pts") || is_file(path, ".pts.gz") || is_file(path, ".bpts")))
    format = iso_format_named("carp");
  return format;
}

/* And no mesh of CARP beside it has its name. */
static bool is_folder(const char *path) {
  struct stat info;
  return stat(path, &info) == 0 && S_ISDIR(info.st_mode) && !is_file(path, ".pts") &&
         !is_file(path, ".pts.gz") && !is_file(path, ".bpts");
}

static iso_status fail_unknown(const char *what, const char *which, iso_error *err) {
  char list[300] = "";
  for (int k = 1; iso_format_words[k]; k++)
    iso_text_append(list, sizeof list, "%s%s", k > 1 ? ", " : "", iso_format_words[k]);
  return iso_fail(err, ISO_EINPUT, what, which, list);
}

/* Rank 0 decides, so that ranks with different views of a file system do not part ways. */
static iso_status choose(MPI_Comm comm, const iso_read_options *options, const iso_format **out,
                         iso_notes *notes, iso_error *err) {
  int rank, f = -1, folder = 0;
  MPI_Comm_rank(comm, &rank);
  if (rank == 0) folder = is_folder(options->path);
  MPI_Bcast(&folder, 1, MPI_INT, 0, comm);
  if (folder)
    return iso_fail(err, ISO_EINPUT,
                    "%s is a folder; name the mesh in it, of CARP's files what stands before .pts",
                    options->path);
  if (!is_auto(options->format)) {
    *out = iso_format_named(options->format);
    if (*out && (*out)->read) return ISO_OK;
    return fail_unknown("mesh format '%s' is unknown; use auto or one of: %s", options->format, err);
  }
  *out = rank == 0 ? recognise(options->path) : NULL;
  if (*out) f = (int)(*out - iso_formats);
  MPI_Bcast(&f, 1, MPI_INT, 0, comm);
  if (f < 0)
    return fail_unknown(
        "%s: it is not known what format this is: name it (mesh.format, --format), or convert "
        "the mesh to one of: %s",
        options->path, err);
  *out = &iso_formats[f];
  const iso_format *said = iso_format_by_ending(options->path, false);
  if (said && said != *out)
    iso_notes_add(notes, "its ending says %s, its content %s: it is read as the latter", said->name,
                  (*out)->name);
  return ISO_OK;
}

iso_status iso_slice_read(MPI_Comm comm, const iso_read_options *options, iso_slice *out, iso_error *err) {
  const iso_format *format = NULL;
  *out = (iso_slice){0};
  ISO_TRY(choose(comm, options, &format, options->notes, err));
  const char *unit = is_auto(options->unit) ? format->unit : options->unit;
  if (iso_unit_mm(unit) == 0)
    return iso_fail(err, ISO_EINPUT, "mesh unit '%s' is unknown; use um, mm, cm or m", unit);
  iso_status status = format->read(comm, options, out, err);
  if (status == ISO_OK) status = iso_name_surfaces(comm, out, err);
  snprintf(out->file, sizeof out->file, "%s", options->path);
  if (status == ISO_OK) status = iso_mend_unit(comm, out, unit, options->notes, err);
  if (status != ISO_OK) {
    iso_slice_free(out);
    return status;
  }
  iso_mend_frames(comm, out, options->notes);
  return ISO_OK;
}
