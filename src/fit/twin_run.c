#include "fit/twin_run.h"

#include "base/atomic.h"
#include "base/memory.h"
#include "base/path.h"
#include "base/share.h"
#include "fit/cases.h"
#include "result/netcdf_file.h"
#include "study/load.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Begins with what iso_study_load has of it. */
typedef struct loading {
  MPI_Comm comm;
  const char *file;
  int nset;
  const char *const *set;
  iso_config *given; /* becomes that of the result */
  char *field;       /* the file of its velocity_field; NULL: there will be none */
  iso_twin_cases cases;
  iso_arena *memory;
} loading;

/* The configuration's paths are from its folder, and prefix is from the working one. */
static iso_status name_field(loading *l, const char *prefix, iso_error *err) {
  char whole[PATH_MAX];
  if (!prefix) return ISO_OK;
  ISO_TRY(iso_path_from_root(prefix, whole, sizeof whole, err));
  return iso_arena_print(l->memory, &l->field, err, "%s" ISO_END_HEART, whole);
}

static iso_hearts_asked what_is_asked(const iso_config *config) {
  const iso_config_twin *twin = &config->twin;
  return (iso_hearts_asked){.key = "twin",
                            .twin = twin->file,
                            .kind = twin->number > 0                ? ISO_HEART_MEMBER
                                    : !strcmp(twin->member, "best") ? ISO_HEART_BEST
                                                                    : ISO_HEART_MEDIAN,
                            .n = twin->number,
                            .own_beat = twin->own_beat,
                            .later_ms = twin->later_ms,
                            .by_monodomain = config->method == ISO_METHOD_MONODOMAIN,
                            .by_wave = config->method != ISO_METHOD_MONODOMAIN};
}

static iso_status make_settings(loading *l, const char *prefix, iso_error *err) {
  const iso_hearts_asked asked = what_is_asked(l->given);
  ISO_TRY(iso_agree(l->comm, name_field(l, prefix, err), err));
  if (l->field) ISO_TRY(iso_output_folder(l->comm, l->field, err));
  ISO_TRY(iso_twin_cases_new(&l->cases, l->comm, l->given, &asked, l->field, l->memory, err));
  const bool saves = l->field && l->cases.field.nnodes > 0; /* rank 0 */
  return iso_agree(l->comm, saves ? iso_twin_cases_save(&l->cases, l->field, err) : ISO_OK, err);
}

/* The settings, a line each; of the field's file the name alone, since folders above may name people. */
static iso_status list_made(const loading *l, char **out, iso_error *err) {
  const iso_config_case *of = &l->cases.cases[0];
  const char *slash = l->field ? strrchr(l->field, '/') : NULL;
  size_t size = 1, at = 0;
  for (int k = 0; k < of->nset; k++) size += strlen(of->set[k]) + 1;
  ISO_TRY(iso_alloc(out, size, 1, "settings", err));
  for (int k = 0; k < of->nset; k++) {
    const char *set = of->set[k], *path = l->field ? strstr(set, l->field) : NULL;
    at += path ? (size_t)snprintf(*out + at, size - at, "%.*s%s\n", (int)(path - set), set,
                                  path + (slash + 1 - l->field))
               : (size_t)snprintf(*out + at, size - at, "%s\n", set);
  }
  return ISO_OK;
}

/* Into out, which becomes the owner of l->given. */
static iso_status load_with(loading *l, iso_config *out, iso_error *err) {
  const iso_config_case *of = &l->cases.cases[0];
  const char **set;
  char *made = NULL;
  iso_status status = iso_alloc(&set, (size_t)(l->nset + of->nset), sizeof *set, "settings", err);
  if (status == ISO_OK) status = list_made(l, &made, err);
  status = iso_agree(l->comm, status, err);
  for (int k = 0; status == ISO_OK && k < l->nset; k++) set[k] = l->set[k];
  for (int k = 0; status == ISO_OK && k < of->nset; k++) set[l->nset + k] = of->set[k];
  if (status == ISO_OK) status = iso_study_load(out, l->comm, l->file, l->nset + of->nset, set, err);
  free(set);
  if (status == ISO_OK) {
    out->given = l->given, out->made = made;
    l->given = NULL;
  } else {
    free(made);
  }
  return status;
}

static iso_status take_heart(loading *l, iso_config *out, const char *prefix, const iso_log *log,
                             iso_error *err) {
  ISO_TRY(iso_agree(l->comm, iso_arena_new(&l->memory, err), err));
  ISO_TRY(make_settings(l, prefix, err));
  ISO_TRY(load_with(l, out, err));
  iso_log_say(log, ISO_LOG_INFO, "heart %s of %s", l->cases.cases[0].name, out->twin.file);
  for (const char *line = out->made; *line; line = strchr(line, '\n') + 1)
    iso_log_say(log, ISO_LOG_DETAIL, "  %.*s", (int)strcspn(line, "\n"), line);
  return ISO_OK;
}

iso_status iso_twin_take(iso_config *out, MPI_Comm comm, const char *file, int nset, const char *const *set,
                         const char *prefix, const iso_log *log, iso_error *err) {
  loading l = {.comm = comm, .file = file, .nset = nset, .set = set};
  if (!out->has_twin) return ISO_OK;
  iso_status status = iso_alloc_all(comm, &l.given, 1, sizeof *l.given, "a configuration", err);
  if (status == ISO_OK) {
    *l.given = *out;
    *out = (iso_config){0};
    status = take_heart(&l, out, prefix, log, err);
  }
  iso_drawn_field_free(&l.cases.field);
  if (l.memory) iso_arena_free(l.memory);
  if (l.given) iso_config_free(l.given);
  free(l.given);
  if (status != ISO_OK) iso_config_free(out);
  return status;
}

iso_status iso_twin_load(iso_config *out, MPI_Comm comm, const char *file, int nset, const char *const *set,
                         const char *prefix, const iso_log *log, iso_error *err) {
  ISO_TRY(iso_study_load(out, comm, file, nset, set, err));
  return iso_twin_take(out, comm, file, nset, set, prefix, log, err);
}

iso_status iso_twin_refuse(const iso_config *config, const char *command, iso_error *err) {
  if (!config->has_twin) return ISO_OK;
  return iso_config_fail(config, err, "twin",
                         "isochrone %s takes the configuration's own heart alone; leave this section out",
                         command);
}
