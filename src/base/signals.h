/* What people and batch systems ask of a run while it works, by signals.
 *
 * SIGINT (Ctrl-C), SIGTERM, SIGHUP (a terminal that is closed), SIGXCPU and SIGUSR2 (limits of batch
 * systems): stop in good order, with the results up to then. SIGUSR1: write a checkpoint and go on. A handler
 * only takes notes; the loop looks at them, and under MPI the ranks agree first, since a signal may reach one
 * of them alone. A second SIGINT or SIGTERM ends the process at once, as usual; one that follows within a
 * quarter of a second is the same one, sent to the process and to its group (timeout(1)), or by a batch
 * system and by mpirun. */
#ifndef ISO_BASE_SIGNALS_H
#define ISO_BASE_SIGNALS_H

/* Ordered: where ranks were asked different things, the largest counts (MPI_MAX). */
typedef enum { ISO_ASK_NOTHING, ISO_ASK_CHECKPOINT, ISO_ASK_STOP } iso_ask;

/* Before a long set-up: a request for a checkpoint no longer kills, and waits until there is something to
 * keep. The other signals still end the process, which has no results yet. */
void iso_signals_prepare(void);

/* From the first step on: all of them are notes. Forgets what was asked before, but for a checkpoint. */
void iso_signals_watch(void);

/* What this rank was asked since the last call. A checkpoint is asked for once; a stop stays. */
iso_ask iso_signals_take(void);

/* The signal that asked this rank to stop, or 0. */
int iso_signals_stop(void);

/* "SIGTERM"; "a signal" of one that is none of the above. For messages. */
const char *iso_signals_name(int number);

#endif
