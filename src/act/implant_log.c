/* What an implanted device writes down: markers and electrograms, in the results and in saved states. */
#include "act/implant_parts.h"

#include "base/memory.h"
#include "base/share.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room for one more of n things, twice as much as there is. */
static int64_t more(int64_t n) { return 2 * n + 64; }

static iso_status make_marker_room(iso_implant *m, int64_t n, iso_error *err) {
  if (n <= m->marker_room) return ISO_OK;
  const size_t room = (size_t)more(n);
  ISO_TRY(iso_realloc(&m->marker, room, sizeof *m->marker, "markers", err));
  ISO_TRY(iso_realloc(&m->marker_ms, room, sizeof *m->marker_ms, "markers", err));
  m->marker_room = (int64_t)room;
  return ISO_OK;
}

iso_status iso_implant_mark(iso_implant *m, iso_mark mark, iso_error *err) {
  ISO_TRY(make_marker_room(m, m->nmarkers + 1, err));
  m->marker_ms[m->nmarkers] = m->time_ms;
  m->marker[m->nmarkers++] = (iso_marker){m->tick, mark};
  return ISO_OK;
}

static iso_status make_sample_room(iso_implant *m, int64_t n, iso_error *err) {
  if (n <= m->sample_room) return ISO_OK;
  const int64_t room = more(n);
  ISO_TRY(iso_realloc(&m->sample_ms, (size_t)room, sizeof *m->sample_ms, "electrograms", err));
  ISO_TRY(iso_realloc(&m->sample, (size_t)(room * m->nleads), sizeof *m->sample, "electrograms", err));
  m->sample_room = room;
  return ISO_OK;
}

iso_status iso_implant_keep_samples(iso_implant *m, iso_error *err) {
  const int64_t n = m->nsamples++;
  if (iso_rank(m->mesh->comm) != 0) return ISO_OK;
  ISO_TRY(make_sample_room(m, n + 1, err));
  double *to = m->sample + n * m->nleads;
  m->sample_ms[n] = m->time_ms;
  for (int k = 0; k < ISO_NCHAMBERS; k++)
    if (iso_implant_has(m, (iso_chamber)k)) *to++ = m->channel[k].signal;
  return ISO_OK;
}

/* ---- results ---- */

/* "NAME_what" in one of the texts. */
static const char *text(iso_implant *m, int k, const char *head, const char *tail) {
  snprintf(m->text[k], sizeof m->text[k], "%s%.16s_%s", head, m->name, tail);
  return m->text[k];
}

static iso_status report_markers(iso_implant *m, iso_results *results, iso_error *err) {
  if (m->nmarkers == 0) return ISO_OK;
  const iso_dimension markers = {text(m, 0, "num_", "markers"), m->nmarkers};
  ISO_TRY(iso_realloc(&m->mark_text, (size_t)m->nmarkers, sizeof *m->mark_text, "markers", err));
  for (int64_t k = 0; k < m->nmarkers; k++) m->mark_text[k] = iso_mark_text((iso_mark)m->marker[k].mark);
  ISO_TRY(iso_results_add(results,
                          &(iso_variable){.name = text(m, 1, "", "marker_time"),
                                          .unit = "ms",
                                          .meaning = "when it sensed or paced",
                                          .ndims = 1,
                                          .dims = {markers},
                                          .data = m->marker_ms},
                          err));
  return iso_results_add(
      results,
      &(iso_variable){.name = text(m, 2, "", "marker"),
                      .meaning = "AS, VS, PVC sensed; AP, VP, LVP paced; (AS), (VS) refractory",
                      .type = ISO_VARIABLE_TEXT,
                      .ndims = 1,
                      .dims = {markers},
                      .data = m->mark_text},
      err);
}

/* How often each lead sensed, paced and captured. */
static iso_status report_leads(iso_implant *m, const iso_dimension *leads, iso_results *results,
                               iso_error *err) {
  static const char *const what[] = {"sensed", "paced", "captured"};
  static const char *const meaning[] = {"beats that counted", "pulses", "pulses that captured"};
  int n = 0;
  ISO_TRY(iso_results_add(results,
                          &(iso_variable){.name = text(m, 5, "", "lead"),
                                          .meaning = "where it is",
                                          .type = ISO_VARIABLE_TEXT,
                                          .ndims = 1,
                                          .dims = {*leads},
                                          .data = m->lead_text},
                          err));
  for (int k = 0; k < ISO_NCHAMBERS; k++) {
    if (!iso_implant_has(m, (iso_chamber)k)) continue;
    m->lead_count[0][n] = (int32_t)m->counts.sensed[k];
    m->lead_count[1][n] = (int32_t)m->counts.paced[k];
    m->lead_count[2][n++] = (int32_t)m->counts.captured[k];
  }
  for (int k = 0; k < 3; k++)
    ISO_TRY(iso_results_add(results,
                            &(iso_variable){.name = text(m, 8 + k, "", what[k]),
                                            .unit = "1",
                                            .meaning = meaning[k],
                                            .type = ISO_VARIABLE_WHOLE,
                                            .ndims = 1,
                                            .dims = {*leads},
                                            .data = m->lead_count[k]},
                            err));
  return ISO_OK;
}

