/* The command line: from the program's arguments to a command's work. */
#ifndef ISO_APP_COMMAND_H
#define ISO_APP_COMMAND_H

#include "app/command_options.h"

typedef struct iso_command {
  const char *name;      /* "run", "mesh info" */
  const char *arguments; /* "CONFIG", or "" */
  int least, most;       /* number of arguments */
  const char *summary;   /* one line */
  const char *details;   /* more lines of help, or "" */
  const iso_option *options;
  iso_status (*body)(const iso_arguments *arguments, iso_error *err); /* collective over arguments->comm */
} iso_command;

/* Before MPI is started and a file is opened: what Open MPI and HDF5 read of the environment. What the user
 * has set stays. */
void iso_command_prepare(void);

/* Collective. Runs the command that argv names. Prints an error, as "isochrone: error: ...", on standard
 * error of rank 0. Returns the exit code: 0 done, 1 the run failed, 2 the input is wrong, 3 stopped by a
 * signal. */
int iso_command_line(MPI_Comm comm, int argc, char *const *argv);

/* All commands [*n], those of a group one after the other. */
const iso_command *const *iso_commands(int *n);

/* One file for each group of commands. */
extern const iso_command iso_command_new, iso_command_run, iso_command_check;
extern const iso_command iso_command_mesh_info, iso_command_mesh_convert, iso_command_mesh_refine,
    iso_command_mesh_slab, iso_command_mesh_repair, iso_command_mesh_fibres, iso_command_mesh_coordinates,
    iso_command_mesh_purkinje, iso_command_mesh_transfer, iso_command_mesh_modes;
extern const iso_command iso_command_models, iso_command_devices, iso_command_keys;
extern const iso_command iso_command_cell;
extern const iso_command iso_command_study;
extern const iso_command iso_command_fit, iso_command_monitor;
extern const iso_command iso_command_tune;
extern const iso_command iso_command_ecg;
extern const iso_command iso_command_info;
extern const iso_command iso_command_bench;

#endif
