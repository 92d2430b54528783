/* CPU devices that a test goes through: both precisions, one thread and three, the narrowest instructions
 * that are built and the widest of the processor. */
#ifndef ISO_TESTS_KERNELS_WAYS_H
#define ISO_TESTS_KERNELS_WAYS_H

#include "kernels/device.h"

enum { WAYS = 8 };

/* The device of a way below WAYS: even ones are double, from 4 on they are the widest. The test fails where
 * it cannot be opened. */
iso_device *open_way(int way);

#endif
