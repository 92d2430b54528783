#define _GNU_SOURCE /* dladdr */
#include "plugin/own_model.h"

#include "base/memory.h"
#include "base/share.h"
#include "kernels/own/own.h"
#include "plugin/cache_folder.h"
#include "plugin/compile.h"
#include "plugin/own_header.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Tables of rates are evaluated once: speed matters less here than the compiler's. */
static const char host_flags[] = "-O1 -ffp-contract=off -fno-math-errno -fno-trapping-math";

/* ---- what to compile ---- */

/* Whether the kernels' sources are in folder, which an snprintf of n bytes made; size: its room. */
static bool has_kernels(const char *folder, int n, size_t size) {
  char probe[1200];
  if (n <= 0 || (size_t)n >= size) return false;
  return snprintf(probe, sizeof probe, "%s/own/host.c", folder) < (int)sizeof probe &&
         access(probe, R_OK) == 0;
}

/* Of what is installed as PREFIX/bin/isochrone or PREFIX/lib/ARCHITECTURE/libisochrone.so; file is written
 * to. */
static bool kernels_beside(char *file, char *folder, size_t size) {
  enum { MOST_UP = 3 };
  for (int up = 0; up < MOST_UP; up++) {
    char *slash = strrchr(file, '/');
    if (!slash) return false;
    *slash = '\0';
    if (has_kernels(folder, snprintf(folder, size, "%s/share/isochrone/kernels", file), size)) return true;
  }
  return false;
}

/* Beside the program, or beside the library that this is part of. */
static bool installed_kernels(char *folder, size_t size) {
  char program[1000];
  const ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
  program[length > 0 ? length : 0] = '\0';
  if (kernels_beside(program, folder, size)) return true;
  Dl_info object;
  char *library = dladdr(host_flags, &object) ? realpath(object.dli_fname, NULL) : NULL;
  const bool found = library && kernels_beside(library, folder, size);
  free(library);
  return found;
}

/* The sources of the kernels, which the program was made from: of an installed one beside it. */
static iso_status kernels_folder(char *folder, size_t size, iso_error *err) {
  const char *given = getenv("ISOCHRONE_KERNELS");
  if (!given && installed_kernels(folder, size)) return ISO_OK;
  if (has_kernels(folder, snprintf(folder, size, "%s", given ? given : ISO_KERNELS_DIR), size)) return ISO_OK;
  return iso_fail(
      err, ISO_EINPUT,
      "a model of your own needs the sources of Isochrone's kernels, which are not in %.300s; set "
      "ISOCHRONE_KERNELS to the folder kernels of Isochrone's source",
      folder);
}

typedef struct sources {
  char name[ISO_OWN_NAME], kernels[1024], file[1200], folder[1200], define[100], kept[100];
  iso_source source; /* which points into the others */
} sources;

/* part: "host" or "cells", of kernels/own; flags: of the C compiler; compiler: NULL where it makes the
 * library
 */
static iso_status find_sources(sources *s, const char *header, const char *part, const char *flags,
                               const iso_compiler *compiler, iso_error *err) {
  ISO_TRY(iso_own_header_name(header, s->name, err));
  ISO_TRY(kernels_folder(s->kernels, sizeof s->kernels, err));
  snprintf(s->file, sizeof s->file, "%s/own/%s.c", s->kernels, part);
  snprintf(s->folder, sizeof s->folder, "%s/..", s->kernels);
  snprintf(s->define, sizeof s->define, "ISO_OWN=%s", s->name);
  snprintf(s->kept, sizeof s->kept, "%s-%s", s->name, part);
  s->source = (iso_source){.file = s->file,
                           .header = header,
                           .folder = s->folder,
                           .define = s->define,
                           .flags = flags,
                           .name = s->kept,
                           .compiler = compiler};
  return ISO_OK;
}

static iso_status compile(const char *header, const char *part, const char *flags,
                          const iso_compiler *compiler, char **library, iso_error *err) {
  sources s;
  char *text;
  *library = NULL;
  ISO_TRY(find_sources(&s, header, part, flags, compiler, err));
  ISO_TRY(iso_source_expand(&s.source, &text, err));
  iso_status status = iso_own_header_check(header, s.name, text, err);
  if (status == ISO_OK) status = iso_source_compile(&s.source, text, library, err);
  free(text);
  return status;
}

