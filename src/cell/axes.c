#include "cell/axes.h"

#include "tissue/setting.h"

double iso_axes_sets(int naxes, const iso_axis *axes) {
  double sets = 1;
  for (int a = 0; a < naxes; a++) sets *= axes[a].n;
  return sets;
}

double iso_axes_value(int naxes, const iso_axis *axes, int axis, int set) {
  for (int a = naxes - 1; a > axis; a--) set /= axes[a].n;
  return axes[axis].values[set % axes[axis].n];
}

void iso_axes_apply(int naxes, const iso_axis *axes, int set, const iso_model *model, double *p) {
  for (int a = 0; a < naxes; a++) {
    const iso_setting setting = {
        .index = axes[a].parameter, .scales = axes[a].scales, .value = iso_axes_value(naxes, axes, a, set)};
    if (setting.index >= 0) iso_settings_apply(1, &setting, p);
  }
  for (int i = 0; i < model->nparameters; i++) {
    double left = 1;
    for (int a = 0; a < naxes; a++)
      left *= iso_drug_leaves(&axes[a].drug, iso_axes_value(naxes, axes, a, set), model->parameters[i].name);
    p[i] *= left;
  }
}
