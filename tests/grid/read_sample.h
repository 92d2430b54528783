/* A small mixed mesh that every rank knows whole, to be written in each format and compared with what is
 * read. */
#ifndef ISO_TESTS_GRID_READ_SAMPLE_H
#define ISO_TESTS_GRID_READ_SAMPLE_H

#include "mpi_main.h"

#include "grid/format/read.h"
#include "grid/slice.h"

#include <stdio.h>
#include <unistd.h>

enum { SAMPLE_NODES = 41, SAMPLE_ELEMS = 57 };

typedef struct sample {
  double xyz[SAMPLE_NODES][3]; /* exact in single precision, and in text */
  int shape[SAMPLE_ELEMS];
  int64_t node[SAMPLE_ELEMS][ISO_MAX_NODES];
  int32_t tag[SAMPLE_ELEMS];         /* neither contiguous nor positive */
  double fibre[SAMPLE_ELEMS][3];     /* unit */
  double sheet[SAMPLE_ELEMS][3];     /* unit, orthogonal to fibre */
  double raw_fibre[SAMPLE_ELEMS][3]; /* as a file has them: of any length */
  double raw_sheet[SAMPLE_ELEMS][3]; /* of any length, and far from orthogonal */
  double node_fibre[SAMPLE_NODES][3];
} sample;

/* The same on every rank. only: one iso_shape for all elements, or -1 for a mix. */
void sample_make(sample *s, int only);

/* What a file of the sample is expected to hold besides nodes, elements and tags. */
typedef struct expected {
  double mm; /* of a coordinate's unit */
  bool tags, fibres, sheets, node_fibres;
} expected;

/* Checks this rank's slice against the sample, and that the slices cover the mesh in the order of ranks. */
void sample_check(const sample *s, const iso_slice *slice, expected what);

/* Reads a file in mm where unit is NULL for VTK, and checks it. */
void sample_read_and_check(const sample *s, const char *path, const char *unit, expected what);

/* Whether one of the notes holds text. */
bool is_noted(const iso_notes *notes, const char *text);

/* Collective. A path in a fresh folder of this test program, the same on every rank; valid until the next
 * call. */
const char *scratch_path(const char *name);

/* Collective: rank 0 writes the bytes, then all go on. */
void scratch_write(const char *path, const void *bytes, size_t n);
/* The same of a text in a file of that name; returns its scratch_path. */
const char *scratch_text(const char *name, const char *text);

/* Deletes the folder of scratch_path and the files in it. */
void scratch_remove(void);

#endif
