#include "config/config.h"

#include "base/input.h"
#include "base/memory.h"
#include "base/share.h"
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
  if (tree->parent && iso_tree_null(tree)) return ISO_OK; /* not given */
  iso_config_place *place = &config->places[config->nplaces++];
  place->line = tree->option ? 0 : tree->line;
  iso_tree_path(tree, path, sizeof path);
  ISO_TRY(iso_arena_text(config->memory, &place->path, path, strlen(path), err));
  if (tree->option)
    ISO_TRY(iso_arena_text(config->memory, &place->option, tree->option, strlen(tree->option), err));
  const char *name = iso_tree_name(tree);
  if (name) ISO_TRY(iso_arena_text(config->memory, &place->name, name, strlen(name), err));
  for (const iso_tree *c = tree->first; c; c = c->next) ISO_TRY(note_places(config, c, err));
  return ISO_OK;
}

static const iso_config_place *find_place(const iso_config *config, const char *path, size_t length) {
  for (int i = 0; i < config->nplaces; i++)
    if (!strncmp(config->places[i].path, path, length) && !config->places[i].path[length])
      return &config->places[i];
  return NULL;
}

bool iso_config_given(const iso_config *config, const char *path) {
  return find_place(config, path, strlen(path)) != NULL;
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
  char what[1536], name[ISO_TREE_MENTION];
  va_list args;
  va_start(args, format);
  vsnprintf(what, sizeof what, format, args);
  va_end(args);
  const iso_config_place *place = nearest_place(config, path);
  iso_tree_mention(name, place ? place->name : NULL, what);
  if (place && place->option)
    return iso_fail(err, ISO_EINPUT, "%.200s: %s%s: %s", place->option, path, name, what);
  return iso_fail(err, ISO_EINPUT, "%s:%d: %s%s: %s", config->file, place ? place->line : 1, path, name,
                  what);
}

static iso_status fill(iso_config *config, const char *text, size_t size, int nset, const char *const *set,
                       iso_error *err) {
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
  iso_reader reader = {.arena = config->memory, .file = config->file, .folder = folder, .err = err};
  return iso_read_keys(&reader, iso_config_keys, tree, config);
}

iso_status iso_config_read_text(iso_config *out, const char *file, const char *text, size_t size, int nset,
                                const char *const *set, iso_error *err) {
  *out = (iso_config){0};
  ISO_TRY(iso_arena_new(&out->memory, err));
  iso_status status = iso_arena_text(out->memory, &out->file, file, strlen(file), err);
  if (status == ISO_OK) status = fill(out, text, size, nset, set, err);
  if (status != ISO_OK) iso_config_free(out);
  return status;
}

iso_status iso_config_parse(iso_config *out, const char *file, const char *text, size_t size, int nset,
                            const char *const *set, iso_error *err) {
  ISO_TRY(iso_config_read_text(out, file, text, size, nset, set, err));
  iso_status status = iso_config_settle(out, err);
  if (status != ISO_OK) iso_config_free(out);
  return status;
}

