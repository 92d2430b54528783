/* Numbers are replaced where they stand, and nothing else changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config/config_edit.h"

static iso_error err;

#define ALONG "regions.0.conductivity.longitudinal_S_per_m"
#define NORMAL "regions.0.conductivity.normal_S_per_m"
#define OTHER "regions.1.conductivity.longitudinal_S_per_m"

/* The text after edits, to be freed, or NULL. */
static char *edit(const char *text, int n, const iso_config_edit *edits) {
  char *out = NULL;
  size_t size = 0;
  err = (iso_error){0};
  if (iso_config_edit_text("heart.yaml", text, strlen(text), n, edits, &out, &size, &err) != ISO_OK)
    return NULL;
  out = realloc(out, size + 1);
  out[size] = '\0';
  return out;
}

static void becomes(const char *text, int n, const iso_config_edit *edits, const char *wanted) {
  char *got = edit(text, n, edits);
  if (!got) fail_msg("%s", err.message);
  assert_string_equal(got, wanted);
  free(got);
}

static void is_refused(const char *text, int n, const iso_config_edit *edits, const char *why) {
  char *got = edit(text, n, edits);
  if (got) fail_msg("made: %s", got);
  assert_int_equal(err.status, ISO_EINPUT);
  if (!strstr(err.message, why)) fail_msg("'%s' does not say '%s'", err.message, why);
}

static const iso_config_edit along = {ALONG, 0.125}, normal = {NORMAL, 3e-5}, other = {OTHER, 0.5};

static void layout_and_comments_stay(void **state) {
  (void)state;
  becomes("# \xc3\xa9t\xc3\xa9 1.0\nregions:\n- name: \"\xe5\xbf\x83 0.1\" # 0.1\n  conductivity:\n"
          "    longitudinal_S_per_m:   0.1 # first\n",
          1, &along,
          "# \xc3\xa9t\xc3\xa9 1.0\nregions:\n- name: \"\xe5\xbf\x83 0.1\" # 0.1\n  conductivity:\n"
          "    longitudinal_S_per_m:   0.125 # first\n");
  becomes("\xef\xbb\xbfregions: [{conductivity: {longitudinal_S_per_m: 1.5e-1,}}]\r\n", 1, &along,
          "\xef\xbb\xbfregions: [{conductivity: {longitudinal_S_per_m: 0.125,}}]\r\n");
}

static void a_missing_key_joins_its_section(void **state) {
  (void)state;
  const iso_config_edit both[] = {normal, along};
  becomes("regions: [{conductivity: {longitudinal_S_per_m: 1}}]", 2, both,
          "regions: [{conductivity: {longitudinal_S_per_m: 0.125, normal_S_per_m: 3e-05}}]");
  becomes("regions:\n  - conductivity:\n      longitudinal_S_per_m: 1 # guess\ntime: 1\n", 2, both,
          "regions:\n  - conductivity:\n      longitudinal_S_per_m: 0.125 # guess\n"
          "      normal_S_per_m: 3e-05\ntime: 1\n");
  becomes("regions:\n  - conductivity:\n      longitudinal_S_per_m: 1", 1, &normal,
          "regions:\n  - conductivity:\n      longitudinal_S_per_m: 1\n      normal_S_per_m: 3e-05");
}

static void what_cannot_be_replaced_is_refused(void **state) {
  (void)state;
  static const char alias[] = "regions:\n- conductivity: &c {longitudinal_S_per_m: 1}\n- conductivity: *c\n";
  const iso_config_edit differ[] = {along, other}, same[] = {along, {OTHER, 0.125}};
  is_refused("regions: [{name: a}]", 1, &along, "no place for " ALONG);
  is_refused("regions: [{conductivity: {}}]", 1, &along, "no place for " ALONG);
  is_refused("regions: [", 1, &along, "not YAML");
  is_refused(alias, 2, differ, "alias");
  is_refused(alias, 1, &along, "alias");
  becomes(alias, 2, same, "regions:\n- conductivity: &c {longitudinal_S_per_m: 0.125}\n- conductivity: *c\n");
  is_refused("a: &a 1\nregions: [{conductivity: {longitudinal_S_per_m: *a}}]", 1, &along, "alias");
}

int main(void) {
  static const struct CMUnitTest tests[] = {cmocka_unit_test(layout_and_comments_stay),
                                            cmocka_unit_test(a_missing_key_joins_its_section),
                                            cmocka_unit_test(what_cannot_be_replaced_is_refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
