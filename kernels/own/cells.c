/* The cells of a user's own model ISO_OWN, whose header the compiler's command line includes: the CPU's loops
 * for its instructions, or CUDA's kernels, in the precision of the command line. Compiled at run time, never
 * with the program. */
#define ISO_MODEL ISO_OWN

#ifdef __CUDACC__

#include "kernels/templates/cell_thread.h" /* which the command line includes before the header, too */

#include "kernels/templates/cell_kernel.h"

#else

#include "kernels/own/own.h"
#include "kernels/templates/cell_block.h"

#include "kernels/templates/cell_loop.h"

extern const iso_own_cells_library iso_own_cells;
const iso_own_cells_library iso_own_cells = {
    .contract = ISO_OWN_CONTRACT(sizeof(real)),
    .cells = ISO_M(cells),
};

/* Makes this text, which names the library in the cache, differ between compilers. */
extern const char iso_own_compiler[];
const char iso_own_compiler[] = __VERSION__;

#endif
