/* What commands on one configuration have in common. */
#ifndef ISO_APP_COMMAND_RUN_H
#define ISO_APP_COMMAND_RUN_H

#include "app/command_options.h"
#include "study/run.h"

/* Help of --set. */
#define ISO_SET_HELP "a value of the configuration; as often as wanted, lists by number"

/* The settings that a command line of the options set, device and threads makes: set [*n], to be freed, with
 * their texts, after which --device and --threads come, since as options they win. */
iso_status iso_argument_settings(const iso_arguments *arguments, const char ***set, int *n, iso_error *err);

/* As loud as --quiet and --verbose say. */
iso_log iso_argument_log(const iso_arguments *arguments);

/* Collective. The configuration that the first argument and the settings name, with its heart of a twin
 * (fit/twin_run.h; prefix: of the results, NULL: it is not run); says which program this is. Free it whatever
 * the status. */
iso_status iso_argument_config(const iso_arguments *arguments, const char *prefix, const iso_log *log,
                               iso_config *out, iso_error *err);

#endif
