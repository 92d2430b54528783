/* The part of a set that is told by fields on the nodes of the mesh's file: coordinates and segments. */
#ifndef ISO_GRID_ASK_SELECT_FIELDS_H
#define ISO_GRID_ASK_SELECT_FIELDS_H

#include "grid/ask/select.h"

/* Collective. A coordinate, by its name, from the mesh's file: owned [nowned]; NAN at nodes that come after
 * those of the file, as networks' do. ISO_EINPUT where it has no such field, or more nodes. */
iso_status iso_coordinate_read(const iso_mesh *mesh, const char *file, const char *name, double *owned,
                               iso_error *err);

/* Collective. lack [nowned] becomes INFINITY at nodes that are in none of the set's segments or outside an
 * interval of its coordinates. ISO_EINPUT where the file has no such fields, or other nodes. */
iso_status iso_meet_fields(const iso_mesh *mesh, const iso_select *select, double *lack, iso_error *err);

#endif
