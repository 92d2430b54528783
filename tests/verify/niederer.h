/* The N-version benchmark through the program's own configuration, so with its default numerics. */
#ifndef ISO_TESTS_VERIFY_NIEDERER_H
#define ISO_TESTS_VERIFY_NIEDERER_H

enum { NIEDERER_POINTS = 9, NIEDERER_P8 = 7 };

/* Collective. Activation, ms, of the configuration's probes (NAN where there was none by until_ms). set
 * [nset]: what is to differ from the configuration. */
void niederer_run(const char *config, int nset, const char *const *set, double until_ms,
                  double activation[NIEDERER_POINTS]);

#endif
