/* Rules that tie several keys together, and the defaults that follow from other keys. */
#include "config/config_range.h"
#include "config/config_read.h"
#include "result/exodus_name.h"

#include "base/handy.h"
#include "base/text.h"
#include "tissue/drug.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define FAIL(...) iso_config_fail(config, err, __VA_ARGS__)

/* Of a paced cell, whose beat is kept step by step. */
#define MOST_CYCLE_STEPS 1e9

/* "stimuli.3" or "stimuli.3.box" */
static char *item_path(char buffer[64], const char *list, int i, const char *key) {
  snprintf(buffer, 64, "%s.%d%s%s", list, i, *key ? "." : "", key);
  return buffer;
}

static iso_status complete_slab(iso_config *config, iso_error *err) {
  iso_slab_options *slab = &config->mesh.slab;
  int axes = slab->shape == ISO_LINE ? 1 : slab->shape == ISO_TRIANGLE ? 2 : 3;
  for (int k = 0; k < 3; k++) {
    if (k >= axes) {
      slab->size_mm[k] = 0;
    } else if (slab->size_mm[k] < slab->spacing_mm) {
      return FAIL("mesh.slab.size_mm",
                  "%g mm is less than one spacing of %g mm; enlarge it or refine mesh.slab.spacing_mm",
                  slab->size_mm[k], slab->spacing_mm);
    }
  }
  memcpy(slab->fibre, config->mesh.fibre, sizeof slab->fibre);
  return ISO_OK;
}

/* Of one of n parts at path: its conductivities, and that one alone takes the rest. */
static iso_status complete_conductor(const iso_config *config, const char *list,
                                     iso_config_torso_region *parts, int i, iso_error *err) {
  iso_config_torso_region *r = &parts[i];
  char path[64];
  item_path(path, list, i, "");
  const bool along = !isnan(r->longitudinal_S_per_m), across = !isnan(r->transverse_S_per_m),
             alike = !isnan(r->isotropic_S_per_m);
  if (alike ? along || across : !along || !across)
    return FAIL(path, "give isotropic_S_per_m alone, or longitudinal_S_per_m and transverse_S_per_m");
  if (alike) r->longitudinal_S_per_m = r->transverse_S_per_m = r->isotropic_S_per_m;
  r->isotropic_S_per_m = NAN;
  for (int j = 0; j < i && !r->ntags; j++)
    if (!parts[j].ntags)
      return FAIL(path, "%s.%d takes all remaining tags already; give this one its tags", list, j);
  return ISO_OK;
}

static iso_status complete_mesh(iso_config *config, iso_error *err) {
  iso_config_mesh *mesh = &config->mesh;
  if (!mesh->file == !mesh->has_slab)
    return FAIL("mesh", "%s; give either mesh.file or mesh.slab",
                mesh->file ? "there are a file and a slab" : "there is no mesh");
  double *f = mesh->fibre, length = sqrt(f[0] * f[0] + f[1] * f[1] + f[2] * f[2]);
  if (length == 0) return FAIL("mesh.fibre", "a direction cannot be all zeros; for example [1, 0, 0]");
  for (int k = 0; k < 3; k++) f[k] /= length;
  if (!mesh->has_slab) return ISO_OK;
  if (isnan(length)) memcpy(f, (double[3]){1, 0, 0}, sizeof mesh->fibre);
  return complete_slab(config, err);
}

/* Below the inside's conductivity, because si se / (si + se) is. */
static iso_status complete_intracellular(const iso_config *config, iso_config_region *r, const char *path,
                                         iso_error *err) {
  const bool along = !isnan(r->intracellular_longitudinal_S_per_m),
             across = !isnan(r->intracellular_transverse_S_per_m);
  if (!along && !across && isnan(r->intracellular_normal_S_per_m)) return ISO_OK;
  if (!along || !across)
    return FAIL(path, "give both intracellular_longitudinal_S_per_m and intracellular_transverse_S_per_m, or "
                      "neither");
  if (isnan(r->intracellular_normal_S_per_m))
    r->intracellular_normal_S_per_m = r->intracellular_transverse_S_per_m;
  if (r->intracellular_longitudinal_S_per_m > r->longitudinal_S_per_m &&
      r->intracellular_transverse_S_per_m > r->transverse_S_per_m &&
      r->intracellular_normal_S_per_m > r->normal_S_per_m)
    return ISO_OK;
  return FAIL(path,
              "intracellular conductivities are above those of the monodomain, si se / (si + se); raise "
              "the former or lower the latter");
}

