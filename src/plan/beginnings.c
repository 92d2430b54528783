#include "plan/beginnings.h"

#include "act/electrode.h"
#include "base/memory.h"
#include "study/protocol.h"

#include <stdio.h>
#include <stdlib.h>

iso_status iso_beginnings_new(iso_beginnings *out, const iso_members *members, const iso_config *config,
                              iso_error *err) {
  *out = (iso_beginnings){.members = members, .config = config, .shared_ms = config->study.shared_ms};
  if (!(out->shared_ms > 0)) return ISO_OK;
  return iso_alloc(&out->axis, (size_t)members->naxes + 1, sizeof *out->axis, "beginnings of members", err);
}

void iso_beginnings_free(iso_beginnings *b) {
  free(b->axis);
  free(b->first);
  *b = (iso_beginnings){0};
}

double iso_beginnings_state_ms(const iso_config *config) {
  return config->study.shared_ms - iso_alike_from(config, 0);
}

static double earliest(const iso_config *is) {
  return iso_protocol_earliest(&is->protocol, is->time.step_ms);
}

static bool is_in_train(const iso_beginnings *b, const iso_config *is) {
  return !is->has_protocol || earliest(is) - ISO_ELECTRODE_STEPS * is->time.step_ms >= b->shared_ms;
}

static iso_status check_time(const iso_beginnings *b, const iso_config *is, iso_error *err) {
  if (is->method == ISO_METHOD_EIKONAL)
    return iso_config_fail(b->config, err, "study.shared_ms",
                           "members with method: eikonal are one wave, which has no states to go on from; "
                           "leave it out, or take method: monodomain or recurrent_eikonal");
  if (!is_in_train(b, is))
    return iso_config_fail(
        b->config, err, "study.shared_ms",
        "members with a protocol share its train: %g ms is not %d steps before the earliest "
        "premature pulse of one, at %g ms; take less",
        b->shared_ms, ISO_ELECTRODE_STEPS, earliest(is));
  if (iso_beginnings_state_ms(is) < is->time.step_ms)
    return iso_config_fail(b->config, err, "study.shared_ms",
                           "%g ms are less than a step and the %g ms that its pace looks ahead; take more",
                           b->shared_ms, iso_alike_from(is, 0));
  if (b->shared_ms < is->time.duration_ms) return ISO_OK;
  return iso_config_fail(b->config, err, "study.shared_ms", "%g ms is no time before the end, %g",
                         b->shared_ms, is->time.duration_ms);
}

/* How a configuration differs from the text of another one until then. */
static iso_status compare(const iso_beginnings *b, const char *first, const iso_config *is,
                          iso_differences *how, iso_error *err) {
  iso_alike alike = {.by_keys = true, /* before meshes are read and steps chosen */
                     .time_ms = iso_beginnings_state_ms(is),
                     .from_ms = b->shared_ms};
  char *text;
  ISO_TRY(iso_config_dump_whole(is, &text, err));
  const iso_status status = iso_alike_add(&alike, "the first member", first, text, err);
  iso_differences_end(&alike.found);
  *how = alike.found;
  free(text);
  return status;
}

iso_status iso_beginnings_add(iso_beginnings *b, int axis, int c, const iso_config *is, iso_error *err) {
  iso_differences how;
  if (!(b->shared_ms > 0)) return ISO_OK;
  ISO_TRY(check_time(b, is, err));
  if (!b->first) return iso_config_dump_whole(is, &b->first, err);
  iso_beginnings_axis *a = &b->axis[axis];
  ISO_TRY(compare(b, b->first, is, &how, err));
  if (how.n == 0)
    a->alike++;
  else if (a->unlike == 0)
    a->unlike = c, a->how = how;
  return ISO_OK;
}

static iso_status refuse(const iso_beginnings *b, int axis, const char *what, iso_error *err) {
  const iso_members_axis *of = &b->members->axis[axis];
  const iso_beginnings_axis *a = &b->axis[axis];
  return iso_config_fail(b->config, err, "study.shared_ms",
                         "the cases '%.60s' and '%.60s' of the axis '%.60s' differ before %g ms (%.400s), %s",
                         of->cases[0].name, of->cases[a->unlike].name, of->name, b->shared_ms, a->how.text,
                         what);
}

static bool is_late(const iso_beginnings *b, int axis) { return b->axis[axis].unlike == 0; }

iso_status iso_beginnings_check(const iso_beginnings *b, iso_error *err) {
  int nlate = 0;
  if (!(b->shared_ms > 0)) return ISO_OK;
  for (int a = 0; a < b->members->naxes; a++) {
    if (!is_late(b, a) && b->axis[a].alike > 0)
      return refuse(b, a, "and others do not: take an earlier time, or make two axes of it", err);
    nlate += is_late(b, a) && b->members->axis[a].ncases > 1;
  }
  if (nlate > 0) return ISO_OK;
  for (int a = 0; a < b->members->naxes; a++)
    if (!is_late(b, a))
      return refuse(b, a, "and no axis acts only from then on: take an earlier time, or leave it out", err);
  return iso_config_fail(b->config, err, "study.shared_ms", "there is one member, which shares nothing");
}

int iso_beginnings_of(const iso_beginnings *b, int member) {
  int of = 0, stride = 1;
  for (int a = b->members->naxes - 1; a >= 0; a--) {
    const int n = b->members->axis[a].ncases;
    if (!is_late(b, a)) of += member / stride % n * stride;
    stride *= n;
  }
  return of;
}

iso_status iso_beginnings_share(const iso_beginnings *b, const iso_config *first, const iso_config *is,
                                bool *share, iso_error *err) {
  iso_differences how = {0};
  char *text;
  ISO_TRY(iso_config_dump_whole(first, &text, err));
  const iso_status status = compare(b, text, is, &how, err);
  free(text);
  *share = how.n == 0 && is_in_train(b, is) && is_in_train(b, first);
  return status;
}

void iso_beginnings_ending(const iso_beginnings *b, char *text, size_t size) {
  snprintf(text, size, "_%.9gms", b->shared_ms);
}
