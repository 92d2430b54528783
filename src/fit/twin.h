/* NAME.twin.nc: a heart as hearts that go with what was measured of it. docs/file-formats.md describes it. */
#ifndef ISO_FIT_TWIN_H
#define ISO_FIT_TWIN_H

#include "fit/work.h"
#include "study/provenance.h"

#define ISO_TWIN_FORMAT "twin_format"     /* an attribute of the file, "1" */
#define ISO_TWIN_PLACES "places_checksum" /* another: iso_fit_model_places */
#define ISO_TWIN_SEEN "set_seen_checksum" /* a variable: iso_fit_ecg_hash of ECGs */

/* How one quantity came out. */
typedef struct iso_twin_row {
  double prior[3], found[3]; /* 5%, 50%, 95% */
  double best;
  double ratio; /* of the widths of the 90% intervals, found by where the members began; NAN: it was known */
} iso_twin_row;

typedef struct iso_twin {
  const iso_fit_work *work;
  const iso_minimum *minimum;
  const iso_judgement *judgement;
  const iso_ensemble *ensemble;
  iso_twin_row *row; /* [asked.n] */
  double *member;    /* [members][asked.n] */
  double *band;      /* [data][3] 5%, 50%, 95% of what members predict, with errors as measured */
  double covered;    /* share of the points held out that are within their band; NAN: none are */
} iso_twin;

/* Not collective. Makes row, member and band of the rest. To be freed whatever the status. */
iso_status iso_twin_new(iso_twin *out, const iso_fit_work *work, const iso_minimum *minimum,
                        const iso_judgement *judgement, const iso_ensemble *ensemble, iso_error *err);
void iso_twin_free(iso_twin *twin);

/* One rank's. The file appears when it is complete. */
iso_status iso_twin_save(const iso_twin *twin, const iso_provenance *provenance, const char *path,
                         iso_error *err);

/* One rank's. Prints a twin from its open file nc: each quantity with median and 90% interval, whether the
 * data identify it, and the data. path: for messages. ISO_EINPUT where it is no twin. */
iso_status iso_twin_print(int nc, const char *path, FILE *stream, iso_error *err);

/* Whether an open file is a twin. */
bool iso_twin_is(int nc);

/* "yes", "partly" or "no": by how much the data narrow what was known beforehand; NAN: "known" before. */
const char *iso_twin_identified(double ratio);

#endif
