/* The keys of lesions, fast_endocardium, velocity_field and apd_field. */
#include "config/sections/where_keys.h"

static const iso_key line_set_keys[] = {
    {"lines", ISO_KEY_NAMES, .required = true, IN(line_set, lines), EXTRA(line_set, nlines),
     .meaning =
         "veins (a circle round those of each side), roof and floor (from left to right veins), box (these "
         "three), mitral (from the left inferior vein to the valve), cavotricuspid (right atrium)"},
    {"distance_mm", ISO_KEY_REAL, IN(line_set, distance_mm), .fallback = "5", ABOVE(0, LENGTH_MM),
     .meaning = "from the sites of the veins to the middle of a circle, through the tissue"},
    {"width_mm", ISO_KEY_REAL, IN(line_set, width_mm), .fallback = "4", ABOVE(0, LENGTH_MM),
     .meaning = "of the lines"},
    {0}};

static const iso_key gap_keys[] = {
    {"name", ISO_KEY_TEXT, IN(gap, name), .meaning = "for messages; gap0, gap1, ... where not given"},
    {"centre_mm", ISO_KEY_POINT, .required = true, IN(gap, centre_mm), RANGE(-1e6, 1e6),
     .meaning = "its middle, which is best the middle of the wall"},
    {"width_mm", ISO_KEY_REAL, .required = true, IN(gap, width_mm), ABOVE(0, LENGTH_MM),
     .meaning = "nodes within half of it of the middle stay"},
    {0}};

const iso_key iso_config_lesion_keys[] = {
    {"name", ISO_KEY_TEXT, IN(lesion, name),
     .meaning = "for messages; lesion0, lesion1, ... where not given"},
    {"from_ms", ISO_KEY_REAL, IN(lesion, from_ms), .fallback = "0", RANGE(0, TIME_MS),
     .meaning = "when it is burned; 0: before the run begins"},
    {"line_set", ISO_KEY_SECTION, FLAG(lesion, has_line_set), IN(lesion, line_set), .keys = line_set_keys,
     .meaning = "lines of an atrium, found from sites named left_superior_vein, left_inferior_vein, "
                "right_superior_vein, right_inferior_vein, mitral_valve; tricuspid_valve, inferior_cava"},
    {"gaps", ISO_KEY_ITEMS, IN(lesion, gaps), EXTRA(lesion, ngaps), .keys = gap_keys,
     .size = sizeof(iso_config_gap), .meaning = "what of it stays"},
    WHERE(iso_config_lesion, where.),
    {0}};

const iso_key iso_config_layer_keys[] = {
    {"name", ISO_KEY_TEXT, IN(fast_layer, name),
     .meaning = "for messages; layer0, layer1, ... where not given"},
    WHERE(iso_config_fast_layer, where.),
    {"depth_mm", ISO_KEY_REAL, IN(fast_layer, depth_mm), .fallback = "1", ABOVE(0, LENGTH_MM),
     .meaning = "how far from these nodes, through the tissue"},
    {"velocity_ratio", ISO_KEY_REAL, .required = true, IN(fast_layer, velocity_ratio), RANGE(1, 30),
     .meaning = "how many times as fast as in its region; conductivities are those times its square"},
    {0}};

const iso_key iso_config_velocity_field_keys[] = {
    {"file", ISO_KEY_PATH, .required = true, IN(factor, file),
     .meaning = "of numbers for all nodes, as of a parameter's field: NetCDF, .vtu or .vtk"},
    {"variable", ISO_KEY_TEXT, .required = true, IN(factor, variable),
     .meaning = "in it; above 0, and for an element the mean of its nodes"},
    {0}};

const iso_key iso_config_apd_field_keys[] = {
    {"file", ISO_KEY_PATH, .required = true, IN(factor, file),
     .meaning = "of numbers for all nodes, as of a parameter's field: NetCDF, .vtu or .vtk"},
    {"variable", ISO_KEY_TEXT, .required = true, IN(factor, variable), .meaning = "in it; above 0"},
    {0}};
