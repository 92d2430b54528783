/* A twin for people, from its file. */
#include "fit/twin.h"

#include "base/memory.h"
#include "base/print.h"
#include "base/version.h"
#include "fit/twin_read.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where model error is spoken of: p below LIKELY, neighbours beyond FAR standard deviations together. */
#define LIKELY 0.01
#define FAR 4

typedef struct printer {
  iso_twin_file file;
  FILE *to;
} printer;

bool iso_twin_is(int nc) {
  size_t length;
  return nc_inq_attlen(nc, NC_GLOBAL, ISO_TWIN_FORMAT, &length) == NC_NOERR;
}

/* Twins of before do not have all of it. */
static bool has(const printer *p, const char *name) {
  int id;
  return nc_inq_varid(p->file.nc, name, &id) == NC_NOERR;
}

enum { MEDIAN, LOW, HIGH, PRIOR_LOW, PRIOR_HIGH, RATIO };

typedef struct column {
  const char *name;
  double *value;
} column;

static void print_row(const printer *p, const column *c, size_t k, const char *name, const char *unit) {
  iso_print(p->to, "  %-34s %10.4g %10.4g %10.4g  %-5s %10.4g %10.4g  %s\n", name, c[MEDIAN].value[k],
            c[LOW].value[k], c[HIGH].value[k], unit, c[PRIOR_LOW].value[k], c[PRIOR_HIGH].value[k],
            iso_twin_identified(c[RATIO].value[k]));
}

static iso_status print_rows(const printer *p, size_t n, const column *c) {
  char name[257], unit[257];
  iso_print(p->to, "  %-34s %10s %10s %10s  %-5s %10s %10s  %s\n", "", "median", "5%", "95%", "", "before 5%",
            "95%", "identified");
  for (size_t k = 0; k < n; k++) {
    ISO_TRY(iso_twin_text(&p->file, "quantity_name", k, "name_length", name));
    ISO_TRY(iso_twin_text(&p->file, "quantity_unit", k, "name_length", unit));
    print_row(p, c, k, name, unit);
  }
  return ISO_OK;
}

/* A scar's factor, by the value that it has where there is none. */
static const char *judge_neutral(double neutral, const column *c, size_t k) {
  if (!strcmp(iso_twin_identified(c[RATIO].value[k]), "no"))
    return "the data say nothing of it; that is what was put in";
  if (c[HIGH].value[k] < neutral)
    return c[PRIOR_HIGH].value[k] < neutral ? "the 90% interval is below 1, as was put in"
                                            : "the 90% interval is below 1: waves are slower there";
  if (c[LOW].value[k] > neutral)
    return c[PRIOR_LOW].value[k] > neutral ? "the 90% interval is above 1, as was put in"
                                           : "the 90% interval is above 1: waves are faster there";
  return "the 90% interval includes 1: nothing shows that waves are slower there";
}

/* Of those that may be nothing. Twins of before have none. */
static iso_status print_neutrals(const printer *p, size_t n, const column *c) {
  double *neutral;
  char name[257];
  if (!has(p, "quantity_neutral")) return ISO_OK;
  ISO_TRY(iso_twin_numbers(&p->file, "quantity_neutral", n, &neutral));
  iso_status status = ISO_OK;
  for (size_t k = 0; k < n && status == ISO_OK; k++) {
    if (isnan(neutral[k])) continue;
    status = iso_twin_text(&p->file, "quantity_name", k, "name_length", name);
    if (status == ISO_OK) iso_print(p->to, "  %s: %s\n", name, judge_neutral(neutral[k], c, k));
  }
  free(neutral);
  return status;
}

static iso_status print_quantities(const printer *p) {
  column c[] = {{"quantity_median", NULL},    {"quantity_low", NULL},        {"quantity_high", NULL},
                {"quantity_prior_low", NULL}, {"quantity_prior_high", NULL}, {"quantity_spread_ratio", NULL}};
  size_t n = 0;
  iso_status status = iso_twin_length(&p->file, "quantity", &n);
  for (size_t k = 0; k < sizeof c / sizeof *c && status == ISO_OK; k++)
    status = iso_twin_numbers(&p->file, c[k].name, n, &c[k].value);
  if (status == ISO_OK) status = print_rows(p, n, c);
  if (status == ISO_OK) status = print_neutrals(p, n, c);
  for (size_t k = 0; k < sizeof c / sizeof *c; k++) free(c[k].value);
  return status;
}

