/* A demand pacemaker of one's own, in closed loop with a simulated heart: it listens to a bipolar electrogram
 * every millisecond, and paces where it hears nothing for too long.
 *
 *     pacemaker heart.yaml      or   mpirun -n 2 pacemaker heart.yaml
 *
 * It prints when it sensed and paced, and writes heart.e.nc and heart_ecg.nc. Whatever the heart and the
 * number of ranks, the device is the same few lines: isochrone_lead, a decision, isochrone_pulse. */
#include <isochrone.h>

#include <math.h>
#include <stdio.h>

enum { SILENT, SENSED, PACED };

/* All it knows between two looks. */
typedef struct device {
  double escape_ms;     /* silence after which it paces */
  double refractory_ms; /* after a beat, in which it hears nothing */
  double threshold_mV;  /* of the electrogram */
  double last_ms;       /* the beat before */
} device;

static int decide(device *d, double now_ms, double electrogram_mV) {
  const double since = now_ms - d->last_ms;
  int what = SILENT;
  if (since >= d->refractory_ms && fabs(electrogram_mV) >= d->threshold_mV)
    what = SENSED;
  else if (since >= d->escape_ms)
    what = PACED;
  if (what != SILENT) d->last_ms = now_ms;
  return what;
}

/* All ranks do the same; the one with speaks says it. */
static int follow(isochrone *heart, int lead, int speaks) {
  device d = {.escape_ms = 600, .refractory_ms = 200, .threshold_mV = 0.5, .last_ms = -200};
  for (double now = 1; !isochrone_ended(heart); now += 1) {
    double sampled_ms, mV;
    int status = isochrone_advance(heart, now);
    if (!status) status = isochrone_lead(heart, "tip-ring", &sampled_ms, &mV);
    if (status) return status;
    const int what = decide(&d, now, mV);
    if (what == PACED) status = isochrone_pulse(heart, lead, ISOCHRONE_NOW, 2, 50);
    if (status) return status;
    if (what != SILENT && speaks) printf("%6.0f ms  %s\n", now, what == SENSED ? "sensed" : "paced");
  }
  return isochrone_write(heart);
}

int main(int argc, char **argv) {
  isochrone *heart = NULL;
  int lead;
  if (argc != 2) {
    fprintf(stderr, "usage: pacemaker HEART.yaml\n");
    return ISOCHRONE_INPUT;
  }
  int status = isochrone_open(&heart, argv[1], NULL);
  if (!status) status = isochrone_electrode(heart, "apex", &lead);
  if (!status) status = follow(heart, lead, isochrone_rank(heart) == 0);
  if (status && isochrone_rank(heart) == 0) fprintf(stderr, "pacemaker: %s\n", isochrone_error(heart));
  isochrone_close(heart);
  return status;
}
