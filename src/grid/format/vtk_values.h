/* The numbers of one array of a VTK file as a stream, however they are written: text, binary of either byte
 * order, base64, in compressed
 * blocks. */
#ifndef ISO_GRID_FORMAT_VTK_VALUES_H
#define ISO_GRID_FORMAT_VTK_VALUES_H

#include "grid/format/read_source.h"
#include "grid/format/vtk_inflate.h"

typedef enum {
  ISO_VTK_NOTYPE,
  ISO_VTK_INT8,
  ISO_VTK_UINT8,
  ISO_VTK_INT16,
  ISO_VTK_UINT16,
  ISO_VTK_INT32,
  ISO_VTK_UINT32,
  ISO_VTK_INT64,
  ISO_VTK_UINT64,
  ISO_VTK_FLOAT32,
  ISO_VTK_FLOAT64
} iso_vtk_type;

int iso_vtk_type_bytes(iso_vtk_type type);

typedef enum { ISO_VTK_TEXT, ISO_VTK_RAW, ISO_VTK_BASE64 } iso_vtk_encoding;

typedef struct iso_vtk_array {
  char name[256]; /* without escapes; cut to fit */
  int file;       /* of the index (vtk.h) */
  int64_t offset; /* byte of the file where it begins */
  int64_t line;   /* for text: number of the line before the one that byte is in */
  int64_t count;  /* values, or -1 where only the data tell */
  int components;
  iso_vtk_type type;
  iso_vtk_encoding encoding;
  bool big_endian;
  int header_bytes;    /* width of the integers of VTU's block header, 4 or 8, or 0: no header */
  iso_vtk_codec codec; /* of its blocks; only with a header */
} iso_vtk_array;

typedef struct iso_values iso_values;

/* Opens the stream; every function's ISO_EINPUT message is complete: file, line or byte, array. */
iso_status iso_values_open(iso_values **out, const char *path, const iso_vtk_array *array, iso_error *err);

void iso_values_close(iso_values *values);

/* What it was opened with. */
const iso_vtk_array *iso_values_array(const iso_values *values);

/* Fails with that complaint, adding file, line or byte, and array. */
iso_status iso_values_fail(const iso_values *values, iso_error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same of what was read ahead, whose line is not known any more: file and array alone. */
iso_status iso_values_fail_ahead(const iso_values *values, iso_error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

iso_status iso_values_skip(iso_values *values, int64_t n, iso_error *err);
iso_status iso_values_integers(iso_values *values, int64_t n, int64_t *out, iso_error *err);
iso_status iso_values_reals(iso_values *values, int64_t n, double *out, iso_error *err);

/* Where the text goes on behind the values taken: byte of the file, and number of the line before its own. */
void iso_values_position(const iso_values *values, int64_t *offset, int64_t *line);

/* Fails where values are left. */
iso_status iso_values_finish(iso_values *values, iso_error *err);

#endif
