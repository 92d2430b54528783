#include "result/adopt.h"

#include "base/atomic.h"

#include <errno.h>
#include <fcntl.h>
#include <hdf5.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What the driver is to hand out next. */
typedef struct ready {
  const int32_t *next; /* bytes of the next chunk; NULL: room is asked for what is still to be written */
  int64_t at;          /* where that stands */
  int64_t end;         /* of all chunks */
  int code;            /* errno of what failed, or 0 */
} ready;

typedef struct given {
  ready *ready;
} given;

/* ---- the driver: a file of one process ---- */

typedef struct file {
  H5FD_t base; /* HDF5's own, first */
  int fd;
  haddr_t used; /* end of what is allocated */
  ready *ready;
} file;

static H5FD_t *open_file(const char *name, unsigned flags, hid_t list, haddr_t most) {
  const given *g = H5Pget_driver_info(list);
  (void)flags, (void)most;
  if (!g) return NULL;
  file *f = calloc(1, sizeof *f);
  if (!f) g->ready->code = ENOMEM;
  if (!f) return NULL;
  f->ready = g->ready;
  f->fd = open(name, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
  if (f->fd >= 0) return &f->base;
  f->ready->code = errno;
  free(f);
  return NULL;
}

static herr_t close_file(H5FD_t *self) {
  file *f = (file *)self;
  const int code = close(f->fd);
  free(f);
  return code;
}

static haddr_t get_used(const H5FD_t *self, H5FD_mem_t type) {
  (void)type;
  return ((const file *)self)->used;
}

static herr_t set_used(H5FD_t *self, H5FD_mem_t type, haddr_t used) {
  (void)type;
  ((file *)self)->used = used;
  return 0;
}

static haddr_t get_end(const H5FD_t *self, H5FD_mem_t type) {
  (void)type;
  const off_t end = lseek(((const file *)self)->fd, 0, SEEK_END);
  return end < 0 ? HADDR_UNDEF : (haddr_t)end;
}

/* Chunks are where they are; all else comes behind them. */
static haddr_t allocate(H5FD_t *self, H5FD_mem_t type, hid_t list, hsize_t size) {
  file *f = (file *)self;
  (void)list;
  if (f->used < (haddr_t)f->ready->end) f->used = (haddr_t)f->ready->end;
  if (type == H5FD_MEM_DRAW && f->ready->next) {
    const haddr_t at = (haddr_t)f->ready->at;
    if (size != (hsize_t)*f->ready->next) return HADDR_UNDEF;
    f->ready->at += *f->ready->next++;
    return at;
  }
  const haddr_t at = f->used;
  f->used += size;
  return at;
}

static herr_t read_bytes(H5FD_t *self, H5FD_mem_t type, hid_t list, haddr_t at, size_t n, void *bytes) {
  file *f = (file *)self;
  (void)type, (void)list;
  for (size_t done = 0; done < n;) {
    const ssize_t got = pread(f->fd, (char *)bytes + done, n - done, (off_t)at + (off_t)done);
    if (got == 0) memset((char *)bytes + done, 0, n - done); /* beyond the end, as HDF5 wants it */
    if (got < 0 && errno != EINTR) f->ready->code = errno;
    if (got < 0 && errno != EINTR) return -1;
    if (got >= 0) done += got > 0 ? (size_t)got : n - done;
  }
  return 0;
}

static herr_t write_bytes(H5FD_t *self, H5FD_mem_t type, hid_t list, haddr_t at, size_t n,
                          const void *bytes) {
  file *f = (file *)self;
  (void)list;
  if (type == H5FD_MEM_DRAW && f->ready->next) return 0; /* it is there */
  for (size_t done = 0; done < n;) {
    const ssize_t wrote = pwrite(f->fd, (const char *)bytes + done, n - done, (off_t)at + (off_t)done);
    if (wrote < 0 && errno != EINTR) f->ready->code = errno;
    if (wrote < 0 && errno != EINTR) return -1;
    if (wrote > 0) done += (size_t)wrote;
  }
  return 0;
}

static herr_t cut(H5FD_t *self, hid_t list, hbool_t closing) {
  file *f = (file *)self;
  (void)list, (void)closing;
  return ftruncate(f->fd, (off_t)f->used);
}

/* Of HDF5 1.10 to 1.14; later ones have a version first. */
static hid_t new_driver(void) {
  const H5FD_class_t class = {
#ifdef H5FD_CLASS_VERSION
      .version = H5FD_CLASS_VERSION,
      .value = (H5FD_class_value_t)512, /* of no driver of HDF5's */
#endif
      .name = "isochrone",
      .maxaddr = INT64_MAX,
      .fc_degree = H5F_CLOSE_STRONG,
      .fapl_size = sizeof(given),
      .open = open_file,
      .close = close_file,
      .alloc = allocate,
      .get_eoa = get_used,
      .set_eoa = set_used,
      .get_eof = get_end,
      .read = read_bytes,
      .write = write_bytes,
      .truncate = cut,
      .fl_map = H5FD_FLMAP_SINGLE};
  return H5FDregister(&class);
}

iso_status iso_adopt_check(iso_error *err) {
  unsigned major = 0, minor = 0, release = 0;
  H5get_libversion(&major, &minor, &release);
  if (major != H5_VERS_MAJOR || minor != H5_VERS_MINOR)
    return iso_fail(err, ISO_EFAIL,
                    "snapshots: this program was built for HDF5 %d.%d and runs with HDF5 %u.%u.%u; load HDF5 "
                    "%d.%d, or build the program again",
                    H5_VERS_MAJOR, H5_VERS_MINOR, major, minor, release, H5_VERS_MAJOR, H5_VERS_MINOR);
  H5check(); /* some libraries abort at another release, too: then let it be now */
  return ISO_OK;
}

/* ---- what is asked of HDF5 ---- */

static bool extend(hid_t set, int n, const hsize_t *extent) {
  return set >= 0 && n > 0 && H5Dset_extent(set, extent) >= 0;
}

static bool adopt_chunks(hid_t in, ready *r, const iso_adoption *a) {
  const hsize_t extent[] = {(hsize_t)a->nsteps, (hsize_t)a->length};
  const hid_t set = H5Dopen2(in, a->variable, H5P_DEFAULT);
  const int32_t *bytes = a->bytes;
  r->next = a->bytes;
  bool good = extend(set, 2, extent); /* HDF5 asks for all that is not compressed here, in the same order */
  for (int64_t k = 0; good && k < a->nsteps; k += a->rows)
    for (int64_t i = 0; good && i < a->length; i += a->width, bytes++)
      good = H5Dwrite_chunk(set, H5P_DEFAULT, 0, (hsize_t[]){(hsize_t)k, (hsize_t)i}, (size_t)*bytes,
                            bytes) >= 0;
  if (set >= 0) good &= H5Dclose(set) >= 0;
  r->next = NULL;
  return good;
}

static bool write_values(hid_t in, const iso_adoption *a) {
  const hsize_t extent = (hsize_t)a->nsteps;
  const hid_t dimension = H5Dopen2(in, a->dimension, H5P_DEFAULT), set = H5Dopen2(in, a->along, H5P_DEFAULT);
  bool good = extend(dimension, 1, &extent) && extend(set, 1, &extent) &&
              H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, a->value) >= 0;
  if (set >= 0) good &= H5Dclose(set) >= 0;
  if (dimension >= 0) good &= H5Dclose(dimension) >= 0;
  return good;
}

