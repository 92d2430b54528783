/* Sparse products by cuSPARSE: the yardstick of our own, and an alternative. The library is loaded when it is
 * first wanted, so that a program starts without it. Full rows in CSR, the diagonal among them: not the bits
 * of our own products, which act on differences. */
#include "kernels/cuda/library_cuda.h"

#include "kernels/cuda/launch_cuda.h"
#include "kernels/cuda/load_cuda.h"

#define DISABLE_CUSPARSE_DEPRECATED /* warnings of the header about itself */
#include <cusparse.h>
#include <stdlib.h>

#define EACH_FUNCTION(X)                                                                                     \
  X(cusparseCreate)                                                                                          \
  X(cusparseDestroy)                                                                                         \
  X(cusparseSetStream)                                                                                       \
  X(cusparseCreateCsr)                                                                                       \
  X(cusparseDestroySpMat)                                                                                    \
  X(cusparseCreateDnVec)                                                                                     \
  X(cusparseDestroyDnVec)                                                                                    \
  X(cusparseDnVecSetValues)                                                                                  \
  X(cusparseSpMV_bufferSize)                                                                                 \
  X(cusparseSpMV)                                                                                            \
  X(cusparseGetErrorString)

typedef struct library {
  void *handle; /* of dlopen */
  EACH_FUNCTION(ISO_FUNCTION)
} library;

typedef struct matrix {
  library lib;
  iso_lid nrows;
  int32_t *start;
  iso_lid *column;
  void *value, *work;
  cusparseHandle_t handle;
  cusparseSpMatDescr_t rows;
  cusparseDnVecDescr_t x, y;
  cudaDataType type;
} matrix;

/* ---- the library ---- */

static int load(library *lib, char *message, size_t size) {
  char file[64];
  snprintf(file, sizeof file, "libcusparse.so.%d", CUSPARSE_VER_MAJOR);
  lib->handle = dlopen(file, RTLD_NOW | RTLD_LOCAL);
  if (!lib->handle) {
    snprintf(message, size,
             "cuSPARSE cannot be loaded (%s); install it with the CUDA toolkit, or use our own product",
             dlerror());
    return 0;
  }
  EACH_FUNCTION(ISO_FIND_FUNCTION)
  return 1;
}

/* ---- full rows ---- */

/* Slices as they are on the device, on the host. */
typedef struct slices {
  int64_t nslices, entries;
  int width;
  int64_t *start;
  iso_lid *row, *column;
  double *value, *diagonal;
} slices;

static void free_slices(slices *s) {
  free(s->start), free(s->row), free(s->column), free(s->value), free(s->diagonal);
}

static int get_slices(iso_device *device, const iso_rows *rows, iso_lid nrows, slices *s) {
  s->nslices = rows->nslices, s->width = device->slice_rows;
  const size_t places = (size_t)(s->nslices * s->width);
  s->start = malloc((size_t)(s->nslices + 1) * sizeof *s->start);
  s->row = malloc(places * sizeof *s->row);
  if (!s->start || !s->row) return 0;
  iso_device_download(device, rows->start, 0, s->start, (size_t)(s->nslices + 1) * sizeof *s->start);
  iso_device_download(device, rows->row, 0, s->row, places * sizeof *s->row);
  s->entries = s->start[s->nslices];
  s->column = malloc((size_t)(s->entries + 1) * sizeof *s->column);
  s->value = malloc((size_t)(s->entries + 1) * sizeof *s->value);
  s->diagonal = calloc((size_t)nrows + 1, sizeof *s->diagonal);
  if (!s->column || !s->value || !s->diagonal) return 0;
  iso_device_download(device, rows->column, 0, s->column, (size_t)s->entries * sizeof *s->column);
  iso_device_download_real(device, rows->value, 0, s->entries, s->value);
  if (rows->diagonal) iso_device_download_real(device, rows->diagonal, 0, nrows, s->diagonal);
  return 1;
}

/* Calls once for each real entry k of place at, whose row is row. Padding has the row itself as column. */
#define EACH_ENTRY(s, at, k)                                                                                 \
  for (int64_t k = (s)->start[(at) / (s)->width] + (at) % (s)->width; k < (s)->start[(at) / (s)->width + 1]; \
       k += (s)->width)                                                                                      \
    if ((s)->column[k] != (s)->row[at])

