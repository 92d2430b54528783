/* What a command takes, as a table: it parses the command line and prints the help. */
#ifndef ISO_APP_COMMAND_OPTIONS_H
#define ISO_APP_COMMAND_OPTIONS_H

#include "base/error.h"

#include <stdbool.h>
#include <stdio.h>

typedef struct iso_option {
  const char *name;     /* without dashes; NULL ends a table */
  char letter;          /* short form, or 0 */
  const char *value;    /* what follows it, "FILE"; NULL: nothing, it is a flag */
  const char *fallback; /* value where not given, or NULL */
  const char *help;
} iso_option;

typedef struct iso_given {
  const iso_option *option;
  const char *value; /* "" for a flag */
} iso_given;

/* A parsed command line. The texts are those of argv. */
typedef struct iso_arguments {
  MPI_Comm comm;
  FILE *out; /* standard output on rank 0, NULL on the others: print through iso_say */
  const iso_option *options;
  bool help;    /* --help or -h was there; nothing else was checked */
  bool version; /* the same of --version or -V */
  int npositional;
  const char **positional;
  int ngiven;
  iso_given *given;
} iso_arguments;

/* Parses argv [argc], which starts behind the command's name: --name value, --name=value, -n value, flags,
 * "--" before arguments that begin with a dash. command: for messages, "run". Call iso_arguments_free
 * whatever the status. */
iso_status iso_arguments_parse(iso_arguments *out, const char *command, const iso_option *options, int argc,
                               char *const *argv, iso_error *err);

void iso_arguments_free(iso_arguments *arguments);

/* The last value given, else the fallback; flags give "" or NULL. name must be in the table. */
const char *iso_argument(const iso_arguments *arguments, const char *name);

/* Every value given for an option, in order. values has room for arguments->ngiven. Returns their number. */
int iso_argument_all(const iso_arguments *arguments, const char *name, const char **values);

/* printf to arguments->out, on rank 0. */
void iso_say(const iso_arguments *arguments, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The table as aligned lines of help. */
void iso_options_print(const iso_option *options, FILE *stream);

/* The prefix [size] of results that an --output means: a result's whole name will do, too, with one of the
 * endings, which end with NULL. ISO_EINPUT where it names no file. */
iso_status iso_argument_prefix(const char *output, const char *const *endings, char *prefix, size_t size,
                               iso_error *err);

/* Collective. ISO_EINPUT where the file that an option names, for output, is that of an argument. */
iso_status iso_argument_is_new(const iso_arguments *arguments, const char *name, iso_error *err);

/* "niederer" [size] of "configs/niederer.yaml": what results are called where nothing else is said, so that
 * they land where the user is. */
void iso_argument_stem(const char *config, char *stem, size_t size);

#endif
