/* Fields of a distributed mesh on their way to a mesh file. */
#ifndef ISO_APP_NODE_COLUMNS_H
#define ISO_APP_NODE_COLUMNS_H

#include "app/command_options.h"
#include "grid/mesh.h"

#include <stdbool.h>

enum { ISO_MOST_COLUMNS = 16 };

typedef struct iso_node_column {
  const char *name;
  const double *value; /* [mesh nowned] */
} iso_node_column;

/* Collective. Writes mesh with n columns (ISO_MOST_COLUMNS at most) on its nodes as path, a .vtu file, and
 * says so. */
iso_status iso_command_write_columns(const iso_arguments *arguments, const iso_mesh *mesh, int n,
                                     const iso_node_column *column, const char *path, iso_error *err);

/* Whether path ends in .vtu. */
bool iso_command_takes_columns(const char *path);

#endif
