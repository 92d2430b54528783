/* What the commands about meshes share. */
#ifndef ISO_APP_COMMAND_MESH_H
#define ISO_APP_COMMAND_MESH_H

#include "app/command_options.h"
#include "grid/format/read.h"

/* Prints what was found and mended on rank 0's standard error and frees the notes. */
void iso_command_say_notes(const iso_arguments *arguments, iso_notes *notes);

/* Collective. Reads a mesh by the options --format and --unit; prints what was mended. */
iso_status iso_command_read_mesh(const iso_arguments *arguments, const char *path, iso_slice *slice,
                                 iso_error *err);

#endif
