/* Devices by name, and the parts of the interface that no device does differently. */
#include "kernels/device.h"

#include "kernels/cpu/device_host.h"
#include "kernels/cuda/device_cuda.h"
#include "kernels/plan.h"
#include "kernels/templates/limbs.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct kind {
  const char *name;
  iso_device *(*open)(const iso_device_options *options, char *message, size_t size);
} kinds[] = {{"cuda", iso_cuda_open}, {"cpu", iso_cpu_open}};
const int iso_device_kinds = sizeof kinds / sizeof kinds[0];

iso_device *iso_device_open(const iso_device_options *options, char *message, size_t size) {
  const char *wanted = options->kind ? options->kind : "auto";
  for (int k = 0; k < iso_device_kinds; k++) {
    if (!strcmp(wanted, kinds[k].name)) return kinds[k].open(options, message, size);
    if (strcmp(wanted, "auto")) continue;
    iso_device *device = kinds[k].open(options, message, size);
    if (device) return device;
  }
  if (strcmp(wanted, "auto"))
    snprintf(message, size, "there is no device '%s'; the devices are auto, cpu and cuda", wanted);
  return NULL;
}

void iso_device_describe(int index, char *line, size_t size) {
  char message[256];
  iso_device *device = kinds[index].open(&(iso_device_options){0}, message, sizeof message);
  snprintf(line, size, "%-5s %s", kinds[index].name, device ? device->name : message);
  if (device) iso_device_close(device);
}

void iso_device_close(iso_device *device) {
  if (device) device->ops->close(device);
}

const char *iso_device_failure(const iso_device *device) { return device->ops->failure(device); }

void *iso_device_alloc(iso_device *device, size_t bytes) { return device->ops->alloc(device, bytes); }

void iso_device_release(iso_device *device, void *buffer) {
  if (buffer) device->ops->release(device, buffer);
}

void *iso_device_host_alloc(iso_device *device, size_t bytes) {
  return device->ops->host_alloc(device, bytes);
}

void iso_device_host_release(iso_device *device, void *buffer) {
  if (buffer) device->ops->host_release(device, buffer);
}

void iso_device_memory(const iso_device *device, size_t *free_bytes, size_t *all_bytes) {
  device->ops->memory(device, free_bytes, all_bytes);
}

void iso_device_upload(iso_device *device, void *buffer, size_t offset, const void *host, size_t bytes) {
  device->ops->upload(device, (char *)buffer + offset, host, bytes);
}

void iso_device_download(iso_device *device, const void *buffer, size_t offset, void *host, size_t bytes) {
  device->ops->download(device, (const char *)buffer + offset, host, bytes);
}

enum { CHUNK = 32768 }; /* values converted at a time: each copy waits for a GPU */

void iso_device_upload_real(iso_device *device, void *buffer, int64_t first, int64_t n, const double *host) {
  if (device->precision == ISO_PRECISION_DOUBLE) {
    iso_device_upload(device, buffer, (size_t)first * sizeof *host, host, (size_t)n * sizeof *host);
    return;
  }
  float part[CHUNK];
  for (int64_t i = 0; i < n; i += CHUNK) {
    int64_t m = n - i < CHUNK ? n - i : CHUNK;
    for (int64_t k = 0; k < m; k++) part[k] = (float)host[i + k];
    iso_device_upload(device, buffer, (size_t)(first + i) * sizeof *part, part, (size_t)m * sizeof *part);
  }
}

void iso_device_download_real(iso_device *device, const void *buffer, int64_t first, int64_t n,
                              double *host) {
  if (device->precision == ISO_PRECISION_DOUBLE) {
    iso_device_download(device, buffer, (size_t)first * sizeof *host, host, (size_t)n * sizeof *host);
    return;
  }
  float part[CHUNK];
  for (int64_t i = 0; i < n; i += CHUNK) {
    int64_t m = n - i < CHUNK ? n - i : CHUNK;
    iso_device_download(device, buffer, (size_t)(first + i) * sizeof *part, part, (size_t)m * sizeof *part);
    for (int64_t k = 0; k < m; k++) host[i + k] = (double)part[k];
  }
}

