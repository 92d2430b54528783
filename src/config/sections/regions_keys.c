/* The keys of regions. */
#include "config/sections/keys.h"

static const iso_key course_point_keys[] = {
    {"at", ISO_KEY_REAL, .required = true, .at = offsetof(iso_course_point, at), RANGE(0, 1),
     .meaning = "of the coordinate"},
    {"value", ISO_KEY_REAL, .required = true, .at = offsetof(iso_course_point, value),
     .meaning = "there; linear between points, the same before the first and after the last"},
    {0}};

const iso_key iso_config_course[] = {
    {"by", ISO_KEY_WORD, .required = true, .at = offsetof(iso_course, by), .choices = iso_course_coordinates,
     .meaning = "a coordinate, which is a field of the mesh's file (isochrone mesh coordinates)"},
    {"from", ISO_KEY_REAL, .at = offsetof(iso_course, from),
     .meaning = "value where the coordinate is 0; linear up to"},
    {"to", ISO_KEY_REAL, .at = offsetof(iso_course, to), .meaning = "value where it is 1"},
    {"points", ISO_KEY_ITEMS, .at = offsetof(iso_course, points), .extra = offsetof(iso_course, npoints),
     .keys = course_point_keys, .size = sizeof(iso_course_point),
     .meaning = "instead of from and to: values at some places, in their order"},
    {0}};

static const iso_key conductivity_keys[] = {
    {"longitudinal_S_per_m", ISO_KEY_REAL, IN(region, longitudinal_S_per_m), ABOVE(0, 1e3),
     .meaning = "along the fibre"},
    {"transverse_S_per_m", ISO_KEY_REAL, IN(region, transverse_S_per_m), ABOVE(0, 1e3),
     .meaning = "across it, in the sheet"},
    {"normal_S_per_m", ISO_KEY_REAL, IN(region, normal_S_per_m), ABOVE(0, 1e3),
     .meaning = "normal to the sheet; as transverse where not given"},
    {"isotropic_S_per_m", ISO_KEY_REAL, IN(region, isotropic_S_per_m), ABOVE(0, 1e3),
     .meaning = "the same in every direction, instead of the others"},
    {"scale", ISO_KEY_SECTION, .flagged = true, EXTRA(region, has_scale), IN(region, scale),
     .keys = iso_config_course,
     .meaning = "a factor of all conductivities that follows a coordinate; 1 where not given"},
    {"intracellular_longitudinal_S_per_m", ISO_KEY_REAL, IN(region, intracellular_longitudinal_S_per_m),
     ABOVE(0, 1e3),
     .meaning =
         "of the cells' inside, si above, which drives the ECG; where none is given, the ECG takes the "
         "monodomain conductivities"},
    {"intracellular_transverse_S_per_m", ISO_KEY_REAL, IN(region, intracellular_transverse_S_per_m),
     ABOVE(0, 1e3), .meaning = "the same across the fibre, in the sheet"},
    {"intracellular_normal_S_per_m", ISO_KEY_REAL, IN(region, intracellular_normal_S_per_m), ABOVE(0, 1e3),
     .meaning = "the same normal to the sheet; as transverse where not given"},
    {0}};

#define VELOCITY(type, kind, name, ...) ROW(iso_config_velocity, name, kind, name, __VA_ARGS__)
static const iso_key velocity_keys[] = {ISO_VELOCITY_KEYS(VELOCITY){0}};

#define PACED(type, kind, name, ...) ROW(iso_config_paced, name, kind, name, __VA_ARGS__)
const iso_key iso_config_paced_keys[] = {ISO_PACED_KEYS(PACED){0}};

/* For isochrone keys: iso_read_initial reads them. */
static const iso_key initial_keys[] = {
    {"paced", ISO_KEY_SECTION, .keys = iso_config_paced_keys,
     .meaning = "the state after some beats of a single cell, which is kept in a cache"},
    {0}};

const iso_key iso_config_region_keys[] = {
    {"name", ISO_KEY_TEXT, IN(region, name),
     .meaning = "for messages and maps; region0, region1, ... where not given"},
    {"tags", ISO_KEY_TAGS, IN(region, tags), EXTRA(region, ntags),
     .meaning = "element tags of the mesh; without: all that no other region names"},
    {"site", ISO_KEY_TEXT, IN(region, where.name),
     .meaning = "or elements with all nodes in one of the sites, whatever their tags"},
    {"model", ISO_KEY_MODEL, .required = true,
     .meaning = "ionic model, see isochrone models; or your own: its header, like my_model.h"},
    {"variant", ISO_KEY_TEXT, IN(region, variant_name),
     .meaning = "published variant of the model; its first where not given"},
    {"conductivity", ISO_KEY_SECTION, .required = true, .keys = conductivity_keys,
     .meaning = "monodomain conductivity: si se / (si + se) of the intra- and the extracellular one"},
    {"velocity", ISO_KEY_SECTION, IN(region, velocity), .keys = velocity_keys,
     .meaning =
         "wanted: isochrone tune finds the conductivities for it, and method: eikonal takes it as it is"},
    {"chi_per_mm", ISO_KEY_REAL, IN(region, chi_per_mm), .fallback = "140", ABOVE(0, 1e5),
     .meaning = "membrane area per volume"},
    {"cm_uF_per_mm2", ISO_KEY_REAL, IN(region, cm_uF_per_mm2), .fallback = "0.01", ABOVE(0, 1e3),
     .meaning = "membrane capacitance"},
    {"thickness_mm", ISO_KEY_REAL, IN(region, thickness_mm), .fallback = "1", ABOVE(0, 1e3),
     .meaning = "of triangles; only matters where they meet volumes or lines"},
    {"cross_section_mm2", ISO_KEY_REAL, IN(region, cross_section_mm2), .fallback = "1", ABOVE(0, 1e6),
     .meaning = "of lines; only matters where they meet volumes or triangles"},
    {"parameters", ISO_KEY_PARAMETERS,
     .meaning = "of the model: g_Na: 7.4, or g_Na: {scale: 0.5} for half the variant's; instead of a number, "
                "{field: FILE, variable: NAME} for one a node, or {by: transmural, from: 1, to: 2} along a "
                "coordinate, with keys as of conductivity.scale"},
    {"initial", ISO_KEY_INITIAL, .keys = initial_keys,
     .meaning = "of the model: V: -85.23 (mV) and any of its states by name"},
    {0}};

const iso_key iso_config_source[] = {
    {"field", ISO_KEY_PATH, .required = true, .at = offsetof(iso_setting, field),
     .meaning =
         "a NetCDF, VTU, VTK or .dat file with a number for each node; or, VTU and VTK, for each cell: "
         "a node has the mean of the elements around it"},
    {"variable", ISO_KEY_TEXT, .required = true, .at = offsetof(iso_setting, variable),
     .meaning = "its name in the file; of .dat any"},
    {0}};