static iso_status complete_monodomain(const iso_config *config, iso_config_region *r, const char *path,
                                      iso_error *err) {
  bool along = !isnan(r->longitudinal_S_per_m), across = !isnan(r->transverse_S_per_m);
  if (!isnan(r->isotropic_S_per_m)) {
    if (along || across || !isnan(r->normal_S_per_m))
      return FAIL(path, "isotropic_S_per_m stands alone; remove it or the others");
    r->longitudinal_S_per_m = r->transverse_S_per_m = r->normal_S_per_m = r->isotropic_S_per_m;
    r->isotropic_S_per_m = NAN;
    return ISO_OK;
  }
  if (!along || !across)
    return FAIL(path, "give longitudinal_S_per_m and transverse_S_per_m, or isotropic_S_per_m alone");
  if (isnan(r->normal_S_per_m)) r->normal_S_per_m = r->transverse_S_per_m;
  return ISO_OK;
}

static iso_status complete_conductivity(const iso_config *config, int i, iso_error *err) {
  char path[64];
  item_path(path, "regions", i, "conductivity");
  ISO_TRY(complete_monodomain(config, &config->regions[i], path, err));
  return complete_intracellular(config, &config->regions[i], path, err);
}

static iso_status check_velocity(const iso_config *config, int i, iso_error *err) {
  const iso_config_velocity *v = &config->regions[i].velocity;
  const bool others =
      !isnan(v->longitudinal_m_per_s) || !isnan(v->transverse_m_per_s) || !isnan(v->normal_m_per_s);
  char path[64];
  if (isnan(v->isotropic_m_per_s) || !others) return ISO_OK;
  return FAIL(item_path(path, "regions", i, "velocity"),
              "isotropic_m_per_s stands alone; remove it or the others");
}

static bool share_tag(const iso_config_region *a, const iso_config_region *b, int32_t *tag) {
  for (int i = 0; i < a->ntags; i++)
    for (int j = 0; j < b->ntags; j++)
      if (a->tags[i] == b->tags[j]) {
        *tag = a->tags[i];
        return true;
      }
  return false;
}

/* Against the regions before it. */
static iso_status check_distinct(const iso_config *config, int i, iso_error *err) {
  const iso_config_region *r = &config->regions[i];
  char path[64];
  for (int j = 0; j < i; j++) {
    const iso_config_region *other = &config->regions[j];
    int32_t tag = 0;
    if (!strcmp(r->name, other->name))
      return FAIL(item_path(path, "regions", i, "name"),
                  "'%s' is the name of regions.%d already; choose another", r->name, j);
    if (!r->ntags && !r->where.name && !other->ntags && !other->where.name)
      return FAIL(item_path(path, "regions", i, ""),
                  "regions.%d takes all remaining tags already; give this one its tags", j);
    if (share_tag(r, other, &tag))
      return FAIL(item_path(path, "regions", i, "tags"), "tag %d belongs to regions.%d already; name it once",
                  tag, j);
  }
  return ISO_OK;
}

static iso_status check_paced(const iso_config *config, int i, iso_error *err) {
  const iso_config_paced *paced = &config->regions[i].paced;
  const double steps = paced->cycle_length_ms / config->time.step_ms;
  char path[64];
  if (!config->regions[i].has_paced) return ISO_OK;
  if (paced->duration_ms >= paced->cycle_length_ms)
    return FAIL(item_path(path, "regions", i, "initial.paced.duration_ms"),
                "a pulse of %g ms does not fit into a cycle length of %g ms", paced->duration_ms,
                paced->cycle_length_ms);
  if (steps >= MOST_CYCLE_STEPS)
    return FAIL(item_path(path, "regions", i, "initial.paced.cycle_length_ms"),
                "%g ms are %.3g steps of %g ms, and at most %g are kept of a beat; shorten it or lengthen "
                "time.step_ms",
                paced->cycle_length_ms, steps, config->time.step_ms, MOST_CYCLE_STEPS);
  if (fabs(steps - round(steps)) < 1e-6) return ISO_OK;
  return FAIL(item_path(path, "regions", i, "initial.paced.cycle_length_ms"),
              "%g ms is not a whole number of time.step_ms, %g ms; change one of them",
              paced->cycle_length_ms, config->time.step_ms);
}

