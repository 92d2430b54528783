/* The machines that a program runs on. */
#ifndef ISO_BASE_MACHINE_H
#define ISO_BASE_MACHINE_H

#include <mpi.h>

/* Bytes of memory that this process may have: the machine's, or less where a control group (version 2) that
 * it is in, like a batch job's or a container's, has less. 0 where the system does not say. Not collective.
 */
double iso_machine_memory(void);

/* Collective. The same of all machines that have ranks of comm, each counted once; 0 where one does not say.
 */
double iso_machines_memory(MPI_Comm comm);

#endif
