#include "grid/format/write.h"

#include "base/path.h"
#include "base/text.h"
#include "grid/format/formats.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* ".vtu" of "a/heart.vtu", "" where there is none: what begins with a letter behind the last dot of the name.
 * "heart" and "slab.0.5" have none. */
static const char *ending_of(const char *path) {
  const char *name = iso_path_name(path), *dot = strrchr(name, '.');
  return dot && dot > name && isalpha((unsigned char)dot[1]) ? dot : "";
}

/* NULL where the path names none; without an ending it is CARP. */
static const iso_format *format_of(const char *path, const char *name) {
  if (name) {
    const iso_format *format = iso_format_named(name);
    return format && format->write ? format : NULL;
  }
  return *ending_of(path) ? iso_format_by_ending(path, true) : iso_format_named("carp");
}

/* CARP, text or binary: files with a common name, each of an ending of its own. */
static bool is_carp(const iso_format *format) { return !strncmp(format->name, "carp", 4); }

/* A folder, or an ending with no name before it, ".vtu". */
static bool names_no_file(const char *path) {
  const char *name = iso_path_name(path);
  return !*name || !strcmp(name, "..") || (name[0] == '.' && !strchr(name + 1, '.'));
}

static iso_status fail_format(const char *path, const char *name, iso_error *err) {
  char list[300] = "";
  for (int f = 0; f < iso_nformats; f++)
    if (iso_formats[f].write && (name || (iso_formats[f].read && !is_carp(&iso_formats[f]))))
      iso_text_append(list, sizeof list, "%s%s", *list ? ", " : "",
                      name ? iso_formats[f].name : iso_formats[f].endings[0]);
  if (name) return iso_fail(err, ISO_EINPUT, "meshes are not written as '%.40s'; there are: %s", name, list);
  return iso_fail(
      err, ISO_EINPUT,
      "%s: meshes are not written as %s%s; there are: %s, or a name without ending for CARP (.pts, "
      ".elem, .lon)",
      path, ending_of(path), iso_format_by_ending(path, false) ? ", only read" : "", list);
}

/* The other format that the path's ending tells of, or NULL. Those of a kind have the same first ending. */
static const iso_format *told_otherwise(const char *path, const iso_format *as) {
  const iso_format *told = iso_format_by_ending(path, true);
  if (!told || !strcmp(told->endings[0], as->endings[0]) || (is_carp(told) && is_carp(as))) return NULL;
  return told;
}

iso_status iso_slice_check_target_as(const char *path, const char *format, iso_error *err) {
  if (names_no_file(path))
    return iso_fail(err, ISO_EINPUT, "'%s' names no file; give a name before the ending, like heart.vtu",
                    path);
  const iso_format *as = format_of(path, format);
  if (!as) return fail_format(path, format, err);
  const iso_format *told = told_otherwise(path, as);
  if (!told) return ISO_OK;
  return iso_fail(
      err, ISO_EINPUT,
      "%s ends as a file of the format %s does, and %s is wanted: end it with %s, or leave --to out", path,
      told->name, as->name, as->endings[0]);
}

/* The common part of the names of a CARP mesh. */
static int carp_length(const char *path) {
  const iso_format *said = iso_format_by_ending(path, true);
  return (int)(strlen(path) - (said && is_carp(said) ? strlen(ending_of(path)) : 0));
}

iso_status iso_slice_write_as(MPI_Comm comm, const iso_slice *slice, const char *path, const char *format,
                              iso_error *err) {
  char base[4096];
  ISO_TRY(iso_slice_check_target_as(path, format, err));
  const iso_format *as = format_of(path, format);
  if (!is_carp(as)) return as->write(comm, slice, path, err);
  if (snprintf(base, sizeof base, "%.*s", carp_length(path), path) >= (int)sizeof base)
    return iso_fail(err, ISO_EFAIL, "the path of the mesh to write is too long");
  return as->write(comm, slice, base, err);
}

void iso_slice_name_files_as(const iso_slice *slice, const char *path, const char *format, char *text,
                             size_t size) {
  const iso_format *as = format_of(path, format);
  const bool carp = as && is_carp(as);
  snprintf(text, size, "%.*s", carp ? carp_length(path) : (int)strlen(path), path);
  for (int i = 0; carp && i < (slice->fibre ? 3 : 2); i++)
    iso_text_append(text, size, "%s%s", i ? ", " : "", as->endings[i]);
}

static bool has_tags(MPI_Comm comm, const iso_slice *slice) {
  int any = 0;
  for (int64_t e = 0; e < slice->nelem && !any; e++) any = slice->tag[e] != 0;
  MPI_Allreduce(MPI_IN_PLACE, &any, 1, MPI_INT, MPI_LOR, comm);
  return any;
}

void iso_slice_note_losses(MPI_Comm comm, const iso_slice *slice, const char *path, const char *format,
                           iso_notes *notes) {
  const iso_format *as = format_of(path, format);
  if (!as) return;
  if ((slice->fibre || slice->node_fibre) && !(as->holds & ISO_HOLDS_FIBRES))
    iso_notes_add(notes, "fibres are not written: files of the format %s have none", as->name);
  if (!(as->holds & ISO_HOLDS_TAGS) && has_tags(comm, slice))
    iso_notes_add(notes, "tags are not written: files of the format %s have none", as->name);
  if (slice->surfaces.n > 0 && !(as->holds & ISO_HOLDS_SURFACES))
    iso_notes_add(notes, "%d named surfaces are not written: files of the format %s have none",
                  slice->surfaces.n, as->name);
}

static bool takes_fields(const iso_format *format) {
  return format && (is_carp(format) || !strcmp(format->name, "vtk") || !strcmp(format->name, "vtu"));
}

iso_status iso_slice_check_fields_target(const char *path, iso_error *err) {
  ISO_TRY(iso_slice_check_target(path, err));
  if (takes_fields(format_of(path, NULL))) return ISO_OK;
  return iso_fail(
      err, ISO_EINPUT,
      "%s: fields of nodes are written as .vtu, .vtk or, beside a mesh of CARP, .dat; give such an "
      "ending, or none for CARP",
      path);
}

iso_status iso_slice_write_fields(MPI_Comm comm, const iso_slice *slice, int nfields,
                                  const iso_point_field *field, const char *path, char *text, size_t size,
                                  iso_error *err) {
  char base[4096];
  ISO_TRY(iso_slice_check_fields_target(path, err));
  const iso_format *as = format_of(path, NULL);
  iso_slice_name_files(slice, path, text, size);
  if (!strcmp(as->name, "vtu")) return iso_slice_write_vtu_fields(comm, slice, nfields, field, path, err);
  if (!is_carp(as)) return iso_slice_write_vtk_fields(comm, slice, nfields, field, path, err);
  for (int f = 0; f < nfields; f++) iso_text_append(text, size, ", _%s.dat", field[f].name);
  if (snprintf(base, sizeof base, "%.*s", carp_length(path), path) >= (int)sizeof base)
    return iso_fail(err, ISO_EFAIL, "the path of the mesh to write is too long");
  return iso_slice_write_carp_fields(comm, slice, !strcmp(as->name, "carp_binary"), nfields, field, base,
                                     err);
}
