/* A configuration whose section twin says which heart is run. */
#ifndef ISO_FIT_TWIN_RUN_H
#define ISO_FIT_TWIN_RUN_H

#include "base/log.h"
#include "config/config.h"

#include <mpi.h>

#define ISO_END_HEART ".heart.nc" /* behind PREFIX: what velocities are times in the heart of a run */

/* Collective. Of a configuration that iso_study_load made of file and set [nset]: where it has a twin, it
 * becomes one with what the twin's heart sets (fit/cases.h), which comes after set and stands in out->made;
 * out->given is the configuration without it. prefix: of the results: PREFIX.heart.nc is written where the
 * heart has a velocity_field; NULL: nobody runs it, so without conductivities and field. ISO_EINPUT for what
 * iso_twin_cases_new says; then, and on any failure, *out is empty. */
iso_status iso_twin_take(iso_config *out, MPI_Comm comm, const char *file, int nset, const char *const *set,
                         const char *prefix, const iso_log *log, iso_error *err);

/* Collective. iso_study_load and iso_twin_take. */
iso_status iso_twin_load(iso_config *out, MPI_Comm comm, const char *file, int nset, const char *const *set,
                         const char *prefix, const iso_log *log, iso_error *err);

/* For a command that cannot take a twin's heart: ISO_EINPUT at the key twin where the configuration has one.
 */
iso_status iso_twin_refuse(const iso_config *config, const char *command, iso_error *err);

#endif
