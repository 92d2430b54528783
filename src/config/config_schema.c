#include "config/config_schema.h"

#include "config/config.h"
#include "grid/format/formats.h"

#include <stdlib.h>
#include <string.h>

#define IN(section, member) .at = offsetof(iso_config_##section, member)
#define EXTRA(section, member) .extra = offsetof(iso_config_##section, member)
#define FLAG(section, member) .flagged = true, EXTRA(section, member)
#define RANGE(a, b) .low = (a), .high = (b)
#define ABOVE(a, b) .low = (a), .above_low = true, .high = (b)
#define CHOICES(...)                                                                                         \
  (const char *const[]) { __VA_ARGS__, NULL }

/* Bounds are wide: they catch slips of unit and sign, not unusual science. */
#define LENGTH_MM 1e4
#define TIME_MS 1e9
#define LEAST_STEP_MS 1e-6 /* TIME_MS are then 1e15 steps, which a double and an int64_t count exactly */
#define VOLTAGE RANGE(-1000, 1000)

/* A row of a section that is a list, ISO_TIME_KEYS(TIME) and the like: see config.h. */
#define ROW(type, at_member, key_kind, name, about, ...)                                                     \
  {#name, ISO_KEY_##key_kind, .at = offsetof(type, at_member), .meaning = about, __VA_ARGS__},
#define PACED(type, kind, name, ...) ROW(iso_config_paced, name, kind, name, __VA_ARGS__)
#define VELOCITY(type, kind, name, ...) ROW(iso_config_velocity, name, kind, name, __VA_ARGS__)
#define TIME(type, kind, name, ...) ROW(iso_config_time, name, kind, name, __VA_ARGS__)
#define STOP(type, kind, name, ...) ROW(iso_config_stop, name, kind, name, __VA_ARGS__)
#define REENTRY(type, kind, name, ...) ROW(iso_config_outputs, reentry.name, kind, name, __VA_ARGS__)
#define CONDUCTION(type, kind, name, ...) ROW(iso_config_outputs, conduction.name, kind, name, __VA_ARGS__)
#define SINGULARITY(type, kind, name, ...)                                                                   \
  ROW(iso_config_outputs, singularities.name, kind, name, __VA_ARGS__)
#define CHECKPOINT(type, kind, name, ...) ROW(iso_config_checkpoint, name, kind, name, __VA_ARGS__)
#define NUMERICS(type, kind, name, ...) ROW(iso_config_numerics, scheme.name, kind, name, __VA_ARGS__)

static const iso_key slab_keys[] = {
    {"size_mm", ISO_KEY_POINT, .required = true, .at = offsetof(iso_slab_options, size_mm),
     RANGE(0, LENGTH_MM), .meaning = "extent from the origin; a line uses x, a sheet of triangles x and y"},
    {"spacing_mm", ISO_KEY_REAL, .required = true, .at = offsetof(iso_slab_options, spacing_mm),
     ABOVE(0, LENGTH_MM), .meaning = "edge along the axes"},
    {"element", ISO_KEY_CHOICE, .at = offsetof(iso_slab_options, shape), .fallback = "tetrahedron",
     .choices = CHOICES("line", "triangle", "tetrahedron", "hexahedron"), .meaning = "what it is made of"},
    {"diagonals", ISO_KEY_CHOICE, .at = offsetof(iso_slab_options, diagonals), .fallback = "alternating",
     .choices = CHOICES("alternating", "single", "jittered", "five"),
     .meaning = "how cubes are cut into tetrahedra"},
    {"tag", ISO_KEY_INTEGER, .at = offsetof(iso_slab_options, tag), .fallback = "0",
     .meaning = "of every element"},
    {0}};

static const iso_key surface_keys[] = {
    {"file", ISO_KEY_PATH, .required = true, .at = offsetof(iso_config_surface, file),
     .meaning =
         "triangles at places of nodes (.stl, .ply, .obj, .vtp, .vtk, .vtu), or numbers of nodes (.surf, "
         ".vtx)"},
    {"unit", ISO_KEY_WORD, .at = offsetof(iso_config_surface, unit), .fallback = "auto",
     .choices = CHOICES("auto", "um", "mm", "cm", "m"),
     .meaning = "of the file's coordinates; auto: that of the mesh"},
    {"tolerance_mm", ISO_KEY_REAL, .at = offsetof(iso_config_surface, tolerance_mm), ABOVE(0, LENGTH_MM),
     .meaning = "how far a point may be from its node; 1e-5 of the mesh's extent where not given"},
    {0}};

static const iso_key junction_delay_keys[] = {
    {"forward", ISO_KEY_REAL, .at = offsetof(iso_config_network, forward_ms), .fallback = "0",
     RANGE(0, TIME_MS), .meaning = "from the end of the network to the mesh"},
    {"back", ISO_KEY_REAL, .at = offsetof(iso_config_network, back_ms), RANGE(0, TIME_MS),
     .meaning = "from the first of the junction's nodes to the network; no wave passes where not given"},
    {0}};

static const iso_key network_keys[] = {
    {"file", ISO_KEY_PATH, .required = true, .at = offsetof(iso_config_network, file),
     .meaning = "lines, in any format of a mesh (.vtu, .vtp, .vtk, .msh, ...)"},
    {"unit", ISO_KEY_WORD, .at = offsetof(iso_config_network, unit), .fallback = "auto",
     .choices = CHOICES("auto", "um", "mm", "cm", "m"),
     .meaning = "of the file's coordinates; auto: um for CARP, else mm"},
    {"tag", ISO_KEY_INTEGER, .at = offsetof(iso_config_network, tag), .fallback = "-1", RANGE(-1, 1e9),
     .meaning =
         "of its elements, by which a region gives them cells, conductivity and cross_section_mm2; -1: "
         "the file's own tags"},
    {"cut", ISO_KEY_TAGS, .at = offsetof(iso_config_network, cut),
     .extra = offsetof(iso_config_network, ncut),
     .meaning = "lines with these tags in the file are left out, as in a bundle-branch block"},
    {"root_mm", ISO_KEY_POINT, .at = offsetof(iso_config_network, root_mm), RANGE(-LENGTH_MM, LENGTH_MM),
     .meaning = "the end nearest to it is the root, where the network begins and no junction is; the file's "
                "first point where not given, if it is an end"},
    {"edge_mm", ISO_KEY_REAL, .at = offsetof(iso_config_network, edge_mm), RANGE(0.01, LENGTH_MM),
     .meaning = "longer lines are cut into equal parts no longer than this; none is where not given"},
    {"junction_radius_mm", ISO_KEY_REAL, .at = offsetof(iso_config_network, junction_radius_mm),
     .fallback = "2", ABOVE(0, LENGTH_MM),
     .meaning = "how far the nodes of a junction may be from its end of the network"},
    {"junction_nodes", ISO_KEY_INTEGER, .at = offsetof(iso_config_network, junction_nodes), .fallback = "10",
     RANGE(1, 1000), .meaning = "most nodes of the mesh in a junction: the nearest ones"},
    {"junction_resistance_kohm", ISO_KEY_REAL, .required = true,
     .at = offsetof(iso_config_network, junction_resistance_kohm), ABOVE(0, 1e9),
     .meaning = "of each junction, all of its nodes together"},
    {"junction_delay_ms", ISO_KEY_SECTION, .keys = junction_delay_keys,
     .meaning = "of each junction, with method: eikonal, which does not know how long a resistance takes"},
    {"junction_way", ISO_KEY_BOOLEAN, .at = offsetof(iso_config_network, junction_way), .fallback = "false",
     .meaning = "with method: eikonal, a wave needs the time of the way from the end to each node, with the "
                "muscle's velocity there, besides the delay; else it is at all of them at once"},
    {0}};

static const iso_key torso_region_keys[] = {
    {"tags", ISO_KEY_TAGS, IN(torso_region, tags), EXTRA(torso_region, ntags),
     .meaning = "element tags of its mesh; without, in a torso's mesh: all that no other one names"},
    {"isotropic_S_per_m", ISO_KEY_REAL, IN(torso_region, isotropic_S_per_m), ABOVE(0, 1e3),
     .meaning = "conductivity of the bulk; of the heart si + se"},
    {"longitudinal_S_per_m", ISO_KEY_REAL, IN(torso_region, longitudinal_S_per_m), ABOVE(0, 1e3),
     .meaning = "or along the fibres of the mesh"},
    {"transverse_S_per_m", ISO_KEY_REAL, IN(torso_region, transverse_S_per_m), ABOVE(0, 1e3),
     .meaning = "and across them"},
    {0}};

static const iso_key mesh_keys[] = {
    {"file", ISO_KEY_PATH, IN(mesh, file), .meaning = "the mesh; for CARP the name without .pts"},
    {"format", ISO_KEY_WORD, IN(mesh, format), .fallback = "auto", .choices = iso_format_words,
     .meaning = "of the file; auto: by what it begins with and its name"},
    {"unit", ISO_KEY_WORD, IN(mesh, unit), .fallback = "auto",
     .choices = CHOICES("auto", "um", "mm", "cm", "m"),
     .meaning = "of the file's coordinates; auto: um for CARP, else mm"},
    {"tag_array", ISO_KEY_TEXT, IN(mesh, tag_array),
     .meaning = "array of cells with the region tags, of a VTK file; without: by its usual names"},
    {"fibre_array", ISO_KEY_TEXT, IN(mesh, fibre_array),
     .meaning = "array of cells, or of points, with the fibres, of a VTK file; without: by its usual names"},
    {"sheet_array", ISO_KEY_TEXT, IN(mesh, sheet_array),
     .meaning = "array of cells with the sheets, of a VTK file; without: by its usual names"},
    {"refine", ISO_KEY_INTEGER, IN(mesh, refine), .fallback = "0", RANGE(0, 6),
     .meaning = "times that every edge is halved"},
    {"edge_mm", ISO_KEY_REAL, IN(mesh, edge_mm), ABOVE(0, LENGTH_MM),
     .meaning = "after that, longer edges are halved one by one until none is; no hexahedra"},
    {"slab", ISO_KEY_SECTION, FLAG(mesh, has_slab), IN(mesh, slab), .keys = slab_keys,
     .meaning = "a built-in block of tissue, instead of a file"},
    {"fibre", ISO_KEY_POINT, IN(mesh, fibre), RANGE(-1e6, 1e6),
     .meaning = "fibre direction where the mesh has none; a slab's is [1, 0, 0]"},
    {"keep_surfaces", ISO_KEY_BOOLEAN, IN(mesh, keep_surfaces), .fallback = "false",
     .meaning = "triangles and lines that are faces and edges of other elements are tissue of their own; "
                "without, they are taken as a surface and left out"},
    {"surfaces", ISO_KEY_NAMED, IN(mesh, surfaces), EXTRA(mesh, nsurfaces), .keys = surface_keys,
     .size = sizeof(iso_config_surface), .single = true,
     .meaning = "files of surfaces by the names they get, like {epi: epi.stl}, for sites beside those that "
                "the mesh has names for"},
    {"networks", ISO_KEY_NAMED, IN(mesh, networks), EXTRA(mesh, nnetworks), .keys = network_keys,
     .size = sizeof(iso_config_network),
     .meaning = "lines beside the mesh, like Purkinje trees, by names: every end but the root is a junction, "
                "a resistor to nodes of the mesh"},
    {"passive", ISO_KEY_ITEMS, IN(mesh, passive), EXTRA(mesh, npassive), .keys = torso_region_keys,
     .size = sizeof(iso_config_torso_region),
     .meaning = "parts of the mesh around the heart: they are not simulated, and are the torso of "
                "outputs.ecg, where that has no mesh of its own"},
    {"second_order", ISO_KEY_CHOICE, IN(mesh, second_order), .fallback = "corners",
     .choices = CHOICES("corners", "cut"),
     .meaning = "elements of second order: each one of its corners, or cut into several of first order"},
    {"partition", ISO_KEY_CHOICE, IN(mesh, partition), .fallback = "best",
     .choices = CHOICES("best", "hilbert", "scotch"),
     .meaning = "how the mesh is shared among ranks: along a space-filling curve, by PT-Scotch, or the "
                "better of both"},
    {"pieces", ISO_KEY_INTEGER, IN(mesh, pieces), .fallback = "0", RANGE(0, 64),
     .meaning =
         "parts of each rank, spread over the mesh so that a wave keeps all ranks busy, for a longer halo; "
         "0: 4 on CPUs where the fast current is not nodal, else 1"},
    {0}};

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

static const iso_key velocity_keys[] = {ISO_VELOCITY_KEYS(VELOCITY){0}};

const iso_key iso_config_paced_keys[] = {ISO_PACED_KEYS(PACED){0}};

/* For isochrone keys: iso_read_initial reads them. */
static const iso_key initial_keys[] = {
    {"paced", ISO_KEY_SECTION, .keys = iso_config_paced_keys,
     .meaning = "the state after some beats of a single cell, which is kept in a cache"},
    {0}};

static const iso_key region_keys[] = {
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

static const iso_key block_keys[] = {{"ic50_nM", ISO_KEY_REAL, .at = offsetof(iso_block, ic50_nM),
                                      ABOVE(0, 1e12), .meaning = "concentration that halves the parameter"},
                                     {"ic50_uM", ISO_KEY_REAL, .at = offsetof(iso_block, ic50_uM),
                                      ABOVE(0, 1e9), .meaning = "the same in umol/l"},
                                     {"hill", ISO_KEY_REAL, .at = offsetof(iso_block, hill), .fallback = "1",
                                      ABOVE(0, 100), .meaning = "Hill coefficient"},
                                     {0}};

static const iso_key drug_keys[] = {
    {"name", ISO_KEY_TEXT, IN(drug, drug.name), .meaning = "for messages; drug0, drug1, ... where not given"},
    {"concentration_nM", ISO_KEY_REAL, IN(drug, concentration_nM), RANGE(0, 1e12),
     .meaning = "free concentration at the cells"},
    {"concentration_uM", ISO_KEY_REAL, IN(drug, concentration_uM), RANGE(0, 1e9),
     .meaning = "the same in umol/l"},
    {"cmax_nM", ISO_KEY_REAL, IN(drug, cmax_nM), ABOVE(0, 1e12),
     .meaning = "the highest free concentration in patients, with times_cmax instead of a concentration"},
    {"times_cmax", ISO_KEY_REAL, IN(drug, times_cmax), RANGE(0, 1e6),
     .meaning = "the concentration as a multiple of cmax_nM"},
    {"regions", ISO_KEY_NAMES, IN(drug, regions), EXTRA(drug, nregions),
     .meaning = "names of the regions it acts on; without: all"},
    {"block", ISO_KEY_NAMED, .required = true, IN(drug, drug.blocks), EXTRA(drug, drug.nblocks),
     .keys = block_keys, .size = sizeof(iso_block),
     .meaning = "parameters of the model by name, each scaled by 1 / (1 + (concentration / ic50)^hill)"},
    {0}};

static const iso_key box_keys[] = {
    {"min_mm", ISO_KEY_POINT, .required = true, .at = offsetof(iso_select_box, min_mm), RANGE(-1e6, 1e6),
     .meaning = "lower corner"},
    {"max_mm", ISO_KEY_POINT, .required = true, .at = offsetof(iso_select_box, max_mm), RANGE(-1e6, 1e6),
     .meaning = "upper corner"},
    {0}};

static const iso_key sphere_keys[] = {
    {"centre_mm", ISO_KEY_POINT, .required = true, .at = offsetof(iso_select_sphere, centre_mm),
     RANGE(-1e6, 1e6), .meaning = "its centre"},
    {"radius_mm", ISO_KEY_REAL, .required = true, .at = offsetof(iso_select_sphere, radius_mm),
     ABOVE(0, LENGTH_MM), .meaning = "its radius"},
    {0}};

static const iso_key line_keys[] = {
    {"from_mm", ISO_KEY_POINT, .required = true, .at = offsetof(iso_select_line, from_mm), RANGE(-1e6, 1e6),
     .meaning = "one end"},
    {"to_mm", ISO_KEY_POINT, .required = true, .at = offsetof(iso_select_line, to_mm), RANGE(-1e6, 1e6),
     .meaning = "the other end"},
    {"radius_mm", ISO_KEY_REAL, .required = true, .at = offsetof(iso_select_line, radius_mm),
     ABOVE(0, LENGTH_MM), .meaning = "how far from it nodes may be"},
    {0}};

static const iso_key pattern_keys[] = {
    {"density", ISO_KEY_REAL, .required = true, .at = offsetof(iso_select_pattern, density),
     RANGE(0.001, 0.999), .meaning = "part of a large volume"},
    {"correlation_mm", ISO_KEY_REAL, .required = true, .at = offsetof(iso_select_pattern, correlation_mm),
     RANGE(0.01, LENGTH_MM), .meaning = "where correlation has fallen to 1/e: about the size of patches"},
    {"seed", ISO_KEY_INTEGER, .at = offsetof(iso_select_pattern, seed), .fallback = "0", RANGE(0, 1e9),
     .meaning = "another one is another pattern"},
    {0}};

static const iso_key around_keys[] = {
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

static const iso_key path_keys[] = {
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

#define COORDINATE(name, about)                                                                              \
  { #name, ISO_KEY_INTERVAL, .at = offsetof(iso_select_coordinates, name), RANGE(0, 1), .meaning = about }
static const iso_key coordinate_keys[] = {
    COORDINATE(transmural, "from 0 on the epicardium and in the middle of the septum to 1 on the endocardia"),
    COORDINATE(apicobasal, "from 0 at the apex to 1 on the base"),
    COORDINATE(rotational, "from 0 at the inferior insertion by 2/3 at the anterior one to 1; [0.9, 0.1] is "
                           "through 1"),
    COORDINATE(transventricular, "0 in the left ventricle, 1 in the right one"),
    {0}};

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
       .keys = box_keys,                                                                                     \
       .meaning = "nodes inside, faces included"},                                                           \
      {"sphere",                                                                                             \
       ISO_KEY_SECTION,                                                                                      \
       .flagged = true,                                                                                      \
       .extra = offsetof(type, in has_sphere),                                                               \
       .at = offsetof(type, in sphere),                                                                      \
       .keys = sphere_keys,                                                                                  \
       .meaning = "nodes inside"},                                                                           \
      {"line",                                                                                               \
       ISO_KEY_SECTION,                                                                                      \
       .flagged = true,                                                                                      \
       .extra = offsetof(type, in has_line),                                                                 \
       .at = offsetof(type, in line),                                                                        \
       .keys = line_keys,                                                                                    \
       .meaning = "nodes near a straight line"},                                                             \
      {"pattern",                                                                                            \
       ISO_KEY_SECTION,                                                                                      \
       .flagged = true,                                                                                      \
       .extra = offsetof(type, in has_pattern),                                                              \
       .at = offsetof(type, in pattern),                                                                     \
       .keys = pattern_keys,                                                                                 \
       .meaning = "nodes in patches at random, as of fibrosis; the same on any mesh and number of ranks"},   \
      {"around",                                                                                             \
       ISO_KEY_SECTION,                                                                                      \
       .flagged = true,                                                                                      \
       .extra = offsetof(type, in has_around),                                                               \
       .at = offsetof(type, in around),                                                                      \
       .keys = around_keys,                                                                                  \
       .meaning = "nodes in a band at a distance from a site, like a circle round a vein"},                  \
      {"path",                                                                                               \
       ISO_KEY_SECTION,                                                                                      \
       .flagged = true,                                                                                      \
       .extra = offsetof(type, in has_path),                                                                 \
       .at = offsetof(type, in path),                                                                        \
       .keys = path_keys,                                                                                    \
       .meaning = "nodes under a path along the mesh's outer surface"},                                      \
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
       .keys = coordinate_keys,                                                                              \
       .meaning = "nodes between two values of each of these fields of the mesh's file"},                    \
      {"segment", ISO_KEY_TAGS, .at = offsetof(type, in segments), .extra = offsetof(type, in nsegments),    \
       .meaning = "nodes of this AHA segment, or of a list, by the field aha_segment of the mesh's file"},   \
      {"and", SETS(type, in, all, nall), .meaning = "nodes that are in each of further sets, told as here"}, \
      {"or", SETS(type, in, any, nany), .meaning = "nodes that are in one of further sets"}, {               \
    "not", SETS(type, in, none, nnone), .meaning = "nodes that are in none of further sets"                  \
  }

const iso_key iso_config_where_keys[] = {WHERE(iso_select, ), {0}};

static const iso_key site_keys[] = {WHERE(iso_config_site, where.), {0}};

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

static const iso_key lesion_keys[] = {
    {"name", ISO_KEY_TEXT, IN(lesion, name),
     .meaning = "for messages; lesion0, lesion1, ... where not given"},
    {"line_set", ISO_KEY_SECTION, FLAG(lesion, has_line_set), IN(lesion, line_set), .keys = line_set_keys,
     .meaning = "lines of an atrium, found from sites named left_superior_vein, left_inferior_vein, "
                "right_superior_vein, right_inferior_vein, mitral_valve; tricuspid_valve, inferior_cava"},
    {"gaps", ISO_KEY_ITEMS, IN(lesion, gaps), EXTRA(lesion, ngaps), .keys = gap_keys,
     .size = sizeof(iso_config_gap), .meaning = "what of it stays"},
    WHERE(iso_config_lesion, where.),
    {0}};

static const iso_key layer_keys[] = {
    {"name", ISO_KEY_TEXT, IN(fast_layer, name),
     .meaning = "for messages; layer0, layer1, ... where not given"},
    WHERE(iso_config_fast_layer, where.),
    {"depth_mm", ISO_KEY_REAL, IN(fast_layer, depth_mm), .fallback = "1", ABOVE(0, LENGTH_MM),
     .meaning = "how far from these nodes, through the tissue"},
    {"velocity_ratio", ISO_KEY_REAL, .required = true, IN(fast_layer, velocity_ratio), RANGE(1, 30),
     .meaning = "how many times as fast as in its region; conductivities are those times its square"},
    {0}};

static const iso_key stimulus_keys[] = {
    {"name", ISO_KEY_TEXT, IN(stimulus, name),
     .meaning = "for messages; stimulus0, stimulus1, ... where not given"},
    WHERE(iso_config_stimulus, where.),
    {"start_ms", ISO_KEY_REAL, IN(stimulus, pulses.start_ms), .fallback = "0", RANGE(0, TIME_MS),
     .meaning = "first pulse"},
    {"duration_ms", ISO_KEY_REAL, IN(stimulus, pulses.duration_ms), .fallback = "2", ABOVE(0, TIME_MS),
     .meaning = "of one pulse"},
    {"amplitude_uA_per_uF", ISO_KEY_REAL, .required = true, IN(stimulus, pulses.amplitude), RANGE(-1e6, 1e6),
     .meaning = "current per capacitance, which is mV per ms; positive depolarises"},
    {"period_ms", ISO_KEY_REAL, IN(stimulus, pulses.period_ms), .fallback = "0", RANGE(0, TIME_MS),
     .meaning = "from pulse to pulse; 0: one pulse"},
    {"count", ISO_KEY_COUNT, IN(stimulus, pulses.count), .fallback = "0", RANGE(0, 1e9),
     .meaning = "pulses of a periodic stimulus; 0: until the run ends"},
    {0}};

static const iso_key sense_keys[] = {
    {"node", ISO_KEY_COUNT, IN(actor, node), RANGE(0, 1e15), .meaning = "at which node, numbered from 0"},
    {"site", ISO_KEY_TEXT, IN(actor, sense.name),
     .meaning = "or at the node in the middle of one of the sites"},
    {0}};

static const iso_key actor_keys[] = {
    {"name", ISO_KEY_TEXT, .required = true, IN(actor, name),
     .meaning = "in the results, NAME_pulse_time; letters, digits and _"},
    {"sense", ISO_KEY_SECTION, .required = true, .keys = sense_keys, .meaning = "where Vm is watched"},
    {"threshold_mV", ISO_KEY_REAL, IN(actor, threshold_mV), VOLTAGE,
     .meaning = "that of activation where not given"},
    {"crossing", ISO_KEY_CHOICE, IN(actor, crossing), .fallback = "up", .choices = CHOICES("up", "down"),
     .meaning = "upwards, as a cell activates, or downwards, as it recovers"},
    {"latency_ms", ISO_KEY_REAL, .required = true, IN(actor, latency_ms), ABOVE(0, TIME_MS),
     .meaning = "from the crossing to the pulse, in whole steps"},
    {"blank_ms", ISO_KEY_REAL, IN(actor, blank_ms), .fallback = "0", RANGE(0, TIME_MS),
     .meaning = "crossings so soon after one that was answered are not"},
    WHERE(iso_config_actor, where.),
    {"duration_ms", ISO_KEY_REAL, IN(actor, pulses.duration_ms), .fallback = "2", ABOVE(0, TIME_MS),
     .meaning = "of a pulse"},
    {"amplitude_uA_per_uF", ISO_KEY_REAL, .required = true, IN(actor, pulses.amplitude), RANGE(-1e6, 1e6),
     .meaning = "current per capacitance, which is mV per ms; positive depolarises"},
    {0}};

static const iso_key lead_sense_keys[] = {
    {"node", ISO_KEY_COUNT, IN(lead, node), RANGE(0, 1e15), .meaning = "Vm at this node, numbered from 0"},
    {"site", ISO_KEY_TEXT, IN(lead, sense.name),
     .meaning = "or at the node in the middle of one of the sites"},
    {"tip_mm", ISO_KEY_POINT, IN(lead, tip_mm), RANGE(-LENGTH_MM, LENGTH_MM),
     .meaning = "or the electrogram of an electrode here, against infinity"},
    {"ring_mm", ISO_KEY_POINT, IN(lead, ring_mm), RANGE(-LENGTH_MM, LENGTH_MM),
     .meaning = "or against another one here: tip minus ring"},
    {"threshold_mV", ISO_KEY_REAL, IN(lead, threshold_mV), VOLTAGE,
     .meaning =
         "Vm rises through it, that of activation where not given; or the electrogram's size does, 0.75 "
         "in the atrium and 2.5 in the ventricle where not given"},
    {"high_pass_Hz", ISO_KEY_REAL, IN(lead, high_pass_Hz), .fallback = "10", RANGE(0, 1e4),
     .meaning = "of the electrogram before that, of first order; 0: none"},
    {0}};

static const iso_key lead_keys[] = {
    {"sense", ISO_KEY_SECTION, .keys = lead_sense_keys, .meaning = "what it senses, once"},
    WHERE(iso_config_lead, where.),
    {"duration_ms", ISO_KEY_REAL, IN(lead, pulse.duration_ms), .fallback = "2", ABOVE(0, TIME_MS),
     .meaning = "of a pulse, to the nodes that meet all of these conditions"},
    {"amplitude_uA_per_uF", ISO_KEY_REAL, IN(lead, pulse.amplitude), RANGE(-1e6, 1e6),
     .meaning = "current per capacitance, which is mV per ms; positive depolarises"},
    {0}};

#define THERAPY(type, kind, name, ...) ROW(iso_config_therapy, name, kind, name, __VA_ARGS__)

static const iso_key therapy_keys[] = {ISO_THERAPY_KEYS(THERAPY){0}};

static const iso_key zone_keys[] = {
    {"interval_ms", ISO_KEY_REAL, .required = true, IN(zone, interval_ms), ABOVE(0, TIME_MS),
     .meaning = "intervals between ventricular beats that are not longer are within it"},
    {"count", ISO_KEY_INTEGER, IN(zone, count), .fallback = "30", RANGE(1, 100),
     .meaning = "it is detected when so many"},
    {"of", ISO_KEY_INTEGER, IN(zone, of), .fallback = "40", RANGE(1, 100),
     .meaning = "of the last so many are"},
    {"therapies", ISO_KEY_ITEMS, IN(zone, therapies), EXTRA(zone, ntherapies), .keys = therapy_keys,
     .size = sizeof(iso_config_therapy), .meaning = "trains of pulses against it, one after the other"},
    {0}};

#define IMPLANT(type, kind, name, ...) ROW(iso_config_implant, name, kind, name, __VA_ARGS__)

static const iso_key implant_keys[] = {
    {"mode", ISO_KEY_CHOICE, .required = true, IN(implant, mode),
     .choices = CHOICES("off", "VVI", "AAI", "DDD", "CRT"),
     .meaning = "what it paces and senses; off: it senses alone; CRT is DDD with a left lead"},
    ISO_IMPLANT_KEYS(IMPLANT){"atrium", ISO_KEY_SECTION, FLAG(implant, has_lead[0]), IN(implant, lead[0]),
                              .keys = lead_keys, .meaning = "its lead in the right atrium"},
    {"ventricle", ISO_KEY_SECTION, FLAG(implant, has_lead[1]), IN(implant, lead[1]), .keys = lead_keys,
     .meaning = "its lead in the right ventricle"},
    {"left_ventricle", ISO_KEY_SECTION, FLAG(implant, has_lead[2]), IN(implant, lead[2]), .keys = lead_keys,
     .meaning = "its lead on the left ventricle, which paces alone; with VVI and DDD, too"},
    {"zones", ISO_KEY_ITEMS, IN(implant, zones), EXTRA(implant, nzones), .keys = zone_keys,
     .size = sizeof(iso_config_zone),
     .meaning = "fast rhythms that it detects by counted intervals and paces against, from the slowest on"},
    {0}};

static const iso_key protocol_sense_keys[] = {
    {"node", ISO_KEY_COUNT, IN(protocol, node), RANGE(0, 1e15), .meaning = "at which node, numbered from 0"},
    {"site", ISO_KEY_TEXT, IN(protocol, sense.name),
     .meaning = "or at the node in the middle of one of the sites"},
    {"distance_mm", ISO_KEY_REAL, IN(protocol, sense_distance_mm), ABOVE(0, LENGTH_MM),
     .meaning =
         "or at all nodes between this and half as much again from the pulsed site, through the tissue"},
    {0}};

static const iso_key s1_keys[] = {
    {"start_ms", ISO_KEY_REAL, IN(protocol, s1.start_ms), .fallback = "0", RANGE(0, TIME_MS),
     .meaning = "first pulse"},
    {"cycle_ms", ISO_KEY_REAL, .required = true, IN(protocol, s1.period_ms), ABOVE(0, TIME_MS),
     .meaning = "from pulse to pulse"},
    {"count", ISO_KEY_COUNT, .required = true, IN(protocol, s1.count), RANGE(1, 1e9), .meaning = "pulses"},
    {0}};

static const iso_key extra_keys[] = {
    {"at_ms", ISO_KEY_REAL, IN(extra, at_ms), ABOVE(0, TIME_MS),
     .meaning = "coupling interval, from the beginning of the pulse before; or it is searched:"},
    {"longest_ms", ISO_KEY_REAL, IN(extra, longest_ms), ABOVE(0, TIME_MS),
     .meaning = "coupling interval that is expected to capture"},
    {"shortest_ms", ISO_KEY_REAL, IN(extra, shortest_ms), ABOVE(0, TIME_MS),
     .meaning = "coupling interval that is expected not to"},
    {"resolution_ms", ISO_KEY_REAL, IN(extra, resolution_ms), .fallback = "1", ABOVE(0, TIME_MS),
     .meaning = "of the effective refractory period: coupling intervals are shortest_ms and multiples of it "
                "more"},
    {"search", ISO_KEY_CHOICE, IN(extra, search), .fallback = "bisect",
     .choices = CHOICES("bisect", "decrement"),
     .meaning = "by halves, or from longest_ms down by resolution_ms until it is blocked"},
    {0}};

static const iso_key burst_keys[] = {
    {"cycle_ms", ISO_KEY_REAL, .required = true, IN(burst, cycle_ms), ABOVE(0, TIME_MS),
     .meaning = "from the last S1 pulse to the first of the burst, and on from pulse to pulse"},
    {"count", ISO_KEY_COUNT, .required = true, IN(burst, count), RANGE(1, 1e4), .meaning = "pulses"},
    {"decrement_ms", ISO_KEY_REAL, IN(burst, decrement_ms), .fallback = "0", RANGE(0, TIME_MS),
     .meaning = "by which each interval is shorter than the one before: a ramp"},
    {"shortest_ms", ISO_KEY_REAL, IN(burst, shortest_ms), ABOVE(0, TIME_MS),
     .meaning = "intervals of a ramp are no shorter; cycle_ms where not given"},
    {"test_each", ISO_KEY_BOOLEAN, IN(burst, test_each), .fallback = "false",
     .meaning = "with look_for_reentry: after each pulse, and what is induced ends the burst"},
    {0}};

static const iso_key peerp_keys[] = {
    {"beats", ISO_KEY_INTEGER, IN(peerp, beats), .fallback = "4", RANGE(1, 1000),
     .meaning = "premature pulses at most"},
    {"below_ms", ISO_KEY_REAL, IN(peerp, below_ms), .fallback = "80", ABOVE(0, TIME_MS),
     .meaning = "how long before the site has recovered from S1 the search for S2 begins"},
    {"above_ms", ISO_KEY_REAL, IN(peerp, above_ms), .fallback = "40", ABOVE(0, TIME_MS),
     .meaning = "and how long after it ends; later windows are as wide"},
    {"earliest_ms", ISO_KEY_REAL, IN(peerp, earliest_ms), .fallback = "60", ABOVE(0, TIME_MS),
     .meaning = "where later windows begin, from the pulse before"},
    {"resolution_ms", ISO_KEY_REAL, IN(peerp, resolution_ms), .fallback = "1", ABOVE(0, TIME_MS),
     .meaning = "of the end of the effective refractory period"},
    {0}};

static const iso_key restitution_keys[] = {
    {"from", ISO_KEY_TEXT, .required = true, IN(restitution, from.name),
     .meaning = "site whose middle node tells rest and action potential duration, and where the way begins"},
    {"to", ISO_KEY_TEXT, .required = true, IN(restitution, to.name),
     .meaning = "site to whose middle node the velocity is measured, in a straight line"},
    {"longest_ms", ISO_KEY_REAL, .required = true, IN(restitution, longest_ms), ABOVE(0, TIME_MS),
     .meaning = "coupling interval of S2, from the beginning of the last S1 pulse"},
    {"shortest_ms", ISO_KEY_REAL, .required = true, IN(restitution, shortest_ms), ABOVE(0, TIME_MS),
     .meaning = "the first that is tried"},
    {"resolution_ms", ISO_KEY_REAL, IN(restitution, resolution_ms), .fallback = "10", ABOVE(0, TIME_MS),
     .meaning = "from one interval to the next"},
    {0}};

#define EXTRA_STIMULUS(key_name, k, about)                                                                   \
  {                                                                                                          \
    key_name, ISO_KEY_SECTION, FLAG(protocol, has_extra[k]), IN(protocol, extra[k]), .keys = extra_keys,     \
                                                                                     .meaning = about        \
  }

static const iso_key protocol_keys[] = {
    WHERE(iso_config_protocol, where.),
    {"sense", ISO_KEY_SECTION, .required = true, .keys = protocol_sense_keys,
     .meaning = "a premature pulse has captured where this node, or any of these, activates after it"},
    {"amplitude_uA_per_uF", ISO_KEY_REAL, .required = true, IN(protocol, s1.amplitude), RANGE(-1e6, 1e6),
     .meaning = "of all pulses: current per capacitance, which is mV per ms; positive depolarises"},
    {"duration_ms", ISO_KEY_REAL, IN(protocol, s1.duration_ms), .fallback = "2", ABOVE(0, TIME_MS),
     .meaning = "of each pulse"},
    {"window_ms", ISO_KEY_REAL, IN(protocol, window_ms), .fallback = "200", ABOVE(0, TIME_MS),
     .meaning = "from the beginning of a premature pulse: who has not activated by then is not captured"},
    {"look_for_reentry", ISO_KEY_BOOLEAN, IN(protocol, look_for_reentry), .fallback = "false",
     .meaning = "whether a premature pulse induces what lasts outputs.reentry.sustained_ms after it"},
    {"sites", ISO_KEY_NAMES, IN(protocol, sites), EXTRA(protocol, nsites),
     .meaning = "where premature pulses are given, each of these sites after the same train; where the train "
                "is where not given"},
    {"s1", ISO_KEY_SECTION, .required = true, .keys = s1_keys, .meaning = "the train"},
    EXTRA_STIMULUS("s2", 0, "the first premature pulse"),
    EXTRA_STIMULUS("s3", 1, "the second, after the shortest interval of S2 that captured"),
    EXTRA_STIMULUS("s4", 2, "the third, likewise"),
    {"burst", ISO_KEY_SECTION, FLAG(protocol, has_burst), IN(protocol, burst), .keys = burst_keys,
     .meaning = "or a burst or ramp"},
    {"peerp", ISO_KEY_SECTION, FLAG(protocol, has_peerp), IN(protocol, peerp), .keys = peerp_keys,
     .meaning = "or pacing at the end of the effective refractory period, pulse after pulse until re-entry"},
    {"restitution", ISO_KEY_SECTION, FLAG(protocol, has_restitution), IN(protocol, restitution),
     .keys = restitution_keys, .meaning = "or action potential duration and velocity against rest"},
    {0}};

static const iso_key time_keys[] = {ISO_TIME_KEYS(TIME){0}};

static const iso_key stop_keys[] = {ISO_STOP_KEYS(STOP){0}};

static const iso_key numerics_keys[] = {
    {"accuracy", ISO_KEY_CHOICE, IN(numerics, accuracy), .choices = CHOICES("draft", "standard", "reference"),
     .meaning = "sets precision, pace, cg_tolerance and time.step_ms together, those that are not given; "
                "standard where not given, unless the pace is fixed"},
    {"precision", ISO_KEY_CHOICE, IN(numerics, precision), .choices = CHOICES("double", "single"),
     .meaning = "of the state; where not given by accuracy, or double without one"},
    ISO_NUMERICS_KEYS(NUMERICS){0}};

static const iso_key activation_keys[] = {
    {"threshold_mV", ISO_KEY_REAL, IN(outputs, activation_mV), VOLTAGE,
     .meaning = "crossed upwards; the model's usual one where not given"},
    {"by_slope", ISO_KEY_BOOLEAN, IN(outputs, by_slope), .fallback = "false",
     .meaning =
         "when Vm rose most steeply as activation_by_slope, too; looks at every node after every step"},
    {0}};

static const iso_key repolarisation_keys[] = {
    {"level_percent", ISO_KEY_REAL, IN(outputs, repolarisation_level), RANGE(10, 99),
     .meaning = "of the amplitude recovered: 90, which gives APD90, where neither is given"},
    {"threshold_mV", ISO_KEY_REAL, IN(outputs, repolarisation_mV), VOLTAGE,
     .meaning = "crossed downwards, instead of a level_percent"},
    {0}};

static const iso_key probe_keys[] = {
    {"name", ISO_KEY_TEXT, .required = true, IN(probe, name), .meaning = "in the results"},
    {"at_mm", ISO_KEY_POINT, IN(probe, at_mm), RANGE(-1e6, 1e6), .meaning = "where, inside the mesh"},
    {"node", ISO_KEY_COUNT, IN(probe, node), RANGE(0, 1e15), .meaning = "or at which node, numbered from 0"},
    {"site", ISO_KEY_TEXT, IN(probe, where.name),
     .meaning = "or at the node in the middle of one of the sites"},
    {0}};

static const iso_key snapshot_keys[] = {
    {"interval_ms", ISO_KEY_REAL, IN(outputs, snapshot_interval_ms), .fallback = "0", RANGE(0, TIME_MS),
     .meaning = "between snapshots of Vm; 0: none"},
    {"start_ms", ISO_KEY_REAL, IN(outputs, snapshot_start_ms), .fallback = "0", RANGE(0, TIME_MS),
     .meaning = "first"},
    {"stop_ms", ISO_KEY_REAL, IN(outputs, snapshot_stop_ms), RANGE(0, TIME_MS),
     .meaning = "last; the end of the run where not given"},
    {0}};

static const iso_key torso_keys[] = {
    {"file", ISO_KEY_PATH, IN(torso, file),
     .meaning = "a mesh of the body with the heart in it, in the frame of the heart's mesh; not needed where "
                "that has passive parts around the heart (mesh.passive)"},
    {"format", ISO_KEY_WORD, IN(torso, format), .fallback = "auto", .choices = iso_format_words,
     .meaning = "as of mesh"},
    {"unit", ISO_KEY_WORD, IN(torso, unit), .fallback = "auto",
     .choices = CHOICES("auto", "um", "mm", "cm", "m"), .meaning = "as of mesh"},
    {"regions", ISO_KEY_ITEMS, IN(torso, regions), EXTRA(torso, nregions), .keys = torso_region_keys,
     .size = sizeof(iso_config_torso_region),
     .meaning = "what its parts conduct; of the heart's own mesh, only where the heart's bulk is not "
                "what follows from its conductivities"},
    {"ground", ISO_KEY_TEXT, IN(torso, ground),
     .meaning = "the electrode that the others are against; RL, or the first, where not given"},
    {0}};

static const iso_key ecg_keys[] = {
    {"electrodes", ISO_KEY_PATH, IN(outputs, ecg.electrodes),
     .meaning = "a CSV file with a line for each and columns name, x_mm, y_mm, z_mm; RA, LA, LL and V1 to V6 "
                "give the twelve leads"},
    {"interval_ms", ISO_KEY_REAL, IN(outputs, ecg.interval_ms), .fallback = "1", ABOVE(0, TIME_MS),
     .meaning = "between samples"},
    {"medium_S_per_m", ISO_KEY_REAL, IN(outputs, ecg.medium_S_per_m), .fallback = "0.2", ABOVE(0, 1e3),
     .meaning = "conductivity of the medium without bounds that the heart and the electrodes are in"},
    {"pairs", ISO_KEY_NAMES, IN(outputs, ecg.pairs), EXTRA(outputs, ecg.npairs),
     .meaning = "bipolar leads of two electrodes, A-B for A minus B"},
    {"torso", ISO_KEY_SECTION, IN(outputs, ecg.torso), .keys = torso_keys,
     .meaning = "a body with bounds around the heart, instead of a medium without"},
    {0}};

static const iso_key reentry_keys[] = {ISO_REENTRY_KEYS(REENTRY){0}};

static const iso_key singularity_keys[] = {ISO_SINGULARITY_KEYS(SINGULARITY){0}};

static const iso_key conduction_keys[] = {ISO_CONDUCTION_KEYS(CONDUCTION){0}};

static const iso_key left_keys[] = {
    {"site", ISO_KEY_TEXT, .required = true, IN(outputs, left.name), .meaning = "one of the sites"}, {0}};
static const iso_key right_keys[] = {
    {"site", ISO_KEY_TEXT, .required = true, IN(outputs, right.name), .meaning = "one of the sites"}, {0}};

static const iso_key synchrony_keys[] = {
    {"left", ISO_KEY_SECTION, .keys = left_keys, .meaning = "nodes that stand for the left ventricle"},
    {"right", ISO_KEY_SECTION, .keys = right_keys, .meaning = "nodes that stand for the right one"},
    {"lead", ISO_KEY_TEXT, IN(outputs, qlv_lead),
     .meaning = "an electrogram of outputs.ecg: from the beginning of QRS to its activation is qlv_ms"},
    {0}};

static const iso_key output_keys[] = {
    {"activation", ISO_KEY_SECTION, .keys = activation_keys, .meaning = "activation times"},
    {"repolarisation", ISO_KEY_SECTION, .keys = repolarisation_keys,
     .meaning = "repolarisation times and APD"},
    {"beats", ISO_KEY_INTEGER, IN(outputs, beats), .fallback = "0", RANGE(0, 1e6),
     .meaning = "kept for each node, the first ones; 0: all"},
    {"probes", ISO_KEY_ITEMS, IN(outputs, probes), EXTRA(outputs, nprobes), .keys = probe_keys,
     .size = sizeof(iso_config_probe), .meaning = "points whose Vm and activation are recorded"},
    {"probe_interval_ms", ISO_KEY_REAL, IN(outputs, probe_interval_ms), .fallback = "0", RANGE(0, TIME_MS),
     .meaning = "between the values of a trace; 0: every step"},
    {"snapshots", ISO_KEY_SECTION, .keys = snapshot_keys, .meaning = "Vm of the whole mesh over time"},
    {"ecg", ISO_KEY_SECTION, .keys = ecg_keys,
     .meaning = "potentials at electrodes as NAME_ecg.csv and NAME_ecg.nc, see docs/ecg.md"},
    {"reentry", ISO_KEY_SECTION, .keys = reentry_keys,
     .meaning = "what goes on after the last stimulus, see docs/detectors.md"},
    {"singularities", ISO_KEY_SECTION, .keys = singularity_keys,
     .meaning = "what waves turn about: on surfaces, and filaments through volumes; see docs/detectors.md"},
    {"conduction", ISO_KEY_SECTION, .keys = conduction_keys,
     .meaning = "what a beat's activation times say of velocity and block; see docs/detectors.md"},
    {"synchrony", ISO_KEY_SECTION, .keys = synchrony_keys,
     .meaning = "how the ventricles are activated together, as outcomes of studies"},
    {"compression", ISO_KEY_INTEGER, IN(outputs, compression), .fallback = "1", RANGE(0, 9),
     .meaning = "deflate level of maps and snapshots; 0: none"},
    {"csv", ISO_KEY_BOOLEAN, IN(outputs, csv), .fallback = "false",
     .meaning = "maps and probes as NAME_nodes.csv, NAME_probes.csv and NAME_probe_samples.csv, too"},
    {"vtu", ISO_KEY_BOOLEAN, IN(outputs, vtu), .fallback = "false",
     .meaning = "the mesh with its maps as NAME_maps.vtu, too"},
    {"page", ISO_KEY_BOOLEAN, IN(outputs, page), .fallback = "false",
     .meaning = "maps to be turned, ECG and probes as NAME.html, which opens without a network, too"},
    {0}};

static const iso_key checkpoint_keys[] = {ISO_CHECKPOINT_KEYS(CHECKPOINT){0}};

static const iso_key case_keys[] = {
    {"name", ISO_KEY_TEXT, .at = offsetof(iso_config_case, name),
     .meaning = "in the table; what it sets where not given"},
    {"set", ISO_KEY_NAMES, .at = offsetof(iso_config_case, set), .extra = offsetof(iso_config_case, nset),
     .meaning = "what it sets, each as with --set: [\"stimuli.0.site=apex\", \"drugs=[]\"]"},
    {0}};

static const iso_key axis_keys[] = {
    {"name", ISO_KEY_TEXT, .at = offsetof(iso_config_axis, name),
     .meaning = "its column in the table; the end of its key where not given"},
    {"key", ISO_KEY_TEXT, .at = offsetof(iso_config_axis, key),
     .meaning = "what differs, with its path as of --set: stimuli.0.site"},
    {"values", ISO_KEY_VALUES, .at = offsetof(iso_config_axis, values),
     .extra = offsetof(iso_config_axis, nvalues), .meaning = "what the key is, one after the other"},
    {"cases", ISO_KEY_ITEMS, .at = offsetof(iso_config_axis, cases),
     .extra = offsetof(iso_config_axis, ncases), .keys = case_keys, .size = sizeof(iso_config_case),
     .meaning = "instead of a key: settings that belong together"},
    {"file", ISO_KEY_PATH, .at = offsetof(iso_config_axis, file),
     .meaning = "instead of a key: a CSV file with a line for each case, whose columns are keys with their "
                "paths, and name for the case's own"},
    {0}};

static const iso_key study_keys[] = {
    {"question", ISO_KEY_TEXT, IN(study, question), .meaning = "what it is to answer, for its page"},
    {"axes", ISO_KEY_ITEMS, IN(study, axes), EXTRA(study, naxes), .keys = axis_keys,
     .size = sizeof(iso_config_axis),
     .meaning = "what members differ in; there is a member for every combination, the last axis first"},
    {"outcomes", ISO_KEY_NAMES, IN(study, outcomes), EXTRA(study, noutcomes),
     .meaning = "columns of the table, of those that isochrone study --help lists; all but processor_s where "
                "not given"},
    {"rank_by", ISO_KEY_TEXT, IN(study, rank_by),
     .meaning =
         "the outcome that ranks members on the page, the smallest first, or with - before it the largest: "
         "-sustained_ms; where not given they are in their order"},
    {"maps", ISO_KEY_INTEGER, IN(study, maps), .fallback = "4", RANGE(0, 12),
     .meaning = "of so many members, the first ones, the page shows maps and ECGs"},
    {"ranks", ISO_KEY_INTEGER, IN(study, ranks), .fallback = "1", RANGE(1, 1e6),
     .meaning = "that work on a member; the job's ranks make as many groups as there are of these"},
    {0}};

#define TOP(member) .at = offsetof(iso_config, member)

const iso_key iso_config_keys[] = {
    {"title", ISO_KEY_TEXT, TOP(title),
     .meaning = "one line about the run, copied to the results; the file's name where not given"},
    {"method", ISO_KEY_CHOICE, TOP(method), .fallback = "monodomain",
     .choices = CHOICES("monodomain", "eikonal"),
     .meaning = "monodomain, or in seconds when the wave arrives, by velocities alone: see docs/eikonal.md"},
    {"mesh", ISO_KEY_SECTION, .required = true, TOP(mesh), .keys = mesh_keys,
     .meaning = "the tissue's shape"},
    {"regions", ISO_KEY_ITEMS, .required = true, TOP(regions), .extra = offsetof(iso_config, nregions),
     .keys = region_keys, .size = sizeof(iso_config_region), .meaning = "what its parts are made of"},
    {"drugs", ISO_KEY_ITEMS, TOP(drugs), .extra = offsetof(iso_config, ndrugs), .keys = drug_keys,
     .size = sizeof(iso_config_drug), .meaning = "what scales parameters; the effects of several multiply"},
    {"sites", ISO_KEY_NAMED, TOP(sites), .extra = offsetof(iso_config, nsites), .keys = site_keys,
     .size = sizeof(iso_config_site),
     .meaning = "sets of nodes, named once and used many times; each has the nodes that meet all of its "
                "conditions, and "
                "may be made of those before it"},
    {"lesions", ISO_KEY_ITEMS, TOP(lesions), .extra = offsetof(iso_config, nlesions), .keys = lesion_keys,
     .size = sizeof(iso_config_lesion), .single = true,
     .meaning =
         "tissue that is burned before the run begins: elements all of whose nodes meet all conditions "
         "of one of them leave the mesh; not: what is left is a gap"},
    {"fast_endocardium", ISO_KEY_ITEMS, TOP(layers), .extra = offsetof(iso_config, nlayers),
     .keys = layer_keys, .size = sizeof(iso_config_fast_layer), .single = true,
     .meaning =
         "layers of tissue along a surface that conduct faster, as with Purkinje cells in them; each along "
         "the nodes that meet all of its conditions; where layers overlap the fastest counts"},
    {"stimuli", ISO_KEY_ITEMS, TOP(stimuli), .extra = offsetof(iso_config, nstimuli), .keys = stimulus_keys,
     .size = sizeof(iso_config_stimulus),
     .meaning =
         "currents; each reaches the nodes that meet all of its conditions (site, box, sphere, nodes, tag, "
         "surface, and, or, not)"},
    {"actors", ISO_KEY_ITEMS, TOP(actors), .extra = offsetof(iso_config, nactors), .keys = actor_keys,
     .size = sizeof(iso_config_actor),
     .meaning =
         "who gives a pulse to the nodes that meet all of its conditions when Vm somewhere has crossed a "
         "threshold"},
    {"devices", ISO_KEY_NAMED, TOP(implants), .extra = offsetof(iso_config, nimplants), .keys = implant_keys,
     .size = sizeof(iso_config_implant),
     .meaning =
         "pacemakers and defibrillators, by the names that they have in the results: see docs/devices.md"},
    {"protocol", ISO_KEY_SECTION, .flagged = true, .extra = offsetof(iso_config, has_protocol), TOP(protocol),
     .keys = protocol_keys,
     .meaning = "a train of pulses to the nodes that meet all of its conditions, and premature pulses that "
                "are tried "
                "from saved states: see docs/protocols.md"},
    {"time", ISO_KEY_SECTION, .required = true, TOP(time), .keys = time_keys,
     .meaning = "how long, how fine"},
    {"stop", ISO_KEY_SECTION, TOP(stop), .keys = stop_keys, .meaning = "when to end early"},
    {"numerics", ISO_KEY_SECTION, TOP(numerics), .keys = numerics_keys,
     .meaning = "schemes, see docs/numerics.md"},
    {"outputs", ISO_KEY_SECTION, TOP(outputs), .keys = output_keys, .meaning = "what is recorded"},
    {"checkpoint", ISO_KEY_SECTION, TOP(checkpoint), .keys = checkpoint_keys,
     .meaning =
         "states to go on from (run --restart), by time, by the clock or both, and when a signal stops "
         "the run; none where neither is given"},
    {"study", ISO_KEY_SECTION, TOP(study), .keys = study_keys,
     .meaning = "many simulations as one: see isochrone study --help"},
    {"device", ISO_KEY_WORD, TOP(device), .fallback = "auto", .choices = CHOICES("auto", "cpu", "cuda"),
     .meaning = "auto: a GPU where there is one"},
    {"threads", ISO_KEY_INTEGER, TOP(threads), .fallback = "1", RANGE(1, 4096),
     .meaning = "of each rank; more ranks are usually faster than more threads"},
    {0}};

/* The key that a path begins with, and *rest of the path: after an entry's number or name, too. */
static const iso_key *first_of(const iso_key *table, const char *path, const char **rest) {
  const size_t n = strcspn(path, ".");
  const iso_key *f = table;
  while (f->key && (strlen(f->key) != n || strncmp(f->key, path, n))) f++;
  *rest = path + n + (path[n] == '.');
  if (f->kind == ISO_KEY_ITEMS || f->kind == ISO_KEY_NAMED) {
    *rest += strcspn(*rest, ".");
    *rest += **rest == '.';
  }
  return f->key ? f : NULL;
}

bool iso_config_is_default(const char *path, const char *text) {
  const iso_key *f = first_of(iso_config_keys, path, &path);
  char *end, *end_of_default;
  while (f && *path) f = f->keys ? first_of(f->keys, path, &path) : NULL;
  if (!f || !f->fallback) return false;
  if (!strcmp(f->fallback, text)) return true;
  const double value = strtod(text, &end), of_default = strtod(f->fallback, &end_of_default);
  return !*end && !*end_of_default && value == of_default;
}

const char *iso_key_kind_text(iso_key_kind kind) {
  static const char *const texts[] = {
#define X(name, text) text,
      ISO_KEY_LIST(X)
#undef X
  };
  return texts[kind];
}