iso_status iso_config_take_step(iso_config *copy, double step_ms, iso_error *err) {
  copy->time.step_ms = step_ms;
  for (int i = 0; i < copy->nregions; i++) ISO_TRY(check_paced(copy, i, err));
  return ISO_OK;
}

static iso_status complete_region(iso_config *config, int i, iso_error *err) {
  iso_config_region *r = &config->regions[i];
  char path[64];
  if (!r->name) ISO_TRY(iso_arena_print(config->memory, &r->name, err, "region%d", i));
  if (!r->variant_name) r->variant_name = (char *)r->model->variants[r->variant].name;
  if (r->ntags && r->where.name)
    return FAIL(
        item_path(path, "regions", i, "site"),
        "its tags are given, too; leave one out (a site may be told by tags: tag, and further conditions)");
  if (r->where.name)
    ISO_TRY(iso_config_complete_where(config, &r->where, item_path(path, "regions", i, ""), err));
  ISO_TRY(check_distinct(config, i, err));
  ISO_TRY(complete_conductivity(config, i, err));
  ISO_TRY(iso_config_check_courses(config, i, err));
  ISO_TRY(check_velocity(config, i, err));
  ISO_TRY(check_paced(config, i, err));
  ISO_TRY(iso_config_check_ranges(config, i, err));
  if (config->time.step_ms <= r->model->max_step_ms) return ISO_OK;
  return FAIL("time.step_ms", "%g ms is too long for %s, which is stable up to %g ms; lower time.step_ms",
              config->time.step_ms, r->model->name, r->model->max_step_ms);
}

/* Quantities given in one of two units: into the first. */
static iso_status complete_unit(const iso_config *config, const char *path, const char *key, double *nM,
                                double *uM, iso_error *err) {
  if (isnan(*nM) == isnan(*uM))
    return FAIL(path, "%s %s; give it once, as %s_nM or %s_uM", key,
                isnan(*nM) ? "is missing" : "is given twice", key, key);
  if (isnan(*nM)) *nM = 1e3 * *uM;
  *uM = NAN;
  return ISO_OK;
}

static bool drug_reaches(const iso_config *config, const iso_config_drug *drug, int region) {
  if (drug->nregions == 0) return true;
  for (int k = 0; k < drug->nregions; k++)
    if (!strcmp(drug->regions[k], config->regions[region].name)) return true;
  return false;
}

static iso_status check_drug_regions(const iso_config *config, int i, iso_error *err) {
  const iso_config_drug *drug = &config->drugs[i];
  for (int k = 0; k < drug->nregions; k++) {
    char path[64], list[700] = "";
    int r = 0;
    while (r < config->nregions && strcmp(drug->regions[k], config->regions[r].name)) r++;
    if (r < config->nregions) continue;
    for (r = 0; r < config->nregions; r++)
      iso_text_append(list, sizeof list, "%s%s", r ? ", " : "", config->regions[r].name);
    return FAIL(item_path(path, "drugs", i, "regions"), "there is no region '%.60s'; use some of: %s",
                drug->regions[k], list);
  }
  return ISO_OK;
}

/* Every region that the drug reaches has the parameter. */
static iso_status check_block(const iso_config *config, int i, const iso_block *block, const char *path,
                              iso_error *err) {
  for (int r = 0; r < config->nregions; r++) {
    const iso_model *model = config->regions[r].model;
    if (!drug_reaches(config, &config->drugs[i], r) || iso_model_parameter(model, block->parameter) >= 0)
      continue;
    char list[1100] = "";
    for (int k = 0; k < model->nparameters; k++)
      iso_text_append(list, sizeof list, "%s%s", k ? ", " : "", model->parameters[k].name);
    return FAIL(path,
                "%s, the model of region '%.60s', has no such parameter; name the drug's regions, or use one "
                "of: %s",
                model->name, config->regions[r].name, list);
  }
  return ISO_OK;
}

