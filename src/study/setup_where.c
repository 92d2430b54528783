/* Which nodes the configuration's sets have. */
#include "study/setup.h"

#include "act/implant.h"
#include "grid/geometry.h"

#include <math.h>
#include <stdio.h>

/* Collective. Whether there were any. */
static bool leave_out_burned(const iso_setup *setup, iso_selection *found) {
  const int64_t before = found->total;
  int64_t n = 0;
  if (setup->burned.nnode == 0) return false;
  for (int64_t k = 0; k < found->count; k++)
    if (!iso_burned_has_node(&setup->burned, setup->mesh->gid[found->node[k]]))
      found->node[n++] = found->node[k];
  found->count = n;
  MPI_Allreduce(&n, &found->total, 1, MPI_INT64_T, MPI_SUM, setup->mesh->comm);
  return found->total < before;
}

/* The nodes of a set that are not burned, which are some; ISO_EINPUT where they are not, too: "hits no node"
 * after who. */
static iso_status try_nodes(const iso_setup *setup, const iso_select *where, const char *who,
                            iso_selection *out, iso_error *why) {
  char miss[300];
  ISO_TRY(iso_select_nodes(setup->mesh, where, iso_setup_meet, out, why));
  const bool burned = leave_out_burned(setup, out);
  if (out->total > 0) return ISO_OK;
  if (burned) {
    iso_selection_free(out);
    return iso_fail(why, ISO_EINPUT, "%sis burned altogether (lesions)", who);
  }
  iso_selection_miss(out, miss, sizeof miss);
  iso_selection_free(out);
  return iso_fail(why, ISO_EINPUT, "%s%s", who, miss);
}

static const iso_config_site *find_site(const iso_config *config, const iso_select *where) {
  for (int i = 0; i < config->nsites; i++)
    if (where == &config->sites[i].where) return &config->sites[i];
  return NULL;
}

/* The site that leaves a set without nodes, or NULL: one that has none itself, and of those that it is made
 * of the first, since that is where to mend it. *why: what is wrong with it, where there is one. */
static const iso_config_site *find_cause(const iso_setup *setup, const iso_select *where, iso_error *why) {
  const iso_config_site *cause = NULL;
  iso_error found = {0};
  iso_selection hit;
  if (where->same) {
    const iso_status status = try_nodes(setup, where->same, "", &hit, &found);
    if (status == ISO_OK) iso_selection_free(&hit);
    if (status == ISO_EINPUT) {
      *why = found;
      cause = find_cause(setup, where->same, why);
      return cause ? cause : find_site(setup->config, where->same);
    }
  }
  for (int k = 0; k < where->nall && !cause; k++) cause = find_cause(setup, &where->all[k], why);
  if (cause) return cause;
  iso_error of_first = {0};
  for (int k = 0; k < where->nany; k++) { /* all of them miss, or none is the cause */
    const iso_config_site *one = find_cause(setup, &where->any[k], k == 0 ? &of_first : &found);
    if (!one) return NULL;
    if (k == 0) cause = one;
  }
  if (cause) *why = of_first;
  return cause;
}

/* The nodes of a set, which are some. what: who is there, "the stimulus 'corner'". Where a site is the cause,
 * its key is named. */
static iso_status find_nodes(const iso_setup *setup, const iso_select *where, const char *path,
                             const char *what, iso_selection *out, iso_error *err) {
  char at[256], who[112];
  iso_error why = {0};
  snprintf(who, sizeof who, "%s ", what);
  const iso_status status = try_nodes(setup, where, who, out, &why);
  if (status == ISO_OK) return ISO_OK;
  if (status != ISO_EINPUT) return iso_fail(err, status, "%s", why.message);
  const iso_config_site *cause = find_cause(setup, where, &why);
  if (!cause) return iso_config_fail(setup->config, err, path, "%s", why.message);
  snprintf(at, sizeof at, "sites.%.200s", cause->name);
  return iso_config_fail(setup->config, err, at, "%s; %s needs this site (%s)", why.message, what, path);
}

iso_status iso_setup_site(const iso_setup *setup, int k, iso_selection *out, iso_error *err) {
  const iso_config_site *site = &setup->config->sites[k];
  char path[256];
  iso_error why = {0};
  const iso_status status = iso_select_nodes(setup->mesh, &site->where, iso_setup_meet, out, &why);
  snprintf(path, sizeof path, "sites.%.200s", site->name);
  if (status == ISO_EINPUT) return iso_config_fail(setup->config, err, path, "%s", why.message);
  return status == ISO_OK ? ISO_OK : iso_fail(err, status, "%s", why.message);
}

