#include "config/config.h"

#include "base/input.h"
#include "base/memory.h"
#include "config/config_read.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
  MOST_BYTES = 1 << 20
}; /* of a configuration: far more than anyone writes, little enough to broadcast */

static int count_places(const iso_tree *tree) {
  int n = 1;
  for (const iso_tree *c = tree->first; c; c = c->next) n += count_places(c);
  return n;
}

static iso_status note_places(iso_config *config, const iso_tree *tree, iso_error *err) {
  char path[256];
  iso_config_place *place = &config->places[config->nplaces++];
  place->line = tree->option ? 0 : tree->line;
  iso_tree_path(tree, path, sizeof path);
  ISO_TRY(iso_arena_text(config->memory, &place->path, path, strlen(path), err));
  if (tree->option)
    ISO_TRY(iso_arena_text(config->memory, &place->option, tree->option, strlen(tree->option), err));
  for (const iso_tree *c = tree->first; c; c = c->next) ISO_TRY(note_places(config, c, err));
  return ISO_OK;
}

static const iso_config_place *find_place(const iso_config *config, const char *path, size_t length) {
  for (int i = 0; i < config->nplaces; i++)
    if (!strncmp(config->places[i].path, path, length) && !config->places[i].path[length])
      return &config->places[i];
  return NULL;
}

/* Of the key or of its nearest parent that was given; the document itself always was. */
static const iso_config_place *nearest_place(const iso_config *config, const char *path) {
  size_t length = strlen(path);
  const iso_config_place *place = find_place(config, path, length);
  while (!place && length) {
    while (length && path[length - 1] != '.') length--;
    if (length) length--;
    place = find_place(config, path, length);
  }
  return place;
}

iso_status iso_config_fail(const iso_config *config, iso_error *err, const char *path, const char *format,
                           ...) {
  char what[1536];
  va_list args;
  va_start(args, format);
  vsnprintf(what, sizeof what, format, args);
  va_end(args);
  const iso_config_place *place = nearest_place(config, path);
  if (place && place->option) return iso_fail(err, ISO_EINPUT, "%.200s: %s: %s", place->option, path, what);
  return iso_fail(err, ISO_EINPUT, "%s:%d: %s: %s", config->file, place ? place->line : 1, path, what);
}

static iso_status fill(iso_config *config, const char *text, size_t size, int nset, const char *const *set,
                       const iso_own_source *own, iso_error *err) {
  iso_tree *tree;
  char *folder;
  const char *slash = strrchr(config->file, '/');
  ISO_TRY(iso_arena_text(config->memory, &folder, config->file,
                         slash ? (size_t)(slash + 1 - config->file) : 0, err));
  ISO_TRY(iso_tree_parse(&tree, config->memory, config->file, text, size, err));
  for (int i = 0; i < nset; i++) ISO_TRY(iso_tree_set(tree, config->memory, config->file, set[i], err));
  ISO_TRY(iso_arena_alloc(config->memory, &config->places, (size_t)count_places(tree), sizeof *config->places,
                          err));
  ISO_TRY(note_places(config, tree, err));
  iso_reader reader = {
      .arena = config->memory, .file = config->file, .folder = folder, .own = own, .err = err};
  ISO_TRY(iso_read_fields(&reader, iso_config_fields, tree, config));
  return iso_config_complete(config, err);
}

static iso_status parse(iso_config *out, const char *file, const char *text, size_t size, int nset,
                        const char *const *set, const iso_own_source *own, iso_error *err) {
  *out = (iso_config){0};
  ISO_TRY(iso_arena_new(&out->memory, err));
  iso_status status = iso_arena_text(out->memory, &out->file, file, strlen(file), err);
  if (status == ISO_OK) status = fill(out, text, size, nset, set, own, err);
  if (status != ISO_OK) iso_config_free(out);
  return status;
}

iso_status iso_config_parse(iso_config *out, const char *file, const char *text, size_t size, int nset,
                            const char *const *set, iso_error *err) {
  return parse(out, file, text, size, nset, set, NULL, err);
}

static iso_status read_text(const char *file, char **text, size_t *size, iso_error *err) {
  const char *why;
  FILE *f = iso_input_stream(file, &why);
  if (!f)
    return iso_fail(err, ISO_EINPUT,
                    "%s: cannot be read (%s); name a configuration file, like configs/slab-first.yaml", file,
                    why);
  *text = malloc(MOST_BYTES + 1);
  *size = *text ? fread(*text, 1, MOST_BYTES + 1, f) : 0;
  bool failed = ferror(f);
  fclose(f);
  if (!*text) return iso_fail_memory(err, MOST_BYTES, "the configuration");
  if (failed) return iso_fail(err, ISO_EINPUT, "%s: reading it failed; check the disk", file);
  if (*size <= MOST_BYTES) return ISO_OK;
  return iso_fail(err, ISO_EINPUT, "%s: over 1 MB; is this really a configuration?", file);
}

/* Rank 0's text on every rank. Release *text whatever the status. */
static iso_status share_text(MPI_Comm comm, const char *file, char **text, size_t *size, iso_error *err) {
  int rank;
  MPI_Comm_rank(comm, &rank);
  ISO_TRY(iso_agree(comm, rank == 0 ? read_text(file, text, size, err) : ISO_OK, err));
  unsigned long long bytes = *size;
  MPI_Bcast(&bytes, 1, MPI_UNSIGNED_LONG_LONG, 0, comm);
  *size = (size_t)bytes;
  if (rank != 0) *text = malloc(*size + 1);
  ISO_TRY(iso_agree(comm, *text ? ISO_OK : iso_fail_memory(err, *size, "the configuration"), err));
  MPI_Bcast(*text, (int)*size, MPI_BYTE, 0, comm);
  return ISO_OK;
}

