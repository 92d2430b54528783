/* A test double of the part of NVRTC that the CUDA device uses. It makes a shared library for the CPU, with
 * the C++ compiler and the flags of the test double's own kernels, and calls that a cubin.
 *
 * Environment: EMULATED_CUDA_NVRTC=file, which is loaded in its place.
 *
 * What each function does is in NVIDIA's manual of NVRTC. */
#ifndef EMULATED_NVRTC_H
#define EMULATED_NVRTC_H

#include <stddef.h>

typedef enum { NVRTC_SUCCESS = 0, NVRTC_ERROR_INVALID_OPTION = 5, NVRTC_ERROR_COMPILATION = 6 } nvrtcResult;
typedef struct emulated_program *nvrtcProgram;

#ifdef __cplusplus
extern "C" {
#endif
const char *emulated_nvrtc(void);
nvrtcResult nvrtcVersion(int *major, int *minor);
const char *nvrtcGetErrorString(nvrtcResult result);
nvrtcResult nvrtcCreateProgram(nvrtcProgram *program, const char *source, const char *name, int nheaders,
                               const char *const *headers, const char *const *names);
nvrtcResult nvrtcDestroyProgram(nvrtcProgram *program);
nvrtcResult nvrtcCompileProgram(nvrtcProgram program, int n, const char *const *options);
nvrtcResult nvrtcGetCUBINSize(nvrtcProgram program, size_t *size);
nvrtcResult nvrtcGetCUBIN(nvrtcProgram program, char *bytes);
nvrtcResult nvrtcGetProgramLogSize(nvrtcProgram program, size_t *size);
nvrtcResult nvrtcGetProgramLog(nvrtcProgram program, char *bytes);
#ifdef __cplusplus
}
#endif

#define ISO_NVRTC_FILE emulated_nvrtc()

#endif