static bool adopt(const char *path, ready *r, const iso_adoption *a) {
  const given info = {r};
  const hid_t driver = new_driver(), list = H5Pcreate(H5P_FILE_ACCESS);
  hid_t in = -1;
  if (driver >= 0 && list >= 0 && H5Pset_driver(list, driver, &info) >= 0)
    in = H5Fopen(path, H5F_ACC_RDWR, list);
  bool good = in >= 0 && adopt_chunks(in, r, a) && write_values(in, a);
  if (in >= 0) good &= H5Fclose(in) >= 0;
  if (list >= 0) H5Pclose(list);
  if (driver >= 0) H5FDunregister(driver);
  return good;
}

static int64_t end_of(const iso_adoption *a) {
  int64_t end = a->first_byte;
  const int32_t *bytes = a->bytes;
  for (int64_t k = 0; k < a->nsteps; k += a->rows)
    for (int64_t i = 0; i < a->length; i += a->width) end += *bytes++;
  return end;
}

iso_status iso_adopt(const char *path, const char *shown, const iso_adoption *a, iso_error *err) {
  ready r = {.at = a->first_byte, .end = end_of(a)};
  if (adopt(path, &r, a)) return ISO_OK;
  if (r.code) return iso_fail_write(shown, r.code, err);
  return iso_fail(
      err, ISO_EFAIL,
      "%s: HDF5 could not complete it; check the disk's space and health, or choose another output", shown);
}