void iso_device_download_single(iso_device *device, const void *buffer, int64_t first, int64_t n,
                                float *host) {
  if (device->precision == ISO_PRECISION_SINGLE) {
    iso_device_download(device, buffer, (size_t)first * sizeof *host, host, (size_t)n * sizeof *host);
    return;
  }
  double part[CHUNK];
  for (int64_t i = 0; i < n; i += CHUNK) {
    int64_t m = n - i < CHUNK ? n - i : CHUNK;
    iso_device_download(device, buffer, (size_t)(first + i) * sizeof *part, part, (size_t)m * sizeof *part);
    for (int64_t k = 0; k < m; k++) host[i + k] = (float)part[k];
  }
}

void *iso_device_copy(iso_device *device, const void *host, size_t bytes) {
  void *buffer = iso_device_alloc(device, bytes);
  if (buffer) iso_device_upload(device, buffer, 0, host, bytes);
  return buffer;
}

void *iso_device_copy_real(iso_device *device, const double *host, int64_t n) {
  void *buffer = iso_device_alloc(device, (size_t)n * device->real_bytes);
  if (buffer) iso_device_upload_real(device, buffer, 0, n, host);
  return buffer;
}

void iso_device_sync(iso_device *device) { device->ops->sync(device); }

int iso_device_replay(iso_device *device, iso_sequence *sequence) {
  return device->ops->replay(device, sequence);
}
void iso_device_record(iso_device *device, iso_sequence *sequence) { device->ops->record(device, sequence); }
void iso_device_recorded(iso_device *device, iso_sequence *sequence) {
  device->ops->recorded(device, sequence);
}
void iso_device_forget(iso_device *device, iso_sequence *sequence) { device->ops->forget(device, sequence); }

int iso_device_compiler(iso_device *device, iso_kernel_compiler *compiler, char *message, size_t size) {
  *compiler = (iso_kernel_compiler){0};
  if (device->ops->compiler) return device->ops->compiler(compiler, message, size);
  if (device->ops->load_own) return 1;
  snprintf(message, size,
           "the device %s takes no models of your own: this program's CUDA was too old for that",
           device->name);
  return 0;
}

int iso_device_compile(iso_device *device, const iso_kernel_source *source, const char *output,
                       const char *messages) {
  return device->ops->compile(device, source, output, messages);
}

void *iso_device_load_own(iso_device *device, const char *file, const char *name, char *message,
                          size_t size) {
  return device->ops->load_own(device, file, name, message, size);
}

void iso_device_release_own(iso_device *device, void *kernels) {
  if (kernels) device->ops->release_own(device, kernels);
}

