/* Files that the user names for reading. Whatever is opened as one is a regular file: a FIFO would make the
 * program wait for ever, a device might, and a folder cannot be read. */
#ifndef ISO_BASE_INPUT_H
#define ISO_BASE_INPUT_H

#include <stdio.h>

/* A descriptor of the regular file path, to be closed, or -1 and the reason in *why: "it is a folder". Never
 * waits. */
int iso_input_open(const char *path, const char **why);

/* The same as a stream of bytes, to be closed, or NULL. */
FILE *iso_input_stream(const char *path, const char **why);

/* For libraries that open a file themselves: NULL where it is a regular file that can be read, else why not.
 */
const char *iso_input_trouble(const char *path);

#endif
