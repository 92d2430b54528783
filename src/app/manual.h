/* Man pages and shell completion, from the tables that the help is made from. */
#ifndef ISO_APP_MANUAL_H
#define ISO_APP_MANUAL_H

#include "app/command.h"

/* The page isochrone.1: all commands [n], a line each. The pages print to stream and do not look whether it
 * failed. */
void iso_manual_overview(const iso_command *const *commands, int n, FILE *stream);

/* A command's own page, isochrone-mesh-info.1 for "mesh info". */
void iso_manual_page(const iso_command *command, FILE *stream);

/* Completion of commands [n] and options for bash. */
void iso_manual_completion(const iso_command *const *commands, int n, FILE *stream);

#endif
