/* What a machine with nvcc and CMake alone can measure of a GPU. */
#ifndef ISO_TESTS_KERNELS_PARITY_MEASURE_H
#define ISO_TESTS_KERNELS_PARITY_MEASURE_H

#include "kernels/device.h"

/* Prints the time of a step of 10,000 nodes, launch by launch and as a recorded sequence, and of the copy,
 * the product and the cells on 2.5 million nodes. */
void parity_measure(iso_device *device);

#endif
