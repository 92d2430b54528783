#include "study/inputs.h"

#include "base/input.h"
#include "base/memory.h"
#include "base/path.h"
#include "config/config_sets.h"
#include "ecg/record.h"
#include "grid/format/carp.h"
#include "grid/hash.h"
#include "plugin/own_model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* false: it cannot be read, which whoever needs it says with its key. */
static bool hash_file(const char *path, uint64_t *hash) {
  char piece[1 << 13];
  const char *why;
  FILE *file = iso_input_stream(path, &why);
  if (!file) return false;
  *hash = 0;
  for (size_t n; (n = fread(piece, 1, sizeof piece, file)) > 0;)
    *hash = iso_hash_words(*hash ^ (uint64_t)n, piece, n);
  const bool failed = ferror(file);
  fclose(file);
  return !failed;
}

/* Lines of what a file is, which a user who has changed it can find, and its checksum. */
typedef struct listing {
  const iso_config *config;
  FILE *stream;
  iso_names *seen; /* files with a line; NULL: there is one of each key */
  int ntargets;
  const char *const *target; /* [ntargets] to be compared with every file, which gets no line then; or NULL */
} listing;

/* Whether a file has a line already; from now on it has one. *twins: others of its name that have. */
static iso_status is_seen(iso_names *seen, const char *file, bool *yes, int *twins, iso_error *err) {
  *yes = false, *twins = 0;
  for (int k = 0; seen && k < seen->n && !*yes; k++) {
    *yes = !strcmp(seen->name[k], file);
    *twins += !strcmp(iso_path_name(seen->name[k]), iso_path_name(file));
  }
  return *yes ? ISO_OK : iso_names_add(seen, file, err);
}

/* Within double quotes of YAML; in a name that is cut no character is. */
static void put_quoted(FILE *stream, const char *text, size_t most) {
  size_t n = strlen(text);
  if (n > most)
    for (n = most; n > 0 && ((unsigned char)text[n] & 0xC0) == 0x80;) n--;
  for (size_t k = 0; k < n; k++) {
    const unsigned char c = (unsigned char)text[k];
    if (c == '"' || c == '\\')
      fprintf(stream, "\\%c", c);
    else if (c < ' ' || c == 0x7F)
      fprintf(stream, "\\x%02X", c);
    else
      fputc(c, stream);
  }
}

static iso_status spare_file(const listing *l, const char *path, const char *key, const char *file,
                             iso_error *err) {
  for (int k = 0; k < l->ntargets; k++)
    if (l->target[k] && iso_path_is_same(l->target[k], file))
      return iso_fail(
          err, ISO_EINPUT,
          "%.400s: would be replaced by a result, but the configuration reads it (%.300s.%.100s): "
          "choose another output",
          l->target[k], path, key);
  return ISO_OK;
}

/* "the content of lid.surf (sites.lid.surface)"; of several configurations with the paths there, and with a
 * number where others of its name come before. */
static iso_status say_file(const listing *l, const char *path, const char *key, const char *file,
                           iso_error *err) {
  enum { MOST_NAME = 100, MOST_PATH = 300 };
  uint64_t hash;
  bool seen;
  int twins;
  if (!file || !*file) return ISO_OK;
  if (l->target) return spare_file(l, path, key, file, err);
  ISO_TRY(is_seen(l->seen, file, &seen, &twins, err));
  if (seen) return ISO_OK;
  const bool readable = hash_file(file, &hash);
  fputs("\"the content of ", l->stream);
  const char *shown = l->seen ? iso_config_shown_path(l->config, file) : iso_path_name(file);
  put_quoted(l->stream, shown, l->seen ? strlen(shown) : MOST_NAME);
  if (twins > 0) fprintf(l->stream, ", %d", twins + 1);
  fputs(" (", l->stream);
  put_quoted(l->stream, path, MOST_PATH);
  if (readable)
    fprintf(l->stream, ".%s)\": \"%016llx\"\n", key, (unsigned long long)hash);
  else
    fprintf(l->stream, ".%s)\": \"unreadable\"\n", key);
  return ferror(l->stream) ? iso_fail_memory(err, 1, "checksums") : ISO_OK;
}

