/* The section sites. */
#ifndef ISO_CONFIG_SECTIONS_SITES_H
#define ISO_CONFIG_SECTIONS_SITES_H

#include "grid/ask/select.h"

/* A set of nodes with a name, to be used many times. */
typedef struct iso_config_site {
  char *name;
  iso_select where;
  int weight; /* sets that it is made of, itself included */
} iso_config_site;

#endif
