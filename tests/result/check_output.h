/* What the files of a fake heart's results are to hold. Each is read by one rank, without MPI. */
#ifndef ISO_TESTS_RESULT_CHECK_OUTPUT_H
#define ISO_TESTS_RESULT_CHECK_OUTPUT_H

#include "grid/mesh.h"
#include "observe/probes.h"

#include <netcdf.h>

/* Collective. Probes with some samples, which check_maps_file knows; to be freed. */
iso_probes *some_probes(const iso_mesh *mesh);

/* Activation, recovery and how long it took, of the n nodes, and the probes. */
void check_maps_file(const char *path, size_t n);

/* Numbers of nodes and elements are of that type. */
void check_number_type(const char *path, nc_type expected);

/* Coordinates by node, and every element once, in its block, with its own nodes, tag and directions. */
void check_mesh_file(const char *path, const iso_mesh *mesh);

/* Vm of the n nodes, every 5 ms. */
void check_series_file(const char *path, size_t n, int nsnapshots);

#endif
