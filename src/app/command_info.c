/* What a result file holds. */
#include "app/command.h"

#include "base/atomic.h"
#include "base/input.h"
#include "base/memory.h"
#include "fit/fit.h"
#include "fit/maps.h"
#include "fit/twin.h"
#include "result/checkpoint.h"
#include "result/netcdf_file.h"
#include "study/verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COMMAND_ROOM = 4100 };

typedef struct report {
  const iso_arguments *arguments;
  const char *file;
  bool all; /* long attributes in full, Exodus's own variables too */
  int nc;
  iso_error *err;
} report;

static iso_status check(const report *r, int code) {
  if (code == NC_NOERR) return ISO_OK;
  return iso_fail(r->err, ISO_EINPUT, "%s: cannot be read as NetCDF (%s); name a result like PREFIX.e.nc",
                  r->file, nc_strerror(code));
}

/* The first line of a long text, all of it on demand. */
static void say_text(const report *r, const char *text) {
  size_t length = strcspn(text, "\n");
  if (r->all || !text[length])
    iso_say(r->arguments, "%s\n", text);
  else
    iso_say(r->arguments, "%.*s ... (--all shows it)\n", (int)length, text);
}

/* Of the Exodus schema, for its readers. */
static bool is_of_schema(const char *attribute) {
  static const char *const all[] = {
      "api_version",         "version",     "floating_point_word_size", "file_size",
      "maximum_name_length", "int64_status"};
  for (size_t k = 0; k < sizeof all / sizeof *all; k++)
    if (!strcmp(attribute, all[k])) return true;
  return false;
}

static iso_status say_attribute(const report *r, int i) {
  char name[NC_MAX_NAME + 1];
  nc_type type;
  size_t length;
  ISO_TRY(check(r, nc_inq_attname(r->nc, NC_GLOBAL, i, name)));
  ISO_TRY(check(r, nc_inq_att(r->nc, NC_GLOBAL, name, &type, &length)));
  if (!r->all && (is_of_schema(name) || length == 0)) return ISO_OK;
  iso_say(r->arguments, "  %-24s ", name);
  if (type == NC_CHAR) {
    char *text;
    ISO_TRY(iso_alloc(&text, length + 1, 1, "an attribute", r->err));
    iso_status status = check(r, nc_get_att_text(r->nc, NC_GLOBAL, name, text));
    if (status == ISO_OK) say_text(r, text);
    free(text);
    return status;
  }
  double value = 0;
  if (length == 1 && type != NC_STRING) ISO_TRY(check(r, nc_get_att_double(r->nc, NC_GLOBAL, name, &value)));
  if (length == 1 && type != NC_STRING)
    iso_say(r->arguments, "%.15g\n", value);
  else
    iso_say(r->arguments, "(%zu values)\n", length);
  return ISO_OK;
}

static iso_status text_attribute(const report *r, int variable, const char *name, char *text, size_t size) {
  size_t length = 0;
  nc_type type = NC_NAT;
  text[0] = '\0';
  if (nc_inq_att(r->nc, variable, name, &type, &length) != NC_NOERR || type != NC_CHAR || length >= size)
    return ISO_OK;
  ISO_TRY(check(r, nc_get_att_text(r->nc, variable, name, text)));
  text[length] = '\0';
  return ISO_OK;
}

/* Exodus's own variables say nothing to people: they have no unit and description, or repeat a plain one. */
static bool machinery(const char *name, const char *unit, const char *meaning) {
  return (!*unit && !*meaning) || !strncmp(name, "vals_", 5);
}

/* A single number stands for itself instead of its shape. */
static iso_status put_single(const report *r, int variable, int dim, int ndims, char *shape, size_t size) {
  nc_type type;
  size_t length, first = 0;
  double value;
  ISO_TRY(check(r, nc_inq_vartype(r->nc, variable, &type)));
  ISO_TRY(check(r, nc_inq_dimlen(r->nc, dim, &length)));
  if (ndims != 1 || length != 1 || type == NC_CHAR || type == NC_STRING) return ISO_OK;
  ISO_TRY(check(r, nc_get_var1_double(r->nc, variable, &first, &value)));
  snprintf(shape, size, "%.15g", value);
  return ISO_OK;
}

static iso_status say_variable(const report *r, int variable) {
  char name[NC_MAX_NAME + 1], unit[64], meaning[256], shape[512] = "";
  int ndims, dims[NC_MAX_VAR_DIMS];
  ISO_TRY(check(r, nc_inq_var(r->nc, variable, name, NULL, &ndims, dims, NULL)));
  ISO_TRY(text_attribute(r, variable, "units", unit, sizeof unit));
  ISO_TRY(text_attribute(r, variable, "long_name", meaning, sizeof meaning));
  if (!r->all && machinery(name, unit, meaning)) return ISO_OK;
  for (int i = 0; i < ndims; i++) {
    char dim[NC_MAX_NAME + 1];
    size_t length, used = strlen(shape);
    ISO_TRY(check(r, nc_inq_dim(r->nc, dims[i], dim, &length)));
    snprintf(shape + used, sizeof shape - used, "%s%.60s %zu", i ? " x " : "", dim, length);
  }
  if (ndims > 0) ISO_TRY(put_single(r, variable, dims[0], ndims, shape, sizeof shape));
  iso_say(r->arguments, "  %-24s %-8s %-36s %s\n", name, *unit ? unit : "-", shape, meaning);
  return ISO_OK;
}