void iso_launch_cells(iso_device *device, const iso_model *model, const iso_cells *cells) {
  if (cells->run ? cells->nruns > 0 : cells->count > 0) device->ops->cells(device, model, cells);
}
/* Inner rows go to the device even where there are none: boundary rows wait for what was launched before. */
void iso_launch_product(iso_device *device, const iso_product *product) {
  const int some = product->run ? product->nruns > 0 : product->last > product->first;
  if (some || product->part == ISO_INNER_ROWS) device->ops->product(device, product);
}
void *iso_library_rows(iso_device *device, const iso_rows *rows, iso_lid nrows, iso_lid ncolumns,
                       char *message, size_t size) {
  if (device->ops->library_rows)
    return device->ops->library_rows(device, rows, nrows, ncolumns, message, size);
  snprintf(message, size, "the device %s has no library of sparse products", device->name);
  return NULL;
}
void iso_library_rows_free(iso_device *device, void *library_rows) {
  if (library_rows) device->ops->library_rows_free(device, library_rows);
}
void iso_launch_library_product(iso_device *device, void *library_rows, const iso_product *product) {
  device->ops->library_product(device, library_rows, product);
}
void iso_launch_combine(iso_device *device, const iso_combine *combine) {
  if (combine->run ? combine->nruns > 0 : combine->count > 0) device->ops->combine(device, combine);
}
void iso_launch_multiply(iso_device *device, iso_lid count, const void *a, const void *b, void *out) {
  device->ops->multiply(device, count, a, b, out);
}
void iso_launch_pack(iso_device *device, const iso_pack *pack) {
  if (pack->count > 0) device->ops->pack(device, pack);
}
void iso_device_wait_packed(iso_device *device) { device->ops->wait_packed(device); }
void iso_launch_unpack(iso_device *device, const iso_pack *pack) {
  if (pack->count > 0) device->ops->unpack(device, pack);
}
size_t iso_device_fast_scratch(const iso_device *device, iso_lid nelem, iso_lid nlocal, int width) {
  return device->ops->fast_scratch(device, nelem, nlocal, width);
}
void iso_launch_fast(iso_device *device, const iso_fast *fast) {
  if (!fast->run || fast->nruns > 0) device->ops->fast(device, fast);
}
void iso_launch_sample(iso_device *device, const iso_sample *sample) { device->ops->sample(device, sample); }
void iso_launch_settle(iso_device *device, const iso_settle *settle) {
  if (settle->npatches > 0) device->ops->settle(device, settle);
}
void iso_launch_dot(iso_device *device, iso_lid count, const void *x, const void *y, int64_t *limb) {
  device->ops->dot(device, count, x, y, limb);
}
double iso_device_max(iso_device *device, iso_lid count, const void *x) {
  return device->ops->max(device, count, x);
}
void iso_launch_weigh(iso_device *device, const iso_weigh *weigh) {
  if (weigh->count > 0 && weigh->nsums > 0) device->ops->weigh(device, weigh);
}

int iso_device_plans(const iso_device *device) { return device->ops->pace_plan != NULL; }
void iso_launch_listed_cells(iso_device *device, const iso_model *model, const iso_cells *cells,
                             const iso_cell_list *list) {
  if (cells->nruns > 0) device->ops->listed_cells(device, model, cells, list);
}
void iso_launch_pace_plan(iso_device *device, const iso_plan *pace) {
  if (pace->npatches > 0) device->ops->pace_plan(device, pace);
}
void iso_launch_pace_fill(iso_device *device, const iso_plan *pace, const iso_pace_fill *fill) {
  if (pace->npatches > 0) device->ops->pace_fill(device, pace, fill);
}
void iso_launch_pace_product(iso_device *device, const iso_plan *pace, int party,
                             const iso_product *product) {
  if (pace->npatches > 0) device->ops->pace_product(device, pace, party, product);
}
void iso_launch_pace_settle(iso_device *device, const iso_plan *pace, const iso_watch *watch) {
  if (pace->npatches > 0) device->ops->pace_settle(device, pace, watch);
}
void iso_launch_pace_show(iso_device *device, const iso_plan *pace, void *out) {
  if (pace->npatches > 0) device->ops->pace_show(device, pace, out);
}

double iso_limbs_value(const int64_t *limb) {
  int64_t d[ISO_LIMBS];
  memcpy(d, limb, sizeof d);
  iso_limbs_carry(d);
  int negative = d[ISO_LIMBS - 1] < 0;
  if (negative) {
    for (int k = 0; k < ISO_LIMBS; k++) d[k] = -d[k];
    iso_limbs_carry(d);
  }
  int top = ISO_LIMBS - 1;
  while (top > 2 && d[top] == 0) top--;
  /* Three limbs hold at least 65 significant bits; what is below them cannot move the result by an ulp. */
  double value = ldexp((double)d[top], 64) + ldexp((double)d[top - 1], 32) + (double)d[top - 2];
  value = ldexp(value, 32 * (top - 2) - ISO_LIMB_BIAS);
  return negative ? -value : value;
}