/* A multiple of the highest concentration in patients becomes a concentration. */
static iso_status complete_cmax(iso_config *config, int i, iso_error *err) {
  iso_config_drug *drug = &config->drugs[i];
  char path[64];
  if (isnan(drug->cmax_nM) && isnan(drug->times_cmax)) return ISO_OK;
  item_path(path, "drugs", i, "times_cmax");
  if (isnan(drug->cmax_nM)) return FAIL(path, "it is a multiple of cmax_nM, which is not given");
  if (isnan(drug->times_cmax))
    return FAIL(item_path(path, "drugs", i, "cmax_nM"), "times_cmax, the multiple of it, is not given");
  if (!isnan(drug->concentration_nM) || !isnan(drug->concentration_uM))
    return FAIL(path, "there is a concentration, too; give one of them");
  drug->concentration_nM = drug->times_cmax * drug->cmax_nM;
  drug->cmax_nM = drug->times_cmax = NAN;
  return ISO_OK;
}

static iso_status complete_drug(iso_config *config, int i, iso_error *err) {
  iso_config_drug *drug = &config->drugs[i];
  char path[64], block_path[160];
  if (!drug->drug.name) ISO_TRY(iso_arena_print(config->memory, &drug->drug.name, err, "drug%d", i));
  ISO_TRY(complete_cmax(config, i, err));
  ISO_TRY(complete_unit(config, item_path(path, "drugs", i, ""), "concentration", &drug->concentration_nM,
                        &drug->concentration_uM, err));
  ISO_TRY(check_drug_regions(config, i, err));
  for (int k = 0; k < drug->drug.nblocks; k++) {
    iso_block *block = &drug->drug.blocks[k];
    snprintf(block_path, sizeof block_path, "%s.%.80s", item_path(path, "drugs", i, "block"),
             block->parameter);
    ISO_TRY(check_block(config, i, block, block_path, err));
    ISO_TRY(complete_unit(config, block_path, "ic50", &block->ic50_nM, &block->ic50_uM, err));
  }
  return ISO_OK;
}

double iso_config_drug_scale(const iso_config *config, const iso_config_drug *drug, int region,
                             int parameter) {
  if (!drug_reaches(config, drug, region)) return 1;
  return iso_drug_leaves(&drug->drug, drug->concentration_nM,
                         config->regions[region].model->parameters[parameter].name);
}

double iso_config_drugs_scale(const iso_config *config, int region, int parameter) {
  double scale = 1;
  for (int i = 0; i < config->ndrugs; i++)
    scale *= iso_config_drug_scale(config, &config->drugs[i], region, parameter);
  return scale;
}

static iso_status complete_pulses(const iso_config *config, int i, iso_pulses *p, iso_error *err) {
  char path[64];
  if (p->period_ms == 0 && p->count > 1)
    return FAIL(item_path(path, "stimuli", i, "count"), "%lld pulses need a period; give period_ms",
                (long long)p->count);
  if (p->period_ms == 0) p->count = 1;
  if (p->count != 1 && p->period_ms < config->time.step_ms)
    return FAIL(item_path(path, "stimuli", i, "period_ms"),
                "%g ms is shorter than a time step of %g ms; lengthen it or lower time.step_ms", p->period_ms,
                config->time.step_ms);
  if (p->count != 1 && p->period_ms < p->duration_ms)
    return FAIL(item_path(path, "stimuli", i, "period_ms"),
                "a pulse of %g ms does not fit into a period of %g ms", p->duration_ms, p->period_ms);
  return ISO_OK;
}

