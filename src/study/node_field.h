/* A number for each node of the mesh, from a file: what a parameter that differs from place to place is. */
#ifndef ISO_STUDY_NODE_FIELD_H
#define ISO_STUDY_NODE_FIELD_H

#include "grid/mesh.h"

/* Collective. Fills owned [mesh->nowned]. The file holds one number for each node, in the order of the mesh's
 * file (of the refined mesh, where it is refined): a NetCDF variable, as in our own results, or point data of
 * a VTK or VTU file. Each rank reads its share. Missing values (_FillValue) become NAN. ISO_EINPUT names the
 * file. */
iso_status iso_node_field_read(const iso_mesh *mesh, const char *path, const char *variable, double *owned,
                               iso_error *err);

#endif
