/* Compiles a model's header as a user's own for a GPU that need not be here, with the program's own call of
 * NVRTC, and prints what NVRTC says.
 *
 * usage: compile_own HEADER NAME MAJOR MINOR double|single OUTPUT
 * Exit code 1: it does not compile; 77: there is no NVRTC. */
#include "kernels/cuda/own_cuda.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv) {
  char flags[256], define[128], messages[1024], why[1024];
  iso_kernel_compiler compiler;
  if (argc != 7) return 2;
  if (!iso_cuda_compiler(&compiler, why, sizeof why)) return fprintf(stderr, "%s\n", why), 77;
  const iso_precision precision = strcmp(argv[5], "single") ? ISO_PRECISION_DOUBLE : ISO_PRECISION_SINGLE;
  iso_cuda_own_flags(atoi(argv[3]), atoi(argv[4]), precision, flags, sizeof flags);
  snprintf(define, sizeof define, "ISO_OWN=%s", argv[2]);
  snprintf(messages, sizeof messages, "%s.messages", argv[6]);
  const iso_kernel_source source = {.file = ISO_KERNELS_DIR "/own/cells.c",
                                    .header = argv[1],
                                    .folder = ISO_KERNELS_DIR "/..",
                                    .define = define};
  iso_device device = {.flags = flags};
  const int good = iso_cuda_compile(&device, &source, argv[6], messages);
  FILE *f = fopen(messages, "r");
  for (int c; f && (c = fgetc(f)) != EOF;) putchar(c);
  if (f) fclose(f);
  remove(messages);
  return good ? 0 : 1;
}
