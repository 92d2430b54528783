/* A number of an ionic model that differs from its variant's: of a region of tissue or of a single cell. */
#ifndef ISO_TISSUE_SETTING_H
#define ISO_TISSUE_SETTING_H

#include "tissue/course.h"

#include <stdbool.h>

/* A parameter or an initial state. */
typedef struct iso_setting {
  char *name;
  int index;   /* into model->parameters or model->states, once the model is known */
  bool scales; /* value multiplies the variant's value, else replaces it */
  double value;
  char *field, *variable; /* instead of value: a number for each node, from a file, resolved; or NULL */
  iso_course course;      /* or by a coordinate of each node */
} iso_setting;

/* Whether it is another number at each node. */
static inline bool iso_setting_varies(const iso_setting *s) { return s->field || s->course.by; }

/* To values of the variant, in their order; what varies has no one value and is left out. */
static inline void iso_settings_apply(int n, const iso_setting *settings, double *values) {
  for (int k = 0; k < n; k++) {
    const iso_setting *s = &settings[k];
    if (!iso_setting_varies(s)) values[s->index] = s->scales ? values[s->index] * s->value : s->value;
  }
}

#endif