static int is_padding(const slices *s, int64_t at) {
  return at % s->width > 0 && s->row[at - 1] == s->row[at];
}

/* start [nrows + 1]. Returns the entries, or -1: more than 32 bits count. */
static int64_t count_entries(const slices *s, iso_lid nrows, int32_t *start) {
  int64_t entries = 0;
  for (int64_t at = 0; at < s->nslices * s->width; at++) {
    if (is_padding(s, at)) continue;
    int32_t n = 1; /* the diagonal */
    EACH_ENTRY(s, at, k) n++;
    start[s->row[at] + 1] = n;
    entries += n;
  }
  if (entries > INT32_MAX) return -1;
  for (iso_lid i = 0; i < nrows; i++) start[i + 1] += start[i];
  return entries;
}

/* (A x)_i = d_i x_i + sum a_ij (x_j - x_i): the diagonal is d_i - sum a_ij. It stands before the others. */
static void fill_rows(const slices *s, const int32_t *start, iso_lid *column, double *value) {
  for (int64_t at = 0; at < s->nslices * s->width; at++) {
    if (is_padding(s, at)) continue;
    const iso_lid row = s->row[at];
    int32_t to = start[row];
    const int32_t own = to++;
    column[own] = row;
    value[own] = s->diagonal[row];
    EACH_ENTRY(s, at, k) {
      column[to] = s->column[k];
      value[to++] = s->value[k];
      value[own] -= s->value[k];
    }
  }
}

static int make_rows(iso_device *device, const iso_rows *rows, matrix *m, int64_t *entries, char *message,
                     size_t size) {
  slices s = {0};
  int32_t *start = calloc((size_t)m->nrows + 1, sizeof *start);
  iso_lid *column = NULL;
  double *value = NULL;
  int good = start && get_slices(device, rows, m->nrows, &s);
  if (good) {
    *entries = count_entries(&s, m->nrows, start);
    if (*entries < 0)
      snprintf(
          message, size,
          "the matrix has more entries than cuSPARSE's 32-bit counts hold; set numerics.product to own, or "
          "use more GPUs");
    good = *entries >= 0;
  }
  if (good) {
    column = malloc((size_t)(*entries + 1) * sizeof *column);
    value = malloc((size_t)(*entries + 1) * sizeof *value);
    good = column && value;
  }
  if (good) {
    fill_rows(&s, start, column, value);
    m->start = iso_device_copy(device, start, (size_t)(m->nrows + 1) * sizeof *start);
    m->column = iso_device_copy(device, column, (size_t)*entries * sizeof *column);
    m->value = iso_device_copy_real(device, value, *entries);
  }
  free_slices(&s);
  free(start), free(column), free(value);
  return m->start && m->column && m->value;
}

/* ---- the operations ---- */

void iso_cuda_library_rows_free(iso_device *device, void *library_rows) {
  matrix *m = library_rows;
  if (!m) return;
  iso_device_sync(device);
  if (m->x) m->lib.cusparseDestroyDnVec(m->x);
  if (m->y) m->lib.cusparseDestroyDnVec(m->y);
  if (m->rows) m->lib.cusparseDestroySpMat(m->rows);
  if (m->handle) m->lib.cusparseDestroy(m->handle);
  void *buffers[] = {m->start, m->column, m->value, m->work};
  for (size_t k = 0; k < sizeof buffers / sizeof *buffers; k++) iso_device_release(device, buffers[k]);
  if (m->lib.handle) dlclose(m->lib.handle);
  free(m);
}

