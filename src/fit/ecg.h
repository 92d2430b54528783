/* An ECG as data: what leads see of an upstroke that travels with the waves, the QRS complex, or of whole
 * action potentials, T wave and all.
 *
 * A lead at time t has A sum_n w_n V(t - c - t_n), w_n the lead's weights (observe/lead_weights.h), t_n when
 * the wave is at node n, V the upstroke, c the ECG's zero of time by that of the waves, and A a factor. By z
 * it goes with sum_n w_n V'(t - c - t_n) times what t_n goes with (beat.h, tangent). With a T wave V is the
 * action potential of the node's region, stretched to what lasts there (apd.h): that changes with z, too. */
#ifndef ISO_FIT_ECG_H
#define ISO_FIT_ECG_H

#include "fit/data.h"
#include "fit/ecg_file.h"
#include "fit/potential.h"
#include "fit/upstroke.h"

struct iso_fit_ecg {
  int number; /* in the configuration */
  int nleads, nsamples;
  char **name;     /* [nleads] */
  double *weight;  /* [nleads][nlocal] per mV of the node, or per upstroke */
  double *time_ms; /* [nsamples] of the file's clock: of the QRS complex, then of the T wave */
  int nqrs;        /* samples of the former */
  double filter_ms;
  iso_curve upstroke;
  int nregions;
  iso_potential *potential;       /* [nregions] instead of it; NULL: there is no T wave */
  double *lasting_ms;             /* [nlocal] how long they last, by the models */
  char missing[ISO_ECG_MISSING];  /* of I, II, V1 to V6, or "" */
  char said[ISO_ECG_SAID];        /* of how many beats it is the mean, or "" */
  char warning[ISO_ECG_REVERSED]; /* of electrodes that may be exchanged, or "" */
  char date[16];                  /* that of the file, or "" */
};

extern const iso_data_kind iso_fit_ecg_kind;

/* Of how the heart is seen: electrodes, medium, conductivities, what travels with the wave. */
uint64_t iso_fit_ecg_hash(const iso_fit_ecg *ecg, const iso_fit_model *model);

/* Not collective. Reads ECG number k of the configuration into set, whose numbers are those of the first
 * lead, then those of the second, and so on. ISO_EINPUT for what iso_ecg_file_read and iso_electrodes_read
 * refuse, leads that the file or the electrodes lack or that follow from others, too few samples, and for
 * iso_fit_t_wave_read. */
iso_status iso_fit_ecg_read(iso_data_set *set, const iso_fit_model *model, int k, iso_error *err);
void iso_fit_ecg_free(iso_fit_ecg *ecg);

/* How much later than those of the onsets the times of ECG number k are, ms, for z; and the factor of its
 * leads. */
double iso_fit_ecg_late(const iso_fit_model *model, int k, const double *z);
double iso_fit_ecg_amplitude(const iso_fit_model *model, int k, const double *z);

/* Whether an ECG goes much better with what is predicted of it if two electrodes are exchanged, and which.
 * measured, predicted [nleads][nsamples]. */
enum { ISO_EXCHANGED = 64 };
bool iso_fit_ecg_exchanged(const iso_fit_ecg *ecg, const double *measured, const double *predicted,
                           char who[ISO_EXCHANGED]);

/* Warns of such electrodes, ECG by ECG. measured, predicted [data->nused] of the best heart. */
void iso_fit_warn_of_electrodes(const iso_fit_data *data, const double *measured, const double *predicted,
                                const iso_log *log);

#endif