/* "errors of 2 ms", or of 1.5 to 3 ms: of set s of points [n]. */
static void say_errors(double s, size_t n, const double *set, const double *sd, char *text, size_t size) {
  double least = INFINITY, most = 0;
  for (size_t k = 0; k < n; k++)
    if (set[k] == s) least = fmin(least, sd[k]), most = fmax(most, sd[k]);
  if (least == most)
    snprintf(text, size, "%.3g", least);
  else
    snprintf(text, size, "%.3g to %.3g", least, most);
}

/* Of points [n] the set, whether they are held out, and their errors. */
typedef struct points {
  size_t n;
  double *set, *held, *sd;
} points;

static iso_status print_set(const printer *p, size_t s, const points *of) {
  char name[257], source[257], date[257], kind[257], unit[257], checksum[257], errors[64];
  char site[257] = "";
  int used = 0, out = 0;
  for (size_t k = 0; k < of->n; k++)
    if (of->set[k] == (double)s) *(of->held[k] == 1 ? &out : &used) += 1;
  ISO_TRY(iso_twin_text(&p->file, "set_name", s, "name_length", name));
  ISO_TRY(iso_twin_text(&p->file, "set_kind", s, "name_length", kind));
  ISO_TRY(iso_twin_text(&p->file, "set_unit", s, "name_length", unit));
  ISO_TRY(iso_twin_text(&p->file, "set_source", s, "text_length", source));
  ISO_TRY(iso_twin_text(&p->file, "set_date", s, "name_length", date));
  ISO_TRY(iso_twin_text(&p->file, "set_checksum", s, "name_length", checksum));
  if (has(p, "set_paced")) ISO_TRY(iso_twin_text(&p->file, "set_paced", s, "name_length", site));
  say_errors((double)s, of->n, of->set, of->sd, errors, sizeof errors);
  iso_print(p->to, "  %s %s%s%s%s%s: %d %s used, %d held out, errors of %s %s; %s (checksum %s)\n", kind,
            name, *date ? " of " : "", date, *site ? ", paced at " : "", site, used,
            !strcmp(kind, "ECG")  ? "samples"
            : strcmp(kind, "ERP") ? "points"
                                  : "measurement",
            out, errors, unit, source, checksum);
  return ISO_OK;
}

static iso_status print_data(const printer *p) {
  size_t sets = 0, members = 0;
  double misfit, covered;
  points of = {0};
  ISO_TRY(iso_twin_length(&p->file, "set", &sets));
  ISO_TRY(iso_twin_length(&p->file, "point", &of.n));
  ISO_TRY(iso_twin_length(&p->file, "member", &members));
  iso_status status = iso_twin_numbers(&p->file, "point_set", of.n, &of.set);
  if (status == ISO_OK) status = iso_twin_numbers(&p->file, "point_held_out", of.n, &of.held);
  if (status == ISO_OK) status = iso_twin_numbers(&p->file, "point_sd", of.n, &of.sd);
  for (size_t s = 0; s < sets && status == ISO_OK; s++) status = print_set(p, s, &of);
  free(of.set);
  free(of.held);
  free(of.sd);
  ISO_TRY(status);
  ISO_TRY(iso_twin_number(&p->file, "reduced_chi_square", &misfit));
  ISO_TRY(iso_twin_number(&p->file, "held_out_covered", &covered));
  iso_print(p->to,
            "  %zu members; errors are %.3g times as large as said (root of the reduced chi-square %.3g)\n",
            members, sqrt(misfit), misfit);
  if (!isnan(covered))
    iso_print(p->to, "  %.3g%% of the points held out are in their 90%% bands\n", 100 * covered);
  return ISO_OK;
}

