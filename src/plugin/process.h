/* Programs run by this one: without a shell, so that no name in their arguments means anything else. */
#ifndef ISO_PLUGIN_PROCESS_H
#define ISO_PLUGIN_PROCESS_H

#include "base/error.h"

#include <stddef.h>

/* The path of an executable file: name itself where it has a slash, else the first of that name on PATH.
 * Returns whether there is one. */
int iso_process_find(const char *name, char *path, size_t size);

/* Runs the program argv[0], a path, to its end, with nothing to read and what it prints going to the file
 * output. *code: its exit code, or -1 where a signal ended it. Fails with ISO_EFAIL where it cannot be
 * started. */
iso_status iso_process_run(char *const *argv, const char *output, int *code, iso_error *err);

#endif
