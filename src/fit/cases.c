#include "fit/cases.h"

#include "base/memory.h"
#include "base/text.h"
#include "fit/conductivities.h"
#include "result/netcdf_file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of fields, of velocities and of durations: and the member's number. */
#define VARIABLE "heart_"
#define APD_VARIABLE "apd_"

/* Of a stimulus where a wave begins that is a place: ours, as in configs. */
#define AMPLITUDE "100"
#define DURATION "2"

typedef struct making {
  const iso_config *config;
  const iso_hearts_asked *asked;
  const iso_twin_drawn *drawn;
  const iso_conductivities *conductivities; /* none with an eikonal wave */
  const char *fields;                       /* NULL: there are none */
  iso_arena *memory;
  iso_twin_cases *out;
  iso_config_case *now;
  int room; /* settings of a case */
  iso_error *err;
} making;

static iso_status set(making *m, const char *key, const char *value) {
  return iso_arena_print(m->memory, &m->now->set[m->now->nset++], m->err, "%s=%s", key, value);
}

/* A setting that has a column in the table, by what it is of and the last word of its key. */
static iso_status set_number(making *m, const char *of, const char *key, double value) {
  char text[32];
  if (m->now == m->out->cases) {
    iso_config_drawn *number = &m->out->numbers[m->out->nnumbers++];
    *number = (iso_config_drawn){0};
    ISO_TRY(iso_arena_text(m->memory, &number->key, key, strlen(key), m->err));
    ISO_TRY(iso_arena_print(m->memory, &number->name, m->err, "%s %s", of, strrchr(key, '.') + 1));
  }
  return set(m, key, iso_text_shortest(value, text, sizeof text));
}

/* ---- velocities ---- */

static iso_status set_velocity(making *m, int r, const char *key, double value) {
  char path[96];
  if (isnan(value)) return ISO_OK;
  snprintf(path, sizeof path, "regions.%d.velocity.%s", r, key);
  return set_number(m, m->config->regions[r].name, path, value);
}

static iso_status set_velocities(making *m, const iso_speeds *speeds) {
  for (int r = 0; r < m->config->nregions; r++) {
    const iso_config_velocity v = iso_velocity_as_asked(&m->config->regions[r], &speeds[r]);
    ISO_TRY(set_velocity(m, r, "longitudinal_m_per_s", v.longitudinal_m_per_s));
    ISO_TRY(set_velocity(m, r, "transverse_m_per_s", v.transverse_m_per_s));
    ISO_TRY(set_velocity(m, r, "normal_m_per_s", v.normal_m_per_s));
    ISO_TRY(set_velocity(m, r, "isotropic_m_per_s", v.isotropic_m_per_s));
  }
  return ISO_OK;
}

static iso_status set_conductivities(making *m, const iso_speeds *speeds) {
  char path[96], text[32];
  for (int k = 0; k < m->conductivities->n; k++) {
    const iso_conductivity *c = &m->conductivities->of[k];
    snprintf(path, sizeof path, "regions.%d.conductivity.%s", c->region,
             iso_tune_direction_key(c->direction));
    ISO_TRY(set(m, path, iso_text_shortest(iso_conductivity_of(c, &speeds[c->region]), text, sizeof text)));
  }
  return ISO_OK;
}

/* In single quotes of YAML, where each of its own stands twice. */
static iso_status quote(const making *m, const char *plain, char **out) {
  char *to;
  ISO_TRY(iso_arena_alloc(m->memory, out, 2 * strlen(plain) + 3, 1, m->err));
  to = *out;
  *to++ = '\'';
  for (; *plain; plain++) {
    if (*plain == '\'') *to++ = '\'';
    *to++ = *plain;
  }
  *to = '\'';
  return ISO_OK;
}

static iso_status set_field(making *m, const char *key, const char *variable) {
  char *path, *text;
  ISO_TRY(quote(m, m->fields, &path));
  ISO_TRY(
      iso_arena_print(m->memory, &text, m->err, "{file: %s, variable: %s%s}", path, variable, m->now->name));
  return set(m, key, text);
}

/* ---- where waves begin ---- */

static int stimulus_of(const iso_config *config, const iso_config_onset *onset) {
  for (int k = 0; k < config->nstimuli; k++)
    if (!strcmp(config->stimuli[k].name, onset->stimulus)) return k;
  return -1;
}

static iso_status check_start(const making *m, int k, double start_ms) {
  if (start_ms >= 0) return ISO_OK;
  return iso_config_fail(m->config, m->err, m->asked->key,
                         "member %s of %s begins its wave '%.60s' at %.4g ms, and a simulation begins at 0: "
                         "let all waves of the twin begin later by later_ms: %g",
                         m->now->name, m->asked->twin, m->config->fit.onsets[k].name, start_ms,
                         m->asked->later_ms + 10 * ceil(-start_ms / 10));
}

