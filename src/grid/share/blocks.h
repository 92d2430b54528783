/* Values by global number: a global range [0, total) is cut into one contiguous block per rank, and a plan
 * moves values between wherever they are held and the block that their global number falls in. This is how
 * ghosts find coordinates, how refinement numbers edges and how results reach a file in file order. */
#ifndef ISO_GRID_SHARE_BLOCKS_H
#define ISO_GRID_SHARE_BLOCKS_H

#include "base/error.h"
#include "kernels/types.h"

/* First global number of rank's block: rank * total / size, so blocks differ by at most one. */
iso_gid iso_block_first(iso_gid total, int size, int rank);

/* Rank whose block holds gid. */
int iso_block_owner(iso_gid total, int size, iso_gid gid);

typedef struct iso_block_plan iso_block_plan;

/* Collective. held [n]: global numbers of what this rank holds, in any order; a number may be held by several
 * ranks (each may fetch it), but where values are sent to blocks, the senders must be distinct. */
iso_status iso_block_plan_new(iso_block_plan **out, MPI_Comm comm, iso_gid total, int64_t n,
                              const iso_gid *held, iso_error *err);

/* Collective. The same for blocks that need not be equal: rank r's is [cut[r], cut[r + 1]). cut [ranks + 1].
 */
iso_status iso_block_plan_new_cut(iso_block_plan **out, MPI_Comm comm, const iso_gid *cut, int64_t n,
                                  const iso_gid *held, iso_error *err);

/* Collective. The same for what is sent again and again: values go in the order of their numbers, so that a
 * block is filled from its beginning to its end. */
iso_status iso_block_plan_new_sorted(iso_block_plan **out, MPI_Comm comm, const iso_gid *cut, int64_t n,
                                     const iso_gid *held, iso_error *err);

/* Collective. Keeps what it takes to send values of bytes each, from one time to the next. Called once. */
iso_status iso_block_plan_keep(iso_block_plan *plan, size_t bytes, iso_error *err);

/* Collective. items [n] of bytes each -> block [block size of this rank]; entries nobody sent are untouched.
 */
iso_status iso_block_plan_send(iso_block_plan *plan, const void *items, size_t bytes, void *block,
                               iso_error *err);

/* Collective. The reverse: block values -> items [n]. */
iso_status iso_block_plan_fetch(iso_block_plan *plan, const void *block, size_t bytes, void *items,
                                iso_error *err);

void iso_block_plan_free(iso_block_plan *plan);

#endif
