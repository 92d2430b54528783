/* The files of a study's folder, for the parts of ledger.h. */
#ifndef ISO_PLAN_LEDGER_PARTS_H
#define ISO_PLAN_LEDGER_PARTS_H

#include "plan/ledger.h"

#define ISO_MEMBERS_FOLDER "members"
#define ISO_INPUTS_FILE "inputs.yaml"
#define ISO_ROW_END ".csv"
#define ISO_LOCK_END ".lock"

/* The second line of a member's file, with its end, to be freed; NULL: there is none, or not all of it. */
char *iso_ledger_read_row(const char *path);

/* A lock of a whole file, which is made: *fd is its descriptor, or -1 where somebody else has it and nobody
 * waits.
 */
iso_status iso_ledger_lock(const char *path, bool wait, int *fd, iso_error *err);

#endif
