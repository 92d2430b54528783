/* The models' tables: what a configuration can name. */
#include "kernels/model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

static void names_are_found(void **state) {
  (void)state;
  for (int m = 0; m < iso_nmodels; m++) {
    const iso_model *model = iso_models[m];
    assert_ptr_equal(iso_model_find(model->name), model);
    assert_int_equal(iso_model_index(model), m);
    if (m > 0) assert_true(strcmp(iso_models[m - 1]->name, model->name) < 0);
    for (int i = 0; i < model->nstates; i++)
      assert_int_equal(iso_model_state(model, model->states[i].name), i);
    for (int i = 0; i < model->nparameters; i++)
      assert_int_equal(iso_model_parameter(model, model->parameters[i].name), i);
    for (int i = 0; i < model->nvariants; i++)
      assert_int_equal(iso_model_variant(model, model->variants[i].name), i);
  }
  assert_null(iso_model_find("ten_tusscher"));
  assert_int_equal(iso_model_state(iso_models[0], "no such state"), -1);
  assert_int_equal(iso_model_parameter(iso_models[0], ""), -1);
  assert_int_equal(iso_model_variant(iso_models[0], "EPI"), -1);
}

/* A change that names nothing would silently leave a variant as the default. */
static void changes_name_something(void **state) {
  (void)state;
  for (int m = 0; m < iso_nmodels; m++)
    for (int v = 0; v < iso_models[m]->nvariants; v++)
      for (int c = 0; c < iso_models[m]->variants[v].nchanges; c++) {
        const char *name = iso_models[m]->variants[v].changes[c].name;
        const int known = (iso_model_state(iso_models[m], name) >= 0) +
                          (iso_model_parameter(iso_models[m], name) >= 0) + (strcmp(name, "vm") == 0);
        if (known != 1) fail_msg("%s: %s names %d things", iso_models[m]->name, name, known);
      }
}

/* Of most models more; none may have less. */
static void what_upstrokes_take_is_taken_after_them(void **state) {
  (void)state;
  for (int m = 0; m < iso_nmodels; m++)
    assert_true(iso_models[m]->max_step_ms > 0 && iso_models[m]->slow_step_ms >= iso_models[m]->max_step_ms);
}

static void variants_differ_where_they_say(void **state) {
  (void)state;
  const iso_model *model = iso_model_find("ten_tusscher_2006");
  double parameters[128], states[128], vm;
  const int g_to = iso_model_parameter(model, "g_to"), g_Ks = iso_model_parameter(model, "g_Ks");
  iso_model_defaults(model, iso_model_variant(model, "epi"), parameters, states, &vm);
  assert_true(parameters[g_to] == 0.294 && parameters[g_Ks] == 0.392 && vm == -85.23);
  iso_model_defaults(model, iso_model_variant(model, "endo"), parameters, states, &vm);
  assert_true(parameters[g_to] == 0.073 && parameters[g_Ks] == 0.392 && vm == -86.709);
  assert_true(states[iso_model_state(model, "s")] == 0.3212);
  iso_model_defaults(model, iso_model_variant(model, "mid"), parameters, states, &vm);
  assert_true(parameters[g_to] == 0.294 && parameters[g_Ks] == 0.098 && vm == -85.423);
  const iso_model *atrium = iso_model_find("courtemanche_1998");
  const int g_CaL = iso_model_parameter(atrium, "g_CaL");
  iso_model_defaults(atrium, iso_model_variant(atrium, "standard"), parameters, states, &vm);
  const double standard = parameters[g_CaL];
  iso_model_defaults(atrium, iso_model_variant(atrium, "af"), parameters, states, &vm);
  assert_true(parameters[g_CaL] < 0.31 * standard && parameters[g_CaL] > 0.29 * standard && vm == -81.18);
}

/* What a state is agrees with its unit and its value, and a difference is to something that is not one of
 * itself. */
static void kinds_agree_with_the_values(void **state) {
  (void)state;
  double parameters[128], states[128], vm;
  for (int m = 0; m < iso_nmodels; m++)
    for (int v = 0; v < iso_models[m]->nvariants; v++) {
      iso_model_defaults(iso_models[m], v, parameters, states, &vm);
      for (int s = 0; s < iso_models[m]->nstates; s++) {
        const iso_quantity *q = &iso_models[m]->states[s];
        const double reference = iso_model_reference(iso_models[m], s, parameters, states);
        const int is_fraction = q->kind == ISO_KIND_FRACTION, is_above = q->kind == ISO_KIND_ABOVE;
        const int is_concentration = is_above || q->kind == ISO_KIND_CONCENTRATION;
        if (is_concentration != !strcmp(q->unit, "mM") || (is_fraction && strcmp(q->unit, "1")) ||
            (is_fraction && !(states[s] >= 0 && states[s] <= 1)) ||
            (is_concentration && states[s] + reference < 0) || is_above != (q->reference != NULL) ||
            (is_above && reference <= 0))
          fail_msg("%s: %s is not of its kind", iso_models[m]->name, q->name);
      }
    }
}

/* Differences to differences add up, and at most one state carries what a stimulus brings. */
static void references_and_carriers_are_found(void **state) {
  (void)state;
  const iso_model *model = iso_model_find("ohara_rudy_2011");
  double parameters[128], states[128], vm;
  iso_model_defaults(model, 0, parameters, states, &vm);
  const int shift = iso_model_state(model, "K_i_shift"), excess = iso_model_state(model, "K_ss_excess");
  states[shift] = 0.25;
  const double reference = parameters[iso_model_parameter(model, "K_i_ref")];
  assert_true(iso_model_reference(model, shift, parameters, states) == reference);
  assert_true(iso_model_reference(model, excess, parameters, states) == 0.25 + reference);
  assert_true(iso_model_reference(model, iso_model_state(model, "Ca_i"), parameters, states) == 0);
  assert_int_equal(iso_model_carrier(model), shift);
  assert_int_equal(iso_model_carrier(iso_model_find("luo_rudy_1991")), -1);
  for (int m = 0; m < iso_nmodels; m++) {
    int carriers = 0;
    for (int s = 0; s < iso_models[m]->nstates; s++) carriers += iso_models[m]->states[s].carried != 0;
    assert_in_range(carriers, 0, 1);
  }
}

/* Every quantity says what it is. */
static void quantities_are_described(void **state) {
  (void)state;
  for (int m = 0; m < iso_nmodels; m++) {
    const iso_model *model = iso_models[m];
    for (int i = 0; i < model->nstates; i++) assert_true(*model->states[i].unit && *model->states[i].meaning);
    for (int i = 0; i < model->nparameters; i++)
      assert_true(*model->parameters[i].unit && *model->parameters[i].meaning);
    assert_non_null(strstr(model->paper, "doi:"));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(names_are_found),
      cmocka_unit_test(changes_name_something),
      cmocka_unit_test(what_upstrokes_take_is_taken_after_them),
      cmocka_unit_test(variants_differ_where_they_say),
      cmocka_unit_test(quantities_are_described),
      cmocka_unit_test(kinds_agree_with_the_values),
      cmocka_unit_test(references_and_carriers_are_found),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