bool iso_config_exists(const char *path, const char *ending) {
  char full[4096];
  struct stat info;
  int n = snprintf(full, sizeof full, "%s%s", path, ending);
  return n > 0 && (size_t)n < sizeof full && stat(full, &info) == 0 && !S_ISDIR(info.st_mode);
}

static iso_status look_for_files(const iso_config *config, iso_error *err) {
  const char *mesh = config->mesh.file;
  if (mesh && !iso_config_exists(mesh, "") && !iso_config_exists(mesh, ".pts") &&
      !iso_config_exists(mesh, ".pts.gz"))
    return iso_config_fail(
        config, err, "mesh.file",
        "%s is not there; paths start from the configuration's folder, CARP names end before .pts", mesh);
  for (int r = 0; r < config->nregions; r++)
    for (int k = 0; k < config->regions[r].nparameters; k++) {
      const iso_config_setting *setting = &config->regions[r].parameters[k];
      char path[128];
      if (!setting->field || iso_config_exists(setting->field, "")) continue;
      snprintf(path, sizeof path, "regions.%d.parameters.%s", r,
               config->regions[r].model->parameters[setting->index].name);
      return iso_config_fail(config, err, path,
                             "%s is not there; paths start from the configuration's folder", setting->field);
    }
  for (int i = 0; i < config->nsites; i++) {
    char path[256];
    snprintf(path, sizeof path, "sites.%.200s", config->sites[i].name);
    ISO_TRY(iso_config_look_for_where(config, &config->sites[i].where, path, err));
  }
  for (int i = 0; i < config->nstimuli; i++) {
    char path[64];
    snprintf(path, sizeof path, "stimuli.%d", i);
    ISO_TRY(iso_config_look_for_where(config, &config->stimuli[i].where, path, err));
  }
  return ISO_OK;
}

/* Rank 0's compiled models: one name after the other, each with its NUL, to be released; *size: of all. */
static iso_status list_libraries(const iso_own_model *models, char **names, int size[2], iso_error *err) {
  size[0] = size[1] = 0;
  for (const iso_own_model *m = models; m; m = m->next, size[0]++) size[1] += (int)strlen(m->library) + 1;
  ISO_TRY(iso_alloc(names, (size_t)size[1], 1, "file names", err));
  char *at = *names;
  for (const iso_own_model *m = models; m; m = m->next) at = stpcpy(at, m->library) + 1;
  return ISO_OK;
}

/* The same on every rank, from the models that rank 0 opened: number of names and size of all in size. */
static iso_status share_libraries(MPI_Comm comm, const iso_own_model *models, char **names, int size[2],
                                  iso_error *err) {
  int rank;
  MPI_Comm_rank(comm, &rank);
  iso_status status = rank == 0 ? list_libraries(models, names, size, err) : ISO_OK;
  ISO_TRY(iso_agree(comm, status, err));
  MPI_Bcast(size, 2, MPI_INT, 0, comm);
  if (rank != 0) status = iso_alloc(names, (size_t)size[1], 1, "file names", err);
  ISO_TRY(iso_agree(comm, status, err));
  MPI_Bcast(*names, size[1], MPI_CHAR, 0, comm);
  return ISO_OK;
}

/* Rank 0 first, which compiles own models, then the others, which load the same libraries. */
static iso_status parse_everywhere(iso_config *out, MPI_Comm comm, const char *file, const char *text,
                                   size_t size, int nset, const char *const *set, iso_error *err) {
  int rank, counts[2] = {0};
  char *libraries = NULL;
  iso_own_source own = {.models = &out->own};
  MPI_Comm_rank(comm, &rank);
  iso_status status = ISO_OK;
  if (rank == 0) {
    status = parse(out, file, text, size, nset, set, &own, err);
    if (status == ISO_OK) status = look_for_files(out, err);
  }
  status = iso_agree(comm, status, err);
  if (status == ISO_OK) status = share_libraries(comm, out->own, &libraries, counts, err);
  if (status == ISO_OK && rank != 0) {
    own.nlibraries = counts[0];
    own.libraries = libraries;
    status = parse(out, file, text, size, nset, set, &own, err);
  }
  free(libraries);
  return iso_agree(comm, status, err);
}

iso_status iso_config_load(iso_config *out, MPI_Comm comm, const char *file, int nset, const char *const *set,
                           iso_error *err) {
  char *text = NULL;
  size_t size = 0;
  *out = (iso_config){0};
  iso_status status = share_text(comm, file, &text, &size, err);
  if (status == ISO_OK) status = parse_everywhere(out, comm, file, text, size, nset, set, err);
  free(text);
  if (status != ISO_OK) iso_config_free(out);
  return status;
}

const iso_own_model *iso_config_own(const iso_config *config, int region) {
  for (const iso_own_model *m = config->own; m; m = m->next)
    if (&m->model == config->regions[region].model) return m;
  return NULL;
}

void iso_config_free(iso_config *config) {
  for (iso_own_model *m = config->own, *next; m; m = next) {
    next = m->next;
    iso_own_model_close(m);
  }
  iso_arena_free(config->memory);
  *config = (iso_config){0};
}
