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

/* Another row, for commands that have it. */
#define ISO_SECOND_ORDER_OPTION                                                                              \
  {                                                                                                          \
    "second-order", 0, "HOW", "corners",                                                                     \
        "elements of second order: corners, or cut into ones of first order"                                 \
  }

/* Prints what was found and mended on rank 0's standard error and frees the notes. */
void iso_command_say_notes(const iso_arguments *arguments, iso_notes *notes);

/* Collective. Before a mesh is read or made: whether one can be written to path (iso_slice_check_target_as),
 * whose folder is there. to: the name of a format; NULL: that of the ending. */
iso_status iso_command_check_target(const iso_arguments *arguments, const char *path, const char *to,
                                    iso_error *err);

/* Collective. Reads a mesh by the options above, as far as the command has them; prints what was mended. */
iso_status iso_command_read_mesh(const iso_arguments *arguments, const char *path, iso_slice *slice,
                                 iso_error *err);

/* Of an option, n positive numbers with commas between them, in mm: ISO_EINPUT where it is missing or else.
 */
iso_status iso_command_lengths(const iso_arguments *arguments, const char *name, int n, double *out,
                               iso_error *err);

/* Row of a command's table of options, and what was given: 0 without. ISO_EINPUT where it is no number. */
#define ISO_MOST_ELEMENTS_OPTION                                                                             \
  { "most-elements", 0, "N", NULL, "that the finer mesh may have; without, what fits into memory" }
iso_status iso_command_most_elements(const iso_arguments *arguments, int64_t *out, iso_error *err);

/* Collective. Makes nodes of one place one, leaves elements of the same nodes as another out, and says how
 * many. */
iso_status iso_command_merge(const iso_arguments *arguments, iso_slice *slice, iso_error *err);

/* Collective. Splits the hexahedra of a repaired slice (grid/make/split.h) and says how many. */
iso_status iso_command_split(const iso_arguments *arguments, iso_slice *slice, iso_error *err);

#endif