iso_status iso_own_model_compile(const char *header, char **library, iso_error *err) {
  return compile(header, "host", host_flags, NULL, library, err);
}

/* ---- what a header includes ---- */

static bool is_inside(const char *path, const char *folder) {
  const size_t n = strlen(folder);
  return !strncmp(path, folder, n) && path[n] == '/';
}

/* Of one path, as the text has it. */
static iso_status use_included(const char *path, const char *header, const char *kernels,
                               iso_status (*use)(void *self, const char *path, iso_error *err), void *self,
                               iso_error *err) {
  char *whole = realpath(path, NULL), *own = realpath(header, NULL), *folder = realpath(kernels, NULL);
  iso_status status = ISO_OK;
  if (whole && own && folder && strcmp(whole, own) != 0 && !is_inside(whole, folder))
    status = use(self, whole, err);
  free(whole);
  free(own);
  free(folder);
  return status;
}

iso_status iso_own_model_includes(const char *header,
                                  iso_status (*use)(void *self, const char *path, iso_error *err), void *self,
                                  iso_error *err) {
  sources s;
  char *text, path[4096];
  ISO_TRY(find_sources(&s, header, "host", host_flags, NULL, err));
  ISO_TRY(iso_source_expand(&s.source, &text, err));
  iso_status status = ISO_OK;
  for (const char *line = text; line && status == ISO_OK; line = strchr(line, '\n')) {
    if (*line == '\n') line++;
    if (iso_own_header_enters(line, path, sizeof path))
      status = use_included(path, header, s.kernels, use, self, err);
  }
  free(text);
  return status;
}

/* ---- loading ---- */

static iso_status check_model(const char *header, const iso_model *model, iso_error *err) {
  char what[160];
  if (model->nfast < 0 || model->nfast > ISO_MAX_FAST)
    snprintf(what, sizeof what, "%s_NFAST is %d, and it must be 0 to %d", model->name, model->nfast,
             ISO_MAX_FAST);
  else if (model->nvariants < 1)
    snprintf(what, sizeof what, "%s_VARIANTS names no variant", model->name);
  else if (!(model->max_step_ms > 0))
    snprintf(what, sizeof what, "%s_MAX_STEP is not above 0", model->name);
  else if (!(model->slow_step_ms >= model->max_step_ms))
    snprintf(
        what, sizeof what,
        "the ISO_SLOW_STEP of %s_MAX_STEP is %g ms, and what is stable in an upstroke (%g ms) is so after it",
        model->name, model->slow_step_ms, model->max_step_ms);
  else
    return ISO_OK;
  return iso_own_header_fail(header, what, err);
}

static iso_status copy_text(char **out, const char *text, iso_error *err) {
  size_t size = strlen(text) + 1;
  ISO_TRY(iso_alloc(out, size, 1, "a file name", err));
  memcpy(*out, text, size);
  return ISO_OK;
}

/* Compiled models are code: nobody else may have written them. A missing one is found, and told, by whoever
 * loads it. */
static iso_status check_library(const char *header, const char *library, iso_error *err) {
  int fd = iso_cache_file_open(library);
  if (fd >= 0) close(fd);
  if (fd >= 0 || errno != EPERM) return ISO_OK;
  return iso_fail(err, ISO_EFAIL,
                  "%.300s: its compiled model %.300s may be of another user, or others may write to it; "
                  "remove it, or set "
                  "ISOCHRONE_CACHE to a folder of your own",
                  header, library);
}

iso_status iso_own_model_open(iso_own_model *out, const char *header, const char *library, iso_error *err) {
  char message[1000];
  const iso_own_host_library *host = NULL;
  *out = (iso_own_model){0};
  iso_status status = copy_text(&out->header, header, err);
  if (status == ISO_OK) status = copy_text(&out->library, library, err);
  if (status == ISO_OK) status = check_library(header, library, err);
  if (status == ISO_OK)
    host = iso_own_load(library, "iso_own_host", sizeof(double), &out->handle, message, sizeof message);
  if (status == ISO_OK && !host) status = iso_fail(err, ISO_EINPUT, "%.300s: %s", header, message);
  if (status == ISO_OK) {
    out->own.preparation = host->preparation;
    out->model = *host->model;
    out->model.own = &out->own;
    status = check_model(header, &out->model, err);
  }
  if (status != ISO_OK) iso_own_model_close(out);
  return status;
}

