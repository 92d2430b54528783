/* Rules of the section outputs. */
#include "config/sections/rules.h"

#include "base/arena.h"
#include "result/exodus_name.h"

#include <math.h>
#include <string.h>

static iso_status complete_probe(iso_config *config, int i, iso_error *err) {
  iso_config_probe *p = &config->outputs.probes[i];
  char path[64];
  if (!*p->name || strlen(p->name) >= ISO_EXODUS_NAME)
    return FAIL(iso_config_item(path, "outputs.probes", i, "name"),
                "'%.60s' is %zu bytes long; the results hold names of 1 to %d", p->name, strlen(p->name),
                ISO_EXODUS_NAME - 1);
  if (!isnan(p->at_mm[0]) + (p->node >= 0) + iso_select_given(&p->where) != 1)
    return FAIL(iso_config_item(path, "outputs.probes", i, ""),
                "say where probe '%.60s' is, once: at_mm, node or site", p->name);
  for (int j = 0; j < i; j++)
    if (!strcmp(p->name, config->outputs.probes[j].name))
      return FAIL(iso_config_item(path, "outputs.probes", i, "name"),
                  "'%.60s' is the name of outputs.probes.%d already; choose another", p->name, j);
  if (!p->where.name) return ISO_OK;
  return iso_config_complete_where(config, &p->where, iso_config_item(path, "outputs.probes", i, ""), err);
}

static iso_status complete_torso(const iso_config *config, iso_error *err) {
  const iso_config_torso *torso = &config->outputs.ecg.torso;
  const bool own = config->mesh.npassive > 0; /* around the heart, in its mesh */
  if (!torso->file && !own && (torso->nregions > 0 || torso->ground))
    return FAIL("outputs.ecg.torso", "there is no mesh; give its file, or mesh.passive");
  if (torso->file && torso->nregions == 0)
    return FAIL("outputs.ecg.torso",
                "nothing is said of what it conducts; give regions, like [{isotropic_S_per_m: 0.2}]");
  for (int i = 0; i < torso->nregions; i++)
    ISO_TRY(iso_config_complete_conductor(config, "outputs.ecg.torso.regions", torso->regions, i, err));
  if ((!torso->file && !own) || !config->outputs.ecg.electrodes) return ISO_OK;
  for (int r = 0; r < config->nregions; r++)
    if (isnan(config->regions[r].intracellular_longitudinal_S_per_m)) {
      char path[64];
      return FAIL(iso_config_item(path, "regions", r, "conductivity"),
                  "a torso gives potentials in mV, which need the intracellular conductivities: give "
                  "intracellular_longitudinal_S_per_m and intracellular_transverse_S_per_m");
    }
  return ISO_OK;
}

static iso_status complete_segments(iso_config *config, iso_error *err) {
  iso_config_outputs *o = &config->outputs;
  char path[64];
  ISO_TRY(iso_arena_alloc(config->memory, &o->segment_at, (size_t)o->nsegments, sizeof *o->segment_at, err));
  for (int k = 0; k < o->nsegments; k++) {
    o->segment_at[k] = (iso_select){.name = o->segments[k]};
    ISO_TRY(iso_config_complete_where(config, &o->segment_at[k],
                                      iso_config_item(path, "outputs.synchrony.segments", k, ""), err));
  }
  return ISO_OK;
}

static iso_status complete_synchrony(iso_config *config, iso_error *err) {
  iso_config_outputs *o = &config->outputs;
  if (iso_select_given(&o->left) != iso_select_given(&o->right))
    return FAIL("outputs.synchrony", "it compares two ventricles: give left and right");
  if (o->qlv_lead && !o->ecg.electrodes)
    return FAIL("outputs.synchrony.lead", "there are no electrograms without outputs.ecg.electrodes");
  ISO_TRY(complete_segments(config, err));
  if (!iso_select_given(&o->left)) return ISO_OK;
  ISO_TRY(iso_config_complete_where(config, &o->left, "outputs.synchrony.left", err));
  return iso_config_complete_where(config, &o->right, "outputs.synchrony.right", err);
}

iso_status iso_config_complete_outputs(iso_config *config, iso_error *err) {
  iso_config_outputs *o = &config->outputs;
  if (!isnan(o->repolarisation_level) && !isnan(o->repolarisation_mV))
    return FAIL("outputs.repolarisation", "level_percent and threshold_mV each say when; leave one out");
  if (isnan(o->repolarisation_mV) && isnan(o->repolarisation_level)) o->repolarisation_level = 90;
  if (isnan(o->snapshot_stop_ms)) o->snapshot_stop_ms = config->time.duration_ms;
  if (o->snapshot_interval_ms > 0 && o->snapshot_start_ms > o->snapshot_stop_ms)
    return FAIL("outputs.snapshots", "they start at %g ms, after their end at %g ms", o->snapshot_start_ms,
                o->snapshot_stop_ms);
  ISO_TRY(iso_config_check_interval(config, "outputs.snapshots.interval_ms", o->snapshot_interval_ms, err));
  ISO_TRY(iso_config_check_interval(config, "outputs.probe_interval_ms", o->probe_interval_ms, err));
  ISO_TRY(iso_config_check_interval(config, "outputs.ecg.interval_ms", o->ecg.interval_ms, err));
  ISO_TRY(iso_config_complete_detectors(config, err));
  ISO_TRY(complete_torso(config, err));
  ISO_TRY(complete_synchrony(config, err));
  ISO_TRY(iso_config_check_interval(config, "checkpoint.interval_ms", config->checkpoint.interval_ms, err));
  for (int i = 0; i < o->nprobes; i++) ISO_TRY(complete_probe(config, i, err));
  return ISO_OK;
}