/* Samples are rank 0's, and all ranks know how many there are. */
static iso_status report_samples(iso_implant *m, const iso_dimension *leads, iso_results *results,
                                 iso_error *err) {
  if (m->nsamples == 0) return ISO_OK;
  const iso_dimension samples = {text(m, 3, "num_", "samples"), m->nsamples};
  ISO_TRY(iso_results_add(results,
                          &(iso_variable){.name = text(m, 6, "", "sample_time"),
                                          .unit = "ms",
                                          .meaning = "times of its samples",
                                          .ndims = 1,
                                          .dims = {samples},
                                          .data = m->sample_ms},
                          err));
  return iso_results_add(results,
                         &(iso_variable){.name = text(m, 7, "", "electrogram"),
                                         .unit = "mV",
                                         .meaning = "what it compares with its thresholds",
                                         .may_lack = true,
                                         .ndims = 2,
                                         .dims = {samples, *leads},
                                         .data = m->sample},
                         err);
}

static iso_status report_all(iso_implant *m, iso_results *results, iso_error *err) {
  const iso_dimension leads = {text(m, 4, "num_", "leads"), m->nleads};
  ISO_TRY(report_markers(m, results, err));
  ISO_TRY(report_leads(m, &leads, results, err));
  return report_samples(m, &leads, results, err);
}

iso_status iso_implant_report(void *implant, iso_results *results, iso_error *err) {
  iso_implant *m = implant;
  return iso_agree(m->mesh->comm, report_all(m, results, err), err);
}

/* ---- saving ---- */

enum {
  OF_CHANNEL = 6,
  OF_ICD = ISO_PACEMAKER_STATE + ISO_NCHAMBERS * OF_CHANNEL,
  STATE = OF_ICD + ISO_ICD_STATE
};

static const char *name(const iso_implant *m, const char *what, char *out, size_t size) {
  snprintf(out, size, "devices.%s.%s", m->name, what);
  return out;
}

static void pack(const iso_implant *m, int64_t *state, double *signal) {
  iso_pacemaker_pack(&m->pacemaker, state);
  iso_icd_pack(&m->icd, state + OF_ICD);
  for (int k = 0; k < ISO_NCHAMBERS; k++) {
    const int64_t all[OF_CHANNEL] = {m->channel[k].judge_at, m->channel[k].was_below, m->counts.sensed[k],
                                     m->counts.paced[k],     m->counts.judged[k],     m->counts.captured[k]};
    memcpy(state + ISO_PACEMAKER_STATE + k * OF_CHANNEL, all, sizeof all);
    signal[2 * k] = m->channel[k].raw, signal[2 * k + 1] = m->channel[k].signal;
  }
}

static void unpack(iso_implant *m, const int64_t *state, const double *signal) {
  iso_pacemaker_unpack(&m->pacemaker, state);
  iso_icd_unpack(&m->icd, state + OF_ICD);
  for (int k = 0; k < ISO_NCHAMBERS; k++) {
    const int64_t *all = state + ISO_PACEMAKER_STATE + k * OF_CHANNEL;
    m->channel[k].judge_at = all[0], m->channel[k].was_below = all[1];
    m->counts.sensed[k] = all[2], m->counts.paced[k] = all[3];
    m->counts.judged[k] = all[4], m->counts.captured[k] = all[5];
    m->channel[k].raw = signal[2 * k], m->channel[k].signal = signal[2 * k + 1];
  }
}

static iso_status put_all(const iso_implant *m, iso_archive *archive, const char *what, const char *unit,
                          const char *meaning, iso_archive_type type, int64_t count, const void *values,
                          iso_error *err) {
  char key[64];
  const iso_archive_array array = {.name = name(m, what, key, sizeof key),
                                   .unit = unit,
                                   .meaning = meaning,
                                   .place = ISO_ARCHIVE_ALL,
                                   .type = type,
                                   .count = count,
                                   .values = (void *)values};
  return iso_archive_put(archive, &array, err);
}

