/* The folder of a study: who works on which member, what is finished, and the table of all.
 *
 *   DIR/study.yaml          what makes the members of the configuration; a folder belongs to one
 *   DIR/inputs.yaml         checksums of the files that its members are made of
 *   DIR/members/NUMBER.*    a member's results, its log, its row once it is finished
 *   DIR/table.csv           the rows of all; table.nc and index.html: the same, when a job ends, and with
 *                           the circuits that are told apart then
 *   DIR/manifest.sha256     checksums of all files, and what they were made from (manifest.h)
 *
 * Members are claimed by locks of files, which the system gives back when a process ends however it ends:
 * jobs on any machines that share the folder, one after the other or at the same time, need no master. */
#ifndef ISO_PLAN_LEDGER_H
#define ISO_PLAN_LEDGER_H

#include "plan/members.h"
#include "study/outcomes.h"

#include <stdbool.h>

typedef enum {
  ISO_MEMBER_WAITING,
  ISO_MEMBER_DONE,
  ISO_MEMBER_FAILED,
  ISO_MEMBER_SCREENED
} iso_member_status;

typedef struct iso_ledger {
  const char *folder;
  const iso_members *members;
  int noutcomes;                      /* columns */
  iso_outcome outcome[ISO_NOUTCOMES]; /* [noutcomes] */
  int naccept;                        /* conditions of the column accepted; 0: there is none */
  const iso_config_accept *accept;
  int accept_column[ISO_NOUTCOMES]; /* [naccept] of which outcome in the table */
  int rank_by;                      /* number of the outcome that ranks members; -1: none */
  bool largest_first;
  const int *circuit;                /* [members->n] of each member, 0: none; NULL: there is no such column */
  char **row;                        /* [members->n] of those known to be finished, or NULL */
  int nfinished, nfailed, nscreened; /* known; screened: not run in full */
} iso_ledger;

/* What a member came to. */
typedef struct iso_member_end {
  iso_member_status status; /* not waiting */
  const iso_outcomes *outcomes;
  const char *why; /* it failed, or "" */
} iso_member_end;

/* One rank's, like all functions here. Of a folder that stands or is made, unless new is false, with the
 * configuration's text in it. ISO_EINPUT where it is that of another study, or is none and new is false.
 * folder and members outlive it. Free out whatever the status. */
iso_status iso_ledger_open(iso_ledger *out, const char *folder, bool new, const iso_config *config,
                           const iso_members *members, iso_error *err);
void iso_ledger_free(iso_ledger *ledger);

/* Keeps checksums of the files that members are made of, as study/inputs.h has them, in DIR/inputs.yaml.
 * ISO_EINPUT where it is there and they are others: members of before and to come would not go together. */
iso_status iso_ledger_inputs(const char *folder, const char *inputs, iso_error *err);

/* "DIR/members/0007" and an ending, into path [size]. */
void iso_member_path(const char *folder, int member, const char *ending, char *path, size_t size);

/* Claims a member that is neither finished nor somebody else's: *claim is then to be released, else -1. */
iso_status iso_ledger_claim(iso_ledger *ledger, int member, int *claim, iso_error *err);
void iso_ledger_release(iso_ledger *ledger, int member, int claim);

/* Waits for "DIR/members/0007" and ending, a lock of something that members share, and holds it. ISO_ESTOPPED
 * after a signal. */
iso_status iso_ledger_hold(const iso_ledger *ledger, int member, const char *ending, int *hold,
                           iso_error *err);
void iso_ledger_let_go(const iso_ledger *ledger, int member, const char *ending, int hold);

/* Writes the row of a member that is claimed: it is finished for good. */
iso_status iso_ledger_finish(iso_ledger *ledger, int member, const iso_member_end *end, iso_error *err);

/* Makes members wait again that failed, or of whose results files are not there any more. */
iso_status iso_ledger_forget(iso_ledger *ledger, iso_error *err);

/* Looks for rows that are new, and counts. */
void iso_ledger_look(iso_ledger *ledger);

/* The table as CSV, of what is known, to be freed. */
iso_status iso_ledger_text(const iso_ledger *ledger, char **text, iso_error *err);

/* DIR/table.csv anew, of what is finished now. */
iso_status iso_ledger_table(iso_ledger *ledger, iso_error *err);

#endif
