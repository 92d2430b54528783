#include "fit/twin_writer.h"

#include "base/memory.h"
#include "fit/ecg.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *quantity_name(const iso_twin *t, int k) { return t->work->asked.quantity[k].name; }
static const char *quantity_unit(const iso_twin *t, int k) { return t->work->asked.quantity[k].unit; }
static const char *quantity_meaning(const iso_twin *t, int k) { return t->work->asked.quantity[k].meaning; }
static const char *quantity_source(const iso_twin *t, int k) { return t->work->asked.quantity[k].source; }
static const char *set_name(const iso_twin *t, int k) { return t->work->data.set[k].name; }
static const char *set_source(const iso_twin *t, int k) { return t->work->data.set[k].source; }
static const char *set_kind(const iso_twin *t, int k) { return t->work->data.set[k].kind->noun; }
static const char *set_unit(const iso_twin *t, int k) { return t->work->data.set[k].kind->unit; }
static const char *set_paced(const iso_twin *t, int k) {
  const iso_data_set *set = &t->work->data.set[k];
  return set->from ? set->from->paced : set->ecg ? t->work->setup.config->fit.ecgs[set->number].paced : NULL;
}
static const char *set_date(const iso_twin *t, int k) { return t->work->data.set[k].date; }

/* ---- quantities ---- */

static iso_status add_neutral(iso_twin_writer *w) {
  const iso_fit_quantities *asked = &w->twin->work->asked;
  double *value;
  ISO_TRY(iso_twin_make(w, &value, (size_t)asked->n));
  for (int q = 0; q < asked->n; q++) value[q] = asked->quantity[q].neutral;
  return iso_twin_add(w, "quantity_neutral", NC_DOUBLE, 1, (int[]){ISO_TWIN_QUANTITY}, NULL,
                      "where it is so much, there is nothing of the kind: a scar's factor is 1", value);
}

typedef double (*number_of)(const iso_twin_row *row);
static double prior_low(const iso_twin_row *r) { return r->prior[0]; }
static double prior_median(const iso_twin_row *r) { return r->prior[1]; }
static double prior_high(const iso_twin_row *r) { return r->prior[2]; }
static double low(const iso_twin_row *r) { return r->found[0]; }
static double median(const iso_twin_row *r) { return r->found[1]; }
static double high(const iso_twin_row *r) { return r->found[2]; }
static double best(const iso_twin_row *r) { return r->best; }
static double ratio(const iso_twin_row *r) { return r->ratio; }

static const struct {
  const char *name, *meaning;
  number_of number;
} columns[] = {
    {"quantity_prior_low", "5% of what is known beforehand is below it", prior_low},
    {"quantity_prior_median", "what is known beforehand, in the middle", prior_median},
    {"quantity_prior_high", "5% of what is known beforehand is above it", prior_high},
    {"quantity_low", "5% of the members are below it", low},
    {"quantity_median", "of the members", median},
    {"quantity_high", "5% of the members are above it", high},
    {"quantity_best", "of the heart that goes best with data and what is known beforehand", best},
    {"quantity_spread_ratio",
     "width of the 90% interval, by that of where the members began, drawn from what is known beforehand",
     ratio},
};

static iso_status add_quantities(iso_twin_writer *w) {
  const iso_twin *t = w->twin;
  const int n = t->work->asked.n;
  ISO_TRY(iso_twin_add_texts(w, "quantity_name", ISO_TWIN_QUANTITY, ISO_TWIN_NAME, ISO_TWIN_NAME_LENGTH, n,
                             quantity_name, "what is asked"));
  ISO_TRY(iso_twin_add_texts(w, "quantity_unit", ISO_TWIN_QUANTITY, ISO_TWIN_NAME, ISO_TWIN_NAME_LENGTH, n,
                             quantity_unit, "its unit"));
  ISO_TRY(iso_twin_add_texts(w, "quantity_meaning", ISO_TWIN_QUANTITY, ISO_TWIN_TEXT, ISO_TWIN_TEXT_LENGTH, n,
                             quantity_meaning, "in words"));
  ISO_TRY(iso_twin_add_texts(w, "quantity_source", ISO_TWIN_QUANTITY, ISO_TWIN_TEXT, ISO_TWIN_TEXT_LENGTH, n,
                             quantity_source, "who says what is known beforehand"));
  for (size_t c = 0; c < sizeof columns / sizeof *columns; c++) {
    double *value;
    ISO_TRY(iso_twin_make(w, &value, (size_t)n));
    for (int q = 0; q < n; q++) value[q] = columns[c].number(&t->row[q]);
    ISO_TRY(iso_twin_add(w, columns[c].name, NC_DOUBLE, 1, (int[]){ISO_TWIN_QUANTITY}, NULL,
                         columns[c].meaning, value));
  }
  return ISO_OK;
}