static iso_status save_all(const iso_implant *m, iso_archive *archive, iso_error *err) {
  int64_t state[STATE];
  double signal[2 * ISO_NCHAMBERS];
  char key[64];
  pack(m, state, signal);
  ISO_TRY(put_all(m, archive, "state", "1", "its clocks and counts", ISO_ARCHIVE_INT64, STATE, state, err));
  ISO_TRY(put_all(m, archive, "signal", "mV", "last samples of its leads", ISO_ARCHIVE_DOUBLE,
                  2 * ISO_NCHAMBERS, signal, err));
  ISO_TRY(put_all(m, archive, "marker", "1", "tick and kind of its markers", ISO_ARCHIVE_INT64,
                  2 * m->nmarkers, m->marker, err));
  ISO_TRY(put_all(m, archive, "marker_time", "ms", "times of its markers", ISO_ARCHIVE_DOUBLE, m->nmarkers,
                  m->marker_ms, err));
  ISO_TRY(iso_archive_put_count(archive, name(m, "samples", key, sizeof key), "1", "samples so far",
                                m->nsamples, err));
  ISO_TRY(iso_archive_put_root(archive, name(m, "sample_time", key, sizeof key), "ms", "times of its samples",
                               ISO_ARCHIVE_DOUBLE, m->nsamples, m->sample_ms, err));
  return iso_archive_put_root(archive, name(m, "sample", key, sizeof key), "mV", "samples of its leads",
                              ISO_ARCHIVE_DOUBLE, m->nsamples * m->nleads, m->sample, err);
}

iso_status iso_implant_save(void *implant, iso_archive *archive, iso_error *err) {
  const iso_implant *m = implant;
  return iso_agree(m->mesh->comm, save_all(m, archive, err), err);
}

static iso_status get_all(const iso_implant *m, const iso_archive *archive, const char *what,
                          iso_archive_type type, const iso_archive_array **out, iso_error *err) {
  char key[64];
  return iso_archive_get(archive, name(m, what, key, sizeof key), ISO_ARCHIVE_ALL, type, out, err);
}

static iso_status restore_markers(iso_implant *m, const iso_archive *archive, iso_error *err) {
  const iso_archive_array *marker, *time;
  ISO_TRY(get_all(m, archive, "marker", ISO_ARCHIVE_INT64, &marker, err));
  ISO_TRY(get_all(m, archive, "marker_time", ISO_ARCHIVE_DOUBLE, &time, err));
  ISO_TRY(make_marker_room(m, time->count, err));
  m->nmarkers = time->count;
  if (time->count == 0) return ISO_OK;
  memcpy(m->marker, marker->values, (size_t)time->count * sizeof *m->marker);
  memcpy(m->marker_ms, time->values, (size_t)time->count * sizeof *m->marker_ms);
  return ISO_OK;
}

static iso_status restore_samples(iso_implant *m, const iso_archive *archive, iso_error *err) {
  char key[64];
  ISO_TRY(iso_archive_get_count(archive, name(m, "samples", key, sizeof key), &m->nsamples, err));
  if (iso_rank(m->mesh->comm) != 0) return ISO_OK;
  ISO_TRY(make_sample_room(m, m->nsamples, err));
  ISO_TRY(iso_archive_get_doubles(archive, name(m, "sample_time", key, sizeof key), m->nsamples, m->sample_ms,
                                  err));
  return iso_archive_get_doubles(archive, name(m, "sample", key, sizeof key), m->nsamples * m->nleads,
                                 m->sample, err);
}

static iso_status restore_all(iso_implant *m, const iso_archive *archive, iso_error *err) {
  const iso_archive_array *state, *signal;
  ISO_TRY(get_all(m, archive, "state", ISO_ARCHIVE_INT64, &state, err));
  ISO_TRY(get_all(m, archive, "signal", ISO_ARCHIVE_DOUBLE, &signal, err));
  if (state->count != STATE || signal->count != 2 * ISO_NCHAMBERS)
    return iso_fail(err, ISO_EINPUT, "the saved state of the device %s is of another kind", m->name);
  unpack(m, state->values, signal->values);
  ISO_TRY(restore_markers(m, archive, err));
  return restore_samples(m, archive, err);
}

iso_status iso_implant_restore(void *implant, const iso_archive *archive, iso_error *err) {
  iso_implant *m = implant;
  return iso_agree(m->mesh->comm, restore_all(m, archive, err), err);
}
