/* Matrices and meshes without geometry: everything that a launch may meet, on few nodes, and the rows of a
 * slab for measurements. Values are exact in single precision and the same everywhere. */
#ifndef ISO_TESTS_KERNELS_SYNTHETIC_H
#define ISO_TESTS_KERNELS_SYNTHETIC_H

#include "kernels/device.h"

/* Ends the program if memory is short or a device has failed. */
void *synthetic_need(void *memory);

/* A number in [-1, 1) with 20 bits. */
double synthetic_value(uint64_t seed, int64_t i);

/* n such numbers times scale, on a device; to be released. */
void *synthetic_field(iso_device *device, uint64_t seed, int64_t n, double scale);

/* Rows as they are before they are laid out for a device: entries of row i are at start[i] .. start[i + 1).
 */
typedef struct synthetic_rows {
  iso_lid nrows, ncolumns;
  int64_t *start;
  iso_lid *column;
} synthetic_rows;

/* Rows of 0 to 20 entries in ascending columns. */
synthetic_rows synthetic_rows_odd(iso_lid nrows, iso_lid ncolumns);

/* The rows of a slab of cubes cut into six tetrahedra: up to 14 neighbours. */
synthetic_rows synthetic_rows_slab(const iso_lid cubes[3]);
void synthetic_rows_free(synthetic_rows *rows);

/* The rows on a device, longest first within windows, those from row split on in slices of their own;
 * *split_slice is the first of these. */
iso_rows synthetic_layout(iso_device *device, const synthetic_rows *rows, iso_lid split, int diagonal,
                          int64_t *split_slice);
void synthetic_layout_free(iso_device *device, iso_rows *rows);

/* A mesh of lines, triangles, tetrahedra and hexahedra over neighbouring nodes, of two models with a fast
 * current and one without; complete but for the factors. */
iso_fast synthetic_mesh(iso_device *device, iso_lid nelem, iso_lid nowned, iso_lid nlocal);
void synthetic_mesh_free(iso_device *device, iso_fast *mesh);

#endif
