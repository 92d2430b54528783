/* A seal: the last line of a file, which holds a checksum of all bytes before it. A file that was cut,
 * damaged or edited no longer has its seal, whatever its format makes of it; readers of HDF5 ignore what
 * follows their data. */
#ifndef ISO_RESULT_SEAL_H
#define ISO_RESULT_SEAL_H

#include "base/error.h"

/* Collective. Appends the seal to a file that every rank can read and nobody has open; shown is its name in
 * messages. */
iso_status iso_seal_put(MPI_Comm comm, const char *path, const char *shown, iso_error *err);

/* Collective. ISO_EINPUT where the file cannot be read, has no seal or another one than its bytes need; the
 * message is without a remedy. */
iso_status iso_seal_check(MPI_Comm comm, const char *path, iso_error *err);

#endif
