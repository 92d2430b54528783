/* The section regions: what the tissue's parts are made of. */
#ifndef ISO_CONFIG_SECTIONS_REGIONS_H
#define ISO_CONFIG_SECTIONS_REGIONS_H

#include "config/sections/member.h"
#include "grid/ask/select.h"
#include "kernels/model.h"
#include "tissue/setting.h"

#include <stdbool.h>
#include <stdint.h>

#define ISO_PACED_KEYS(X)                                                                                    \
  X(double, REAL, cycle_length_ms, "from beat to beat; a whole number of time.step_ms", .required = true,    \
    ABOVE(0, TIME_MS))                                                                                       \
  X(int, INTEGER, beats, "from the model's initial state", .fallback = "100", RANGE(1, 1e6))                 \
  X(double, REAL, amplitude_uA_per_uF, "of the pulses; twice the cell's threshold where not given",          \
    ABOVE(0, 1e6))                                                                                           \
  X(double, REAL, duration_ms, "of a pulse, rounded to whole steps", .fallback = "2", ABOVE(0, TIME_MS))

/* The cells start at the end of these beats of a single cell. NAN: no amplitude is given. */
typedef struct iso_config_paced {
  ISO_PACED_KEYS(ISO_CONFIG_MEMBER)
} iso_config_paced;

#define ISO_VELOCITY_KEYS(X)                                                                                 \
  X(double, REAL, longitudinal_m_per_s, "of a plane wave along the fibre", ABOVE(0, 1e3))                    \
  X(double, REAL, transverse_m_per_s, "across it, in the sheet", ABOVE(0, 1e3))                              \
  X(double, REAL, normal_m_per_s, "normal to the sheet; as transverse where not given", ABOVE(0, 1e3))       \
  X(double, REAL, isotropic_m_per_s, "the same in every direction, instead of the others", ABOVE(0, 1e3))

/* NAN: not given. */
typedef struct iso_config_velocity {
  ISO_VELOCITY_KEYS(ISO_CONFIG_MEMBER)
} iso_config_velocity;

typedef struct iso_config_region {
  char *name;
  int ntags; /* 0: every tag that no other region names; at most one region may leave them out */
  int32_t *tags;
  iso_select where;       /* or the elements with all nodes in a site; or nothing given */
  char *model_file;       /* the header of an own model, resolved; NULL: one of iso_models */
  const iso_model *model; /* of a header: NULL until somebody gives it */
  char *variant_name;
  int variant;
  double longitudinal_S_per_m, transverse_S_per_m, normal_S_per_m; /* all three known after loading */
  double isotropic_S_per_m; /* NAN after loading: it is now in the three */
  bool has_scale;
  iso_course scale; /* of all conductivities; not given: 1 */
  /* Of the cells' inside alone, for the ECG; all three NAN: not given, or all known. */
  double intracellular_longitudinal_S_per_m, intracellular_transverse_S_per_m, intracellular_normal_S_per_m;
  iso_config_velocity velocity; /* asked for */
  double chi_per_mm, cm_uF_per_mm2;
  double thickness_mm;      /* of triangles */
  double cross_section_mm2; /* of lines */
  int nparameters;
  iso_setting *parameters;
  bool has_paced;
  iso_config_paced paced; /* before the following, which replace single values */
  double initial_vm_mV;   /* NAN: the model's */
  int ninitial;
  iso_setting *initial;
} iso_config_region;

#endif
