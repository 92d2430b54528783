/* Parts of iso_verify. */
#ifndef ISO_STUDY_VERIFY_PARTS_H
#define ISO_STUDY_VERIFY_PARTS_H

#include "base/error.h"

#include <stdint.h>

/* Collective. Of a checkpoint with snapshots, whether NAME.ckpt.vm beside it holds these (ISO_EINPUT); of
 * others nothing. nnodes: of its mesh. */
iso_status iso_verify_kept(MPI_Comm comm, const char *path, int64_t nnodes, iso_error *err);

#endif
