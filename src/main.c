/* Arguments to a run; nothing else. */
#include "app/command.h"

#include <malloc.h>

/* glibc raises this limit with every large block that is freed, up to 32 MiB, and what is below it leaves
 * holes that no array of another size fits: a tenth of the memory of a heart at the end of its set-up. */
enum { MAPPED_BYTES = 1 << 20 };

int main(int argc, char **argv) {
  int threads;
  iso_command_prepare();
  mallopt(M_MMAP_THRESHOLD, MAPPED_BYTES);
  MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &threads);
  int code = iso_command_line(MPI_COMM_WORLD, argc, argv);
  MPI_Finalize();
  return code;
}
