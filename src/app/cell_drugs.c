#include "app/cell_drugs.h"

#include "app/find.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct drugs {
  const iso_model *model;
  int most, *n;
  iso_axis *axes;
} drugs;

/* The text before a mark, cut off *text; empty where there is no mark. */
static iso_status take_name(const char *option, char mark, const char **text, size_t size, char *name,
                            iso_error *err) {
  const char *end = strchr(*text, mark);
  const size_t length = end ? (size_t)(end - *text) : 0;
  if (length >= size || (end && length == 0) || memchr(*text, ',', length))
    return iso_fail(err, ISO_EINPUT, "--%s: a name of up to %d letters goes before '%c', got '%.60s'", option,
                    (int)size - 1, mark, *text);
  snprintf(name, size, "%.*s", (int)length, *text);
  if (end) *text = end + 1;
  return ISO_OK;
}

static iso_axis *find_drug(const drugs *d, const char *name) {
  for (int a = 0; a < *d->n; a++)
    if (d->axes[a].parameter < 0 && !strcmp(d->axes[a].label, name)) return &d->axes[a];
  return NULL;
}

/* "0,2,4.9" or "dofetilide=0,2,4.9" */
static iso_status read_concentrations(drugs *d, const char *text, iso_error *err) {
  static const char option[] = "concentration-nM";
  iso_axis axis = {.parameter = -1};
  ISO_TRY(take_name(option, '=', &text, sizeof axis.label, axis.label, err));
  if (find_drug(d, axis.label))
    return iso_fail(err, ISO_EINPUT, "--%s: given twice%s%s; several drugs need names: NAME=VALUES", option,
                    *axis.label ? " for " : "", axis.label);
  if (*d->n == d->most) return iso_fail(err, ISO_EINPUT, "--%s: more than %d axes", option, d->most);
  d->axes[*d->n] = axis;
  iso_axis *to = &d->axes[(*d->n)++];
  ISO_TRY(iso_find_values("--concentration-nM", text, &to->n, &to->values, err));
  for (int i = 0; i < to->n; i++)
    if (to->values[i] < 0)
      return iso_fail(err, ISO_EINPUT, "--%s: a concentration is at least 0, got %g", option, to->values[i]);
  return ISO_OK;
}

static iso_status read_numbers(const char *text, iso_block *block, iso_error *err) {
  int n;
  double *values;
  iso_status status = iso_find_values("--block", text, &n, &values, err);
  if (status == ISO_OK && (n > 2 || !(values[0] > 0) || !(values[n - 1] > 0)))
    status = iso_fail(err, ISO_EINPUT, "--block: expected IC50_nM[,HILL], both above 0, got '%.60s'", text);
  if (status == ISO_OK) block->ic50_nM = values[0], block->hill = n == 2 ? values[1] : 1;
  free(values);
  return status;
}

/* "g_Kr=4.9,0.9" or "dofetilide:g_Kr=4.9,0.9" */
static iso_status read_block(drugs *d, const char *text, iso_error *err) {
  char drug[sizeof d->axes->label], parameter[64];
  iso_block block = {.ic50_uM = NAN};
  int index;
  if (!strchr(text, '='))
    return iso_fail(
        err, ISO_EINPUT,
        "--block: expected NAME=IC50_nM[,HILL], like g_Kr=4.9,0.9 or dofetilide:g_Kr=4.9,0.9, got "
        "'%.60s'",
        text);
  ISO_TRY(take_name("block", ':', &text, sizeof drug, drug, err));
  ISO_TRY(take_name("block", '=', &text, sizeof parameter, parameter, err));
  iso_axis *axis = find_drug(d, drug);
  if (!axis)
    return iso_fail(err, ISO_EINPUT,
                    "--block: no concentration is given%s%s; add --concentration-nM %s%sVALUES",
                    *drug ? " for " : "", drug, drug, *drug ? "=" : "");
  ISO_TRY(iso_find_parameter(d->model, parameter, &index, err));
  block.parameter = (char *)d->model->parameters[index].name;
  ISO_TRY(read_numbers(text, &block, err));
  for (int k = 0; k < axis->drug.nblocks; k++)
    if (!strcmp(axis->drug.blocks[k].parameter, block.parameter))
      return iso_fail(err, ISO_EINPUT, "--block: %s is given twice; name it once for each drug", parameter);
  iso_drug *to = &axis->drug;
  ISO_TRY(iso_realloc(&to->blocks, (size_t)to->nblocks + 1, sizeof *to->blocks, "drugs", err));
  to->blocks[to->nblocks++] = block;
  return ISO_OK;
}

static iso_status read_each(drugs *d, const iso_arguments *a, const char *option,
                            iso_status (*read)(drugs *, const char *, iso_error *), iso_error *err) {
  const char **texts;
  ISO_TRY(iso_alloc(&texts, (size_t)a->ngiven + 1, sizeof *texts, "options", err));
  const int n = iso_argument_all(a, option, texts);
  iso_status status = ISO_OK;
  for (int i = 0; i < n && status == ISO_OK; i++) status = read(d, texts[i], err);
  free(texts);
  return status;
}

iso_status iso_cell_drugs_read(const iso_arguments *a, const iso_model *model, int most, int *n,
                               iso_axis *axes, iso_error *err) {
  drugs d = {.model = model, .most = most, .n = n, .axes = axes};
  ISO_TRY(read_each(&d, a, "concentration-nM", read_concentrations, err));
  ISO_TRY(read_each(&d, a, "block", read_block, err));
  for (int i = 0; i < *n; i++)
    if (axes[i].parameter < 0 && axes[i].drug.nblocks == 0)
      return iso_fail(err, ISO_EINPUT,
                      "--concentration-nM: the drug%s%s blocks nothing; add --block %s%sNAME=IC50_nM",
                      *axes[i].label ? " " : "", axes[i].label, axes[i].label, *axes[i].label ? ":" : "");
  return ISO_OK;
}

void iso_axis_free(iso_axis *axis) {
  free(axis->drug.blocks);
  free(axis->values);
}
