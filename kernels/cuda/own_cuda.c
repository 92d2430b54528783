/* A user's own model on a GPU: NVRTC makes the kernels of its header for the GPU in use, and the CUDA runtime
 * loads them. What NVRTC and its options do is in NVIDIA's manual of it. */
#include "kernels/cuda/own_cuda.h"

#include "kernels/cuda/launch_cuda.h"
#include "kernels/cuda/load_cuda.h"

#include <nvrtc.h>
#include <stdlib.h>
#include <string.h>

#define EACH_FUNCTION(X)                                                                                     \
  X(nvrtcVersion)                                                                                            \
  X(nvrtcGetErrorString)                                                                                     \
  X(nvrtcCreateProgram)                                                                                      \
  X(nvrtcDestroyProgram)                                                                                     \
  X(nvrtcCompileProgram)                                                                                     \
  X(nvrtcGetCUBINSize)                                                                                       \
  X(nvrtcGetCUBIN)                                                                                           \
  X(nvrtcGetProgramLogSize)                                                                                  \
  X(nvrtcGetProgramLog)

typedef struct library {
  void *handle; /* of dlopen */
  EACH_FUNCTION(ISO_FUNCTION)
} library;

/* The test double of CUDA has its own. */
#ifndef ISO_NVRTC_FILE
#define STRING_(text) #text
#define STRING(text) STRING_(text)
#define ISO_NVRTC_FILE "libnvrtc.so." STRING(ISO_NVRTC)
#endif

/* ---- the compiler ---- */

static int find_functions(library *lib, const char *file, char *message, size_t size) {
  EACH_FUNCTION(ISO_FIND_FUNCTION)
  return 1;
}

/* lib->handle is to be closed whatever the result. */
static int load(library *lib, char *message, size_t size) {
  const char *file = ISO_NVRTC_FILE;
  lib->handle = dlopen(file, RTLD_NOW | RTLD_LOCAL);
  if (lib->handle) return find_functions(lib, file, message, size);
  snprintf(message, size,
           "a model of your own needs NVRTC on a GPU, which cannot be loaded (%s); install it with the CUDA "
           "toolkit, or put its folder into LD_LIBRARY_PATH",
           dlerror());
  return 0;
}

static void unload(library *lib) {
  if (lib->handle) dlclose(lib->handle);
}

int iso_cuda_compiler(iso_kernel_compiler *compiler, char *message, size_t size) {
  library lib;
  int major = 0, minor = 0;
  const int good = load(&lib, message, size);
  if (good) lib.nvrtcVersion(&major, &minor);
  snprintf(compiler->name, sizeof compiler->name, "NVRTC %d.%d", major, minor);
  snprintf(compiler->defines, sizeof compiler->defines, "-D__CUDACC__");
  unload(&lib);
  return good;
}

/* As kernels/CMakeLists.txt compiles the models of the program. Functions that say nothing of it are the
 * GPU's, so that a header may have helpers that are plain C. */
void iso_cuda_own_flags(int major, int minor, iso_precision precision, char *flags, size_t size) {
  const int single = precision == ISO_PRECISION_SINGLE;
  snprintf(flags, size,
           "--gpu-architecture=sm_%d%d --fmad=false --std=c++17 --device-as-default-execution-space "
           "--ptxas-options=-v -DISO_BUILD=%s",
           major, minor, single ? "f32_cuda -DISO_SINGLE" : "f64_cuda");
}

/* ---- its input ---- */

/* NVRTC has no headers of the C library, and of gcc's functions only those that C has, too. */
static const char *const header_names[] = {"stdint.h", "stddef.h", "string.h"};
static const char *const header_texts[] = {"typedef signed char int8_t;\n"
                                           "typedef unsigned char uint8_t;\n"
                                           "typedef short int16_t;\n"
                                           "typedef unsigned short uint16_t;\n"
                                           "typedef int int32_t;\n"
                                           "typedef unsigned int uint32_t;\n"
                                           "typedef long int64_t;\n"
                                           "typedef unsigned long uint64_t;\n",
                                           "#define offsetof(type, member) ((size_t)&((type *)0)->member)\n",
                                           ""};
enum { NHEADERS = sizeof header_names / sizeof *header_names };
static const char *const builtins[] = {"-D__builtin_fma=fma",   "-D__builtin_fmaf=fmaf",
                                       "-D__builtin_sqrt=sqrt", "-D__builtin_sqrtf=sqrtf",
                                       "-D__builtin_fabs=fabs", "-D__builtin_fabsf=fabsf"};

/* A whole file, to be freed, or NULL. */
static char *read_text(const char *path) {
  FILE *f = fopen(path, "rb");
  char *text = NULL;
  if (f && fseek(f, 0, SEEK_END) == 0) {
    const long size = ftell(f);
    rewind(f);
    text = size < 0 ? NULL : malloc((size_t)size + 1);
    if (text) text[fread(text, 1, (size_t)size, f)] = '\0';
  }
  if (f) fclose(f);
  return text;
}

/* Options of one run of the compiler; memory holds all but the builtins. */
enum { MOST_OPTIONS = 32 };
typedef struct options {
  int n;
  const char *option[MOST_OPTIONS];
  char *memory;
} options;

static void add(options *o, const char *option) {
  if (o->n < MOST_OPTIONS) o->option[o->n++] = option;
}

