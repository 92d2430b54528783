#include "kernels/builds.h"

extern const iso_cell_kernels iso_cells_f64_scalar, iso_cells_f32_scalar;
#ifdef ISO_X86_64
extern const iso_cell_kernels iso_cells_f64_avx2, iso_cells_f32_avx2;
extern const iso_cell_kernels iso_cells_f64_avx512, iso_cells_f32_avx512;
#endif

int builds(const build **out) {
  static const build all[] = {
      {"scalar", {&iso_cells_f64_scalar, &iso_cells_f32_scalar}},
#ifdef ISO_X86_64
      {"avx2", {&iso_cells_f64_avx2, &iso_cells_f32_avx2}},
      {"avx512", {&iso_cells_f64_avx512, &iso_cells_f32_avx512}},
#endif
  };
  *out = all;
  int n = 1;
#ifdef ISO_X86_64
  n += __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  n += n == 2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
       __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
#endif
  return n;
}
