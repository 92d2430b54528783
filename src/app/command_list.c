/* What there is: models, devices, keys. */
#include "app/command.h"

#include "app/find.h"
#include "base/text.h"
#include "config/config_schema.h"
#include "kernels/device.h"
#include "kernels/model.h"
#include "plugin/own_model.h"
#include "study/outcomes.h"

#include <stdlib.h>
#include <string.h>

static const iso_option no_options[] = {{0}};

static void say_quantities(const iso_arguments *a, const char *title, int n, const iso_quantity *quantities) {
  iso_say(a, "\n%s\n", title);
  for (int i = 0; i < n; i++)
    iso_say(a, "  %-14s %12.7g %-12s %s\n", quantities[i].name, quantities[i].value, quantities[i].unit,
            quantities[i].meaning);
}

static void say_model(const iso_arguments *a, const iso_model *model) {
  iso_say(
      a,
      "%s: %s\n%s\n\nresting potential %g mV, activation at %g mV, time step at most %g ms (%g ms outside "
      "upstrokes)\n\nvariants\n",
      model->name, model->title, model->paper, model->vm_rest_mV, model->activation_mV, model->max_step_ms,
      model->slow_step_ms);
  for (int i = 0; i < model->nvariants; i++)
    iso_say(a, "  %-14s %s%s\n", model->variants[i].name, model->variants[i].meaning, i ? "" : " (default)");
  say_quantities(a, "parameters (regions.N.parameters)", model->nparameters, model->parameters);
  say_quantities(a, "states (regions.N.initial)", model->nstates, model->states);
}

/* Collective. On rank 0 alone, which speaks. */
static iso_status say_own(const iso_arguments *a, iso_error *err) {
  iso_own_model own;
  iso_status status = ISO_OK;
  if (a->out) {
    status = iso_own_model_read(&own, a->positional[0], err);
    if (status == ISO_OK) {
      say_model(a, &own.model);
      iso_own_model_close(&own);
    }
  }
  return iso_agree(a->comm, status, err);
}

static iso_status models(const iso_arguments *a, iso_error *err) {
  if (a->npositional == 1 && iso_text_names_header(a->positional[0])) return say_own(a, err);
  if (a->npositional == 1) {
    const iso_model *model;
    ISO_TRY(iso_find_model(a->positional[0], &model, err));
    say_model(a, model);
    return ISO_OK;
  }
  for (int i = 0; i < iso_nmodels; i++) iso_say(a, "%-26s %s\n", iso_models[i]->name, iso_models[i]->title);
  iso_say(a, "\nisochrone models NAME lists its parameters, states and variants;\n"
             "isochrone models FILE.h those of your own model (docs/adding-a-model.md).\n");
  return ISO_OK;
}

static iso_status devices(const iso_arguments *a, iso_error *err) {
  (void)err;
  for (int i = 0; i < iso_device_kinds && a->out; i++) {
    char line[256] = "";
    iso_device_describe(i, line, sizeof line);
    iso_say(a, "%s\n", line);
  }
  return ISO_OK;
}

/* "number above 0 up to 100", "one of lumped, consistent", ", default 0.05" */
static void describe_key(const iso_key *f, char *text, size_t size) {
  text[0] = '\0';
  int n = 0;
  while (f->choices && f->choices[n]) n++;
  if (n)
    iso_text_list(text, size, n, f->choices);
  else
    iso_text_append(text, size, "%s", iso_key_kind_text(f->kind));
  if (f->low < f->high && f->high < 1e6)
    iso_text_append(text, size, " %s %g up to %g", f->above_low ? "above" : "from", f->low, f->high);
  if (f->fallback) iso_text_append(text, size, " [%s]", f->fallback);
  if (f->required) iso_text_append(text, size, ", required");
}

static const char setting[] = "; number, or {scale: number}";

/* A line of a key, or of what stands for one: "  NAME:   # meaning". */
static void say_key(const iso_arguments *a, const char *key, int depth, const char *meaning,
                    const char *what) {
  char text[64];
  snprintf(text, sizeof text, "%*s%s:", 2 * depth, "", key);
  iso_say(a, "%-30s # %s%s\n", text, meaning, what);
}

static void say_keys(const iso_arguments *a, const iso_key *table, int depth);

static void say_section(const iso_arguments *a, const iso_key *f, int depth) {
  char what[64] = "";
  iso_text_append(what, sizeof what, "%s%s%s", f->kind == ISO_KEY_ITEMS ? "; a list" : "",
                  f->single ? ", or a single one" : "", f->required ? "; required" : "");
  say_key(a, f->key, depth, f->meaning, what);
  if (f->kind == ISO_KEY_NAMED) say_key(a, "NAME", ++depth, "each by its name", "");
  if (f->kind == ISO_KEY_INITIAL) say_key(a, "NAME", depth + 1, "each by its name", setting);
  if (f->keys != iso_config_where_keys) say_keys(a, f->keys, depth + 1);
}

static void say_row(const iso_arguments *a, const iso_key *f, int depth) {
  char what[258] = "; ";
  describe_key(f, what + 2, sizeof what - 2);
  if (f->keys)
    say_section(a, f, depth);
  else
    say_key(a, f->key, depth, f->meaning, what);
  if (f->kind == ISO_KEY_PARAMETERS) say_key(a, "NAME", depth + 1, "each by its name", setting);
}

static void say_keys(const iso_arguments *a, const iso_key *table, int depth) {
  for (const iso_key *f = table; f->key; f++) {
    if (f->keys && !depth) iso_say(a, "\n");
    say_row(a, f, depth);
  }
}

static void say_outcomes(const iso_arguments *a) {
  iso_say(a, "\n# Outcomes, for study.outcomes, rank_by, accept and screen, and columns of the table\n");
  for (int k = 0; k < ISO_NOUTCOMES; k++)
    iso_say(a, "%-30s # %s\n", iso_outcome_name(k), iso_outcome_meaning(k));
}

/* Those of one section, by its name. */
static iso_status say_keys_of(const iso_arguments *a, const char *name, iso_error *err) {
  enum { MOST_SECTIONS = 64 };
  const char *names[MOST_SECTIONS] = {NULL};
  char list[512] = "", meant[128];
  int n = 0;
  for (const iso_key *f = iso_config_keys; f->key; f++) {
    if (!strcmp(f->key, name)) {
      say_row(a, f, 0);
      if (!strcmp(name, "study")) say_outcomes(a);
      return ISO_OK;
    }
    if (n < MOST_SECTIONS) names[n++] = f->key;
  }
  iso_text_list(list, sizeof list, n, names);
  const char *nearest = iso_text_nearest(name, n, names);
  return iso_fail(err, ISO_EINPUT, "there is no section '%.60s'%s There are: %s", name,
                  iso_text_meant("", nearest, meant, sizeof meant), list);
}

static iso_status keys(const iso_arguments *a, iso_error *err) {
  if (a->npositional == 1) return say_keys_of(a, a->positional[0], err);
  iso_say(a, "# Every key of a configuration: its meaning; its values [default]\n");
  say_keys(a, iso_config_keys, 0);
  return ISO_OK;
}

const iso_command iso_command_models = {
    "models", "[NAME|FILE.h]", 0, 1, "the ionic models, or everything about one", "", no_options, models,
};

const iso_command iso_command_devices = {
    "devices", "", 0, 0, "the devices that a run can use here", "", no_options, devices,
};

const iso_command iso_command_keys = {
    "keys",
    "[SECTION]",
    0,
    1,
    "every key of a configuration, or of one section, its values and default",
    "  isochrone keys time\n",
    no_options,
    keys,
};