static int make_options(options *o, const char *flags, const iso_kernel_source *source) {
  const char *parts[][3] = {{"--include-path=", source->folder, ""},
                            {"--pre-include=", source->folder, "/kernels/templates/cell_thread.h"},
                            {"--pre-include=", source->header, ""},
                            {"-D", source->define, ""}};
  enum { PARTS = sizeof parts / sizeof *parts };
  size_t size = strlen(flags) + 1;
  for (int k = 0; k < PARTS; k++) size += strlen(parts[k][0]) + strlen(parts[k][1]) + strlen(parts[k][2]) + 1;
  *o = (options){.memory = malloc(size)};
  if (!o->memory) return 0;
  char *at = o->memory, *rest;
  for (int k = 0; k < PARTS; k++) {
    add(o, at);
    at += sprintf(at, "%s%s%s", parts[k][0], parts[k][1], parts[k][2]) + 1;
  }
  strcpy(at, flags);
  for (char *word = strtok_r(at, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) add(o, word);
  for (size_t k = 0; k < sizeof builtins / sizeof *builtins; k++) add(o, builtins[k]);
  return 1;
}

/* ---- its output ---- */

/* mode: of fopen */
static int write_file(const char *path, const char *mode, const void *bytes, size_t size) {
  FILE *f = fopen(path, mode);
  if (!f) return 0;
  const size_t written = fwrite(bytes, 1, size, f);
  return fclose(f) == 0 && written == size;
}

/* What one of the pairs of functions gives: a size, and that many bytes. */
typedef nvrtcResult get_size(nvrtcProgram program, size_t *size);
typedef nvrtcResult get_bytes(nvrtcProgram program, char *bytes);

static int write_result(nvrtcProgram program, get_size *size_of, get_bytes *bytes_of, int is_text,
                        const char *path) {
  size_t size = 0;
  if (size_of(program, &size) != NVRTC_SUCCESS) return 0;
  char *bytes = calloc(size + 1, 1);
  const int good = bytes && bytes_of(program, bytes) == NVRTC_SUCCESS &&
                   write_file(path, "wb", bytes, is_text ? strlen(bytes) : size);
  free(bytes);
  return good;
}

static int compile(const library *lib, const iso_kernel_source *source, const char *text, const options *o,
                   const char *output, const char *messages) {
  nvrtcProgram program;
  nvrtcResult result =
      lib->nvrtcCreateProgram(&program, text, source->file, NHEADERS, header_texts, header_names);
  if (result == NVRTC_SUCCESS) {
    result = lib->nvrtcCompileProgram(program, o->n, o->option);
    int good = write_result(program, lib->nvrtcGetProgramLogSize, lib->nvrtcGetProgramLog, 1, messages);
    if (result == NVRTC_SUCCESS)
      good = good && write_result(program, lib->nvrtcGetCUBINSize, lib->nvrtcGetCUBIN, 0, output);
    lib->nvrtcDestroyProgram(&program);
    if (result == NVRTC_SUCCESS) return good;
  }
  char why[128];
  snprintf(why, sizeof why, "error: %s\n", lib->nvrtcGetErrorString(result));
  write_file(messages, "ab", why, strlen(why)); /* after what NVRTC has to say itself */
  return 0;
}

int iso_cuda_compile(iso_device *device, const iso_kernel_source *source, const char *output,
                     const char *messages) {
  library lib;
  options o = {0};
  char why[512] = "out of memory, or the source of the kernels cannot be read";
  char *text = read_text(source->file);
  int good = load(&lib, why, sizeof why);
  if (good && text && make_options(&o, device->flags, source))
    good = compile(&lib, source, text, &o, output, messages);
  else
    good = 0, write_file(messages, "wb", why, strlen(why));
  free(o.memory);
  free(text);
  unload(&lib);
  return good;
}

/* ---- what it made ---- */

void *iso_cuda_load_own(iso_device *device, const char *file, const char *name, char *message, size_t size) {
  const char *build = device->precision == ISO_PRECISION_SINGLE ? "f32_cuda" : "f64_cuda";
  iso_cuda_own *own = calloc(1, sizeof *own);
  snprintf(message, size, "out of memory for a model's kernels");
  if (!own) return NULL;
  cudaError_t error = cudaLibraryLoadFromFile(&own->library, file, NULL, NULL, 0, NULL, NULL, 0);
  const struct {
    cudaKernel_t *kernel;
    const char *name;
  } kernels[] = {{&own->uniform, "cells"},
                 {&own->varying, "varying_cells"},
                 {&own->listed_uniform, "listed_cells"},
                 {&own->listed_varying, "listed_varying_cells"}};
  for (size_t k = 0; k < sizeof kernels / sizeof *kernels && !error; k++) {
    char full[128];
    snprintf(full, sizeof full, "%s_%s_%s", name, kernels[k].name, build);
    error = cudaLibraryGetKernel(kernels[k].kernel, own->library, full);
  }
  if (!error) return own;
  cudaGetLastError(); /* it is not a failure of the GPU */
  snprintf(message, size,
           "the compiled model cannot be loaded (%s); every rank must see the folder of compiled models: set "
           "ISOCHRONE_CACHE to one that they share, or remove the file %s",
           cudaGetErrorString(error), file);
  if (own->library) cudaLibraryUnload(own->library);
  free(own);
  return NULL;
}

void iso_cuda_release_own(iso_device *device, void *kernels) {
  iso_cuda_own *own = kernels;
  iso_device_sync(device);
  cudaLibraryUnload(own->library);
  free(own);
}
