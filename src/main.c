/* Arguments to a run; nothing else. */
#include "app/command.h"

#include <malloc.h>
#include <stdlib.h>

/* glibc raises this limit with every large block that is freed, up to 32 MiB, and what is below it leaves
 * holes that no array of another size fits: a tenth of the memory of a heart at the end of its set-up. */
enum { MAPPED_BYTES = 8 << 20 };

int main(int argc, char **argv) {
  int threads;
  /* Of Open MPI's ways to share a file pointer, which nothing here does, the one with a buffer too short for
   * names of files of 240 bytes, which ended the process. Other libraries do not read this. */
  setenv("OMPI_MCA_sharedfp", "^lockedfile", 0);
  mallopt(M_MMAP_THRESHOLD, MAPPED_BYTES);
  MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &threads);
  int code = iso_command_line(MPI_COMM_WORLD, argc, argv);
  MPI_Finalize();
  return code;
}
