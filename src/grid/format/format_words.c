/* Apart from the table, for those who take the words and read no mesh. */
#include "grid/format/formats.h"

const char *const iso_format_words[] = {"auto",   "carp", "carp_binary", "vtk", "vtu", "gmsh",
                                        "exodus", "stl",  "ply",         "obj", NULL};
