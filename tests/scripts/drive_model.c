/* Paces one cell of the model in HEADER, called MODEL, in double precision, with the staggered scheme:
 *   drive_model STEP_MS CYCLE_MS BEATS STIMULUS DURATION_MS
 * prints, of the last beat, rest and peak in mV, APD50 and APD90 in ms as in tests/kernels/pace.h, then Vm
 * every millisecond. */
#include HEADER

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define OF(name) ISO_PASTE(MODEL, name)

static double falls_through(const double *trace, int n, int peak, double step, double level) {
  for (int i = peak; i < n; i++)
    if (trace[i + 1] <= level) return step * (i + (trace[i] - level) / (trace[i] - trace[i + 1]));
  return NAN;
}

int main(int argc, char **argv) {
  if (argc != 6) return 2;
  const double step = atof(argv[1]), stimulus = atof(argv[4]);
  const int n = (int)lround(atof(argv[2]) / step), beats = atoi(argv[3]),
            on = (int)lround(atof(argv[5]) / step);
#define VALUE(name, unit, value, ...) .name = value,
  const OF(parameters) p = {OF(PARAMETERS)(VALUE)};
  OF(state) s = {OF(STATES)(VALUE)};
#undef VALUE
  const OF(constants) k = OF(derive)(&p, step);
  double *trace = malloc(sizeof(double) * (size_t)(n + 1)), vm = OF(VM_REST), before = vm, worst = 0;
  if (!trace) return 1;
  for (int beat = 0; beat < beats; beat++)
    for (int i = 0; i < n; i++) {
      trace[i] = vm;
      const double v = 1.5 * vm - 0.5 * before;
      const OF(gates) g = OF(gates_at)(&k, vm);
      const OF(currents) c = OF(currents_at)(&k, v);
      double fast[4] = {0};
      const double iion = OF(step)(&k, &g, &c, v, &s, fast);
      if (OF(NFAST) > 0) worst = fmax(worst, -OF(fast)(fast));
      before = vm;
      vm += step * ((i < on ? stimulus : 0) - iion);
    }
  trace[n] = vm;
  int upstroke = 0, peak = 0;
  for (int i = 0; i < n; i++) {
    if (trace[i + 1] - trace[i] > trace[upstroke + 1] - trace[upstroke]) upstroke = i;
    if (trace[i] > trace[peak]) peak = i;
  }
  const double start = step * (upstroke + 0.5), height = trace[peak] - trace[0];
  printf("%.17g %.17g %.17g %.17g %.17g\n", trace[0], trace[peak],
         falls_through(trace, n, peak, step, trace[0] + 0.5 * height) - start,
         falls_through(trace, n, peak, step, trace[0] + 0.1 * height) - start, worst);
  for (int i = 0; i <= n; i += (int)lround(1 / step)) printf("%.17g\n", trace[i]);
  free(trace);
  return 0;
}