static double start_of(const making *m, const iso_drawn_onset *onset) {
  return m->asked->later_ms + onset->begins_ms + onset->within_ms;
}

static iso_status set_starts(making *m, const iso_drawn_onset *onset) {
  char path[64];
  for (int k = 0; k < m->config->fit.nonsets; k++) {
    const iso_config_onset *o = &m->config->fit.onsets[k];
    ISO_TRY(check_start(m, k, start_of(m, &onset[k])));
    if (!o->stimulus) continue;
    snprintf(path, sizeof path, "stimuli.%d.start_ms", stimulus_of(m->config, o));
    ISO_TRY(set_number(m, o->name, path, start_of(m, &onset[k])));
  }
  return ISO_OK;
}

static bool is_onset(const iso_config *config, int stimulus) {
  for (int k = 0; k < config->fit.nonsets; k++) {
    const iso_config_onset *o = &config->fit.onsets[k];
    if (o->stimulus && stimulus_of(config, o) == stimulus) return true;
  }
  return false;
}

/* The twin's beat has stimuli whose time is known, too: delays to them stay what they are. */
static iso_status put_off_known(making *m) {
  char path[64], text[32];
  for (int k = 0; k < m->config->nstimuli && m->asked->later_ms > 0; k++) {
    const iso_pulses *pulses = &m->config->stimuli[k].pulses;
    if (!(pulses->amplitude > 0) || is_onset(m->config, k)) continue;
    snprintf(path, sizeof path, "stimuli.%d.start_ms", k);
    ISO_TRY(set(m, path, iso_text_shortest(pulses->start_ms + m->asked->later_ms, text, sizeof text)));
  }
  return ISO_OK;
}

/* After those of the configuration. */
static iso_status add_stimuli(making *m, const iso_drawn_onset *onset) {
  char path[64], number[5][32];
  char *name, *text;
  for (int k = 0, next = m->config->nstimuli; k < m->config->fit.nonsets; k++) {
    const iso_config_onset *o = &m->config->fit.onsets[k];
    if (o->stimulus) continue;
    const double of[] = {onset[k].at_mm[0], onset[k].at_mm[1], onset[k].at_mm[2], onset[k].radius_mm,
                         start_of(m, &onset[k])};
    for (int c = 0; c < 5; c++) iso_text_shortest(of[c], number[c], sizeof number[c]);
    snprintf(path, sizeof path, "stimuli.%d", next++);
    ISO_TRY(quote(m, o->name, &name));
    ISO_TRY(iso_arena_print(m->memory, &text, m->err,
                            "{name: %s, sphere: {centre_mm: [%s, %s, %s], radius_mm: %s}, start_ms: %s, "
                            "amplitude_uA_per_uF: " AMPLITUDE ", duration_ms: " DURATION "}",
                            name, number[0], number[1], number[2], number[3], number[4]));
    ISO_TRY(set(m, path, text));
  }
  return ISO_OK;
}

/* ---- all of it ---- */

static iso_status make_case(making *m, int k) {
  const iso_twin_drawn *d = m->drawn;
  const iso_speeds *speeds = d->speeds + (size_t)k * (size_t)d->nregions;
  const iso_drawn_onset *onset = d->onset + (size_t)k * (size_t)d->nonsets;
  m->now = &m->out->cases[k];
  if (d->member[k] == ISO_HEART_NO_MEMBER)
    m->now->name = m->asked->kind == ISO_HEART_BEST ? "best" : "median";
  else
    ISO_TRY(iso_arena_print(m->memory, &m->now->name, m->err, "%d", d->member[k] + 1));
  ISO_TRY(iso_arena_alloc(m->memory, &m->now->set, (size_t)m->room, sizeof *m->now->set, m->err));
  ISO_TRY(set_velocities(m, speeds));
  if (m->asked->own_beat) ISO_TRY(set_starts(m, onset));
  if (m->asked->own_beat) ISO_TRY(put_off_known(m));
  ISO_TRY(set_conductivities(m, speeds));
  if (m->fields && d->has_field) ISO_TRY(set_field(m, "velocity_field", VARIABLE));
  if (m->fields && d->has_apd) ISO_TRY(set_field(m, "apd_field", APD_VARIABLE));
  if (m->asked->own_beat) ISO_TRY(add_stimuli(m, onset));
  return m->config->has_twin && m->asked->kind == ISO_HEARTS_DRAWN ? set(m, "twin", "null") : ISO_OK;
}

static iso_status make_all(making *m) {
  const int n = m->drawn->n;
  m->room = 2 * ISO_EVERY_WAY * m->config->nregions + m->config->fit.nonsets + m->config->nstimuli + 3;
  m->out->n = n;
  ISO_TRY(iso_arena_alloc(m->memory, &m->out->cases, (size_t)n, sizeof *m->out->cases, m->err));
  ISO_TRY(iso_arena_alloc(m->memory, &m->out->numbers, (size_t)m->room, sizeof *m->out->numbers, m->err));
  for (int k = 0; k < n; k++) ISO_TRY(make_case(m, k));
  return ISO_OK;
}

