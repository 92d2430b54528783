/* Fields of a distributed mesh on their way to a mesh file. */
#ifndef ISO_APP_NODE_COLUMNS_H
#define ISO_APP_NODE_COLUMNS_H

#include "app/command_options.h"
#include "grid/mesh.h"

enum { ISO_MOST_COLUMNS = 16 };

typedef struct iso_node_column {
  const char *name;
  const double *value; /* [mesh nowned] */
} iso_node_column;

/* Collective. Writes mesh with n columns (ISO_MOST_COLUMNS at most) on its nodes as path, which
 * iso_slice_check_fields_target takes, and says so. */
iso_status iso_command_write_columns(const iso_arguments *arguments, const iso_mesh *mesh, int n,
                                     const iso_node_column *column, const char *path, iso_error *err);

#endif