/* The first thing that cuSPARSE does not like, or success. */
static cusparseStatus_t describe(iso_device *device, matrix *m, iso_lid ncolumns, int64_t entries,
                                 size_t *work) {
  const double one = 1;
  const float one_single = 1;
  const void *factor = m->type == CUDA_R_64F ? (const void *)&one : &one_single;
  cusparseStatus_t status = m->lib.cusparseCreate(&m->handle);
  if (!status) status = m->lib.cusparseSetStream(m->handle, iso_cuda_of(device)->main);
  if (!status)
    status =
        m->lib.cusparseCreateCsr(&m->rows, m->nrows, ncolumns, entries, m->start, m->column, m->value,
                                 CUSPARSE_INDEX_32I, CUSPARSE_INDEX_32I, CUSPARSE_INDEX_BASE_ZERO, m->type);
  if (!status) status = m->lib.cusparseCreateDnVec(&m->x, ncolumns, m->value, m->type);
  if (!status) status = m->lib.cusparseCreateDnVec(&m->y, m->nrows, m->value, m->type);
  if (!status)
    status = m->lib.cusparseSpMV_bufferSize(m->handle, CUSPARSE_OPERATION_NON_TRANSPOSE, factor, m->rows,
                                            m->x, factor, m->y, m->type, CUSPARSE_SPMV_ALG_DEFAULT, work);
  return status;
}

void *iso_cuda_library_rows(iso_device *device, const iso_rows *rows, iso_lid nrows, iso_lid ncolumns,
                            char *message, size_t size) {
  int64_t entries = 0;
  size_t work = 0;
  matrix *m = calloc(1, sizeof *m);
  snprintf(message, size, "out of memory for cuSPARSE's rows");
  if (!m) return NULL;
  m->nrows = nrows;
  m->type = device->precision == ISO_PRECISION_DOUBLE ? CUDA_R_64F : CUDA_R_32F;
  int good = load(&m->lib, message, size) && make_rows(device, rows, m, &entries, message, size);
  if (good) {
    const cusparseStatus_t status = describe(device, m, ncolumns, entries, &work);
    good = status == CUSPARSE_STATUS_SUCCESS;
    if (!good) snprintf(message, size, "cuSPARSE: %s", m->lib.cusparseGetErrorString(status));
  }
  if (good) good = (m->work = iso_device_alloc(device, work)) != NULL;
  if (good) return m;
  iso_cuda_library_rows_free(device, m);
  return NULL;
}

/* y = apply A x + keep y */
static void multiply(iso_device *device, matrix *m, double apply, const void *x, double keep, void *y) {
  const float apply_single = (float)apply, keep_single = (float)keep;
  const int single = m->type == CUDA_R_32F;
  iso_cuda *c = iso_cuda_of(device);
  if (c->failure[0]) return;
  cusparseStatus_t status = m->lib.cusparseDnVecSetValues(m->x, (void *)x);
  if (!status) status = m->lib.cusparseDnVecSetValues(m->y, y);
  if (!status)
    status = m->lib.cusparseSpMV(
        m->handle, CUSPARSE_OPERATION_NON_TRANSPOSE, single ? (const void *)&apply_single : &apply, m->rows,
        m->x, single ? (const void *)&keep_single : &keep, m->y, m->type, CUSPARSE_SPMV_ALG_DEFAULT, m->work);
  if (status)
    snprintf(c->failure, sizeof c->failure, "cuSPARSE failed: %s; set numerics.product to own",
             m->lib.cusparseGetErrorString(status));
}

void iso_cuda_library_product(iso_device *device, void *library_rows, const iso_product *p) {
  matrix *m = library_rows;
  iso_combine terms = {.count = m->nrows, .nterms = p->nterms, .stimulus = p->stimulus, .out = p->out};
  for (int t = 0; t < p->nterms; t++) terms.coefficient[t] = p->coefficient[t], terms.term[t] = p->term[t];
  if (p->store) { /* then there is room for one term more */
    multiply(device, m, 1, p->x, 0, p->store);
    terms.coefficient[terms.nterms] = p->apply;
    terms.term[terms.nterms++] = p->store;
    terms.watch = p->watch;
    iso_launch_combine(device, &terms);
    return;
  }
  if (p->nterms > 0) iso_launch_combine(device, &terms);
  multiply(device, m, p->apply, p->x, p->nterms > 0, p->out);
  if (p->watch) /* sees the result in a pass of its own, which copies it onto itself */
    iso_launch_combine(device, &(iso_combine){.count = m->nrows,
                                              .nterms = 1,
                                              .coefficient = {1},
                                              .term = {p->out},
                                              .watch = p->watch,
                                              .out = p->out});
}
