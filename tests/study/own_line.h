/* A line of cells of a model of the user's own, stimulated at one end: what the tests of own models share. */
#ifndef ISO_TESTS_STUDY_OWN_LINE_H
#define ISO_TESTS_STUDY_OWN_LINE_H

#include "grid/mpi_main.h"

#include "config/config.h"

#include <stdbool.h>

enum { NODES = 9 };

/* ---- a folder for files, and for what is compiled; rank 0 writes ---- */

/* Of cmocka's groups. */
int make_folder(void **state);
int remove_folder(void **state);
/* The path of a file there, absolute, until the next call. in_folder(".") is the folder. */
const char *in_folder(const char *name);
void write_text(const char *path, const char *text);
/* Until the next call. */
char *read_text(const char *path);

/* field.nc: values(i) = 1 + i / 8 */
void write_field(void);

/* ---- the line ---- */

typedef struct cell_line {
  const char *model, *precision, *parameters, *device; /* as in a configuration */
  double step_ms;
  int steps;
} cell_line;
iso_status load_line(iso_config *config, const cell_line *line, iso_error *error);

/* Vm, then every state, [1 + nstates][NODES] = [*n] of this rank's nodes, to be freed. */
double *solve_line(const cell_line *line, int *n);

bool has_compiler(void);

#endif
