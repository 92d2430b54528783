/* The CPU loops of a user's own model ISO_OWN, in the precision and for the instructions of the command line,
 * which includes its header. Compiled at run time, never with the program. */
#include "kernels/cell_block.h"
#include "kernels/own.h"

#define ISO_MODEL ISO_OWN
#include "kernels/cell_loop.h"

extern const iso_own_cells_library iso_own_cells;
const iso_own_cells_library iso_own_cells = {
    .contract = ISO_OWN_CONTRACT(sizeof(real)),
    .cells = ISO_M(cells),
};

/* Makes this text, which names the library in the cache, differ between compilers. */
extern const char iso_own_compiler[];
const char iso_own_compiler[] = __VERSION__;
