/* Rows of single-precision values, one part of each row on every rank, that go into a file in packed chunks
 * of several rows and a run of the row, behind the caller: a thread of each rank packs its own chunks and
 * writes them, while the next rows are collected. A rank's part of a row is made of whole chunks, as
 * iso_layout_first cuts it.
 *
 * Two blocks of rows are in memory: one that is filled, and the one before it, which is packed meanwhile.
 * Where a block goes in the file depends on how small all ranks' chunks became, so they agree on it when the
 * next one is full. */
#ifndef ISO_RESULT_CHUNK_ROWS_H
#define ISO_RESULT_CHUNK_ROWS_H

#include "base/atomic.h"
#include "base/worker.h"

#include <stdbool.h>

/* Rows of a chunk: so many times faster is a series in time at a point read, and slower one row alone. */
enum { ISO_CHUNK_ROWS = 8 };

typedef struct iso_chunk_rows iso_chunk_rows;

typedef struct iso_chunk_rows_spec {
  const iso_atomic *file; /* outlives it */
  iso_worker *worker;     /* outlives it */
  int64_t first_byte;     /* where chunks begin; nobody else writes behind it */
  int64_t length, width;  /* of a row, and of a chunk */
  int level;              /* of deflate, 0: none */
} iso_chunk_rows_spec;

/* Collective. */
iso_status iso_chunk_rows_new(iso_chunk_rows **out, const iso_chunk_rows_spec *spec, iso_error *err);

/* Whether the next row begins a block. Not collective, and the same on all ranks. */
bool iso_chunk_rows_begin(const iso_chunk_rows *rows);

/* Collective, before a row that begins a block. Makes sure of room for it; ISO_EFAIL where there is none. */
iso_status iso_chunk_rows_reserve(iso_chunk_rows *rows, iso_error *err);

/* This rank's part of row number k: the next one, to be filled, or one before. It stays as it is until the
 * worker has done what it was given before ISO_CHUNK_ROWS more rows were pushed. Not collective, and for the
 * worker, too.
 */
float *iso_chunk_rows_get(const iso_chunk_rows *rows, int64_t k);

/* Collective. Takes the next row. ISO_EFAIL where an earlier block could not be written; the file is lost
 * then. */
iso_status iso_chunk_rows_push(iso_chunk_rows *rows, iso_error *err);

/* Collective. Writes what is left. On rank 0 *bytes receives the bytes of all chunks, in the order of the
 * file, to be freed whatever the status. */
iso_status iso_chunk_rows_finish(iso_chunk_rows *rows, int32_t **bytes, iso_error *err);

/* Not collective. Harmless on NULL. */
void iso_chunk_rows_free(iso_chunk_rows *rows);

#endif
