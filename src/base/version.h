/* The program's name for itself. */
#ifndef ISO_BASE_VERSION_H
#define ISO_BASE_VERSION_H

#define ISO_VERSION "0.1.0" /* as in the top CMakeLists.txt; a test compares them */
#define ISO_NOT_A_DEVICE "research tool, not a medical device"

#endif
