/* A NetCDF-4 file that all ranks write together and that appears under its name only when it is complete.
 *
 * NetCDF's own functions define its contents; these add what every file needs: creation, room on the disk,
 * collective writing with agreed errors, completion. Functions are collective unless they say otherwise, and
 * after any failure the file is to be discarded. */
#ifndef ISO_RESULT_NETCDF_FILE_H
#define ISO_RESULT_NETCDF_FILE_H

#include "base/atomic.h"

#include <netcdf.h>

typedef struct iso_ncfile {
  iso_atomic target;
  int id;        /* of NetCDF, valid while open */
  int open;      /* whether NetCDF holds the file */
  int sealed;    /* whether it is complete */
  int64_t bytes; /* room reserved on the disk */
  iso_room seal; /* more of it, ISO_SEAL_ROOM, for what is written behind NetCDF's part */
} iso_ncfile;

enum { ISO_SEAL_ROOM = 4096 };

/* An attribute of the whole file, say {"program_version", "0.1.0"}. */
typedef struct iso_attribute {
  const char *name, *text;
} iso_attribute;

/* NetCDF's own, to read: their codes, and NC_ENOMEM. NetCDF drops blanks at the beginning of a name and takes
 * "http:..." for an address, which would be another file than the one that is named; not so here. The first
 * is not collective. */
int iso_nc_open(const char *path, int *id);
int iso_nc_open_par(const char *path, MPI_Comm comm, int *id);

/* The message of NC_ENOMEM; returns ISO_EFAIL. Not collective. */
iso_status iso_nc_fail_memory(const char *path, iso_error *err);

/* A file in define mode. */
iso_status iso_ncfile_create(iso_ncfile *file, MPI_Comm comm, const char *path, iso_error *err);

/* Whether such a file could be made there: iso_output_check, and what MPI and NetCDF themselves find. Leaves
 * nothing behind. Call it before hours of work. */
iso_status iso_ncfile_check(MPI_Comm comm, const char *path, iso_error *err);

/* Turns a NetCDF code into a status, with a message that names the file. Not collective: definitions give the
 * same code on every rank. */
iso_status iso_nc(const iso_ncfile *file, int code, iso_error *err);

/* Defines a dimension of at least 1, or NC_UNLIMITED; id receives its number. */
iso_status iso_nc_dimension(iso_ncfile *file, const char *name, int64_t length, int *id, iso_error *err);

/* Defines a variable over the dimensions [ndims]. unit and long_name may be NULL. */
iso_status iso_nc_variable(iso_ncfile *file, const char *name, nc_type type, int ndims, const int *dimensions,
                           const char *unit, const char *long_name, int *id, iso_error *err);

/* The same for results; floating-point ones have the _FillValue NaN, which says "never". */
iso_status iso_nc_result(iso_ncfile *file, const char *name, nc_type type, int ndims, const int *dimensions,
                         const char *unit, const char *long_name, int *id, iso_error *err);

/* In how many chunks a dimension of that length is cut that ranks share, width values an entry: at least two,
 * so that ranks compress at the same time, of equal length, and at most 65,536 values each: enough for zlib
 * and the disk. Not collective. */
int64_t iso_nc_chunks(int64_t length, int64_t width);

/* Stores a variable, which must have no values yet, in chunks that are runs of its dimension number along and
 * whole in those after it; each is compressed by itself (deflate after byte shuffle) where level is above 0
 * (at most 9). Not collective: every rank defines the same. */
iso_status iso_nc_store(iso_ncfile *file, int variable, int along, int level, iso_error *err);

/* The same in chunks of that shape, one length for each dimension. */
iso_status iso_nc_store_chunks(iso_ncfile *file, int variable, const size_t *chunk, int level,
                               iso_error *err);

/* Attributes of a variable (NC_GLOBAL: of the file). */
iso_status iso_nc_text(iso_ncfile *file, int variable, const char *name, const char *text, iso_error *err);
iso_status iso_nc_float(iso_ncfile *file, int variable, const char *name, float value, iso_error *err);
iso_status iso_nc_int(iso_ncfile *file, int variable, const char *name, int value, iso_error *err);

/* Ends define mode and reserves room for every fixed-size variable. */
iso_status iso_ncfile_defined(iso_ncfile *file, iso_error *err);

/* Writes this rank's part [start, start + count) of a variable; a count of 0 is fine. memory: the type of
 * data (NC_CHAR, NC_INT, NC_INT64, NC_FLOAT, NC_DOUBLE), converted to the variable's. */
iso_status iso_nc_put(iso_ncfile *file, int variable, const size_t *start, const size_t *count,
                      nc_type memory, const void *data, iso_error *err);

/* Writes a whole variable from rank 0's data; other ranks' data is not read. */
iso_status iso_nc_put_root(iso_ncfile *file, int variable, nc_type memory, const void *data, iso_error *err);

/* Ends what NetCDF writes, and leaves the file to others who add to it before iso_ncfile_close. *bytes: its
 * length on all ranks; NULL: who cares. Harmless where NetCDF is done with it. */
iso_status iso_ncfile_shut(iso_ncfile *file, int64_t *bytes, iso_error *err);

/* After that: one rank goes on defining, until iso_ncfile_shut. What NetCDF creates for all ranks gets its
 * room on the disk at once and uncompressed, what it creates for one does not. Not collective. */
iso_status iso_ncfile_reopen(iso_ncfile *file, iso_error *err);

/* Closes and seals the file (seal.h), which is complete but still without its name, to be read before
 * iso_ncfile_commit. Harmless where it was closed before. */
iso_status iso_ncfile_close(iso_ncfile *file, iso_error *err);

/* Closes the file, if it is open, and gives it its name. On failure nothing is left behind. */
iso_status iso_ncfile_commit(iso_ncfile *file, iso_error *err);

/* What was written came to status: commits the file where that is ISO_OK, and discards it else. Returns the
 * first failure. */
iso_status iso_ncfile_finish(iso_ncfile *file, iso_status status, iso_error *err);

/* Closes and removes the temporary file. Harmless after commit and on a cleared struct. */
void iso_ncfile_discard(iso_ncfile *file);

#endif
