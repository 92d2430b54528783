#include "grid/format/formats.h"

#include "base/input.h"
#include "base/text.h"
#include "grid/format/carp.h"
#include "grid/format/exodus_file.h"
#include "grid/format/gmsh.h"
#include "grid/format/sheets.h"
#include "grid/format/vtk.h"
#include "grid/format/write.h"
#include "grid/format/write_exodus.h"
#include "grid/format/write_gmsh.h"
#include "grid/format/write_sheets.h"

#include <string.h>

enum {
  F = ISO_HOLDS_FIBRES,
  S = ISO_HOLDS_SURFACES,
  M = ISO_HOLDS_VOLUMES | ISO_HOLDS_TAGS,
  T = ISO_HOLDS_TAGS
};

const iso_format iso_formats[] = {
    {"carp", "CARP text", {".pts", ".elem", ".lon"}, {0}, "um", M | F, iso_carp_read, iso_slice_write_carp},
    {"carp_binary",
     "CARP binary",
     {".bpts", ".belem", ".blon"},
     {0},
     "um",
     M | F,
     iso_carp_read_binary,
     iso_slice_write_carp_binary},
    {"vtk", "legacy VTK", {".vtk"}, {0}, "mm", M | F, iso_vtk_read, iso_slice_write_vtk},
    {"vtu", "VTK XML", {".vtu"}, {".pvtu", ".vtp"}, "mm", M | F, iso_vtu_read, iso_slice_write_vtu},
    {"vtp", "VTK XML, a sheet", {".vtp"}, {0}, "mm", T | F, NULL, iso_slice_write_vtp},
    {"gmsh",
     "Gmsh 2 and 4.1; 4.1, binary, is written",
     {".msh"},
     {0},
     "mm",
     M | S,
     iso_gmsh_read,
     iso_gmsh_write},
    {"gmsh-text", "Gmsh 4.1, text", {".msh"}, {0}, "mm", M | S, NULL, iso_gmsh_write_text},
    {"gmsh2", "Gmsh 2.2, binary", {".msh"}, {0}, "mm", M | S, NULL, iso_gmsh_write_2},
    {"gmsh2-text", "Gmsh 2.2, text", {".msh"}, {0}, "mm", M | S, NULL, iso_gmsh_write_2_text},
    {"exodus",
     "Exodus, NetCDF-3 and -4, our results, too",
     {".e", ".e.nc", ".exo", ".ex2", ".g"},
     {0},
     "mm",
     M | F | S,
     iso_exodus_read,
     iso_exodus_write},
    {"stl", "STL, text and binary; a sheet", {".stl"}, {0}, "mm", 0, iso_stl_read, iso_stl_write},
    {"stl-text", "STL, text", {".stl"}, {0}, "mm", 0, NULL, iso_stl_write_text},
    {"ply", "PLY, text and binary; a sheet", {".ply"}, {0}, "mm", 0, iso_ply_read, iso_ply_write},
    {"ply-text", "PLY, text", {".ply"}, {0}, "mm", 0, NULL, iso_ply_write_text},
    {"obj", "OBJ; a sheet", {".obj"}, {0}, "mm", 0, iso_obj_read, iso_obj_write},
};
const int iso_nformats = sizeof iso_formats / sizeof *iso_formats;

const iso_format *iso_format_named(const char *name) {
  for (int f = 0; f < iso_nformats; f++)
    if (!strcmp(iso_formats[f].name, name)) return &iso_formats[f];
  return NULL;
}

static bool ends_in(const char *path, const char *ending, bool packed) {
  size_t n = strlen(path), m = strlen(ending);
  if (packed && n > 3 && !strcmp(path + n - 3, ".gz")) n -= 3;
  return n > m && !strncmp(path + n - m, ending, m);
}

const iso_format *iso_format_by_ending(const char *path, bool for_writing) {
  for (int f = 0; f < iso_nformats; f++) {
    const iso_format *format = &iso_formats[f];
    if (for_writing ? !format->write : !format->read) continue;
    for (int i = 0; format->endings[i]; i++)
      if (ends_in(path, format->endings[i], !for_writing)) return format;
    for (int i = 0; !for_writing && format->read_only[i]; i++)
      if (ends_in(path, format->read_only[i], true)) return format;
  }
  return NULL;
}

/* How files begin. Words that other files may begin with, too, count less than an ending. */
static const struct {
  const char *bytes;
  int n;
  const char *format;
  bool sure;
} beginnings[] = {
    {"# vtk", 5, "vtk", true},         {"<?xml", 5, "vtu", true},  {"<VTKFile", 8, "vtu", true},
    {"$MeshFormat", 11, "gmsh", true}, {"CDF", 3, "exodus", true}, {"\x89HDF", 4, "exodus", true},
    {"solid", 5, "stl", false},        {"ply", 3, "ply", false},
};

const iso_format *iso_format_by_content(const char *path, bool *sure) {
  char head[32] = "";
  const char *why;
  FILE *file = iso_input_stream(path, &why);
  if (!file) return NULL;
  const size_t n = fread(head, 1, sizeof head, file);
  fclose(file);
  for (size_t k = 0; k < sizeof beginnings / sizeof *beginnings; k++)
    if (n >= (size_t)beginnings[k].n && !memcmp(head, beginnings[k].bytes, (size_t)beginnings[k].n)) {
      *sure = beginnings[k].sure;
      return iso_format_named(beginnings[k].format);
    }
  return NULL;
}

void iso_formats_print(FILE *stream) {
  fputs("Formats, by name and ending:\n", stream);
  for (int f = 0; f < iso_nformats; f++) {
    const iso_format *format = &iso_formats[f];
    char endings[80] = "";
    for (int i = 0; format->endings[i]; i++)
      iso_text_append(endings, sizeof endings, "%s%s", i ? " " : "", format->endings[i]);
    for (int i = 0; format->read && format->read_only[i]; i++)
      iso_text_append(endings, sizeof endings, " %s", format->read_only[i]);
    fprintf(stream, "  %-12s %-22s %s%s%s%s%s\n", format->name, endings, format->about,
            format->holds & ISO_HOLDS_FIBRES ? "; fibres" : "",
            format->holds & ISO_HOLDS_SURFACES ? "; named surfaces" : "", !format->write ? "; IN only" : "",
            !format->read ? "; OUT only" : "");
  }
}
