/* From potentials of electrodes to leads: the twelve of the clinic, unipolar and bipolar electrograms.
 *
 * With electrodes RA, LA and LL there are the limb leads of Einthoven, I = LA - RA, II = LL - RA, III = LL -
 * LA, and Goldberger's aVR, aVL, aVF, each against the mean of the other two; electrodes V1, V2 and so on
 * (V3R, too) are taken against Wilson's terminal, the mean of RA, LA and LL (Kligfield et al., Circulation
 * 115:1306, 2007). RL is the ground and measures nothing. Every other electrode, and without the three all of
 * them, is a unipolar lead against infinity; a pair is a bipolar one, its first electrode minus its second.
 */
#ifndef ISO_OBSERVE_LEADS_H
#define ISO_OBSERVE_LEADS_H

#include "base/error.h"

#include <stdint.h>

enum { ISO_LEAD_NAME = 32 };

typedef enum { ISO_LEAD_LIMB, ISO_LEAD_CHEST, ISO_LEAD_UNIPOLAR, ISO_LEAD_BIPOLAR } iso_lead_kind;

/* The sum of factor_k times the potential of electrode k. */
typedef struct iso_lead {
  char name[ISO_LEAD_NAME];
  char meaning[2 * ISO_LEAD_NAME + 40];
  iso_lead_kind kind;
  int n;
  int electrode[4];
  double factor[4];
} iso_lead;

typedef struct iso_leads {
  int n;
  iso_lead *lead; /* [n] I, II, III, aVR, aVL, aVF, those of the chest, unipolar ones, pairs */
} iso_leads;

/* Leads of electrodes [n], whose names are distinct and shorter than ISO_LEAD_NAME, and of pairs [npairs],
 * each "A-B" with their names. ISO_EINPUT where a pair is none or has the name of another lead. Free it
 * whatever the status. Not collective.
 */
iso_status iso_leads_new(iso_leads *out, int n, const char *const *electrode, int npairs,
                         const char *const *pair, iso_error *err);
void iso_leads_free(iso_leads *leads);

/* The lead of that name, or NULL. */
const iso_lead *iso_leads_find(const iso_leads *leads, const char *name);

/* Its value from potentials of the electrodes. */
double iso_lead_value(const iso_lead *lead, const double *potential);

/* When a wave passed: in the middle of the samples between which a unipolar electrogram falls, or a bipolar
 * one changes, most steeply; value [n] at time_ms [n], ascending. NAN where it never does. */
double iso_lead_activation(const iso_lead *lead, int64_t n, const double *time_ms, const double *value);

#endif
