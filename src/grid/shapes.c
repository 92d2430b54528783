#include "grid/shapes.h"

const iso_cell iso_shapes[ISO_NSHAPES] = {
    [ISO_LINE] = {.nedges = 1, .edge = {{0, 1}}},
    [ISO_TRIANGLE] = {.nedges = 3, .edge = {{0, 1}, {1, 2}, {2, 0}}},
    [ISO_TETRAHEDRON] = {.nedges = 6,
                         .edge = {{0, 1}, {1, 2}, {2, 0}, {0, 3}, {1, 3}, {2, 3}},
                         .nfaces = 4,
                         .face_nodes = 3,
                         .face = {{0, 2, 1}, {0, 1, 3}, {1, 2, 3}, {2, 0, 3}}},
    [ISO_HEXAHEDRON] =
        {.nedges = 12,
         .edge =
             {{0, 1}, {1, 2}, {2, 3}, {3, 0}, {4, 5}, {5, 6}, {6, 7}, {7, 4}, {0, 4}, {1, 5}, {2, 6}, {3, 7}},
         .nfaces = 6,
         .face_nodes = 4,
         .face = {{0, 3, 2, 1}, {4, 5, 6, 7}, {0, 1, 5, 4}, {1, 2, 6, 5}, {2, 3, 7, 6}, {3, 0, 4, 7}}},
};
