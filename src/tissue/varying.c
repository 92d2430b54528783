#include "tissue/varying.h"

#include "base/memory.h"
#include "kernels/prepare.h"
#include "linear/device_memory.h"

#include <stdlib.h>
#include <string.h>

iso_status iso_varying_begin(iso_varying *out, const iso_model *model, double step_ms,
                             const double *parameters, iso_parameters_of parameters_of, const void *cells,
                             iso_error *err) {
  const size_t np = (size_t)model->nparameters, nk = (size_t)iso_model_constants(model);
  *out = (iso_varying){.model = model, .step_ms = step_ms, .parameters_of = parameters_of, .cells = cells};
  ISO_TRY(iso_alloc(&out->parameters, 2 * (np + nk), sizeof(double), "model parameters", err));
  out->constants = out->parameters + np;
  out->own[0] = out->constants + nk;
  out->own[1] = out->own[0] + np;
  ISO_TRY(iso_alloc(&out->row, nk, sizeof *out->row, "model constants", err));
  memcpy(out->parameters, parameters, np * sizeof(double));
  iso_derive(model, parameters, step_ms, out->constants);
  return ISO_OK;
}

/* The constants of a cell. */
static const double *derive_cell(iso_varying *v, iso_lid cell) {
  memcpy(v->own[0], v->parameters, (size_t)v->model->nparameters * sizeof(double));
  v->parameters_of(v->cells, cell, v->own[0]);
  iso_derive(v->model, v->own[0], v->step_ms, v->own[1]);
  return v->own[1];
}

void iso_varying_compare(iso_varying *v, iso_lid cell) {
  const double *constants = derive_cell(v, cell);
  for (int k = 0; k < iso_model_constants(v->model); k++) v->row[k] |= constants[k] != v->constants[k];
}

void iso_varying_end(iso_varying *v) {
  for (int k = 0; k < iso_model_constants(v->model); k++) v->row[k] = v->row[k] ? v->nrows++ : -1;
}

static void fill_rows(iso_varying *v, iso_lid first, iso_lid count, double *rows) {
  for (iso_lid i = 0; i < count; i++) {
    const double *constants = derive_cell(v, first + i);
    for (int k = 0; k < iso_model_constants(v->model); k++)
      if (v->row[k] >= 0) rows[(int64_t)v->row[k] * count + i] = constants[k];
  }
}

/* Part by part, so that little is held twice. */
iso_status iso_varying_rows(iso_varying *v, iso_device *device, iso_lid first, iso_lid count, int64_t ld,
                            void **out, iso_error *err) {
  enum { PART = 4096 };
  const size_t bytes = (size_t)v->nrows * (size_t)ld * device->real_bytes;
  double *rows;
  if (v->nrows == 0) return ISO_OK;
  *out = iso_device_alloc(device, bytes);
  if (!*out) return iso_fail_device(err, device, bytes, "parameters that differ from cell to cell");
  ISO_TRY(iso_alloc(&rows, (size_t)v->nrows * PART, sizeof *rows, "parameters", err));
  for (iso_lid i = 0; i < count; i += PART) {
    const iso_lid n = count - i < PART ? count - i : PART;
    fill_rows(v, first + i, n, rows);
    for (int k = 0; k < v->nrows; k++)
      iso_device_upload_real(device, *out, k * ld + i, n, rows + (int64_t)k * n);
  }
  free(rows);
  return ISO_OK;
}

iso_status iso_varying_row(const iso_varying *v, iso_device *device, int32_t **row, iso_error *err) {
  if (v->nrows == 0) return ISO_OK;
  const size_t bytes = (size_t)iso_model_constants(v->model) * sizeof *v->row;
  *row = iso_device_copy(device, v->row, bytes);
  return *row ? ISO_OK : iso_fail_device(err, device, bytes, "model constants");
}

void iso_varying_free(iso_varying *v) {
  free(v->parameters);
  free(v->row);
  *v = (iso_varying){0};
}

bool iso_tables_vary_with(const iso_model *model, double step_ms, const double *least, const double *most,
                          int p, double *room) {
  if (least[p] == most[p]) return false;
  memcpy(room, least, (size_t)model->nparameters * sizeof *room);
  room[p] = most[p];
  return !iso_same_tables(model, least, room, step_ms);
}

bool iso_tables_vary(const iso_model *model, double step_ms, const double *least, const double *most,
                     double *room) {
  int n = 0;
  for (int p = 0; p < model->nparameters; p++) {
    if (iso_tables_vary_with(model, step_ms, least, most, p, room)) return true;
    n += least[p] != most[p];
  }
  return n > 1 && !iso_same_tables(model, least, most, step_ms);
}
