#include "config/good.h"

#include <stdio.h>

const char good[] = "title: a wave\n"                                   /* 1 */
                    "mesh:\n"                                           /* 2 */
                    "  slab: {size_mm: [4, 2, 1], spacing_mm: 0.5}\n"   /* 3 */
                    "regions:\n"                                        /* 4 */
                    "  - name: wall\n"                                  /* 5 */
                    "    tags: [1, 7]\n"                                /* 6 */
                    "    model: ten_tusscher_2006\n"                    /* 7 */
                    "    conductivity:\n"                               /* 8 */
                    "      longitudinal_S_per_m: 0.13\n"                /* 9 */
                    "      transverse_S_per_m: 0.02\n"                  /* 10 */
                    "    parameters: {g_Na: 7.4, g_Ks: {scale: 0.5}}\n" /* 11 */
                    "    initial: {V: -80, m: 0.01}\n"                  /* 12 */
                    "  - model: luo_rudy_1991\n"                        /* 13 */
                    "    conductivity: {isotropic_S_per_m: 0.1}\n"      /* 14 */
                    "stimuli:\n"                                        /* 15 */
                    "  - box: {min_mm: [0, 0, 0], max_mm: [1, 1, 1]}\n" /* 16 */
                    "    amplitude_uA_per_uF: 50\n"                     /* 17 */
                    "time:\n"                                           /* 18 */
                    "  duration_ms: 20\n"                               /* 19 */
                    "outputs:\n"                                        /* 20 */
                    "  probes: [{name: a, at_mm: [1, 1, 1]}, {name: b, node: 3}]\n" /* 21 */;

iso_status parse(const char *text, const char *set, iso_config *config, iso_error *err) {
  *err = (iso_error){0};
  return iso_config_parse(config, "folder/heart.yaml", text, strlen(text), set ? 1 : 0, &set, err);
}

iso_config parse_good(const char *set) {
  iso_config config;
  iso_error err;
  if (parse(good, set, &config, &err) != ISO_OK) fail_msg("%s", err.message);
  return config;
}

void assert_words(const char *message, const char *expected) {
  char words[512];
  snprintf(words, sizeof words, "%s", expected);
  for (char *word = strtok(words, "|"); word; word = strtok(NULL, "|"))
    if (!strstr(message, word)) fail_msg("'%s' is not in: %s", word, message);
}

void assert_refused(const char *text, const char *set, const char *expected) {
  iso_config config;
  iso_error err;
  iso_status status = parse(text, set, &config, &err);
  iso_config_free(&config);
  if (status != ISO_EINPUT) fail_msg("accepted with %s: %.200s", set ? set : "nothing set", text);
  assert_words(err.message, expected);
}

void edit(const char *old, const char *replacement, char *out, size_t size) {
  const char *at = strstr(good, old);
  assert_non_null(at);
  snprintf(out, size, "%.*s%s%s", (int)(at - good), good, replacement, at + strlen(old));
}

const char two_drugs[] =
    "drugs=[{name: a, concentration_nM: 30, regions: [wall], block: {g_Kr: {ic50_nM: 10}, g_Na: {ic50_uM: "
    "0.03, "
    "hill: 2}}}, {concentration_uM: 0.01, block: {g_Na: {ic50_nM: 20, hill: 0.5}}}]";

const char some_sites[] =
    "sites={apex: {sphere: {centre_mm: [0, 0, 1], radius_mm: 2}}, rim: {surface: true, not: {site: apex}}, "
    "both: {or: "
    "[{site: rim}, {site: apex, tag: [1, 7]}], and: [{surface: endo.surf}, {nodes: a.vtx}]}}";