static iso_status complete_lesion(iso_config *config, int i, iso_error *err) {
  iso_config_lesion *lesion = &config->lesions[i];
  char path[64];
  if (!lesion->name) ISO_TRY(iso_arena_print(config->memory, &lesion->name, err, "lesion%d", i));
  for (int k = 0; k < lesion->ngaps; k++)
    if (!lesion->gaps[k].name)
      ISO_TRY(iso_arena_print(config->memory, &lesion->gaps[k].name, err, "gap%d", k));
  if (lesion->has_line_set) ISO_TRY(iso_config_make_lines(config, i, err));
  if (lesion->has_line_set && !iso_select_given(&lesion->where)) return ISO_OK;
  return iso_config_complete_where(config, &lesion->where, item_path(path, "lesions", i, ""), err);
}

static iso_status complete_layer(iso_config *config, int i, iso_error *err) {
  iso_config_fast_layer *layer = &config->layers[i];
  char path[64];
  if (!layer->name) ISO_TRY(iso_arena_print(config->memory, &layer->name, err, "layer%d", i));
  return iso_config_complete_where(config, &layer->where, item_path(path, "fast_endocardium", i, ""), err);
}

static iso_status complete_stimulus(iso_config *config, int i, iso_error *err) {
  iso_config_stimulus *s = &config->stimuli[i];
  char path[64];
  if (!s->name) ISO_TRY(iso_arena_print(config->memory, &s->name, err, "stimulus%d", i));
  ISO_TRY(iso_config_complete_where(config, &s->where, item_path(path, "stimuli", i, ""), err));
  return complete_pulses(config, i, &s->pulses, err);
}

bool iso_config_is_plain_name(const char *name) {
  const size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
  return n > 0 && n <= ISO_ACTOR_NAME && !name[n] && !(name[0] >= '0' && name[0] <= '9');
}

static iso_status complete_actor(iso_config *config, int i, iso_error *err) {
  iso_config_actor *a = &config->actors[i];
  char path[64];
  if (!iso_config_is_plain_name(a->name))
    return FAIL(item_path(path, "actors", i, "name"),
                "'%.60s' has to be 1 to %d letters, digits and underscores, without a digit in front",
                a->name, ISO_ACTOR_NAME);
  for (int j = 0; j < i; j++)
    if (!strcmp(a->name, config->actors[j].name))
      return FAIL(item_path(path, "actors", i, "name"),
                  "'%.60s' is the name of actors.%d already; choose another", a->name, j);
  if ((a->node >= 0) + iso_select_given(&a->sense) != 1)
    return FAIL(item_path(path, "actors", i, "sense"), "say where actor '%.60s' senses, once: node or site",
                a->name);
  a->pulses.count = 1;
  if (a->sense.name)
    ISO_TRY(iso_config_complete_where(config, &a->sense, item_path(path, "actors", i, "sense"), err));
  return iso_config_complete_where(config, &a->where, item_path(path, "actors", i, ""), err);
}

/* 0.05 ms, or what every model is stable with, as people would choose it. */
static double usual_step(const iso_config *config) {
  double most = 0.05;
  for (int r = 0; r < config->nregions; r++) most = fmin(most, config->regions[r].model->max_step_ms);
  return iso_handy_below(most);
}

static iso_status complete_time(iso_config *config, iso_error *err) {
  if (isnan(config->time.step_ms)) config->time.step_ms = usual_step(config);
  if (config->time.step_ms <= config->time.duration_ms) return ISO_OK;
  return FAIL("time.step_ms", "a step of %g ms is longer than the run of %g ms; lower it",
              config->time.step_ms, config->time.duration_ms);
}

static iso_status complete_numerics(iso_config *config, iso_error *err) {
  iso_numerics *n = &config->numerics.scheme;
  const char *key, *why = iso_numerics_refused(n, &key);
  if (why) return FAIL(key, "%s", why);
  /* Chosen on the N-version benchmark, see docs/numerics.md. */
  if (isnan(n->smoothing)) n->smoothing = n->fast_current == ISO_FAST_SMOOTHED ? 0.65 : 0.2;
  return ISO_OK;
}

static iso_status check_interval(const iso_config *config, const char *path, double interval,
                                 iso_error *err) {
  if (interval == 0 || interval >= config->time.step_ms) return ISO_OK;
  return FAIL(path, "%g ms is shorter than a time step of %g ms; lengthen it or lower time.step_ms", interval,
              config->time.step_ms);
}

