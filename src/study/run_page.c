#include "study/run_page.h"

#include "base/atomic.h"
#include "base/memory.h"
#include "base/share.h"
#include "result/page.h"
#include "result/picture.h"
#include "study/checkpoints.h"
#include "study/made.h"
#include "study/result_names.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

iso_status iso_run_page_name(iso_run_page_paths *out, MPI_Comm comm, const iso_config *config,
                             const char *prefix, bool picture, iso_error *err) {
  *out = (iso_run_page_paths){0};
  if (config->outputs.page) ISO_TRY(iso_output_name(comm, &out->page, prefix, ISO_END_PAGE, err));
  if (picture) ISO_TRY(iso_output_name(comm, &out->picture, prefix, ISO_END_PICTURE, err));
  if (out->page) ISO_TRY(iso_output_check(comm, out->page, err));
  return out->picture ? iso_output_check(comm, out->picture, err) : ISO_OK;
}

void iso_run_page_paths_free(iso_run_page_paths *paths) {
  free(paths->page);
  free(paths->picture);
  *paths = (iso_run_page_paths){0};
}

/* ---- the ECG as a strip ---- */

/* names [leads] and values [leads][samples], to be freed; nothing where there are no samples. On rank 0. */
static iso_status take_leads(const iso_ecg_study *s, iso_picture_strip *out, const char ***names,
                             double **values, iso_error *err) {
  const int64_t n = s->ecg ? iso_ecg_samples(s->ecg) : 0;
  *out = (iso_picture_strip){0};
  if (n == 0) return ISO_OK;
  ISO_TRY(iso_alloc(names, (size_t)s->leads.n, sizeof **names, "leads", err));
  ISO_TRY(iso_alloc(values, (size_t)(s->leads.n * n), sizeof **values, "leads", err));
  const double *potential = iso_ecg_potentials(s->ecg);
  for (int k = 0; k < s->leads.n; k++) {
    (*names)[k] = s->leads.lead[k].name;
    for (int64_t t = 0; t < n; t++)
      (*values)[k * n + t] = iso_lead_value(&s->leads.lead[k], potential + t * s->electrodes.n);
  }
  *out = (iso_picture_strip){.name = "ECG and electrograms",
                             .unit = "mV",
                             .ntimes = n,
                             .time_ms = iso_ecg_times(s->ecg),
                             .ntraces = s->leads.n,
                             .trace = *names,
                             .value = *values,
                             .of_trace = n,
                             .of_time = 1};
  return ISO_OK;
}

/* ---- the page ---- */

typedef struct page {
  const iso_config *config;
  const iso_ecg_study *ecg;
  const iso_outcomes *found;
  const iso_picture *picture;
  const char *configuration;
} page;

static void put_measures(const iso_ecg_study *ecg, FILE *f) {
  if (ecg->nmeasures == 0) return;
  fputs("<h2>The ECG in numbers</h2>\n<table class=found>\n", f);
  for (int k = 0; k < ecg->nmeasures; k++) {
    const iso_measure *m = &ecg->measure[k];
    if (isnan(m->value)) continue;
    fputs("<tr><td>", f);
    iso_page_text(f, m->name);
    fprintf(f, "</td><td class=n>%.5g ", m->value);
    iso_page_text(f, m->unit);
    fputs("</td><td>", f);
    iso_page_text(f, m->meaning);
    fputs("</td></tr>\n", f);
  }
  fputs("</table>\n", f);
}

/* What is known, each with what it means. */
static void put_found(const iso_outcomes *found, FILE *f) {
  fputs("<h2>What was found</h2>\n<table class=found>\n", f);
  for (int k = 0; k < ISO_OUTCOME_PROCESSOR; k++) {
    const char *unit = iso_outcome_unit((iso_outcome)k);
    char words[64];
    if (isnan(found->value[k])) continue;
    fputs("<tr><td>", f);
    iso_page_text(f, iso_outcome_words((iso_outcome)k, words, sizeof words));
    fprintf(f, "</td><td class=n>%.5g %s</td><td>", found->value[k], strcmp(unit, "1") != 0 ? unit : "");
    iso_page_text(f, iso_outcome_meaning((iso_outcome)k));
    fputs("</td></tr>\n", f);
  }
  fputs("</table>\n", f);
}

static void print_page(const void *self, FILE *f) {
  const page *p = self;
  iso_page out;
  iso_page_begin(&out, f, p->config->title ? p->config->title : "A simulation", p->config->study.question);
  put_found(p->found, f);
  fputs("<h2>Maps and signals</h2>\n<p>Drag the map to turn it; the wheel zooms.</p>\n<div class=\"views "
        "one\">\n",
        f);
  iso_page_picture(&out, "", p->picture->surface, p->picture->rest);
  fputs("</div>\n", f);
  put_measures(p->ecg, f);
  fputs("<h2>How it was made</h2>\n", f);
  iso_made_put(f, p->config);
  iso_page_details(f, "The configuration, with every default", p->configuration);
  iso_page_end(&out);
}

/* ---- both files ---- */

/* All but the configuration, which is shown by itself. Not collective. */
static iso_status list_attributes(const iso_provenance *from, iso_attribute **out, int *n, iso_error *err) {
  *n = 0;
  ISO_TRY(iso_alloc(out, (size_t)from->count, sizeof **out, "attributes", err));
  for (int k = 0; k < from->count; k++)
    if (strcmp(from->attribute[k].name, "configuration") != 0) (*out)[(*n)++] = from->attribute[k];
  return ISO_OK;
}

/* On rank 0. */
static iso_status save(const iso_run_page_paths *paths, const page *p, iso_names *written, iso_error *err) {
  if (paths->page) ISO_TRY(iso_atomic_write(paths->page, false, print_page, p, err));
  if (paths->picture) ISO_TRY(iso_picture_save(p->picture, paths->picture, err));
  ISO_TRY(iso_names_add(written, paths->page, err));
  return iso_names_add(written, paths->picture, err);
}

iso_status iso_run_page_write(const iso_run_page_paths *paths, const iso_setup *setup,
                              const iso_results *results, const iso_ecg_study *ecg, const iso_outcomes *found,
                              const iso_provenance *provenance, iso_names *written, iso_error *err) {
  MPI_Comm comm = setup->mesh->comm;
  const bool first = iso_rank(comm) == 0;
  const char **names = NULL;
  double *values = NULL;
  iso_attribute *attribute = NULL;
  iso_picture_strip strip = {0};
  iso_picture picture = {0};
  int nattributes = 0;
  if (!paths->page && !paths->picture) return ISO_OK;
  iso_status status = list_attributes(provenance, &attribute, &nattributes, err);
  if (status == ISO_OK && first) status = take_leads(ecg, &strip, &names, &values, err);
  status = iso_agree(comm, status, err);
  const iso_picture_spec spec = {.mesh = setup->mesh,
                                 .results = results,
                                 .nstrips = strip.ntimes > 0,
                                 .strip = &strip,
                                 .nattributes = nattributes,
                                 .attribute = attribute};
  const page p = {setup->config, ecg, found, &picture, provenance->configuration};
  if (status == ISO_OK) status = iso_picture_new(&picture, &spec, err);
  if (status == ISO_OK) status = iso_agree(comm, first ? save(paths, &p, written, err) : ISO_OK, err);
  iso_picture_free(&picture);
  free(attribute);
  free(names);
  free(values);
  return status;
}
