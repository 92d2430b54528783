/* Patches of the outer surface: what hangs together without crossing a sharp edge, or nodes that are
 * something already. So an endocardium is found from a point in its cavity, once the base is known or where
 * its rim is sharp. */
#ifndef ISO_ANATOMY_SURFACE_PATCH_H
#define ISO_ANATOMY_SURFACE_PATCH_H

#include "grid/mesh.h"

/* Two faces whose normals differ by more are parted by the edge between them. */
#define ISO_SHARP_DEGREES 40.0

/* Collective. is [nowned] becomes 1 at the nodes of the patch that has the node of the outer surface nearest
 * to the point (mm), on ties that of the lowest number; nodes of its rim are in it. parted [nowned]: nodes
 * that are not 0 part patches, too. ISO_EINPUT where the mesh has no such node. */
iso_status iso_surface_patch(const iso_mesh *mesh, const double point_mm[3], const uint8_t *parted,
                             uint8_t *is, iso_error *err);

#endif