/* ---- members ---- */

static iso_status add_members(iso_twin_writer *w) {
  const iso_ensemble *e = w->twin->ensemble;
  const size_t members = (size_t)e->members, nz = (size_t)e->nz;
  double *weight;
  ISO_TRY(iso_twin_add_copy(w, "member", 2, (int[]){ISO_TWIN_MEMBER, ISO_TWIN_QUANTITY}, NULL,
                            "quantities of each member, in their units", w->twin->member,
                            members * (size_t)w->twin->work->asked.n));
  ISO_TRY(iso_twin_add_copy(w, "member_number", 2, (int[]){ISO_TWIN_MEMBER, ISO_TWIN_NUMBER}, "1",
                            "what a member is made of: numbers that are standard normal beforehand", e->z,
                            members * nz));
  ISO_TRY(iso_twin_add_copy(w, "best_number", 1, (int[]){ISO_TWIN_NUMBER}, "1",
                            "the same of the heart that goes best", w->twin->work->z, nz));
  ISO_TRY(iso_twin_make(w, &weight, members));
  for (size_t m = 0; m < members; m++) weight[m] = 1 / (double)members;
  return iso_twin_add(w, "weight", NC_DOUBLE, 1, (int[]){ISO_TWIN_MEMBER}, "1", "how much a member counts",
                      weight);
}

static iso_status add_field(iso_twin_writer *w) {
  const iso_fit_model *m = &w->twin->work->model;
  double *node;
  if (m->basis.n == 0) return ISO_OK;
  ISO_TRY(iso_twin_make(w, &node, (size_t)m->basis.n));
  for (int k = 0; k < m->basis.n; k++) node[k] = (double)m->places.mesh->gid[m->basis.centre[k]];
  return iso_twin_add(
      w, "field_centre", NC_DOUBLE, 1, (int[]){ISO_TWIN_CENTRE}, "1",
      "nodes around which the field's numbers count, the last of all numbers but for onsets and clocks",
      node);
}

/* ---- data ---- */

typedef double (*datum_of)(const iso_twin *twin, int k, const iso_data_set *set, int of);

static double point_set(const iso_twin *t, int k, const iso_data_set *set, int of) {
  (void)k, (void)of;
  return (double)(set - t->work->data.set);
}
static double point_line(const iso_twin *t, int k, const iso_data_set *set, int of) {
  (void)t, (void)k;
  return set->at ? (double)set->at[of].point.number : of;
}
static double point_sample(const iso_twin *t, int k, const iso_data_set *set, int of) {
  (void)t, (void)k;
  return set->ecg ? set->ecg->time_ms[of % set->ecg->nsamples] : NAN;
}
static double point_held(const iso_twin *t, int k, const iso_data_set *set, int of) {
  (void)set, (void)of;
  return k >= t->work->data.nused;
}
static double point_time(const iso_twin *t, int k, const iso_data_set *set, int of) {
  (void)set, (void)of;
  return t->work->value[k];
}
static double point_sd(const iso_twin *t, int k, const iso_data_set *set, int of) {
  (void)set, (void)of;
  return t->work->sd[k];
}
static double point_voltage(const iso_twin *t, int k, const iso_data_set *set, int of) {
  (void)t, (void)k;
  return set->at ? set->at[of].point.voltage_mV : NAN;
}
static double point_distance(const iso_twin *t, int k, const iso_data_set *set, int of) {
  (void)t, (void)k;
  return set->at ? set->at[of].place.distance_mm : NAN;
}
static double point_low(const iso_twin *t, int k, const iso_data_set *set, int of) {
  (void)set, (void)of;
  return t->band[3 * k];
}
static double point_median(const iso_twin *t, int k, const iso_data_set *set, int of) {
  (void)set, (void)of;
  return t->band[3 * k + 1];
}
static double point_high(const iso_twin *t, int k, const iso_data_set *set, int of) {
  (void)set, (void)of;
  return t->band[3 * k + 2];
}

static const struct {
  const char *name, *unit, *meaning;
  datum_of datum;
} data_columns[] = {
    {"point_set", "1", "number of the map, the refractory period or the ECG, from 0", point_set},
    {"point_line", "1",
     "its line in a CSV file, or its number from 0 in a VTK file; of an ECG from 0, lead by lead",
     point_line},
    {"point_sample", "ms", "of an ECG, when it was measured", point_sample},
    {"point_held_out", "1", "1: it was not used, but predicted", point_held},
    {"point_time", NULL, "as measured", point_time},
    {"point_sd", NULL, "standard deviation of its error", point_sd},
    {"point_voltage", "mV", "as measured", point_voltage},
    {"point_distance", "mm", "from its place on the heart", point_distance},
    {"point_low", NULL, "5% of what members predict, errors included, is below it", point_low},
    {"point_predicted", NULL, "median of what members predict", point_median},
    {"point_high", NULL, "5% of what members predict, errors included, is above it", point_high},
};

