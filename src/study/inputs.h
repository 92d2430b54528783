/* The files that a configuration names, as checksums: what a result or checkpoint was made from. */
#ifndef ISO_STUDY_INPUTS_H
#define ISO_STUDY_INPUTS_H

#include "base/names.h"
#include "config/config.h"

#define ISO_INPUTS_ATTRIBUTE "input_checksums" /* of results and checkpoints: "KEY: checksum" lines */

/* Collective. Checksums of the files that a configuration, as it was given, names beside the mesh, as lines
 * "KEY: checksum"; to be freed. A file that cannot be read is "unreadable": who reads it says why. */
iso_status iso_inputs_list(MPI_Comm comm, const iso_config *config, char **out, iso_error *err);

/* Not collective. Adds such lines to *text, or begins it where it is NULL, of the files of a configuration
 * that are not among those seen, which they then are: those of meshes, too, and all by their paths as the
 * configuration has them, so that those of many configurations are one text. Both are to be freed, on failure
 * too; ISO_EFAIL where memory is short. */
iso_status iso_inputs_add(const iso_config *config, iso_names *seen, char **text, iso_error *err);

/* Not collective. ISO_EINPUT where one of the files to be written, target [n] without its NULLs, is one that
 * the configuration names, meshes too: it would be replaced. */
iso_status iso_inputs_spare(const iso_config *config, int n, const char *const *target, iso_error *err);

#endif
