/* Results for tools that do not read NetCDF: maps on the mesh as VTU, maps and tables as CSV. Writers know no
 * guest: what is published (solve/variable.h) goes out by its dimensions. */
#ifndef ISO_RESULT_PLAIN_H
#define ISO_RESULT_PLAIN_H

#include "base/names.h"
#include "grid/mesh.h"
#include "solve/variable.h"

/* Collective. The mesh in mm with every map as a field of the points, in double precision, NaN where there is
 * none; tags, fibres and sheets on the cells. Bytes do not depend on the ranks. ISO_EFAIL where that is not
 * possible, and then nothing is left behind, as with the others. */
iso_status iso_plain_save_vtu(const char *path, const iso_mesh *mesh, const iso_results *results,
                              iso_error *err);

/* Collective. A line for each node, by its number from 0: place, region and maps. Names are in the first
 * line, with units; numbers read back as the same double; nothing stands where there is none. */
iso_status iso_plain_save_nodes(const char *path, const iso_mesh *mesh, const iso_results *results,
                                iso_error *err);

/* Collective over comm. PREFIX_NAME.csv for each dimension num_NAME that comes first in variables that are
 * not of nodes, a line for each of its members: num_probes, with names and places, and num_probe_samples,
 * with traces. A second dimension becomes columns, called by the texts that another variable has for it.
 * Their names are added to written on rank 0, which writes; it may be NULL. */
iso_status iso_plain_save_tables(const char *prefix, MPI_Comm comm, const iso_results *results,
                                 iso_names *written, iso_error *err);

#endif