/* NULL: they have different ones (set_unit). */
static const char *unit_of_all(const iso_fit_data *data) {
  for (int s = 1; s < data->nsets; s++)
    if (strcmp(data->set[s].kind->unit, data->set[0].kind->unit) != 0) return NULL;
  return data->set[0].kind->unit;
}

static iso_status add_points(iso_twin_writer *w) {
  const iso_twin *t = w->twin;
  const iso_fit_data *data = &t->work->data;
  const int n = data->nused + data->nheld;
  double *measured, *place;
  ISO_TRY(iso_twin_add_texts(w, "set_name", ISO_TWIN_SET, ISO_TWIN_NAME, ISO_TWIN_NAME_LENGTH, data->nsets,
                             set_name, "maps, refractory periods and ECGs that were used"));
  ISO_TRY(iso_twin_add_texts(w, "set_kind", ISO_TWIN_SET, ISO_TWIN_NAME, ISO_TWIN_NAME_LENGTH, data->nsets,
                             set_kind, "map, ERP or ECG"));
  ISO_TRY(iso_twin_add_texts(w, "set_unit", ISO_TWIN_SET, ISO_TWIN_NAME, ISO_TWIN_NAME_LENGTH, data->nsets,
                             set_unit, "of what was measured"));
  ISO_TRY(iso_twin_add_texts(w, "set_source", ISO_TWIN_SET, ISO_TWIN_TEXT, ISO_TWIN_TEXT_LENGTH, data->nsets,
                             set_source, "by what, and who says its errors"));
  ISO_TRY(iso_twin_add_texts(w, "set_date", ISO_TWIN_SET, ISO_TWIN_NAME, ISO_TWIN_NAME_LENGTH, data->nsets,
                             set_date, "when it was measured"));
  ISO_TRY(iso_twin_add_texts(w, "set_paced", ISO_TWIN_SET, ISO_TWIN_NAME, ISO_TWIN_NAME_LENGTH, data->nsets,
                             set_paced, "the site that was paced"));
  for (size_t c = 0; c < sizeof data_columns / sizeof *data_columns; c++) {
    double *value;
    ISO_TRY(iso_twin_make(w, &value, (size_t)n));
    for (int k = 0, of; k < n; k++) {
      const iso_data_set *set = iso_fit_data_find(data, k, &of);
      value[k] = data_columns[c].datum(t, k, set, of);
    }
    const char *unit = data_columns[c].unit ? data_columns[c].unit : unit_of_all(data);
    ISO_TRY(iso_twin_add(w, data_columns[c].name, NC_DOUBLE, 1, (int[]){ISO_TWIN_POINT}, unit,
                         data_columns[c].meaning, value));
  }
  ISO_TRY(iso_twin_make(w, &measured, 3 * (size_t)n));
  ISO_TRY(iso_twin_add(w, "point_position", NC_DOUBLE, 2, (int[]){ISO_TWIN_POINT, ISO_TWIN_SPACE}, "mm",
                       "as measured", measured));
  ISO_TRY(iso_twin_make(w, &place, 3 * (size_t)n));
  for (int k = 0, of; k < n; k++) {
    const iso_data_set *set = iso_fit_data_find(data, k, &of);
    for (int d = 0; d < 3; d++) measured[3 * k + d] = place[3 * k + d] = NAN;
    if (!set->at) continue;
    const iso_lat_datum *datum = &set->at[of];
    memcpy(measured + 3 * k, datum->point.at_mm, sizeof datum->point.at_mm);
    memcpy(place + 3 * k, datum->place.at_mm, sizeof datum->place.at_mm);
  }
  return iso_twin_add(w, "point_place", NC_DOUBLE, 2, (int[]){ISO_TWIN_POINT, ISO_TWIN_SPACE}, "mm",
                      "its place on the heart", place);
}

