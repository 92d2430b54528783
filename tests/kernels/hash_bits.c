/* Prints a hash of what every build of every model computes: tests/kernels/same_bits.sh compares compilers.
 */
#include "kernels/builds.h"
#include "kernels/field.h"

#include <stdio.h>
#include <stdlib.h>

/* FNV-1a, 64 bits. */
static uint64_t hash(const unsigned char *bytes, size_t n) {
  uint64_t h = 14695981039346656037u;
  for (size_t i = 0; i < n; i++) h = (h ^ bytes[i]) * 1099511628211u;
  return h;
}

int main(void) {
  const build *all;
  const int n = builds(&all);
  for (int m = 0; m < iso_nmodels; m++)
    for (int i = 0; i < n; i++)
      for (int mode = 0; mode < 8; mode++) {
        const field_run run = {.kernels = all[i].kernels[mode & 1],
                               .single = mode & 1,
                               .exact = mode >> 1 & 1,
                               .scale = 1.01,
                               .alternate = mode >> 2,
                               .model = iso_models[m],
                               .ncells = 301,
                               .nsteps = 60,
                               .pieces = 1,
                               .keep_fast = 1};
        size_t bytes;
        void *out = field_after(&run, &bytes);
        printf("%s %s %s %s %s %016llx\n", run.model->name, all[i].isa, run.single ? "single" : "double",
               run.exact ? "exact" : "tables", run.alternate ? "varying" : "uniform",
               (unsigned long long)hash(out, bytes));
        free(out);
      }
  return 0;
}