/* Conductivities are times the square of what velocity_field says, and velocities on these elements go with
 * another power of theirs. */
static void correct(iso_drawn_field *field, int n, const iso_conductivities *conductivities) {
  for (int64_t i = 0; field->factor && i < field->nnodes && conductivities->n > 0; i++) {
    const double power = iso_conductivity_power(conductivities, field->region[i]) / 2;
    for (int k = 0; k < n; k++) {
      double *factor = &field->factor[k * field->nnodes + i];
      *factor = pow(*factor, power);
    }
  }
}

/* Models alone say how long monodomain action potentials last, and a member has one field for all methods
 * (correct). */
static iso_status check_method(const iso_config *config, const iso_hearts_asked *asked,
                               const iso_twin_drawn *drawn, iso_error *err) {
  if (!asked->by_monodomain) return ISO_OK;
  if (drawn->has_field && asked->by_wave)
    return iso_config_fail(
        config, err, "method",
        "the hearts of %s have a velocity_field (fit.field or fit.scars), which monodomain runs have with "
        "another power than eikonal ones: make two studies, one with method: monodomain",
        asked->twin);
  if (!drawn->has_apd) return ISO_OK;
  return iso_config_fail(
      config, err, "method",
      "the hearts of %s have action potentials of their own durations (fit.apd), which "
      "monodomain runs cannot take: use method: eikonal or recurrent_eikonal, or a twin that was "
      "fitted without",
      asked->twin);
}

iso_status iso_twin_cases_new(iso_twin_cases *out, MPI_Comm comm, const iso_config *config,
                              const iso_hearts_asked *asked, const char *fields, iso_arena *memory,
                              iso_error *err) {
  iso_twin_drawn drawn;
  iso_conductivities conductivities = {0};
  *out = (iso_twin_cases){0};
  iso_status status = iso_twin_drawn_new(&drawn, comm, config, asked, err);
  if (status == ISO_OK) status = check_method(config, asked, &drawn, err);
  if (status == ISO_OK && fields && asked->by_monodomain)
    status = iso_conductivities_new(&conductivities, comm, config, &drawn, err);
  making m = {.config = config,
              .asked = asked,
              .drawn = &drawn,
              .conductivities = &conductivities,
              .fields = fields,
              .memory = memory,
              .out = out,
              .err = err};
  if (status == ISO_OK) status = iso_agree(comm, make_all(&m), err);
  if (status == ISO_OK) {
    correct(&drawn.field, drawn.n, &conductivities);
    out->field = drawn.field;
    drawn.field = (iso_drawn_field){0};
  }
  iso_conductivities_free(&conductivities);
  iso_twin_drawn_free(&drawn);
  return status;
}

/* ---- fields ---- */

/* Of all cases, which are values [n][nnodes]; NULL: none. id [n]: its variables. */
typedef struct fields {
  const double *value;
  const char *variable, *meaning;
  int *id;
} fields;

static iso_status define(const iso_twin_cases *c, const fields *f, iso_ncfile *file, int node,
                         iso_error *err) {
  char name[64];
  for (int k = 0; f->value && k < c->n; k++) {
    snprintf(name, sizeof name, "%s%s", f->variable, c->cases[k].name);
    ISO_TRY(iso_nc_variable(file, name, NC_FLOAT, 1, &node, "1", f->meaning, &f->id[k], err));
  }
  return ISO_OK;
}

/* id [2 cases->n]: room. */
static iso_status write_fields(const iso_twin_cases *c, iso_ncfile *file, int *id, iso_error *err) {
  const fields all[] = {
      {c->field.factor, VARIABLE, "what velocities of this member of the twin are times", id},
      {c->field.apd, APD_VARIABLE, "what durations of its action potentials are times", id + c->n}};
  int node;
  ISO_TRY(iso_nc_dimension(file, "node", c->field.nnodes, &node, err));
  for (int f = 0; f < 2; f++) ISO_TRY(define(c, &all[f], file, node, err));
  ISO_TRY(iso_ncfile_defined(file, err));
  for (int f = 0; f < 2; f++)
    for (int k = 0; all[f].value && k < c->n; k++)
      ISO_TRY(iso_nc_put_root(file, all[f].id[k], NC_DOUBLE, all[f].value + k * c->field.nnodes, err));
  return ISO_OK;
}

iso_status iso_twin_cases_save(const iso_twin_cases *cases, const char *path, iso_error *err) {
  iso_ncfile file;
  int *id;
  ISO_TRY(iso_alloc(&id, 2 * (size_t)cases->n, sizeof *id, "variables", err));
  iso_status status = iso_ncfile_create(&file, MPI_COMM_SELF, path, err);
  if (status == ISO_OK) status = iso_ncfile_finish(&file, write_fields(cases, &file, id, err), err);
  free(id);
  return status;
}
