/* A thread of this rank that does jobs behind the caller's back, one after the other as they were given. A
 * job calls neither MPI nor NetCDF, which know one thread, allocates nothing, and keeps what goes wrong where
 * its giver looks after iso_worker_wait. Where no thread is wanted, or none can be had, a job is done as it
 * is given: the same results, later. Nothing here is collective. */
#ifndef ISO_BASE_WORKER_H
#define ISO_BASE_WORKER_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct iso_worker iso_worker;

/* self and number: as they were given. */
typedef void (*iso_job)(void *self, int64_t number);

/* threaded: whether a thread is wanted. */
iso_status iso_worker_new(iso_worker **out, bool threaded, iso_error *err);

/* Gives a job; waits where many are waiting already. */
void iso_worker_give(iso_worker *worker, iso_job job, void *self, int64_t number);

/* Returns when all jobs are done; what they wrote can be read. */
void iso_worker_wait(iso_worker *worker);

/* After all jobs are done. Harmless on NULL. */
void iso_worker_free(iso_worker *worker);

#endif
