/* The keys of sites, and of the sets of nodes that they and others are. */
#include "config/sections/where_keys.h"

const iso_key iso_config_box_keys[] = {
    {"min_mm", ISO_KEY_POINT, .required = true, .at = offsetof(iso_select_box, min_mm), RANGE(-1e6, 1e6),
     .meaning = "lower corner"},
    {"max_mm", ISO_KEY_POINT, .required = true, .at = offsetof(iso_select_box, max_mm), RANGE(-1e6, 1e6),
     .meaning = "upper corner"},
    {0}};

const iso_key iso_config_sphere_keys[] = {
    {"centre_mm", ISO_KEY_POINT, .required = true, .at = offsetof(iso_select_sphere, centre_mm),
     RANGE(-1e6, 1e6), .meaning = "its centre"},
    {"radius_mm", ISO_KEY_REAL, .required = true, .at = offsetof(iso_select_sphere, radius_mm),
     ABOVE(0, LENGTH_MM), .meaning = "its radius"},
    {0}};

const iso_key iso_config_line_keys[] = {
    {"from_mm", ISO_KEY_POINT, .required = true, .at = offsetof(iso_select_line, from_mm), RANGE(-1e6, 1e6),
     .meaning = "one end"},
    {"to_mm", ISO_KEY_POINT, .required = true, .at = offsetof(iso_select_line, to_mm), RANGE(-1e6, 1e6),
     .meaning = "the other end"},
    {"radius_mm", ISO_KEY_REAL, .required = true, .at = offsetof(iso_select_line, radius_mm),
     ABOVE(0, LENGTH_MM), .meaning = "how far from it nodes may be"},
    {0}};

const iso_key iso_config_pattern_keys[] = {
    {"density", ISO_KEY_REAL, .required = true, .at = offsetof(iso_select_pattern, density),
     RANGE(0.001, 0.999), .meaning = "part of a large volume"},
    {"correlation_mm", ISO_KEY_REAL, .required = true, .at = offsetof(iso_select_pattern, correlation_mm),
     RANGE(0.01, LENGTH_MM), .meaning = "where correlation has fallen to 1/e: about the size of patches"},
    {"seed", ISO_KEY_INTEGER, .at = offsetof(iso_select_pattern, seed), .fallback = "0", RANGE(0, 1e9),
     .meaning = "another one is another pattern"},
    {0}};

const iso_key iso_config_around_keys[] = {
    {"site", ISO_KEY_TEXT, .required = true, .at = offsetof(iso_select_around, site),
     .meaning = "from which distances are measured, through the tissue"},
    {"distance_mm", ISO_KEY_REAL, .required = true, .at = offsetof(iso_select_around, distance_mm),
     ABOVE(0, LENGTH_MM), .meaning = "of the middle of the band"},
    {"width_mm", ISO_KEY_REAL, .required = true, .at = offsetof(iso_select_around, width_mm),
     ABOVE(0, LENGTH_MM), .meaning = "of the band; elements that its middle passes through are always in it"},
    {0}};

static const iso_key path_stop_keys[] = {
    {"site", ISO_KEY_TEXT, .at = offsetof(iso_select_stop, site),
     .meaning = "the path touches it where that is shortest"},
    {"at_mm", ISO_KEY_POINT, .at = offsetof(iso_select_stop, at_mm), RANGE(-1e6, 1e6),
     .meaning = "or goes through the node of the surface that is nearest to this place"},
    {0}};

const iso_key iso_config_path_keys[] = {
    {"stops", ISO_KEY_ITEMS, .required = true, .at = offsetof(iso_select_path, stops),
     .extra = offsetof(iso_select_path, nstops), .keys = path_stop_keys, .size = sizeof(iso_select_stop),
     .meaning =
         "two at least; the path is the shortest one along the mesh's outer surface from each to the next"},
    {"closed", ISO_KEY_BOOLEAN, .at = offsetof(iso_select_path, closed), .fallback = "false",
     .meaning = "and back to the first"},
    {"width_mm", ISO_KEY_REAL, .required = true, .at = offsetof(iso_select_path, width_mm),
     ABOVE(0, LENGTH_MM), .meaning = "across the path"},
    {"depth_mm", ISO_KEY_REAL, .at = offsetof(iso_select_path, depth_mm), ABOVE(0, LENGTH_MM),
     .meaning = "from the surface into the tissue; through the wall where not given"},
    {0}};

const iso_key iso_config_field_keys[] = {
    {"file", ISO_KEY_PATH, .required = true, .at = offsetof(iso_select_field, file),
     .meaning = "of numbers for all nodes, as of a parameter's field: NetCDF, .vtu or .vtk"},
    {"variable", ISO_KEY_TEXT, .required = true, .at = offsetof(iso_select_field, variable),
     .meaning = "in it; nodes without a number are outside"},
    {"at_least", ISO_KEY_REAL, .at = offsetof(iso_select_field, at_least), RANGE(-1e300, 1e300),
     .meaning = "the threshold, which belongs to it"},
    {"below", ISO_KEY_REAL, .at = offsetof(iso_select_field, below), RANGE(-1e300, 1e300),
     .meaning = "another one, which does not; one of both is to be given"},
    {0}};

#define COORDINATE(name, about)                                                                              \
  { #name, ISO_KEY_INTERVAL, .at = offsetof(iso_select_coordinates, name), RANGE(0, 1), .meaning = about }
const iso_key iso_config_coordinate_keys[] = {
    COORDINATE(transmural, "from 0 on the epicardium and in the middle of the septum to 1 on the endocardia"),
    COORDINATE(apicobasal, "from 0 at the apex to 1 on the base"),
    COORDINATE(rotational, "from 0 at the inferior insertion by 2/3 at the anterior one to 1; [0.9, 0.1] is "
                           "through 1"),
    COORDINATE(transventricular, "0 in the left ventricle, 1 in the right one"),
    {0}};

const iso_key iso_config_where_keys[] = {WHERE(iso_select, ), {0}};

const iso_key iso_config_site_keys[] = {WHERE(iso_config_site, where.), {0}};
