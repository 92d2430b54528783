#include "study/verify.h"

#include "base/atomic.h"
#include "base/input.h"
#include "base/memory.h"
#include "base/path.h"
#include "base/print.h"
#include "base/share.h"
#include "base/version.h"
#include "result/netcdf_file.h"
#include "result/seal.h"
#include "study/differences.h"
#include "study/inputs.h"
#include "study/load.h"
#include "study/provenance.h"
#include "study/setup.h"
#include "study/verify_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CONFIGURATION, INPUTS, MESH, VERSION, COMMIT, DATE, NREQUIRED, STOPPED = NREQUIRED, NORIGINS };

static const char *const attributes[NORIGINS] = {"configuration",      ISO_INPUTS_ATTRIBUTE, "mesh_checksum",
                                                 "program_version",    "program_commit",     "date",
                                                 ISO_STOPPED_ATTRIBUTE};

/* What a file says about where it is from, each to be freed; NULL where it does not say what it need not. */
typedef struct origin {
  char *text[NORIGINS];
} origin;

static void free_origin(origin *o) {
  for (int k = 0; k < NORIGINS; k++) free(o->text[k]);
}

static iso_status fail_foreign(const char *path, const char *what, iso_error *err) {
  return iso_fail(err, ISO_EINPUT,
                  "%s: does not say where it is from (%s); name a result like PREFIX.e.nc or a checkpoint",
                  path, what);
}

/* One rank's. */
static iso_status read_origin(origin *o, const char *path, iso_error *err) {
  int nc;
  const char *why = iso_input_trouble(path);
  if (why) return iso_fail(err, ISO_EINPUT, "%s: cannot be read (%s)", path, why);
  const int code = iso_nc_open(path, &nc);
  if (code != NC_NOERR) return fail_foreign(path, nc_strerror(code), err);
  iso_status status = ISO_OK;
  for (int k = 0; k < NORIGINS && status == ISO_OK; k++) {
    size_t n = 0;
    nc_type type = NC_NAT;
    const bool said = nc_inq_att(nc, NC_GLOBAL, attributes[k], &type, &n) == NC_NOERR && type == NC_CHAR;
    if (!said && k >= NREQUIRED) continue;
    if (!said) status = fail_foreign(path, attributes[k], err);
    if (status == ISO_OK) status = iso_alloc(&o->text[k], n + 1, 1, "an attribute", err);
    if (status == ISO_OK && n > 0 && nc_get_att_text(nc, NC_GLOBAL, attributes[k], o->text[k]) != NC_NOERR)
      status = fail_foreign(path, attributes[k], err);
  }
  nc_close(nc);
  return status;
}

/* Collective. The same on every rank. */
static iso_status share_origin(origin *o, MPI_Comm comm, const char *path, iso_error *err) {
  const int rank = iso_rank(comm);
  ISO_TRY(iso_agree(comm, rank == 0 ? read_origin(o, path, err) : ISO_OK, err));
  for (int k = 0; k < NORIGINS; k++) {
    size_t size = o->text[k] ? strlen(o->text[k]) + 1 : 0;
    ISO_TRY(iso_share_bytes(comm, &o->text[k], &size, "an attribute", err));
  }
  return ISO_OK;
}

/* What a program of then did not list. */
static bool is_new(const void *self, const char *key, const iso_tree *was, const iso_tree *is) {
  (void)self, (void)key, (void)is;
  return !was;
}

static int count_lines(const char *text) {
  int n = 0;
  for (; (text = strchr(text, '\n')); text++) n++;
  return n;
}

/* All at once. A mesh that cannot be read matters where nothing else says why. */
static iso_status compare_sources(iso_setup *setup, MPI_Comm comm, const char *path, const char *folder,
                                  const origin *o, iso_error *err) {
  iso_differences d = {.forgives = is_new};
  ISO_TRY(iso_differences_add(&d, path, o->text[INPUTS], setup->inputs, err));
  iso_error why = {0};
  const iso_status mesh = iso_setup_mesh(setup, comm, &why);
  if (mesh == ISO_OK) iso_differences_add_mesh(&d, o->text[MESH], setup->mesh->checksum);
  iso_differences_end(&d);
  const bool elsewhere = strstr(d.text, "is unreadable") && !strcmp(folder, ".");
  if (d.n > 0)
    return iso_fail(err, ISO_EINPUT, "%s: since it was made, %s%s", path, d.text,
                    elsewhere ? "; if the run's configuration was in another folder: --folder DIR" : "");
  return mesh == ISO_OK ? iso_verify_kept(comm, path, setup->mesh->nnodes, err)
                        : iso_fail(err, mesh, "%s", why.message);
}

