/* A number of an ionic model that differs from its variant's: of a region of tissue or of a single cell. */
#ifndef ISO_TISSUE_SETTING_H
#define ISO_TISSUE_SETTING_H

#include <stdbool.h>

/* A parameter or an initial state. */
typedef struct iso_setting {
  char *name;
  int index;   /* into model->parameters or model->states, once the model is known */
  bool scales; /* value multiplies the variant's value, else replaces it */
  double value;
  char *field, *variable; /* instead of value: a number for each node, from a file, resolved; or NULL */
} iso_setting;

/* To values of the variant, in their order; fields have no one value and are left out. */
static inline void iso_settings_apply(int n, const iso_setting *settings, double *values) {
  for (int k = 0; k < n; k++) {
    const iso_setting *s = &settings[k];
    if (!s->field) values[s->index] = s->scales ? values[s->index] * s->value : s->value;
  }
}

#endif
