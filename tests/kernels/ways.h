/* CPU devices that a test goes through: both precisions, one thread and three, plain and widest instructions.
 */
#ifndef ISO_TESTS_KERNELS_WAYS_H
#define ISO_TESTS_KERNELS_WAYS_H

#include "kernels/device.h"

enum { WAYS = 8 };

/* The device of a way below WAYS; the test fails where it cannot be opened. */
iso_device *open_way(int way);

#endif
