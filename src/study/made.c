#include "study/made.h"

#include "base/path.h"
#include "base/version.h"
#include "result/page.h"
#include "study/provenance.h"

#include <math.h>
#include <string.h>

static void begin_row(FILE *f, const char *head) {
  fputs("<tr><td>", f);
  iso_page_text(f, head);
  fputs("</td><td>", f);
}

static void end_row(FILE *f) { fputs("</td></tr>\n", f); }

/* Of a path: folders above may name people. */
/* A block, a sheet or a line, by the extents that there are. */
static void put_slab(FILE *f, const iso_slab_options *slab) {
  static const char *const names[] = {"line", "sheet", "block"};
  const int last = slab->size_mm[2] > 0 ? 2 : slab->size_mm[1] > 0 ? 1 : 0;
  fprintf(f, "a %s of ", names[last]);
  for (int d = 0; d <= last; d++) fprintf(f, "%s%g", d ? " x " : "", slab->size_mm[d]);
  fprintf(f, " mm, edges of %g mm", slab->spacing_mm);
}

static void put_mesh(FILE *f, const iso_config_mesh *m) {
  begin_row(f, "mesh");
  if (m->file)
    iso_page_text(f, iso_path_name(m->file));
  else
    put_slab(f, &m->slab);
  if (m->refine > 0)
    fprintf(f, ", each element cut in two along its edges %d time%s", m->refine, m->refine > 1 ? "s" : "");
  for (int k = 0; k < m->nnetworks; k++) fputs(k ? ", and another" : "; with a network of fast fibres", f);
  end_row(f);
}

static void put_conductivity(FILE *f, const iso_config_region *r) {
  const double along = r->longitudinal_S_per_m, across = r->transverse_S_per_m, normal = r->normal_S_per_m;
  if (isnan(along)) return;
  if (along == across && across == normal)
    fprintf(f, "; conductivity %.4g S/m", along);
  else if (across == normal)
    fprintf(f, "; conductivity %.4g S/m along fibres, %.4g across", along, across);
  else
    fprintf(f, "; conductivity %.4g, %.4g, %.4g S/m along fibres, across and normal to sheets", along, across,
            normal);
}

static void put_velocity(FILE *f, const iso_config_velocity *v) {
  if (!isnan(v->isotropic_m_per_s)) fprintf(f, "; velocity %.4g m/s", v->isotropic_m_per_s);
  if (!isnan(v->longitudinal_m_per_s))
    fprintf(f, "; velocity %.4g m/s along fibres, %.4g across", v->longitudinal_m_per_s,
            v->transverse_m_per_s);
}

static void put_region(FILE *f, const iso_config_region *r) {
  begin_row(f, "tissue");
  iso_page_text(f, r->name);
  fputs(": ", f);
  iso_page_text(f, r->model ? r->model->title : r->model_file ? iso_path_name(r->model_file) : "");
  if (r->variant_name) fputs(", variant ", f), iso_page_text(f, r->variant_name);
  put_conductivity(f, r);
  put_velocity(f, &r->velocity);
  if (r->nparameters > 0)
    fprintf(f, "; %d parameter%s changed", r->nparameters, r->nparameters > 1 ? "s" : "");
  if (r->has_paced)
    fprintf(f, "; paced by %lld beats of %g ms before", (long long)r->paced.beats, r->paced.cycle_length_ms);
  end_row(f);
}

static void put_names(FILE *f, const char *head, int n, const char *const *name) {
  if (n == 0) return;
  begin_row(f, head);
  for (int k = 0; k < n; k++) {
    if (k > 0) fputs(", ", f);
    iso_page_text(f, name[k] ? name[k] : "without a name");
  }
  end_row(f);
}

enum { MOST = 24 };

/* The names of at most MOST items, each its member. */
#define PUT_NAMES(file, head, count, items, member)                                                          \
  do {                                                                                                       \
    const char *name_[MOST];                                                                                 \
    const int n_ = (count) < MOST ? (count) : MOST;                                                          \
    for (int k_ = 0; k_ < n_; k_++) name_[k_] = (items)[k_].member;                                          \
    put_names(file, head, n_, name_);                                                                        \
  } while (0)

static void put_time(FILE *f, const iso_config *c) {
  begin_row(f, "solved");
  if (c->method == ISO_METHOD_EIKONAL) {
    fputs("the eikonal equation: when the wave arrives, by velocities alone", f);
    end_row(f);
    return;
  }
  if (c->method == ISO_METHOD_RECURRENT)
    fputs("eikonal waves that come again, by velocities and restitution, in place of ", f);
  fprintf(f, "the monodomain equation for %g ms, in steps of %g ms, in %s precision", c->time.duration_ms,
          c->time.step_ms, c->numerics.precision == ISO_PRECISION_DOUBLE ? "double" : "single");
  end_row(f);
}

void iso_made_put(FILE *f, const iso_config *c) {
  fputs("<table class=made>\n", f);
  put_mesh(f, &c->mesh);
  for (int k = 0; k < c->nregions; k++) put_region(f, &c->regions[k]);
  PUT_NAMES(f, "stimuli", c->nstimuli, c->stimuli, name);
  PUT_NAMES(f, "lesions", c->nlesions, c->lesions, name);
  PUT_NAMES(f, "drugs", c->ndrugs, c->drugs, drug.name);
  PUT_NAMES(f, "devices", c->nimplants, c->implants, name);
  PUT_NAMES(f, "what members differ in", c->study.naxes, c->study.axes, name);
  put_time(f, c);
  begin_row(f, "program");
  fputs("Isochrone " ISO_VERSION ", commit ", f);
  iso_page_text(f, iso_program_commit());
  fputs("; a " ISO_NOT_A_DEVICE, f);
  end_row(f);
  fputs("</table>\n", f);
}
