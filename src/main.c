/* Arguments to a run; nothing else. */
#include "app/command.h"

#include <stdlib.h>

int main(int argc, char **argv) {
  int threads;
  /* Of Open MPI's ways to share a file pointer, which nothing here does, the one with a buffer too short for
   * names of files of 240 bytes, which ended the process. Other libraries do not read this. */
  setenv("OMPI_MCA_sharedfp", "^lockedfile", 0);
  MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &threads);
  int code = iso_command_line(MPI_COMM_WORLD, argc, argv);
  MPI_Finalize();
  return code;
}
