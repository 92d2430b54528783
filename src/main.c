/* Arguments to a run; nothing else. */
#include "app/command.h"

int main(int argc, char **argv) {
  int threads;
  MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &threads);
  int code = iso_command_line(MPI_COMM_WORLD, argc, argv);
  MPI_Finalize();
  return code;
}