static iso_status complete_probe(iso_config *config, int i, iso_error *err) {
  iso_config_probe *p = &config->outputs.probes[i];
  char path[64];
  if (!*p->name || strlen(p->name) >= ISO_EXODUS_NAME)
    return FAIL(item_path(path, "outputs.probes", i, "name"),
                "'%.60s' is %zu bytes long; the results hold names of 1 to %d", p->name, strlen(p->name),
                ISO_EXODUS_NAME - 1);
  if (!isnan(p->at_mm[0]) + (p->node >= 0) + iso_select_given(&p->where) != 1)
    return FAIL(item_path(path, "outputs.probes", i, ""),
                "say where probe '%.60s' is, once: at_mm, node or site", p->name);
  for (int j = 0; j < i; j++)
    if (!strcmp(p->name, config->outputs.probes[j].name))
      return FAIL(item_path(path, "outputs.probes", i, "name"),
                  "'%.60s' is the name of outputs.probes.%d already; choose another", p->name, j);
  if (!p->where.name) return ISO_OK;
  return iso_config_complete_where(config, &p->where, item_path(path, "outputs.probes", i, ""), err);
}

/* What is passive is nobody's tissue. */
static iso_status check_passive_tags(const iso_config *config, int i, iso_error *err) {
  const iso_config_torso_region *part = &config->mesh.passive[i];
  char path[64];
  if (part->ntags == 0)
    return FAIL(item_path(path, "mesh.passive", i, ""),
                "give the tags of its elements; the heart has the rest");
  for (int k = 0; k < part->ntags; k++)
    for (int r = 0; r < config->nregions; r++)
      for (int t = 0; t < config->regions[r].ntags; t++)
        if (config->regions[r].tags[t] == part->tags[k])
          return FAIL(item_path(path, "mesh.passive", i, "tags"),
                      "tag %d is that of the region '%.60s', too; leave it out here or there",
                      (int)part->tags[k], config->regions[r].name);
  return ISO_OK;
}

static iso_status complete_passive(const iso_config *config, iso_error *err) {
  const iso_config_mesh *mesh = &config->mesh;
  if (mesh->npassive > 0 && mesh->has_slab)
    return FAIL("mesh.passive", "a slab has one tag and is tissue; give a mesh with tags");
  for (int i = 0; i < mesh->npassive; i++) {
    ISO_TRY(complete_conductor(config, "mesh.passive", mesh->passive, i, err));
    ISO_TRY(check_passive_tags(config, i, err));
  }
  return ISO_OK;
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
    ISO_TRY(complete_conductor(config, "outputs.ecg.torso.regions", torso->regions, i, err));
  if ((!torso->file && !own) || !config->outputs.ecg.electrodes) return ISO_OK;
  for (int r = 0; r < config->nregions; r++)
    if (isnan(config->regions[r].intracellular_longitudinal_S_per_m)) {
      char path[64];
      return FAIL(item_path(path, "regions", r, "conductivity"),
                  "a torso gives potentials in mV, which need the intracellular conductivities: give "
                  "intracellular_longitudinal_S_per_m and intracellular_transverse_S_per_m");
    }
  return ISO_OK;
}

/* A look is a whole number of delays after the last. */
static iso_status check_singularities(const iso_config *config, iso_error *err) {
  const iso_config_singularities *s = &config->outputs.singularities;
  if (s->interval_ms == 0) return ISO_OK;
  ISO_TRY(check_interval(config, "outputs.singularities.delay_ms", s->delay_ms, err));
  const double delays = s->interval_ms / s->delay_ms;
  if (delays > 0.5 && delays < 1e6 && fabs(delays - round(delays)) < 1e-6 * delays) return ISO_OK;
  return FAIL("outputs.singularities.interval_ms",
              "%g ms are not a whole number of delays of %g ms; change one of them", s->interval_ms,
              s->delay_ms);
}

