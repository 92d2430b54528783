/* Sources compiled at run time into libraries, which the user's cache keeps: a source that says the same to
 * the same compiler is not compiled again. */
#ifndef ISO_PLUGIN_COMPILE_H
#define ISO_PLUGIN_COMPILE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct iso_source;

/* A compiler that is no C compiler. */
typedef struct iso_compiler {
  const char *name;  /* and version */
  const char *flags; /* of the device: what else decides what it makes */
  const void *context;
  /* Makes the file output, and messages go to another. Returns whether all went well. */
  bool (*run)(const struct iso_compiler *compiler, const struct iso_source *source, const char *output,
              const char *messages);
} iso_compiler;

typedef struct iso_source {
  const char *file;
  const char *header; /* the user's, included first: messages are about it */
  const char *folder; /* that other includes start from */
  const char *define; /* "NAME=value" */
  const char *flags;  /* more options of the C compiler, with spaces between them */
  const char *name;   /* of the library in the cache: letters, digits and _ */
  const iso_compiler
      *compiler; /* NULL: the C compiler, which is otherwise asked for the expanded text alone */
} iso_source;

/* What the preprocessor makes of the source, with the #define lines in it; release *text. The compiler is
 * that of the environment's CC, or the first of cc, gcc and clang. Fails with ISO_EINPUT where there is none
 * or where it finds errors, which the message shows. */
iso_status iso_source_expand(const iso_source *source, char **text, iso_error *err);

/* The library of the source, in *path, to be released: a shared one where the C compiler makes it. text is
 * what iso_source_expand made of it. The cache is that of plugin/cache_folder.h. A library appears there only
 * when it is complete. */
iso_status iso_source_compile(const iso_source *source, const char *text, char **path, iso_error *err);

#endif
