/* The rows that say where: of every section that reaches a set of nodes. */
#ifndef ISO_CONFIG_SECTIONS_WHERE_KEYS_H
#define ISO_CONFIG_SECTIONS_WHERE_KEYS_H

#include "config/sections/keys.h"

/* The tables of parts of an iso_select. */
extern const iso_key iso_config_box_keys[];
extern const iso_key iso_config_sphere_keys[];
extern const iso_key iso_config_line_keys[];
extern const iso_key iso_config_pattern_keys[];
extern const iso_key iso_config_around_keys[];
extern const iso_key iso_config_path_keys[];
extern const iso_key iso_config_field_keys[];
extern const iso_key iso_config_coordinate_keys[];

/* Lists of further sets. */
#define SETS(type, in, list, count)                                                                          \
  ISO_KEY_ITEMS, .at = offsetof(type, in list), .extra = offsetof(type, in count), .single = true,           \
                 .keys = iso_config_where_keys, .size = sizeof(iso_select)

/* Where, in a type whose member in is an iso_select; in is empty for one itself. */
#define WHERE(type, in)                                                                                      \
  {"site", ISO_KEY_TEXT, .at = offsetof(type, in name),                                                      \
   .meaning = "nodes of one of the sites, by its name"},                                                     \
      {"box",                                                                                                \
       ISO_KEY_SECTION,                                                                                      \
       .flagged = true,                                                                                      \
       .extra = offsetof(type, in has_box),                                                                  \
       .at = offsetof(type, in box),                                                                         \
       .keys = iso_config_box_keys,                                                                          \
       .meaning = "nodes inside, faces included"},                                                           \
      {"sphere",                                                                                             \
       ISO_KEY_SECTION,                                                                                      \
       .flagged = true,                                                                                      \
       .extra = offsetof(type, in has_sphere),                                                               \
       .at = offsetof(type, in sphere),                                                                      \
       .keys = iso_config_sphere_keys,                                                                       \
       .meaning = "nodes inside"},                                                                           \
      {"line",                                                                                               \
       ISO_KEY_SECTION,                                                                                      \
       .flagged = true,                                                                                      \
       .extra = offsetof(type, in has_line),                                                                 \
       .at = offsetof(type, in line),                                                                        \
       .keys = iso_config_line_keys,                                                                         \
       .meaning = "nodes near a straight line"},                                                             \
      {"pattern",                                                                                            \
       ISO_KEY_SECTION,                                                                                      \
       .flagged = true,                                                                                      \
       .extra = offsetof(type, in has_pattern),                                                              \
       .at = offsetof(type, in pattern),                                                                     \
       .keys = iso_config_pattern_keys,                                                                      \
       .meaning = "nodes in patches at random, as of fibrosis; the same on any mesh and number of ranks"},   \
      {"around",                                                                                             \
       ISO_KEY_SECTION,                                                                                      \
       .flagged = true,                                                                                      \
       .extra = offsetof(type, in has_around),                                                               \
       .at = offsetof(type, in around),                                                                      \
       .keys = iso_config_around_keys,                                                                       \
       .meaning = "nodes in a band at a distance from a site, like a circle round a vein"},                  \
      {"path",                                                                                               \
       ISO_KEY_SECTION,                                                                                      \
       .flagged = true,                                                                                      \
       .extra = offsetof(type, in has_path),                                                                 \
       .at = offsetof(type, in path),                                                                        \
       .keys = iso_config_path_keys,                                                                         \
       .meaning = "nodes under a path along the mesh's outer surface"},                                      \
      {"field",                                                                                              \
       ISO_KEY_SECTION,                                                                                      \
       .flagged = true,                                                                                      \
       .extra = offsetof(type, in has_field),                                                                \
       .at = offsetof(type, in field),                                                                       \
       .keys = iso_config_field_keys,                                                                        \
       .meaning = "nodes by what a number for each in a file is, like the intensity of an image"},           \
      {"nodes", ISO_KEY_PATH, .at = offsetof(type, in nodes),                                                \
       .meaning = "nodes listed in a .vtx file, numbered as in the mesh file"},                              \
      {"tag", ISO_KEY_TAGS, .at = offsetof(type, in tags), .extra = offsetof(type, in ntags),                \
       .meaning = "nodes of elements with this tag, or with one of a list of them"},                         \
      {"surface", ISO_KEY_SURFACE, .at = offsetof(type, in surface),                                         \
       .extra = offsetof(type, in surface_name),                                                             \
       .meaning = "nodes on the mesh's outer surface (true), on its surface of that name, or on the faces "  \
                  "of a file ending in .surf"},                                                              \
      {"coordinates",                                                                                        \
       ISO_KEY_SECTION,                                                                                      \
       .flagged = true,                                                                                      \
       .extra = offsetof(type, in has_coordinates),                                                          \
       .at = offsetof(type, in coordinates),                                                                 \
       .keys = iso_config_coordinate_keys,                                                                   \
       .meaning = "nodes between two values of each of these fields of the mesh's file"},                    \
      {"segment", ISO_KEY_TAGS, .at = offsetof(type, in segments), .extra = offsetof(type, in nsegments),    \
       .meaning = "nodes of this AHA segment, or of a list, by the field aha_segment of the mesh's file"},   \
      {"and", SETS(type, in, all, nall), .meaning = "nodes that are in each of further sets, told as here"}, \
      {"or", SETS(type, in, any, nany), .meaning = "nodes that are in one of further sets"}, {               \
    "not", SETS(type, in, none, nnone), .meaning = "nodes that are in none of further sets"                  \
  }

#endif