/* Of entry k of a list of the configuration, whose set is there or at its key: "" or ".site". */
static iso_status find_of_entry(const iso_setup *setup, const char *list, int k, const char *key,
                                const char *noun, const char *name, const iso_select *where,
                                iso_selection *out, iso_error *err) {
  char path[64], what[100];
  snprintf(path, sizeof path, "%s.%d%s", list, k, key);
  snprintf(what, sizeof what, "the %s '%.60s'", noun, name);
  return find_nodes(setup, where, path, what, out, err);
}

iso_status iso_setup_stimulated(const iso_setup *setup, int k, iso_selection *out, iso_error *err) {
  const iso_config_stimulus *s = &setup->config->stimuli[k];
  return find_of_entry(setup, "stimuli", k, "", "stimulus", s->name, &s->where, out, err);
}

/* Takes the nodes of gap number j out of those of lesion number k. */
static iso_status leave_gap(const iso_setup *setup, int k, int j, iso_selection *found, iso_error *err) {
  const iso_config_lesion *l = &setup->config->lesions[k];
  const iso_config_gap *gap = &l->gaps[j];
  const double most = gap->width_mm / 2 + ISO_SELECT_ROOM_MM;
  const int64_t before = found->total;
  int64_t n = 0;
  char path[64];
  for (int64_t i = 0; i < found->count; i++)
    if (iso_distance(setup->mesh->xyz[found->node[i]], gap->centre_mm) > most)
      found->node[n++] = found->node[i];
  found->count = n;
  MPI_Allreduce(&n, &found->total, 1, MPI_INT64_T, MPI_SUM, setup->mesh->comm);
  if (found->total < before) return ISO_OK;
  snprintf(path, sizeof path, "lesions.%d.gaps.%d", k, j);
  return iso_config_fail(setup->config, err, path,
                         "the gap '%.60s' has no node of the lesion '%.60s'; move or enlarge it", gap->name,
                         l->name);
}

iso_status iso_setup_lesion_nodes(const iso_setup *setup, int k, iso_selection *out, iso_error *err) {
  const iso_config_lesion *l = &setup->config->lesions[k];
  const char *key = l->has_line_set ? ".line_set" : "";
  const iso_select *where = l->has_line_set ? &l->lines : &l->where;
  ISO_TRY(find_of_entry(setup, "lesions", k, key, "lesion", l->name, where, out, err));
  for (int j = 0; j < l->ngaps; j++) {
    const iso_status status = leave_gap(setup, k, j, out, err);
    if (status == ISO_OK) continue;
    iso_selection_free(out);
    return status;
  }
  return ISO_OK;
}

iso_status iso_setup_layer_nodes(const iso_setup *setup, int k, iso_selection *out, iso_error *err) {
  const iso_config_fast_layer *l = &setup->config->layers[k];
  return find_of_entry(setup, "fast_endocardium", k, "", "fast layer", l->name, &l->where, out, err);
}

iso_status iso_setup_region_nodes(const iso_setup *setup, int k, iso_selection *out, iso_error *err) {
  const iso_config_region *r = &setup->config->regions[k];
  return find_of_entry(setup, "regions", k, ".site", "region", r->name, &r->where, out, err);
}

static iso_status find_centre(const iso_setup *setup, const iso_select *where, const char *path,
                              const char *what, iso_gid *node, iso_error *err) {
  iso_selection found;
  ISO_TRY(find_nodes(setup, where, path, what, &found, err));
  *node = iso_selection_centre(setup->mesh, &found);
  iso_selection_free(&found);
  return ISO_OK;
}

/* Collective. Whether a node that is sensed by its number, where it is, has tissue. what: who senses. */
static iso_status check_sensed(const iso_setup *setup, const char *path, const char *what, iso_gid sensed,
                               iso_error *err) {
  int burned = sensed >= 0 && iso_burned_has_node(&setup->burned, sensed);
  if (sensed >= setup->mesh->nnodes)
    return iso_config_fail(setup->config, err, path, "%s senses node %lld, but the mesh has nodes 0 to %lld",
                           what, (long long)sensed, (long long)setup->mesh->nnodes - 1);
  MPI_Allreduce(MPI_IN_PLACE, &burned, 1, MPI_INT, MPI_LOR, setup->mesh->comm);
  if (!burned) return ISO_OK;
  return iso_config_fail(setup->config, err, path,
                         "%s senses node %lld, which is burned (lesions) and never activates; name another",
                         what, (long long)sensed);
}

iso_status iso_setup_actor(const iso_setup *setup, int k, iso_gid *sensed, iso_selection *out,
                           iso_error *err) {
  const iso_config_actor *a = &setup->config->actors[k];
  char path[64], sense[64], what[100];
  snprintf(path, sizeof path, "actors.%d", k);
  snprintf(sense, sizeof sense, "actors.%d.sense", k);
  snprintf(what, sizeof what, "the actor '%.60s'", a->name);
  *sensed = a->node;
  if (iso_select_given(&a->sense)) ISO_TRY(find_centre(setup, &a->sense, sense, what, sensed, err));
  ISO_TRY(check_sensed(setup, sense, what, *sensed, err));
  return find_nodes(setup, &a->where, path, what, out, err);
}

