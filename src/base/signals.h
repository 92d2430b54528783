/* Ctrl-C and SIGTERM end a run in good order: what is computed is written, then the program stops. */
#ifndef ISO_BASE_SIGNALS_H
#define ISO_BASE_SIGNALS_H

/* From now on the first SIGINT or SIGTERM only sets a flag; the same signal again kills as usual. Under
 * mpirun Ctrl-C reaches the ranks as SIGTERM, with a second or so of grace (mca odls_base_sigkill_timeout).
 */
void iso_signals_watch(void);

/* The signal that came, or 0. It may have reached one rank alone: before acting on it, the ranks agree. */
int iso_signals_caught(void);

#endif