iso_status iso_config_file_text(const char *file, char **text, size_t *size, iso_error *err) {
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

bool iso_config_exists(const char *path, const char *ending) {
  char full[4096];
  struct stat info;
  int n = snprintf(full, sizeof full, "%s%s", path, ending);
  return n > 0 && (size_t)n < sizeof full && stat(full, &info) == 0 && !S_ISDIR(info.st_mode);
}

/* A mesh, which may have the common name of CARP's files. */
static iso_status look_for_mesh(const iso_config *config, const char *mesh, const char *path,
                                iso_error *err) {
  static const char *const ends[] = {"", ".gz", ".pts", ".pts.gz", ".bpts"};
  struct stat info;
  for (size_t k = 0; k < sizeof ends / sizeof *ends; k++)
    if (!mesh || iso_config_exists(mesh, ends[k])) return ISO_OK;
  if (stat(mesh, &info) == 0 && S_ISDIR(info.st_mode))
    return iso_config_fail(config, err, path, "%s is a folder; name the mesh in it, of CARP up to .pts",
                           mesh);
  return iso_config_fail(
      config, err, path,
      "%s is not there; paths start from the configuration's folder, CARP names end before .pts", mesh);
}

static iso_status look_for_ecgs(const iso_config *config, iso_error *err) {
  for (int k = 0; config->has_fit && k < config->fit.necgs; k++) {
    const iso_config_fit_ecg *ecg = &config->fit.ecgs[k];
    char path[160];
    const bool lacks = !iso_config_exists(ecg->file, "");
    if (!lacks && iso_config_exists(ecg->electrodes, "")) continue;
    snprintf(path, sizeof path, "fit.ecgs.%.100s.%s", ecg->name, lacks ? "file" : "electrodes");
    return iso_config_fail(config, err, path, "%s is not there; paths start from the configuration's folder",
                           lacks ? ecg->file : ecg->electrodes);
  }
  return ISO_OK;
}

static iso_status look_for_maps(const iso_config *config, iso_error *err) {
  for (int k = 0; config->has_fit && k < config->fit.nmaps; k++) {
    const iso_config_map *map = &config->fit.maps[k];
    char path[160];
    if (iso_config_exists(map->file, "")) continue;
    snprintf(path, sizeof path, "fit.maps.%.100s.file", map->name);
    return iso_config_fail(config, err, path, "%s is not there; paths start from the configuration's folder",
                           map->file);
  }
  return ISO_OK;
}

static iso_status look_for_files(const iso_config *config, iso_error *err) {
  ISO_TRY(look_for_mesh(config, config->mesh.file, "mesh.file", err));
  if (config->mesh.has_shape && !iso_config_exists(config->mesh.shape.file, ""))
    return iso_config_fail(config, err, "mesh.shape.file",
                           "%s is not there; paths start from the configuration's folder",
                           config->mesh.shape.file);
  char path[128];
  for (int k = 0; k < config->mesh.nsurfaces; k++) {
    const iso_config_surface *s = &config->mesh.surfaces[k];
    if (iso_config_exists(s->file, "") || iso_config_exists(s->file, ".gz")) continue;
    snprintf(path, sizeof path, "mesh.surfaces.%.100s", s->name);
    return iso_config_fail(config, err, path, "%s is not there; paths start from the configuration's folder",
                           s->file);
  }
  for (int k = 0; k < config->mesh.nnetworks; k++) {
    const iso_config_network *n = &config->mesh.networks[k];
    snprintf(path, sizeof path, "mesh.networks.%.100s.file", n->name);
    ISO_TRY(look_for_mesh(config, n->file, path, err));
  }
  for (int r = 0; r < config->nregions; r++)
    for (int k = 0; k < config->regions[r].nparameters; k++) {
      const iso_setting *setting = &config->regions[r].parameters[k];
      if (!setting->field || iso_config_exists(setting->field, "")) continue;
      snprintf(path, sizeof path, "regions.%d.parameters.%.80s", r, setting->name);
      return iso_config_fail(config, err, path,
                             "%s is not there; paths start from the configuration's folder", setting->field);
    }
  ISO_TRY(look_for_mesh(config, config->outputs.ecg.torso.file, "outputs.ecg.torso.file", err));
  const char *electrodes = config->outputs.ecg.electrodes;
  if (electrodes && !iso_config_exists(electrodes, ""))
    return iso_config_fail(config, err, "outputs.ecg.electrodes",
                           "%s is not there; paths start from the configuration's folder", electrodes);
  ISO_TRY(look_for_maps(config, err));
  ISO_TRY(look_for_ecgs(config, err));
  return iso_config_look_for_sets(config, err);
}

iso_status iso_config_read(iso_config *out, MPI_Comm comm, const char *file, int nset, const char *const *set,
                           iso_error *err) {
  int rank;
  char *text = NULL;
  size_t size = 0;
  *out = (iso_config){0};
  MPI_Comm_rank(comm, &rank);
  iso_status status =
      iso_agree(comm, rank == 0 ? iso_config_file_text(file, &text, &size, err) : ISO_OK, err);
  if (status == ISO_OK) status = iso_share_bytes(comm, &text, &size, "the configuration", err);
  if (status == ISO_OK) {
    status = iso_config_read_text(out, file, text, size, nset, set, err);
    if (status == ISO_OK && rank == 0) status = look_for_files(out, err);
    status = iso_agree(comm, status, err);
  }
  free(text);
  if (status != ISO_OK) iso_config_free(out);
  return status;
}

iso_status iso_config_load(iso_config *out, MPI_Comm comm, const char *file, int nset, const char *const *set,
                           iso_error *err) {
  ISO_TRY(iso_config_read(out, comm, file, nset, set, err));
  const iso_status status = iso_agree(comm, iso_config_settle(out, err), err);
  if (status != ISO_OK) iso_config_free(out);
  return status;
}

void iso_config_free(iso_config *config) {
  if (config->given) iso_config_free(config->given);
  free(config->given);
  free(config->made);
  if (config->free_models) config->free_models(config->models);
  iso_arena_free(config->memory);
  *config = (iso_config){0};
}
