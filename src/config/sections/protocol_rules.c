/* Rules of the sections protocol and phase_map. */
#include "config/sections/rules.h"

#include "base/arena.h"

#include <math.h>
#include <stdio.h>

/* A pulse is given some steps before it begins (act/electrode.h). */
#define LEAST_STEPS 40

static iso_status check_train(const iso_config *config, const iso_config_protocol *p, iso_error *err) {
  if (p->s1.period_ms < p->s1.duration_ms)
    return FAIL("protocol.s1.cycle_ms", "a pulse of %g ms does not fit into a cycle of %g ms",
                p->s1.duration_ms, p->s1.period_ms);
  if (p->s1.period_ms >= config->time.step_ms) return ISO_OK;
  return FAIL("protocol.s1.cycle_ms",
              "%g ms is shorter than a time step of %g ms; lengthen it or lower time.step_ms",
              p->s1.period_ms, config->time.step_ms);
}

/* The shortest interval from the pulse before; name: "S2". */
static iso_status check_shortest(const iso_config *config, const char *path, const char *name,
                                 const char *before, double ms, iso_error *err) {
  if (ms < config->protocol.s1.duration_ms)
    return FAIL(path, "%s at %g ms is within the last %s pulse of %g ms; lengthen it", name, ms, before,
                config->protocol.s1.duration_ms);
  if (ms >= LEAST_STEPS * config->time.step_ms) return ISO_OK;
  return FAIL(path, "%g ms are fewer than %d steps of %g ms; lengthen it or lower time.step_ms", ms,
              LEAST_STEPS, config->time.step_ms);
}

/* Intervals between two bounds. path: of their section. */
static iso_status check_bounds(const iso_config *config, const char *path, double longest, double shortest,
                               double resolution, iso_error *err) {
  const double intervals = (longest - shortest) / resolution;
  char key[64];
  if (longest <= shortest)
    return FAIL(path, "longest_ms, %g, has to be above shortest_ms, %g", longest, shortest);
  snprintf(key, sizeof key, "%s.resolution_ms", path);
  if (fabs(intervals - round(intervals)) > 1e-6 || intervals > 1e6)
    return FAIL(key, "from %g to %g ms are not a whole number, up to 1e6, of %g ms; change one of them",
                shortest, longest, resolution);
  return ISO_OK;
}

static iso_status check_extra(const iso_config *config, int k, iso_error *err) {
  const iso_config_extra *e = &config->protocol.extra[k];
  char path[32], key[64], name[4], before[4];
  snprintf(path, sizeof path, "protocol.s%d", k + 2);
  snprintf(name, sizeof name, "S%d", k + 2);
  snprintf(before, sizeof before, "S%d", k + 1);
  const bool given = !isnan(e->at_ms), bounds = !isnan(e->longest_ms) && !isnan(e->shortest_ms);
  if (given ? !isnan(e->longest_ms) || !isnan(e->shortest_ms) : !bounds)
    return FAIL(path, "say when it comes, once: at_ms, or longest_ms and shortest_ms to search between");
  snprintf(key, sizeof key, "%s.%s", path, given ? "at_ms" : "shortest_ms");
  if (given) return check_shortest(config, key, name, before, e->at_ms, err);
  ISO_TRY(check_bounds(config, path, e->longest_ms, e->shortest_ms, e->resolution_ms, err));
  return check_shortest(config, key, name, before, e->shortest_ms, err);
}

static iso_status check_burst(const iso_config *config, iso_config_burst *b, iso_error *err) {
  if (isnan(b->shortest_ms)) b->shortest_ms = b->cycle_ms;
  if (b->shortest_ms > b->cycle_ms)
    return FAIL("protocol.burst.shortest_ms", "%g ms is longer than cycle_ms, %g; swap them", b->shortest_ms,
                b->cycle_ms);
  if (b->decrement_ms > 0 && b->shortest_ms == b->cycle_ms)
    return FAIL("protocol.burst.decrement_ms", "a ramp needs shortest_ms, below cycle_ms, to end at");
  if (b->decrement_ms == 0 && b->shortest_ms < b->cycle_ms)
    return FAIL("protocol.burst.shortest_ms",
                "a burst without decrement_ms has no interval but cycle_ms, %g; "
                "give decrement_ms for a ramp, or leave it out",
                b->cycle_ms);
  if (b->test_each && !config->protocol.look_for_reentry)
    return FAIL("protocol.burst.test_each", "it is nothing without protocol.look_for_reentry; set that, too");
  return check_shortest(config, "protocol.burst", "a pulse", "S1", b->shortest_ms, err);
}