static iso_status say_settings(const listing *l, const char *path, int n, const iso_setting *setting,
                               iso_error *err) {
  for (int k = 0; k < n; k++) {
    const char *field = setting[k].course.by ? l->config->mesh.file : setting[k].field;
    ISO_TRY(say_file(l, path, setting[k].name, field, err));
  }
  return ISO_OK;
}

typedef struct included {
  const listing *listing;
  const char *path;
} included;

/* A file that the header of an own model includes. */
static iso_status say_included(void *self, const char *file, iso_error *err) {
  const included *in = self;
  return say_file(in->listing, in->path, "model, included", file, err);
}

static iso_status say_model(const listing *l, const char *path, const char *header, iso_error *err) {
  if (!header) return ISO_OK;
  ISO_TRY(say_file(l, path, "model", header, err));
  return iso_own_model_includes(header, say_included, &(included){l, path}, err);
}

static iso_status say_region(const listing *l, int r, iso_error *err) {
  const iso_config_region *region = &l->config->regions[r];
  char path[64];
  snprintf(path, sizeof path, "regions.%d", r);
  ISO_TRY(say_model(l, path, region->model_file, err));
  if (region->has_scale) ISO_TRY(say_file(l, path, "conductivity.scale", l->config->mesh.file, err));
  snprintf(path, sizeof path, "regions.%d.parameters", r);
  return say_settings(l, path, region->nparameters, region->parameters, err);
}

static iso_status say_set(void *self, iso_select *set, const char *path, iso_error *err) {
  ISO_TRY(say_file(self, path, "nodes", set->nodes, err));
  if (set->has_field) ISO_TRY(say_file(self, path, "field.file", set->field.file, err));
  if (set->has_coordinates || set->nsegments > 0) ISO_TRY(say_file(self, path, "fields", set->fields, err));
  return say_file(self, path, "surface", set->surface, err);
}

/* A mesh of one file, or of CARP's. */
static iso_status say_mesh(const listing *l, const char *path, const char *key, const char *mesh,
                           iso_error *err) {
  static const char *const ends[] = {"",         ".pts",    ".elem", ".lon",   ".pts.gz",
                                     ".elem.gz", ".lon.gz", ".bpts", ".belem", ".blon"};
  char base[4096];
  if (!mesh) return ISO_OK;
  ISO_TRY(iso_carp_base(base, sizeof base, mesh, err));
  for (size_t k = 0; k < sizeof ends / sizeof *ends; k++) {
    char file[4096];
    const int n = snprintf(file, sizeof file, "%s%s", base, ends[k]);
    if (n > 0 && (size_t)n < sizeof file && access(file, F_OK) == 0)
      ISO_TRY(say_file(l, path, key, file, err));
  }
  return ISO_OK;
}

/* The file of an ECG and those that it names; where it cannot be read, whoever needs it says why. */
static iso_status say_ecg(const listing *l, const char *path, const char *file, iso_error *err) {
  iso_names files = {0};
  iso_error unread = {0};
  iso_status status = say_file(l, path, "file", file, err);
  if (status == ISO_OK && iso_ecg_record_files(&files, file, &unread) == ISO_OK)
    for (int k = 0; k < files.n && status == ISO_OK; k++)
      status = say_file(l, path, "file, named there", files.name[k], err);
  iso_names_free(&files);
  return status;
}

static iso_status say_fit(const listing *l, const iso_config_fit *fit, iso_error *err) {
  char path[160];
  for (int k = 0; k < fit->nmaps; k++) {
    snprintf(path, sizeof path, "fit.maps.%.100s", fit->maps[k].name);
    ISO_TRY(say_file(l, path, "file", fit->maps[k].file, err));
  }
  for (int k = 0; k < fit->necgs; k++) {
    snprintf(path, sizeof path, "fit.ecgs.%.100s", fit->ecgs[k].name);
    ISO_TRY(say_ecg(l, path, fit->ecgs[k].file, err));
    ISO_TRY(say_file(l, path, "electrodes", fit->ecgs[k].electrodes, err));
  }
  for (int k = 0; k < fit->apd.ngradients; k++) {
    snprintf(path, sizeof path, "fit.apd.gradients.%.100s", fit->apd.gradients[k].name);
    ISO_TRY(say_file(l, path, "field", fit->apd.gradients[k].field, err));
  }
  return ISO_OK;
}