static iso_status say_all(const report *r) {
  int nvariables, nattributes;
  ISO_TRY(check(r, nc_inq(r->nc, NULL, &nvariables, &nattributes, NULL)));
  iso_say(r->arguments, "%s\n\nabout\n", r->file);
  for (int i = 0; i < nattributes; i++) ISO_TRY(say_attribute(r, i));
  iso_say(r->arguments, "\nvariables: name, unit, shape, meaning\n");
  for (int i = 0; i < nvariables; i++) ISO_TRY(say_variable(r, i));
  return ISO_OK;
}

static iso_status read_and_say(const iso_arguments *a, iso_error *err) {
  report r = {.arguments = a, .file = a->positional[0], .all = iso_argument(a, "all"), .err = err};
  const char *why = iso_input_trouble(r.file);
  if (why)
    return iso_fail(err, ISO_EINPUT, "%s: cannot be read (%s); name a result like PREFIX.e.nc", r.file, why);
  ISO_TRY(iso_checkpoint_check(r.file, err));
  ISO_TRY(check(&r, iso_nc_open(r.file, &r.nc)));
  iso_status status = iso_twin_is(r.nc) && !r.all ? iso_twin_print(r.nc, r.file, a->out, err) : say_all(&r);
  nc_close(r.nc);
  return status;
}

static iso_status verify(const iso_arguments *a, iso_error *err) {
  iso_verification found;
  const char *file = a->positional[0];
  ISO_TRY(iso_verify(a->comm, file, iso_argument(a, "folder"), &found, err));
  iso_say(a, "%s: as it was written, from the mesh and the %d other file%s that are there\n", file,
          found.ninputs, found.ninputs == 1 ? "" : "s");
  iso_say(a,
          found.same_program ? "made by this build (%s)\n"
                             : "made by another build (%s), which may differ in last bits\n",
          found.program);
  return ISO_OK;
}

/* The command that makes such a result, with its options; of what is none, iso_reproduce says so. */
static void name_maker(const char *path, char command[COMMAND_ROOM]) {
  int nc, variable;
  size_t length = 0;
  snprintf(command, COMMAND_ROOM, "run");
  if (iso_input_trouble(path) || iso_nc_open(path, &nc) != NC_NOERR) return;
  if (nc_inq_attlen(nc, NC_GLOBAL, ISO_FIT_AGAIN, &length) == NC_NOERR && length < COMMAND_ROOM - 5) {
    memset(command, 0, COMMAND_ROOM);
    memcpy(command, "fit ", 4);
    nc_get_att_text(nc, NC_GLOBAL, ISO_FIT_AGAIN, command + 4);
  } else if (iso_twin_is(nc) || nc_inq_varid(nc, ISO_FIT_MAPS_MARK, &variable) == NC_NOERR) {
    snprintf(command, COMMAND_ROOM, "fit");
  }
  nc_close(nc);
}

static iso_status info(const iso_arguments *a, iso_error *err) {
  const char *again = iso_argument(a, "reproduce");
  char command[COMMAND_ROOM];
  if (iso_argument(a, "verify")) ISO_TRY(verify(a, err));
  if (again) ISO_TRY(iso_argument_is_new(a, "reproduce", err));
  if (again) ISO_TRY(iso_output_folder(a->comm, again, err));
  name_maker(a->positional[0], command);
  if (again) ISO_TRY(iso_reproduce(a->comm, a->positional[0], command, again, a->out, err));
  if (iso_argument(a, "verify") || again) return ISO_OK;
  return iso_agree(a->comm, a->out ? read_and_say(a, err) : ISO_OK, err);
}

static const iso_option info_options[] = {
    {"all", 'a', NULL, NULL, "long texts, like the configuration, in full, and every variable"},
    {"verify", 0, NULL, NULL, "recompute the checksums of the file, its mesh and all files it was made from"},
    {"folder", 0, "DIR", ".", "of the configuration, where paths to those start from"},
    {"reproduce", 0, "FILE.yaml", NULL,
     "write the configuration there, and say the command for the same bits"},
    {0}};

const iso_command iso_command_info = {
    "info",
    "FILE",
    1,
    1,
    "what a result file holds and how it was made",
    "  isochrone info first.e.nc --all\n"
    "  isochrone info first.e.nc --verify --folder configs\n"
    "  isochrone info first.e.nc --reproduce configs/again.yaml\n",
    info_options,
    info,
};