iso_status iso_own_model_read(iso_own_model *out, const char *header, iso_error *err) {
  char *library;
  *out = (iso_own_model){0};
  ISO_TRY(iso_own_model_compile(header, &library, err));
  iso_status status = iso_own_model_open(out, header, library, err);
  free(library);
  return status;
}

static bool run_device(const iso_compiler *compiler, const iso_source *source, const char *output,
                       const char *messages) {
  const iso_kernel_source kernels = {source->file, source->header, source->folder, source->define};
  return iso_device_compile((iso_device *)compiler->context, &kernels, output, messages);
}

/* By the device's compiler, if it has one; the C compiler's part is then to say what it is going to see. */
static iso_status compile_for(const char *header, iso_device *device, char **library, iso_error *err) {
  char message[600];
  iso_kernel_compiler theirs;
  if (!iso_device_compiler(device, &theirs, message, sizeof message))
    return iso_fail(err, ISO_EFAIL, "%.300s: %s; or choose --device cpu", header, message);
  const iso_compiler compiler = {theirs.name, device->flags, device, run_device};
  return *theirs.name ? compile(header, "cells", theirs.defines, &compiler, library, err)
                      : compile(header, "cells", device->flags, NULL, library, err);
}

/* Rank 0 compiles for all: they must have the same kind of device, or of processor, in use. */
static iso_status compile_cells(const char *header, iso_device *device, MPI_Comm comm, char **library,
                                iso_error *err) {
  int rank;
  char ours[512], theirs[512];
  *library = NULL;
  MPI_Comm_rank(comm, &rank);
  snprintf(ours, sizeof ours, "%s", device->flags ? device->flags : "");
  memcpy(theirs, ours, sizeof theirs);
  MPI_Bcast(theirs, sizeof theirs, MPI_CHAR, 0, comm);
  iso_status status = strcmp(theirs, ours)
                          ? iso_fail(err, ISO_EINPUT,
                                     "%.300s: a model of your own needs the same kind of GPU, or the same "
                                     "instructions of the processor, on every rank, and this one has %s; set "
                                     "--device cpu and ISOCHRONE_SIMD to avx2 or scalar",
                                     header, device->name)
                          : ISO_OK;
  ISO_TRY(iso_agree(comm, status, err));
  if (rank == 0) status = compile_for(header, device, library, err);
  ISO_TRY(iso_agree(comm, status, err));
  size_t size = *library ? strlen(*library) + 1 : 0;
  return iso_share_bytes(comm, library, &size, "a file name", err);
}

iso_status iso_own_model_for(iso_own_model *out, const iso_own_model *from, iso_device *device, MPI_Comm comm,
                             iso_error *err) {
  char message[1000];
  *out = (iso_own_model){.device = device, .own.preparation = from->own.preparation, .model = from->model};
  iso_status status = compile_cells(from->header, device, comm, &out->library, err);
  if (status == ISO_OK) status = iso_agree(comm, check_library(from->header, out->library, err), err);
  if (status == ISO_OK) {
    out->own.kernels = iso_device_load_own(device, out->library, from->model.name, message, sizeof message);
    if (!out->own.kernels) status = iso_fail(err, ISO_EINPUT, "%.300s: %s", from->header, message);
    status = iso_agree(comm, status, err);
  }
  out->model.own = &out->own;
  if (status != ISO_OK) iso_own_model_close(out);
  return status;
}

void iso_own_model_close(iso_own_model *model) {
  if (model->own.kernels) iso_device_release_own(model->device, (void *)model->own.kernels);
  if (model->handle) dlclose(model->handle);
  free(model->header);
  free(model->library);
  *model = (iso_own_model){0};
}
