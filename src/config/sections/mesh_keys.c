/* The keys of mesh. */
#include "config/sections/keys.h"

#include "grid/format/formats.h"

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

static const iso_key shape_keys[] = {
    {"file", ISO_KEY_PATH, .required = true, .at = offsetof(iso_config_shape, file),
     .meaning = "shape modes, as isochrone mesh modes writes them of meshes in correspondence with this one"},
    {"scores", ISO_KEY_NUMBERS, .at = offsetof(iso_config_shape, scores),
     .extra = offsetof(iso_config_shape, nscores), RANGE(-100, 100),
     .meaning =
         "of the first modes, in standard deviations, like [1.2, -0.5]; the mean shape where not given"},
    {0}};

const iso_key iso_config_torso_region_keys[] = {
    {"tags", ISO_KEY_TAGS, IN(torso_region, tags), EXTRA(torso_region, ntags),
     .meaning = "element tags of its mesh; without, in a torso's mesh: all that no other one names"},
    {"isotropic_S_per_m", ISO_KEY_REAL, IN(torso_region, isotropic_S_per_m), ABOVE(0, 1e3),
     .meaning = "conductivity of the bulk; of the heart si + se"},
    {"longitudinal_S_per_m", ISO_KEY_REAL, IN(torso_region, longitudinal_S_per_m), ABOVE(0, 1e3),
     .meaning = "or along the fibres of the mesh"},
    {"transverse_S_per_m", ISO_KEY_REAL, IN(torso_region, transverse_S_per_m), ABOVE(0, 1e3),
     .meaning = "and across them"},
    {0}};

const iso_key iso_config_mesh_keys[] = {
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
    {"most_elements", ISO_KEY_COUNT, IN(mesh, most_elements), .fallback = "0", RANGE(0, 1e12),
     .meaning =
         "that a finer mesh may have; 0: what fits into memory, so that a typing error does not fill it"},
    {"slab", ISO_KEY_SECTION, FLAG(mesh, has_slab), IN(mesh, slab), .keys = slab_keys,
     .meaning = "a built-in block of tissue, instead of a file"},
    {"shape", ISO_KEY_SECTION, FLAG(mesh, has_shape), IN(mesh, shape), .keys = shape_keys,
     .meaning = "nodes are moved to this shape as the mesh is read, and fibres turned with the tissue"},
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
    {"passive", ISO_KEY_ITEMS, IN(mesh, passive), EXTRA(mesh, npassive), .keys = iso_config_torso_region_keys,
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
