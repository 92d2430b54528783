/* The host's side of a user's own model ISO_OWN, whose header the compiler's command line includes. Compiled
 * at run time, never with the program. */
#include "kernels/own/own.h"

#define ISO_MODEL ISO_OWN
#include "kernels/templates/model_tables.h"
#include "kernels/templates/prepare_model.h"

extern const iso_own_host_library iso_own_host;
const iso_own_host_library iso_own_host = {
    .contract = ISO_OWN_CONTRACT(sizeof(real)),
    .model = &ISO_M(model),
    .preparation = &ISO_M(preparation),
};

/* Makes this text, which names the library in the cache, differ between compilers. */
extern const char iso_own_compiler[];
const char iso_own_compiler[] = __VERSION__;