static iso_status add_origins(iso_twin_writer *w) {
  const iso_twin *t = w->twin;
  const iso_fit_model *m = &t->work->model;
  const int n = t->work->data.nsets;
  double *clock, *far;
  char *checksum, *seen;
  ISO_TRY(iso_twin_make(w, &clock, (size_t)n));
  for (int s = 0; s < n; s++) clock[s] = s < m->config->fit.nmaps ? m->at.clock[s] : -1;
  ISO_TRY(iso_twin_add(w, "set_clock_number", NC_DOUBLE, 1, (int[]){ISO_TWIN_SET}, "1",
                       "which of a member's numbers is the map's clock; -1: none", clock));
  ISO_TRY(iso_twin_make(w, &far, (size_t)n));
  for (int s = 0; s < n; s++) far[s] = t->work->data.set[s].nfar;
  ISO_TRY(iso_twin_add(w, "set_far", NC_DOUBLE, 1, (int[]){ISO_TWIN_SET}, "1",
                       "points of the map that were left out, too far from the heart", far));
  ISO_TRY(iso_alloc(&seen, (size_t)n * ISO_TWIN_NAME_LENGTH, 1, "a twin", w->err));
  for (int s = 0; s < n; s++)
    if (t->work->data.set[s].ecg)
      snprintf(seen + s * ISO_TWIN_NAME_LENGTH, ISO_TWIN_NAME_LENGTH, "%016llx",
               (unsigned long long)iso_fit_ecg_hash(t->work->data.set[s].ecg, m));
  ISO_TRY(iso_twin_add(w, ISO_TWIN_SEEN, NC_CHAR, 2, (int[]){ISO_TWIN_SET, ISO_TWIN_NAME}, NULL,
                       "of an ECG, checksum of how it sees the heart: electrodes, medium, conductivities",
                       seen));
  ISO_TRY(iso_alloc(&checksum, (size_t)n * ISO_TWIN_NAME_LENGTH, 1, "a twin", w->err));
  for (int s = 0; s < n; s++)
    snprintf(checksum + s * ISO_TWIN_NAME_LENGTH, ISO_TWIN_NAME_LENGTH, "%016llx",
             (unsigned long long)iso_data_set_hash(&t->work->data.set[s]));
  return iso_twin_add(w, "set_checksum", NC_CHAR, 2, (int[]){ISO_TWIN_SET, ISO_TWIN_NAME}, NULL,
                      "of its places, times and errors", checksum);
}

/* ---- the file ---- */

static iso_status define(iso_twin_writer *w, const iso_provenance *provenance) {
  const iso_fit_work *work = w->twin->work;
  char checksum[17];
  const struct {
    int which;
    const char *name;
    int64_t length;
  } dims[] = {{ISO_TWIN_QUANTITY, "quantity", work->asked.n},
              {ISO_TWIN_MEMBER, "member", w->twin->ensemble->members},
              {ISO_TWIN_NUMBER, "number", work->model.at.n},
              {ISO_TWIN_POINT, "point", work->data.nused + work->data.nheld},
              {ISO_TWIN_SET, "set", work->data.nsets},
              {ISO_TWIN_SPACE, "space", 3},
              {ISO_TWIN_NAME, "name_length", ISO_TWIN_NAME_LENGTH},
              {ISO_TWIN_TEXT, "text_length", ISO_TWIN_TEXT_LENGTH},
              {ISO_TWIN_WORST, "worst", 2}};
  ISO_TRY(iso_nc_text(&w->file, NC_GLOBAL, ISO_TWIN_FORMAT, "1", w->err));
  snprintf(checksum, sizeof checksum, "%016llx", (unsigned long long)iso_fit_model_places(&work->model));
  ISO_TRY(iso_nc_text(&w->file, NC_GLOBAL, ISO_TWIN_PLACES, checksum, w->err));
  for (int a = 0; a < provenance->count; a++)
    ISO_TRY(iso_nc_text(&w->file, NC_GLOBAL, provenance->attribute[a].name, provenance->attribute[a].text,
                        w->err));
  for (size_t k = 0; k < sizeof dims / sizeof *dims; k++)
    ISO_TRY(iso_nc_dimension(&w->file, dims[k].name, dims[k].length, &w->dim[dims[k].which], w->err));
  if (work->model.basis.n > 0)
    ISO_TRY(iso_nc_dimension(&w->file, "centre", work->model.basis.n, &w->dim[ISO_TWIN_CENTRE], w->err));
  ISO_TRY(add_quantities(w));
  ISO_TRY(add_neutral(w));
  ISO_TRY(add_members(w));
  ISO_TRY(add_field(w));
  ISO_TRY(add_points(w));
  ISO_TRY(add_origins(w));
  ISO_TRY(iso_twin_add_judgement(w));
  return iso_ncfile_defined(&w->file, w->err);
}

static iso_status write_all(iso_twin_writer *w, const iso_provenance *provenance) {
  ISO_TRY(define(w, provenance));
  for (int k = 0; k < w->n; k++)
    ISO_TRY(iso_nc_put_root(&w->file, w->put[k].id, w->put[k].type, w->put[k].data, w->err));
  return ISO_OK;
}

iso_status iso_twin_save(const iso_twin *twin, const iso_provenance *provenance, const char *path,
                         iso_error *err) {
  iso_twin_writer w = {.twin = twin, .err = err};
  ISO_TRY(iso_ncfile_create(&w.file, MPI_COMM_SELF, path, err));
  const iso_status status = iso_ncfile_finish(&w.file, write_all(&w, provenance), err);
  for (int k = 0; k < w.n; k++) free(w.put[k].data);
  return status;
}
