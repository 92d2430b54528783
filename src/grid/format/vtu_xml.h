/* The little of XML that VTU files use: tags with attributes, comments and declarations. */
#ifndef ISO_GRID_FORMAT_VTU_XML_H
#define ISO_GRID_FORMAT_VTU_XML_H

#include "grid/format/read_source.h"

typedef struct iso_xml_tag {
  char text[4096]; /* between '<' and '>', ends in a zero */
  bool closes;     /* </name> */
  bool empty;      /* <name ... /> */
} iso_xml_tag;

/* Goes past the next tag; *found is false at the end of the file. source->line counts line ends passed.
 * Errors are worded without file and line. */
iso_status iso_xml_next(iso_source *source, iso_xml_tag *tag, bool *found, iso_error *err);

bool iso_xml_is(const iso_xml_tag *tag, const char *name);

/* Copies the attribute's value, its references to characters of ASCII replaced, or returns false where there
 * is none or it does not fit. */
bool iso_xml_attribute(const iso_xml_tag *tag, const char *name, char *value, size_t size);

#endif