/* Of meshes, of which results know what was read. */
static iso_status say_meshes(const listing *l, iso_error *err) {
  const iso_config_mesh *mesh = &l->config->mesh;
  const bool all = l->seen || l->target;
  if (all || mesh->npassive > 0) ISO_TRY(say_mesh(l, "mesh", "file", mesh->file, err));
  for (int k = 0; all && k < mesh->nsurfaces; k++)
    ISO_TRY(say_mesh(l, "mesh.surfaces", "file", mesh->surfaces[k].file, err));
  for (int k = 0; all && k < mesh->nnetworks; k++)
    ISO_TRY(say_mesh(l, "mesh.networks", "file", mesh->networks[k].file, err));
  return ISO_OK;
}

static iso_status say_files(listing *l, iso_error *err) {
  for (int r = 0; r < l->config->nregions; r++) ISO_TRY(say_region(l, r, err));
  ISO_TRY(say_file(l, "outputs.ecg", "electrodes", l->config->outputs.ecg.electrodes, err));
  if (l->config->has_fit) ISO_TRY(say_fit(l, &l->config->fit, err));
  if (l->config->has_twin) ISO_TRY(say_file(l, "twin", "file", l->config->twin.file, err));
  ISO_TRY(say_file(l, "mesh.shape", "file", l->config->mesh.shape.file, err));
  ISO_TRY(say_file(l, "velocity_field", "file", l->config->velocity_field.file, err));
  ISO_TRY(say_file(l, "apd_field", "file", l->config->apd_field.file, err));
  ISO_TRY(say_mesh(l, "outputs.ecg.torso", "file", l->config->outputs.ecg.torso.file, err));
  ISO_TRY(say_meshes(l, err));
  return iso_config_visit_sets(l->config, &(iso_set_visitor){say_set, l}, err);
}

static iso_status list_files(const iso_config *config, iso_names *seen, char **out, iso_error *err) {
  size_t size = 0;
  listing l = {
      .config = config->given ? config->given : config, .stream = open_memstream(out, &size), .seen = seen};
  if (!l.stream) return iso_fail_memory(err, 1, "checksums");
  iso_status status = say_files(&l, err);
  if (fclose(l.stream) != 0 && status == ISO_OK) status = iso_fail_memory(err, size, "checksums");
  return status;
}

iso_status iso_inputs_list(MPI_Comm comm, const iso_config *config, char **out, iso_error *err) {
  int rank, length = 0;
  *out = NULL;
  MPI_Comm_rank(comm, &rank);
  iso_status status = rank == 0 ? list_files(config, NULL, out, err) : ISO_OK;
  ISO_TRY(iso_agree(comm, status, err));
  if (rank == 0) length = (int)strlen(*out) + 1;
  MPI_Bcast(&length, 1, MPI_INT, 0, comm);
  if (rank > 0) status = iso_alloc(out, (size_t)length, 1, "checksums", err);
  ISO_TRY(iso_agree(comm, status, err));
  MPI_Bcast(*out, length, MPI_CHAR, 0, comm);
  return ISO_OK;
}

iso_status iso_inputs_add(const iso_config *config, iso_names *seen, char **text, iso_error *err) {
  char *more = NULL;
  iso_status status = list_files(config, seen, &more, err);
  const size_t had = *text ? strlen(*text) : 0;
  if (status == ISO_OK) status = iso_realloc(text, had + strlen(more) + 1, 1, "checksums", err);
  if (status == ISO_OK) memcpy(*text + had, more, strlen(more) + 1);
  free(more);
  return status;
}

iso_status iso_inputs_spare(const iso_config *config, int n, const char *const *target, iso_error *err) {
  listing l = {.config = config->given ? config->given : config, .ntargets = n, .target = target};
  return say_files(&l, err);
}
