/* States in archives, by global number. */
#include "solve/archive_field.h"
#include "solve/state.h"

#include <stdio.h>

/* ---- fields ---- */

typedef struct saved_field {
  iso_archive_array text;
  void *real; /* NULL: this scheme has none */
} saved_field;

enum { NFIELDS = 6 };

static void list_fields(const iso_state *s, saved_field list[NFIELDS]) {
  const char *const mV = "mV";
  list[0] = (saved_field){{.name = "vm", .unit = mV, .meaning = "transmembrane potential"}, s->now.real};
  list[1] = (saved_field){
      {.name = "vm_before", .unit = mV, .meaning = "transmembrane potential a step earlier"}, s->before.real};
  list[2] = (saved_field){
      {.name = "vm_unreacted", .unit = mV, .meaning = "transmembrane potential before the last reaction"},
      s->unreacted.real};
  list[3] = (saved_field){{.name = "watch.rest", .unit = mV, .meaning = "lowest Vm since the last recovery"},
                          s->rest};
  list[4] = (saved_field){
      {.name = "watch.peak", .unit = mV, .meaning = "highest Vm since activation, or a mark of rest"},
      s->peak};
  list[5] = (saved_field){
      {.name = "slope", .unit = mV, .meaning = "change of the transmembrane potential in a base step"},
      s->slope.real};
}

/* ---- levels of the step ---- */

/* Of a patch, as each of its nodes keeps it: whatever the ranks, all nodes of a patch are on one. */
typedef struct kept_level {
  int32_t number; /* level, wish and base steps ahead, a byte each */
  int32_t calm;   /* base steps until it is */
} kept_level;

static kept_level kept_of(const iso_levels *l, iso_lid p, int64_t step) {
  const int64_t calm = l->calm[p] - step;
  return (kept_level){.number = l->level[p] | l->wish[p] << 8 | (int32_t)(l->due[p] - step) << 16,
                      .calm = calm > 0 ? (int32_t)calm : 0};
}

static void take_back(iso_levels *l, iso_lid p, int64_t step, kept_level kept) {
  l->level[p] = (int8_t)(kept.number & 0xff);
  l->wish[p] = (int8_t)(kept.number >> 8 & 0xff);
  l->due[p] = step + (kept.number >> 16);
  l->calm[p] = step + kept.calm;
}

static const iso_archive_array level_arrays[] = {
    {.name = "pace.level",
     .unit = "1",
     .meaning = "level, wish and base steps ahead of the patch, a byte each",
     .type = ISO_ARCHIVE_INT32},
    {.name = "pace.calm",
     .unit = "1",
     .meaning = "base steps in which the patch holds back",
     .type = ISO_ARCHIVE_INT32},
    {.name = "pace.rate",
     .unit = "mV/ms",
     .meaning = "largest slope of Vm in the patch's last step",
     .type = ISO_ARCHIVE_DOUBLE},
    {.name = "pace.bend",
     .unit = "mV/ms2",
     .meaning = "largest change of that slope",
     .type = ISO_ARCHIVE_DOUBLE}};
enum { NLEVELS = sizeof level_arrays / sizeof *level_arrays };

static iso_status save_levels(const iso_state *s, iso_archive *archive, iso_error *err) {
  const iso_patches *patches = s->levels.patches;
  void *room[NLEVELS];
  iso_levels_fetch(&s->levels);
  for (int k = 0; k < NLEVELS; k++) {
    iso_archive_array array = level_arrays[k];
    array.place = ISO_ARCHIVE_NODES, array.count = s->mesh->nowned;
    ISO_TRY(iso_archive_room(archive, &array, &room[k], err));
  }
  for (iso_lid p = 0; p < patches->nowned; p++) {
    const kept_level kept = kept_of(&s->levels, p, s->step);
    for (iso_lid i = patches->first[p]; i < patches->first[p + 1]; i++) {
      ((int32_t *)room[0])[i] = kept.number, ((int32_t *)room[1])[i] = kept.calm;
      ((double *)room[2])[i] = s->levels.rate[p], ((double *)room[3])[i] = s->levels.bend[p];
    }
  }
  return ISO_OK;
}

static iso_status restore_levels(iso_state *s, const iso_archive *archive, iso_error *err) {
  const iso_patches *patches = s->levels.patches;
  const iso_archive_array *array[NLEVELS];
  for (int k = 0; k < NLEVELS; k++)
    ISO_TRY(iso_archive_get(archive, level_arrays[k].name, ISO_ARCHIVE_NODES, level_arrays[k].type, &array[k],
                            err));
  for (iso_lid p = 0; p < patches->nowned; p++) {
    const iso_lid i = patches->first[p];
    take_back(&s->levels, p, s->step,
              (kept_level){((const int32_t *)array[0]->values)[i], ((const int32_t *)array[1]->values)[i]});
    s->levels.rate[p] = ((const double *)array[2]->values)[i];
    s->levels.bend[p] = ((const double *)array[3]->values)[i];
  }
  s->levels.shared = false;
  if (s->levels.away) s->levels.away->is_newer = false;
  return ISO_OK;
}

/* ---- what the scheme holds ---- */