static iso_status check_peerp(const iso_config *config, const iso_config_peerp *p, iso_error *err) {
  if (!config->protocol.look_for_reentry)
    return FAIL("protocol.peerp", "it is nothing without protocol.look_for_reentry; set that, too");
  return check_shortest(config, "protocol.peerp.earliest_ms", "a pulse", "premature", p->earliest_ms, err);
}

static iso_status check_restitution(iso_config *config, iso_config_restitution *r, iso_error *err) {
  static const char path[] = "protocol.restitution";
  if (config->protocol.nsites > 1)
    return FAIL("protocol.sites", "restitution is measured on one way, from one site; name one");
  ISO_TRY(iso_config_complete_where(config, &r->from, "protocol.restitution.from", err));
  ISO_TRY(iso_config_complete_where(config, &r->to, "protocol.restitution.to", err));
  ISO_TRY(check_bounds(config, path, r->longest_ms, r->shortest_ms, r->resolution_ms, err));
  return check_shortest(config, "protocol.restitution.shortest_ms", "S2", "S1", r->shortest_ms, err);
}

/* What follows the train, once. */
static iso_status check_what(iso_config *config, iso_config_protocol *p, iso_error *err) {
  if (p->has_extra[0] + p->has_burst + p->has_peerp + p->has_restitution != 1)
    return FAIL("protocol", "say what follows the train, once: s2 (and s3, s4), burst, peerp or restitution");
  if (p->has_burst) return check_burst(config, &p->burst, err);
  if (p->has_peerp) return check_peerp(config, &p->peerp, err);
  if (p->has_restitution) return check_restitution(config, &p->restitution, err);
  for (int k = 0; k < ISO_EXTRAS; k++) {
    char path[32];
    snprintf(path, sizeof path, "protocol.s%d", k + 2);
    if (p->has_extra[k] && k > 0 && !p->has_extra[k - 1])
      return FAIL(path, "there is no s%d before it; give that, too", k + 1);
    if (p->has_extra[k]) ISO_TRY(check_extra(config, k, err));
  }
  return ISO_OK;
}

double iso_protocol_last_s1(const iso_config_protocol *p) {
  return p->s1.start_ms + (double)(p->s1.count - 1) * p->s1.period_ms;
}

double iso_burst_interval(const iso_config_burst *b, int64_t k) {
  return fmax(b->cycle_ms - (double)k * b->decrement_ms, b->shortest_ms);
}

/* From the last S1 pulse to the last of all, at most; *longest: from one to the next. */
static double last_pulse(const iso_config_protocol *p, double *longest) {
  double sum = 0;
  *longest = 0;
  for (int64_t k = 0; p->has_burst && k < p->burst.count; k++) sum += iso_burst_interval(&p->burst, k);
  if (p->has_burst) *longest = p->burst.cycle_ms;
  if (p->has_restitution) sum = *longest = p->restitution.longest_ms;
  for (int k = 0; k < ISO_EXTRAS; k++) {
    if (!p->has_extra[k]) continue;
    const double most = isnan(p->extra[k].at_ms) ? p->extra[k].longest_ms : p->extra[k].at_ms;
    sum += most, *longest = fmax(*longest, most);
  }
  return sum;
}

/* The end of the last trial is within the duration. */
static iso_status check_duration(const iso_config *config, const iso_config_protocol *p, iso_error *err) {
  double longest;
  const double after = p->look_for_reentry ? p->s1.duration_ms + config->outputs.reentry.sustained_ms : 0,
               end = iso_protocol_last_s1(p) + last_pulse(p, &longest) + fmax(p->window_ms, after);
  if (config->time.duration_ms >= end) return ISO_OK;
  return FAIL("protocol",
              "its longest trial ends at %g ms: the last S1 pulse at %g, the longest intervals of what "
              "follows, and window_ms or outputs.reentry.sustained_ms; time.duration_ms is %g: lengthen it",
              end, iso_protocol_last_s1(p), config->time.duration_ms);
}

