/* An MPI that takes GPU memory, for the test double of CUDA: programs that link direct_mpi.cc have one. */
#ifndef EMULATED_DIRECT_MPI_H
#define EMULATED_DIRECT_MPI_H

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes that MPI took from GPU memory, and put there, so far. */
long direct_mpi_sent(void);
long direct_mpi_received(void);

#ifdef __cplusplus
}
#endif
#endif
