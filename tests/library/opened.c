#include "library/opened.h"

#include <stdio.h>

const char *scratch(void) {
  static char folder[64] = "";
  if (*folder) return folder;
  snprintf(folder, sizeof folder, "/tmp/isochrone-library-XXXXXX");
  if (world_rank() == 0 && !mkdtemp(folder)) fail_msg("no folder %s", folder);
  MPI_Bcast(folder, sizeof folder, MPI_CHAR, 0, MPI_COMM_WORLD);
  return folder;
}

isochrone *open_with(const isochrone_options *more, const char *const *set) {
  char output[100];
  isochrone_options options = *more;
  isochrone *heart;
  snprintf(output, sizeof output, "%s/heart", scratch());
  options.size = sizeof options;
  options.set = set;
  options.messages = ISOCHRONE_SILENT;
  while (set[options.nset]) options.nset++;
  if (!options.output) options.output = output;
  DO(isochrone_open(&heart, HEART, &options));
  return heart;
}

isochrone *open_set(const char *const *set) { return open_with(&(isochrone_options){0}, set); }

const char *const plain[] = {NULL};

double *read_all(isochrone *heart) {
  const int64_t n = isochrone_nodes(heart);
  int64_t *nodes = malloc((size_t)n * sizeof *nodes);
  double *vm = malloc((size_t)n * sizeof *vm);
  assert_non_null(nodes);
  assert_non_null(vm);
  for (int64_t i = 0; i < n; i++) nodes[i] = i;
  DO(isochrone_vm_at(heart, n, nodes, vm));
  free(nodes);
  return vm;
}

double *end_of(const char *const *set) {
  isochrone *heart = open_set(set);
  DO(isochrone_advance(heart, 12));
  double *vm = read_all(heart);
  isochrone_close(heart);
  return vm;
}
