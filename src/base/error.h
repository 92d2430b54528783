/* Errors: every fallible function returns an iso_status and fills an iso_error.
 *
 * A status says whose fault it was, which is also the program's exit code. The message names the file, the
 * line or key, what is wrong and what to do about it. Nothing below main prints an error or ends the process.
 */
#ifndef ISO_BASE_ERROR_H
#define ISO_BASE_ERROR_H

#include <mpi.h>

#define ISO_STATUS_LIST(X)                                                                                   \
  X(ISO_OK, 0, "done")                                                                                       \
  X(ISO_EFAIL, 1, "the run failed")                                                                          \
  X(ISO_EINPUT, 2, "the input is wrong")                                                                     \
  X(ISO_ESTOPPED, 3, "stopped by a signal") /* in good order: results up to then are there */

typedef enum {
#define X(name, code, text) name = code,
  ISO_STATUS_LIST(X)
#undef X
} iso_status;

typedef struct iso_error {
  iso_status status;
  char message[2048]; /* one sentence or two, no trailing newline */
} iso_error;

/* Text of a status, e.g. "the input is wrong". */
const char *iso_status_text(iso_status status);

/* Fills err (first call wins: a later error never hides the cause) and returns status. err may be NULL. */
iso_status iso_fail(iso_error *err, iso_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The usual message of a failed allocation of that many bytes for that purpose. */
iso_status iso_fail_memory(iso_error *err, size_t bytes, const char *what);

/* Collective over comm. Every rank passes its own status; every rank returns the same one: ISO_OK only if all
 * are, else the status and message of the lowest failing rank. Call it after any step that can fail on one
 * rank alone and before the next communication. */
iso_status iso_agree(MPI_Comm comm, iso_status mine, iso_error *err);

/* Leave the function when a call failed: ISO_TRY(iso_read(..., err)); */
#define ISO_TRY(call)                                                                                        \
  do {                                                                                                       \
    iso_status iso_try_ = (call);                                                                            \
    if (iso_try_ != ISO_OK) return iso_try_;                                                                 \
  } while (0)

#endif