static void name_held(char *name, size_t size, int k) { snprintf(name, size, "held.%d", k); }

static iso_status save_held(const iso_state *s, iso_archive *archive, iso_error *err) {
  for (int k = 0; k < s->nheld; k++) {
    char name[32];
    name_held(name, sizeof name, k);
    const iso_archive_array text = {.name = name, .unit = "1", .meaning = "factor of the fast current"};
    ISO_TRY(iso_archive_put_field(archive, s->device, &text, s->held[k].real, err));
  }
  return ISO_OK;
}

static iso_status restore_held(iso_state *s, const iso_archive *archive, iso_error *err) {
  for (int k = 0; k < s->nheld; k++) {
    char name[32];
    name_held(name, sizeof name, k);
    ISO_TRY(iso_archive_get_field(archive, s->device, name, s->held[k].real, err));
  }
  return ISO_OK;
}

/* ---- states of cells ---- */

static const iso_model *model_of(const iso_tissue_cells *cells, int region) {
  return cells->tissue->regions[region].model;
}

/* Whether no region before this one has its model: each model's states are saved once. */
static bool comes_first(const iso_tissue_cells *cells, int region) {
  for (int r = 0; r < region; r++)
    if (model_of(cells, r) == model_of(cells, region)) return false;
  return true;
}

/* Moves a state of all cells of a model between the device and values [nowned], in the device's precision. */
static void move_state(const iso_state *s, const iso_model *model, int k, char *values, bool to_device) {
  const iso_tissue_cells *cells = s->cells;
  const size_t bytes = s->device->real_bytes;
  for (int g = 0; g < cells->ngroups; g++) {
    const iso_cell_group *group = &cells->groups[g];
    if (model_of(cells, group->region) != model) continue;
    char *const host = values + (size_t)group->first * bytes;
    const size_t offset = (size_t)(k * group->ld) * bytes, count = (size_t)group->count * bytes;
    if (to_device)
      iso_device_upload(s->device, s->rows[g], offset, host, count);
    else
      iso_device_download(s->device, s->rows[g], offset, host, count);
  }
}

/* "cells0.m": the first region's model's m. Models may be the user's own, and of one name. */
static void name_state(char *name, size_t size, int region, const iso_model *model, int k) {
  snprintf(name, size, "cells%d.%s", region, model->states[k].name);
}

static iso_status save_state(const iso_state *s, int region, int k, iso_archive *archive, iso_error *err) {
  const iso_model *model = model_of(s->cells, region);
  char name[128];
  void *values;
  name_state(name, sizeof name, region, model, k);
  const iso_archive_array array = {.name = name,
                                   .unit = model->states[k].unit,
                                   .meaning = model->states[k].meaning,
                                   .place = ISO_ARCHIVE_NODES,
                                   .type = iso_archive_real(s->device),
                                   .count = s->mesh->nowned};
  ISO_TRY(iso_archive_room(archive, &array, &values, err));
  move_state(s, model, k, values, false);
  return ISO_OK;
}

static iso_status restore_state(const iso_state *s, int region, int k, const iso_archive *archive,
                                iso_error *err) {
  const iso_model *model = model_of(s->cells, region);
  const iso_archive_array *array;
  char name[128];
  name_state(name, sizeof name, region, model, k);
  ISO_TRY(iso_archive_get(archive, name, ISO_ARCHIVE_NODES, iso_archive_real(s->device), &array, err));
  move_state(s, model, k, array->values, true);
  return ISO_OK;
}

/* ---- all ---- */

iso_status iso_state_save(const iso_state *s, iso_archive *archive, iso_error *err) {
  saved_field list[NFIELDS];
  list_fields(s, list);
  ISO_TRY(iso_archive_put_count(archive, "step", "1", "steps done", s->step, err));
  for (int f = 0; f < NFIELDS; f++)
    if (list[f].real) ISO_TRY(iso_archive_put_field(archive, s->device, &list[f].text, list[f].real, err));
  for (int r = 0; r < s->cells->tissue->nregions; r++)
    for (int k = 0; comes_first(s->cells, r) && k < model_of(s->cells, r)->nstates; k++)
      ISO_TRY(save_state(s, r, k, archive, err));
  if (s->is_adaptive) ISO_TRY(save_levels(s, archive, err));
  return save_held(s, archive, err);
}

iso_status iso_state_restore(iso_state *s, const iso_archive *archive, iso_error *err) {
  saved_field list[NFIELDS];
  list_fields(s, list);
  ISO_TRY(iso_archive_get_count(archive, "step", &s->step, err));
  for (int f = 0; f < NFIELDS; f++)
    if (list[f].real)
      ISO_TRY(iso_archive_get_field(archive, s->device, list[f].text.name, list[f].real, err));
  for (int r = 0; r < s->cells->tissue->nregions; r++)
    for (int k = 0; comes_first(s->cells, r) && k < model_of(s->cells, r)->nstates; k++)
      ISO_TRY(restore_state(s, r, k, archive, err));
  if (s->is_adaptive) ISO_TRY(restore_levels(s, archive, err));
  return restore_held(s, archive, err);
}
