/* Functions of a library of the CUDA toolkit, which is loaded when it is first wanted, so that a program
 * starts without it. EACH_FUNCTION(X) lists them; the library's header declares them. */
#ifndef ISO_KERNELS_CUDA_LOAD_CUDA_H
#define ISO_KERNELS_CUDA_LOAD_CUDA_H

#include <dlfcn.h>
#include <stdio.h>

/* Members of a struct that has a member handle, of dlopen, too. */
#define ISO_FUNCTION(name) __typeof__(&name) name;

/* Fills them from the open library lib->handle, whose file is called file; where one is missing, a message,
 * and the function that this stands in returns 0. */
#define ISO_FIND_FUNCTION(function)                                                                          \
  *(void **)&lib->function = dlsym(lib->handle, #function);                                                  \
  if (!lib->function) {                                                                                      \
    snprintf(message, size, "%s has no " #function "; install the one of this program's CUDA", file);        \
    return 0;                                                                                                \
  }

#endif