static iso_status complete_synchrony(iso_config *config, iso_error *err) {
  iso_config_outputs *o = &config->outputs;
  if (iso_select_given(&o->left) != iso_select_given(&o->right))
    return FAIL("outputs.synchrony", "it compares two ventricles: give left and right");
  if (o->qlv_lead && !o->ecg.electrodes)
    return FAIL("outputs.synchrony.lead", "there are no electrograms without outputs.ecg.electrodes");
  if (!iso_select_given(&o->left)) return ISO_OK;
  ISO_TRY(iso_config_complete_where(config, &o->left, "outputs.synchrony.left", err));
  return iso_config_complete_where(config, &o->right, "outputs.synchrony.right", err);
}

static iso_status complete_outputs(iso_config *config, iso_error *err) {
  iso_config_outputs *o = &config->outputs;
  if (!isnan(o->repolarisation_level) && !isnan(o->repolarisation_mV))
    return FAIL("outputs.repolarisation", "level_percent and threshold_mV each say when; leave one out");
  if (isnan(o->repolarisation_mV) && isnan(o->repolarisation_level)) o->repolarisation_level = 90;
  if (isnan(o->snapshot_stop_ms)) o->snapshot_stop_ms = config->time.duration_ms;
  if (o->snapshot_interval_ms > 0 && o->snapshot_start_ms > o->snapshot_stop_ms)
    return FAIL("outputs.snapshots", "they start at %g ms, after their end at %g ms", o->snapshot_start_ms,
                o->snapshot_stop_ms);
  ISO_TRY(check_interval(config, "outputs.snapshots.interval_ms", o->snapshot_interval_ms, err));
  ISO_TRY(check_interval(config, "outputs.probe_interval_ms", o->probe_interval_ms, err));
  ISO_TRY(check_interval(config, "outputs.ecg.interval_ms", o->ecg.interval_ms, err));
  ISO_TRY(check_singularities(config, err));
  if (o->beats > 0 && o->conduction.beat > o->beats)
    return FAIL("outputs.conduction.beat", "it is %d, but outputs.beats keeps %d; keep more",
                o->conduction.beat, o->beats);
  ISO_TRY(complete_torso(config, err));
  ISO_TRY(complete_synchrony(config, err));
  ISO_TRY(check_interval(config, "checkpoint.interval_ms", config->checkpoint.interval_ms, err));
  for (int i = 0; i < o->nprobes; i++) ISO_TRY(complete_probe(config, i, err));
  return ISO_OK;
}

/* The configuration's file name, without folder and ending. */
static iso_status complete_title(iso_config *config, iso_error *err) {
  if (config->title) return ISO_OK;
  const char *slash = strrchr(config->file, '/'), *name = slash ? slash + 1 : config->file;
  const char *dot = strrchr(name, '.');
  return iso_arena_text(config->memory, &config->title, name,
                        dot && dot != name ? (size_t)(dot - name) : strlen(name), err);
}

iso_status iso_config_settle(iso_config *config, iso_error *err) {
  for (int i = 0; i < config->nregions; i++) ISO_TRY(iso_config_find_names(config, i, err));
  ISO_TRY(complete_title(config, err));
  iso_config_complete_accuracy(config);
  ISO_TRY(complete_mesh(config, err));
  ISO_TRY(complete_time(config, err));
  ISO_TRY(iso_config_complete_sites(config, err));
  for (int i = 0; i < config->nregions; i++) ISO_TRY(complete_region(config, i, err));
  for (int i = 0; i < config->ndrugs; i++) ISO_TRY(complete_drug(config, i, err));
  for (int i = 0; i < config->nlesions; i++) ISO_TRY(complete_lesion(config, i, err));
  for (int i = 0; i < config->nlayers; i++) ISO_TRY(complete_layer(config, i, err));
  for (int i = 0; i < config->nstimuli; i++) ISO_TRY(complete_stimulus(config, i, err));
  for (int i = 0; i < config->nactors; i++) ISO_TRY(complete_actor(config, i, err));
  for (int i = 0; i < config->nimplants; i++) ISO_TRY(iso_config_complete_implant(config, i, err));
  ISO_TRY(iso_config_complete_study(config, err));
  ISO_TRY(complete_numerics(config, err));
  ISO_TRY(complete_passive(config, err));
  ISO_TRY(iso_config_complete_protocol(config, err));
  return complete_outputs(config, err);
}
