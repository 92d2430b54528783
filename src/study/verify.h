/* Whether a result is what was written, from what is there today; and how to make it again. */
#ifndef ISO_STUDY_VERIFY_H
#define ISO_STUDY_VERIFY_H

#include "base/error.h"

#include <stdbool.h>
#include <stdio.h>

typedef struct iso_verification {
  int ninputs;       /* files that the configuration names beside the mesh, which all agree */
  bool same_program; /* this build made it */
  char program[128]; /* that did: "0.1.0, 69712a1" */
} iso_verification;

/* Collective. Recomputes the seal of a result or checkpoint, and reads its mesh and the files that its
 * configuration names: paths start from folder. ISO_EINPUT, with what differs, where one is not what it was.
 */
iso_status iso_verify(MPI_Comm comm, const char *path, const char *folder, iso_verification *out,
                      iso_error *err);

/* Collective. Writes the configuration of a result to the file out, as YAML that begins with the command that
 * gives the same bits, which is printed to stream, too (rank 0's; NULL elsewhere). command: of the program,
 * which makes such a result: "run". ISO_EINPUT where path is no result. */
iso_status iso_reproduce(MPI_Comm comm, const char *path, const char *command, const char *out, FILE *stream,
                         iso_error *err);

#endif