static iso_status print_points(const printer *p, double p_value) {
  double worst, late, n, *place, when = NAN;
  char region[257] = "", where[300] = "";
  ISO_TRY(iso_twin_number(&p->file, "worst_deviation", &worst));
  ISO_TRY(iso_twin_number(&p->file, "worst_late", &late));
  ISO_TRY(iso_twin_number(&p->file, "worst_points", &n));
  if (!(n > 0 && (p_value < LIKELY || fabs(worst) > FAR))) return ISO_OK;
  if (has(p, "worst_when")) {
    ISO_TRY(iso_twin_number(&p->file, "worst_when", &when));
    ISO_TRY(iso_twin_text(&p->file, "worst_name", 0, "name_length", region));
    snprintf(where, sizeof where, " of %s, measured at %.3g ms,", region, when);
  }
  ISO_TRY(iso_twin_numbers(&p->file, "worst_place", 3, &place));
  iso_print(p->to,
            "  %sthe %g points around (%.1f, %.1f, %.1f) mm%s are %.3g ms %s than predicted, %.2g standard "
            "deviations together\n",
            p_value < LIKELY ? "most of all " : "ALARM: ", n, place[0], place[1], place[2], where, fabs(late),
            late > 0 ? "later" : "earlier", fabs(worst));
  free(place);
  return ISO_OK;
}

static iso_status print_samples(const printer *p, double p_value) {
  double worst, above, set, from, to;
  size_t sets = 0;
  char lead[257], name[257];
  if (!has(p, "worst_samples_set")) return ISO_OK;
  ISO_TRY(iso_twin_length(&p->file, "set", &sets));
  ISO_TRY(iso_twin_number(&p->file, "worst_samples_set", &set));
  ISO_TRY(iso_twin_number(&p->file, "worst_samples_deviation", &worst));
  ISO_TRY(iso_twin_number(&p->file, "worst_samples_above", &above));
  ISO_TRY(iso_twin_number(&p->file, "worst_samples_from", &from));
  ISO_TRY(iso_twin_number(&p->file, "worst_samples_to", &to));
  if (!(set >= 0 && (p_value < LIKELY || fabs(worst) > FAR))) return ISO_OK;
  if (set >= (double)sets)
    return iso_fail(p->file.err, ISO_EINPUT,
                    "%s: this is no twin of this program (worst_samples_set is %g of %zu)", p->file.path, set,
                    sets);
  ISO_TRY(iso_twin_text(&p->file, "worst_name", 1, "name_length", lead));
  ISO_TRY(iso_twin_text(&p->file, "set_name", (size_t)set, "name_length", name));
  iso_print(
      p->to,
      "  %slead %s of ECG %s is %.2g mV %s than predicted from %.4g to %.4g ms, %.2g standard deviations "
      "together\n",
      p_value < LIKELY ? "most of all " : "ALARM: ", lead, name, fabs(above), above > 0 ? "higher" : "lower",
      from, to, fabs(worst));
  return ISO_OK;
}

static iso_status print_alarm(const printer *p) {
  double p_value, settled, unsettled;
  ISO_TRY(iso_twin_number(&p->file, "p_value", &p_value));
  ISO_TRY(iso_twin_number(&p->file, "settled", &settled));
  ISO_TRY(iso_twin_number(&p->file, "members_unsettled", &unsettled));
  if (p_value < LIKELY)
    iso_print(p->to,
              "  ALARM: no such heart explains the data (p %.2g): it lacks something, or errors are larger\n",
              p_value);
  ISO_TRY(print_points(p, p_value));
  ISO_TRY(print_samples(p, p_value));
  if (settled != 1) iso_print(p->to, "  ALARM: the search for the best heart did not come to its end\n");
  if (unsettled > 0) iso_print(p->to, "  the search for %g members did not come to its end\n", unsettled);
  return ISO_OK;
}

iso_status iso_twin_print(int nc, const char *path, FILE *stream, iso_error *err) {
  const printer p = {{nc, path, err}, stream};
  iso_print(stream, "%s: a twin (%s)\n\n", path, ISO_NOT_A_DEVICE);
  ISO_TRY(print_quantities(&p));
  iso_print(stream,
            "\n  identified: the data narrow what was known beforehand to less than half (yes), or to less "
            "than 0.9 (partly)\n\n");
  ISO_TRY(print_data(&p));
  return print_alarm(&p);
}
