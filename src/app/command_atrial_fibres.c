#include "app/command_atrial_fibres.h"

#include "anatomy/atrial_top.h"
#include "app/command_anatomy.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static iso_status set_bundle(iso_atrial_bundles *b, const char *name, size_t length, double value,
                             iso_error *err) {
  const struct {
    const char *name;
    double *value;
  } bundles[] = {
      {"valve", &b->valve},           {"low-veins", &b->low_veins},     {"high-veins", &b->high_veins},
      {"low-crista", &b->low_crista}, {"high-crista", &b->high_crista}, {"wall", &b->wall}};
  for (size_t k = 0; k < sizeof bundles / sizeof *bundles; k++) {
    if (strlen(bundles[k].name) != length || strncmp(bundles[k].name, name, length)) continue;
    *bundles[k].value = value;
    return ISO_OK;
  }
  return iso_fail(err, ISO_EINPUT,
                  "--bundles: there is no '%.*s'; there are: valve, low-veins, high-veins, low-crista, "
                  "high-crista, wall",
                  (int)(length < 40 ? length : 40), name);
}

static iso_status read_bundles(const char *text, iso_atrial_bundles *bundles, iso_error *err) {
  for (const char *at = text; at; at++) {
    const char *equal = strchr(at, '=');
    char *end = NULL;
    const double value = equal ? strtod(equal + 1, &end) : 0;
    if (!equal || end == equal + 1 || (*end && *end != ','))
      return iso_fail(err, ISO_EINPUT,
                      "--bundles: expected names and numbers like valve=0.65,wall=0.5, got '%.80s'", text);
    ISO_TRY(set_bundle(bundles, at, (size_t)(equal - at), value, err));
    at = end;
    if (!*at) return ISO_OK;
  }
  return ISO_OK;
}

iso_status iso_command_read_atrium(const iso_arguments *a, iso_atrium_request *out, iso_error *err) {
  const char *chamber = iso_argument(a, "chamber"), *bundles = iso_argument(a, "bundles");
  const bool left = !strcmp(chamber, "left-atrium");
  if (!left && strcmp(chamber, "right-atrium"))
    return iso_fail(err, ISO_EINPUT,
                    "--chamber: there is no '%.40s'; there are: ventricles, left-atrium, right-atrium",
                    chamber);
  out->atrium = left ? ISO_LEFT_ATRIUM : ISO_RIGHT_ATRIUM;
  out->bundles = iso_atrial_bundles_of(out->atrium);
  return bundles ? read_bundles(bundles, &out->bundles, err) : ISO_OK;
}

iso_status iso_command_mark_atrium(const iso_arguments *a, const iso_mesh *mesh, iso_atrium atrium,
                                   uint8_t *on, iso_error *err) {
  static const iso_landmark landmarks[2][9] = {{{"endo", ISO_ON_ATRIAL_ENDO, true},
                                                {"epi", ISO_ON_ATRIAL_EPI, true},
                                                {"mv", ISO_ON_MV, true},
                                                {"lpv", ISO_ON_LPV, true},
                                                {"rpv", ISO_ON_RPV, true},
                                                {"laa", ISO_ON_LAA, true},
                                                {NULL, 0, false}},
                                               {{"endo", ISO_ON_ATRIAL_ENDO, true},
                                                {"epi", ISO_ON_ATRIAL_EPI, true},
                                                {"tv-septal", ISO_ON_TV_SEPTAL, true},
                                                {"tv-free", ISO_ON_TV_FREE, true},
                                                {"svc", ISO_ON_SVC, true},
                                                {"ivc", ISO_ON_IVC, true},
                                                {"raa", ISO_ON_RAA, true},
                                                {"top", ISO_ON_TOP, false},
                                                {NULL, 0, false}}};
  ISO_TRY(iso_command_mark(a, mesh, landmarks[atrium], ISO_ON_ATRIAL_ENDO, ISO_ON_ATRIAL_EPI, on, err));
  const bool needs_top = atrium == ISO_RIGHT_ATRIUM && !iso_argument(a, "top");
  return needs_top ? iso_atrial_top(mesh, on, err) : ISO_OK;
}
