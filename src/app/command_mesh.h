/* What the commands about meshes share. */
#ifndef ISO_APP_COMMAND_MESH_H
#define ISO_APP_COMMAND_MESH_H

#include "app/command_options.h"
#include "grid/format/read.h"

/* Rows of a command's table of options: how its input is read. */
#define ISO_MESH_INPUT_OPTIONS                                                                               \
  {"format", 'f', "FORMAT", "auto", "of the input: auto, or one of the table"},                              \
      {"unit", 'u', "UNIT", "auto", "of the input: auto (um for CARP, else mm), um, mm, cm, m"},             \
      {"tag-array", 0, "NAME", NULL, "of a VTK file's cells: region tags; without, by its usual names"},     \
      {"fibre-array", 0, "NAME", NULL, "of a VTK file's cells or points: fibres; without, the same"}, {      \
    "sheet-array", 0, "NAME", NULL, "of a VTK file's cells: sheets; without, the same"                       \
  }

/* Prints what was found and mended on rank 0's standard error and frees the notes. */
void iso_command_say_notes(const iso_arguments *arguments, iso_notes *notes);

/* Collective. Reads a mesh by the options above, as far as the command has them; prints what was mended. */
iso_status iso_command_read_mesh(const iso_arguments *arguments, const char *path, iso_slice *slice,
                                 iso_error *err);

#endif