static iso_status verify_sources(MPI_Comm comm, const char *path, const char *folder, const origin *o,
                                 iso_verification *out, iso_error *err) {
  char file[4200];
  iso_config config;
  iso_timer timer;
  const iso_log log = iso_log_new(comm, stderr, ISO_LOG_WARNING);
  iso_timer_start(&timer);
  snprintf(file, sizeof file, "%.3000s/%.1000s", folder, iso_path_name(path));
  ISO_TRY(iso_study_load_text(&config, comm, file, o->text[CONFIGURATION], err));
  iso_setup setup = {.config = &config, .log = &log, .timer = &timer, .no_pacing = true};
  iso_status status = iso_setup_inputs(&setup, comm, err);
  out->ninputs = count_lines(o->text[INPUTS]);
  if (status == ISO_OK) status = compare_sources(&setup, comm, path, folder, o, err);
  iso_setup_free(&setup);
  iso_config_free(&config);
  return status;
}

iso_status iso_verify(MPI_Comm comm, const char *path, const char *folder, iso_verification *out,
                      iso_error *err) {
  origin o = {{NULL}};
  *out = (iso_verification){0};
  ISO_TRY(iso_seal_check(comm, path, err));
  iso_status status = share_origin(&o, comm, path, err);
  if (status == ISO_OK) {
    snprintf(out->program, sizeof out->program, "%.40s, %.60s", o.text[VERSION], o.text[COMMIT]);
    out->same_program =
        !strcmp(o.text[VERSION], ISO_VERSION) && !strcmp(o.text[COMMIT], iso_program_commit());
    status = verify_sources(comm, path, folder, &o, out, err);
  }
  free_origin(&o);
  return status;
}

/* ---- again ---- */

/* "isochrone run again.yaml --output again" */
static void put_command(FILE *f, const char *command, const char *out) {
  fprintf(f, "isochrone %s ", command);
  iso_print_word(f, out);
  fputs(" --output again\n", f);
}

static bool put_configuration(const iso_atomic *file, const char *path, const char *command, const char *out,
                              const origin *o) {
  const int fd = iso_atomic_open(file, O_WRONLY);
  FILE *f = fd < 0 ? NULL : fdopen(fd, "w");
  if (!f) return false;
  fputs("# From ", f);
  iso_print_word(f, iso_path_name(path)); /* folders may name people */
  fprintf(f,
          ", which Isochrone %s (%s) made on %s; a " ISO_NOT_A_DEVICE ".\n"
          "# The same bits, by that build, with any number of ranks and threads:\n"
          "#\n"
          "#   ",
          o->text[VERSION], o->text[COMMIT], o->text[DATE]);
  put_command(f, command, iso_path_name(out));
  if (o->text[STOPPED])
    fprintf(f, "#\n# Of all of the run, of which that file has a part: %s.\n", o->text[STOPPED]);
  fprintf(f,
          "#\n"
          "# Paths start from this file's folder: put it where that of the run was.\n\n%s",
          o->text[CONFIGURATION]);
  const bool failed = ferror(f);
  return fclose(f) == 0 && !failed;
}

/* What somebody may have written by hand. */
static iso_status check_new(const char *out, iso_error *err) {
  if (access(out, F_OK) != 0) return ISO_OK;
  return iso_fail(err, ISO_EINPUT, "--reproduce %.200s: it is there already; choose another name", out);
}

static void say_command(FILE *stream, const char *command, const char *path, const char *out,
                        const origin *o) {
  put_command(stream, command, out);
  if (o->text[STOPPED])
    iso_print(stderr, "isochrone: warning: %s is a part of that run, %s: the command makes all of it\n", path,
              o->text[STOPPED]);
}

iso_status iso_reproduce(MPI_Comm comm, const char *path, const char *command, const char *out, FILE *stream,
                         iso_error *err) {
  origin o = {{NULL}};
  iso_atomic file;
  iso_status status = iso_agree(comm, iso_rank(comm) == 0 ? check_new(out, err) : ISO_OK, err);
  if (status == ISO_OK) status = iso_seal_check(comm, path, err);
  if (status == ISO_OK) status = share_origin(&o, comm, path, err);
  if (status == ISO_OK) status = iso_atomic_begin(&file, comm, out, err);
  if (status == ISO_OK) {
    if (iso_rank(comm) == 0 && !put_configuration(&file, path, command, out, &o))
      status = iso_fail_write(out, errno, err);
    status = iso_agree(comm, status, err);
    if (status == ISO_OK)
      status = iso_atomic_commit(&file, err);
    else
      iso_atomic_abandon(&file);
  }
  if (status == ISO_OK && stream) say_command(stream, command, path, out, &o);
  free_origin(&o);
  return status;
}
