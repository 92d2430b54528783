#include "study/ablation.h"

#include "base/memory.h"
#include "base/text.h"
#include "config/config_sets.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Sites that a path joins. -1: none. */
typedef struct ends {
  int site[2];
  double mm[2];
} ends;

static void find_place(iso_ablate_at at, const iso_outcomes *o, double mm[3]) {
  static const iso_outcome first[] = {[ISO_ABLATE_EXIT] = ISO_OUTCOME_EXIT_X,
                                      [ISO_ABLATE_ISTHMUS] = ISO_OUTCOME_ISTHMUS_X,
                                      [ISO_ABLATE_FREQUENCY] = ISO_OUTCOME_DOMINANT_X};
  for (int d = 0; d < 3; d++) mm[d] = o->value[first[at] + d];
}

/* ---- the nearest barriers ---- */

/* Collective. What a field of the nodes is at a place, which is a node's; INFINITY: at none. */
static double value_at(const iso_mesh *mesh, const double *field, const double mm[3]) {
  double value = INFINITY;
  for (iso_lid i = 0; i < mesh->nowned; i++)
    if (!memcmp(mesh->xyz[i], mm, sizeof mesh->xyz[i])) value = field[i];
  MPI_Allreduce(MPI_IN_PLACE, &value, 1, MPI_DOUBLE, MPI_MIN, mesh->comm);
  return value;
}

static void take(ends *e, int site, double mm) {
  if (mm < e->mm[0]) {
    e->site[1] = e->site[0], e->mm[1] = e->mm[0];
    e->site[0] = site, e->mm[0] = mm;
  } else if (mm < e->mm[1])
    e->site[1] = site, e->mm[1] = mm;
}

/* One barrier; those that lesions have burned altogether are none. */
static iso_status measure(const iso_setup *setup, int site, const double mm[3], double *distance, ends *e,
                          iso_error *err) {
  iso_selection found;
  ISO_TRY(iso_setup_site(setup, site, &found, err));
  iso_status status = ISO_OK;
  if (found.total > 0) status = iso_setup_distances(setup->mesh, &found, distance, err);
  if (found.total > 0 && status == ISO_OK) take(e, site, value_at(setup->mesh, distance, mm));
  iso_selection_free(&found);
  return status;
}

static iso_status find_ends(const iso_setup *setup, const double mm[3], ends *e, iso_error *err) {
  const iso_config_ablation *a = &setup->config->study.ablation;
  double *distance;
  *e = (ends){{-1, -1}, {INFINITY, INFINITY}};
  ISO_TRY(iso_alloc_all(setup->mesh->comm, &distance, (size_t)setup->mesh->nlocal, sizeof *distance,
                        "distances to barriers", err));
  iso_status status = ISO_OK;
  for (int k = 0; k < a->nbarriers && status == ISO_OK; k++)
    status = measure(setup, iso_config_find_site(setup->config, a->barriers[k]), mm, distance, e, err);
  free(distance);
  if (status != ISO_OK || e->site[0] >= 0) return status;
  return iso_config_fail(setup->config, err, "study.ablation.barriers",
                         "no way through the tissue leads from (%.4g, %.4g, %.4g) mm to one of them; name "
                         "others",
                         mm[0], mm[1], mm[2]);
}

/* ---- the lesion ---- */

/* In quotes, as YAML. */
static void add_name(char *text, const char *name) {
  iso_text_append(text, ISO_ABLATION_TEXT, "\"");
  for (; *name; name++)
    iso_text_append(text, ISO_ABLATION_TEXT, "%s%c", *name == '"' || *name == '\\' ? "\\" : "", *name);
  iso_text_append(text, ISO_ABLATION_TEXT, "\"");
}

static void add_place(char *text, const double mm[3]) {
  char x[3][32];
  for (int d = 0; d < 3; d++) iso_text_shortest(mm[d], x[d], sizeof x[d]);
  iso_text_append(text, ISO_ABLATION_TEXT, "[%s, %s, %s]", x[0], x[1], x[2]);
}

static void add_number(char *text, double value) {
  char number[32];
  iso_text_append(text, ISO_ABLATION_TEXT, "%s", iso_text_shortest(value, number, sizeof number));
}

static void describe(iso_ablation_lesion *l, const iso_config *config, int number, const ends *e) {
  const iso_config_ablation *a = &config->study.ablation;
  snprintf(l->set, sizeof l->set, "lesions.%d={name: round %d, ", config->nlesions, number);
  if (a->nbarriers == 0) {
    iso_text_append(l->set, sizeof l->set, "sphere: {centre_mm: ");
    add_place(l->set, l->at_mm);
    iso_text_append(l->set, sizeof l->set, ", radius_mm: ");
    add_number(l->set, a->radius_mm);
    iso_text_append(l->set, sizeof l->set, "}}");
    return;
  }
  iso_text_append(l->set, sizeof l->set, "path: {stops: [{site: ");
  add_name(l->set, config->sites[e->site[0]].name);
  iso_text_append(l->set, sizeof l->set, "}, {at_mm: ");
  add_place(l->set, l->at_mm);
  if (e->site[1] >= 0) {
    iso_text_append(l->set, sizeof l->set, "}, {site: ");
    add_name(l->set, config->sites[e->site[1]].name);
  }
  iso_text_append(l->set, sizeof l->set, "}], width_mm: ");
  add_number(l->set, a->width_mm);
  iso_text_append(l->set, sizeof l->set, "}}");
}

iso_status iso_ablation_next(iso_ablation_lesion *out, const iso_setup *setup, const iso_outcomes *outcomes,
                             int number, iso_error *err) {
  const iso_config_ablation *a = &setup->config->study.ablation;
  ends e = {{-1, -1}, {INFINITY, INFINITY}};
  *out = (iso_ablation_lesion){0};
  find_place(a->at, outcomes, out->at_mm);
  if (isnan(out->at_mm[0])) return ISO_OK;
  if (a->nbarriers > 0) ISO_TRY(find_ends(setup, out->at_mm, &e, err));
  out->found = true;
  describe(out, setup->config, number, &e);
  if (strlen(out->set) + 1 < sizeof out->set) return ISO_OK;
  return iso_config_fail(setup->config, err, "study.ablation.barriers",
                         "their names are too long; shorten them");
}
