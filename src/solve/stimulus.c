#include "solve/stimulus.h"

#include <math.h>

static double overlap(double a0, double a1, double b0, double b1) {
  double from = a0 > b0 ? a0 : b0, to = a1 < b1 ? a1 : b1;
  return to > from ? to - from : 0;
}

static double last_pulse(const iso_pulses *p) {
  return p->period_ms <= 0 ? 0 : p->count > 0 ? p->count - 1.0 : INFINITY;
}

double iso_pulses_mean(const iso_pulses *p, double from_ms, double to_ms) {
  double first = 0, last = 0, on = 0;
  if (p->period_ms > 0) {
    first = floor((from_ms - p->start_ms - p->duration_ms) / p->period_ms);
    last = floor((to_ms - p->start_ms) / p->period_ms);
    if (first < 0) first = 0;
    if (last > last_pulse(p)) last = last_pulse(p);
  }
  for (double k = first; k <= last; k++) {
    double start = p->start_ms + k * p->period_ms;
    on += overlap(from_ms, to_ms, start, start + p->duration_ms);
  }
  return p->amplitude * on / (to_ms - from_ms);
}

double iso_pulses_end(const iso_pulses *p) {
  double last = last_pulse(p);
  return p->start_ms + p->duration_ms + (last > 0 ? last * p->period_ms : 0);
}