/* What a run that goes back in time cannot have beside it. */
static iso_status check_others(const iso_config *config, const iso_config_protocol *p, iso_error *err) {
  double longest;
  last_pulse(p, &longest);
  if (config->outputs.snapshot_interval_ms > 0)
    return FAIL("outputs.snapshots", "those of a protocol's trials could not be taken back; leave out the "
                                     "snapshots or the protocol");
  if (config->stop.all_activated)
    return FAIL("stop.all_activated", "the first S1 beat would end the run; leave it out, or the protocol");
  if (config->stop.quiescent_ms > 0 && config->stop.quiescent_ms <= longest)
    return FAIL("stop.quiescent_ms",
                "%g ms of rest could end the run before a pulse; it has to be above the protocol's longest "
                "interval, %g",
                config->stop.quiescent_ms, longest);
  if (config->stop.sustained && config->outputs.reentry.sustained_ms <= longest)
    return FAIL(
        "stop.sustained",
        "the train could end the run before a pulse; outputs.reentry.sustained_ms, %g, has to be above "
        "the protocol's longest interval, %g",
        config->outputs.reentry.sustained_ms, longest);
  return ISO_OK;
}

static iso_status complete_sense(iso_config *config, iso_config_protocol *p, iso_error *err) {
  if ((p->node >= 0) + iso_select_given(&p->sense) + !isnan(p->sense_distance_mm) != 1)
    return FAIL("protocol.sense", "say where it senses, once: node, site or distance_mm");
  return p->sense.name ? iso_config_complete_where(config, &p->sense, "protocol.sense", err) : ISO_OK;
}

static iso_status complete_sites(iso_config *config, iso_config_protocol *p, iso_error *err) {
  if (p->nsites > ISO_MOST_PREMATURE_SITES)
    return FAIL("protocol.sites", "%d sites are more than %d; ask in several runs, as a study does",
                p->nsites, ISO_MOST_PREMATURE_SITES);
  ISO_TRY(iso_arena_alloc(config->memory, &p->premature_at, (size_t)p->nsites, sizeof *p->premature_at, err));
  for (int k = 0; k < p->nsites; k++) {
    char path[48];
    snprintf(path, sizeof path, "protocol.sites.%d", k);
    p->premature_at[k].name = p->sites[k];
    ISO_TRY(iso_config_complete_where(config, &p->premature_at[k], path, err));
  }
  return ISO_OK;
}

iso_status iso_config_complete_phase_map(const iso_config *config, iso_error *err) {
  const iso_config_phase_map *m = &config->phase_map;
  if (!config->has_phase_map) return ISO_OK;
  if (config->method != ISO_METHOD_MONODOMAIN)
    return FAIL("phase_map", "an eikonal wave begins at stimuli; take method: "
                             "monodomain, or leave it out");
  for (int k = 0; k < m->nrotors; k++) {
    char path[48];
    const double *a = m->rotors[k].from_mm, *b = m->rotors[k].to_mm;
    snprintf(path, sizeof path, "phase_map.rotors.%d", k);
    if (a[0] == b[0] && a[1] == b[1] && a[2] == b[2])
      return FAIL(path, "from_mm and to_mm are the same point; a line needs two");
  }
  if (m->cycle_ms > m->duration_ms && m->duration_ms >= 2 * config->time.step_ms) return ISO_OK;
  return FAIL("phase_map.duration_ms",
              "a pulse of %g ms has to be shorter than the cycle, %g ms, and two steps of %g ms at least",
              m->duration_ms, m->cycle_ms, config->time.step_ms);
}

iso_status iso_config_complete_protocol(iso_config *config, iso_error *err) {
  iso_config_protocol *p = &config->protocol;
  if (!config->has_protocol) return ISO_OK;
  if (config->method == ISO_METHOD_EIKONAL)
    return FAIL("protocol",
                "method: eikonal has one wave and no refractory period; take method: monodomain or "
                "recurrent_eikonal, or leave the protocol out");
  ISO_TRY(complete_sense(config, p, err));
  ISO_TRY(iso_config_complete_where(config, &p->where, "protocol", err));
  ISO_TRY(complete_sites(config, p, err));
  ISO_TRY(check_train(config, p, err));
  ISO_TRY(check_what(config, p, err));
  ISO_TRY(check_others(config, p, err));
  return check_duration(config, p, err);
}
