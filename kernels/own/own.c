#include "kernels/own/own.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

const void *iso_own_load(const char *library, const char *symbol, size_t real_bytes, void **handle,
                         char *message, size_t size) {
  const iso_own_contract ours = ISO_OWN_CONTRACT(real_bytes);
  *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
  if (!*handle) {
    snprintf(message, size,
             "the compiled model cannot be loaded (%.500s); every rank must see the folder of compiled "
             "models: set ISOCHRONE_CACHE to one that they share, or remove the file",
             dlerror());
    return NULL;
  }
  const void *out = dlsym(*handle, symbol);
  if (out && !memcmp(out, &ours, sizeof ours)) return out;
  snprintf(message, size,
           "it was compiled with kernels of another version than this program's; set ISOCHRONE_KERNELS to "
           "the folder kernels of the source that the program was built from");
  dlclose(*handle);
  *handle = NULL;
  return NULL;
}
