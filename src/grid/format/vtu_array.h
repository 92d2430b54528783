/* Arrays of one of VTK's XML files, and what of the file they depend on. */
#ifndef ISO_GRID_FORMAT_VTU_ARRAY_H
#define ISO_GRID_FORMAT_VTU_ARRAY_H

#include "grid/format/vtk.h"
#include "grid/format/vtu_xml.h"

typedef struct iso_vtu {
  iso_source source;
  iso_error *err;
  iso_xml_tag tag; /* the last one taken */
  bool big_endian;
  iso_vtk_codec codec;
  int header_bytes;
  int64_t appended; /* byte of the file that appended offsets count from, 0: none */
  iso_vtk_encoding appended_encoding;
} iso_vtu;

/* Fails with that complaint, adding file and line. */
iso_status iso_vtu_fail(iso_vtu *vtu, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Whether the tag has that attribute, with that value. */
bool iso_vtu_attribute_is(const iso_vtu *vtu, const char *name, const char *wanted);

/* A count; *value is left as it is where there is none and none is required. */
iso_status iso_vtu_count(iso_vtu *vtu, const char *name, bool required, int64_t *value);

/* What the tag <DataArray> describes; tuples -1: only the data tell how many. */
iso_status iso_vtu_describe(iso_vtu *vtu, int64_t tuples, iso_vtk_array *array);

/* Goes to where <AppendedData>, the last tag, begins. */
iso_status iso_vtu_find_appended(iso_vtu *vtu);

/* Once that is found: where the array is, if it is there. */
iso_status iso_vtu_settle(iso_vtu *vtu, iso_vtk_array *array);

#endif