iso_status iso_setup_lead(const iso_setup *setup, int k, int lead, iso_gid *sensed, iso_gid *centre,
                          iso_selection *out, iso_error *err) {
  const iso_config_implant *m = &setup->config->implants[k];
  const iso_config_lead *l = &m->lead[lead];
  const char *name = iso_chamber_text((iso_chamber)lead);
  char path[96], sense[104], what[100];
  snprintf(path, sizeof path, "devices.%.60s.%s", m->name, name);
  snprintf(sense, sizeof sense, "%s.sense", path);
  snprintf(what, sizeof what, "the device '%.40s' with its lead '%s'", m->name, name);
  *out = (iso_selection){0};
  *sensed = l->node, *centre = -1;
  if (iso_select_given(&l->sense)) ISO_TRY(find_centre(setup, &l->sense, sense, what, sensed, err));
  ISO_TRY(check_sensed(setup, sense, what, *sensed, err));
  if (!iso_select_given(&l->where)) return ISO_OK;
  ISO_TRY(find_nodes(setup, &l->where, path, what, out, err));
  *centre = iso_selection_centre(setup->mesh, out);
  return ISO_OK;
}

iso_status iso_setup_segment(const iso_setup *setup, int k, iso_selection *out, iso_error *err) {
  char path[64];
  snprintf(path, sizeof path, "outputs.synchrony.segments.%d", k);
  return find_nodes(setup, &setup->config->outputs.segment_at[k], path, "a segment", out, err);
}

iso_status iso_setup_ventricle(const iso_setup *setup, bool left, iso_selection *out, iso_error *err) {
  const iso_config_outputs *o = &setup->config->outputs;
  return find_nodes(setup, left ? &o->left : &o->right,
                    left ? "outputs.synchrony.left" : "outputs.synchrony.right",
                    left ? "the left ventricle" : "the right ventricle", out, err);
}

iso_status iso_setup_electrode(const iso_setup *setup, int k, iso_selection *out, iso_error *err) {
  const iso_config_protocol *p = &setup->config->protocol;
  char path[48];
  if (k == 0) return find_nodes(setup, &p->where, "protocol", "the protocol", out, err);
  snprintf(path, sizeof path, "protocol.sites.%d", k - 1);
  return find_nodes(setup, &p->premature_at[k - 1], path, "the protocol", out, err);
}

iso_status iso_setup_protocol_sense(const iso_setup *setup, iso_gid *sensed, iso_error *err) {
  static const char sense[] = "protocol.sense";
  const iso_config_protocol *p = &setup->config->protocol;
  *sensed = p->node;
  if (iso_select_given(&p->sense)) ISO_TRY(find_centre(setup, &p->sense, sense, "the protocol", sensed, err));
  return check_sensed(setup, sense, "the protocol", *sensed, err);
}

iso_status iso_setup_restitution(const iso_setup *setup, iso_gid *from, iso_gid *to, iso_error *err) {
  static const char what[] = "the protocol";
  const iso_config_restitution *r = &setup->config->protocol.restitution;
  ISO_TRY(find_centre(setup, &r->from, "protocol.restitution.from", what, from, err));
  ISO_TRY(find_centre(setup, &r->to, "protocol.restitution.to", what, to, err));
  if (*from != *to) return ISO_OK;
  return iso_config_fail(setup->config, err, "protocol.restitution",
                         "node %lld is in the middle of both sites, and there is no way between; move one",
                         (long long)*from);
}

iso_status iso_setup_probed(const iso_setup *setup, int k, iso_gid *node, iso_error *err) {
  const iso_config_probe *p = &setup->config->outputs.probes[k];
  char path[64], what[100];
  snprintf(path, sizeof path, "outputs.probes.%d", k);
  snprintf(what, sizeof what, "the probe '%.60s'", p->name);
  return find_centre(setup, &p->where, path, what, node, err);
}

double iso_setup_threshold(const iso_setup *setup, iso_gid node) {
  double threshold = setup->config->outputs.activation_mV;
  if (!isnan(threshold)) return threshold;
  const iso_mesh *mesh = setup->mesh;
  threshold = -INFINITY;
  for (iso_lid i = 0; i < mesh->nowned; i++) {
    if (mesh->gid[i] != node) continue;
    const int r = iso_tissue_of_node(&setup->tissue, mesh->node_tag[i]);
    threshold = setup->tissue.regions[r].model->activation_mV;
  }
  MPI_Allreduce(MPI_IN_PLACE, &threshold, 1, MPI_DOUBLE, MPI_MAX, mesh->comm);
  return threshold;
}
