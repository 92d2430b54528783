#include "study/restart.h"

#include "base/input.h"
#include "base/memory.h"
#include "base/share.h"
#include "base/text.h"
#include "base/version.h"
#include "config/config_sets.h"
#include "config/config_tree.h"
#include "grid/hash.h"
#include "plugin/own_model.h"
#include "study/inputs.h"
#include "study/provenance.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- another configuration? ---- */

enum { SHOWN = 6 }; /* differences in a message */

typedef struct comparison {
  bool step_follows; /* from the mesh, which is the same: it is compared when the mesh is there */
  double time_ms;    /* of the checkpoint */
  int ndifferences;
  char text[1024];
} comparison;

/* Whether a time is not before another, but for the rounding of a number of steps. */
static bool is_to_come(const char *text, double time_ms) {
  return strtod(text, NULL) * (1 + 1e-12) >= time_ms;
}

/* What changes no bit of what was computed already, nor of what follows. */
static bool may_differ(const comparison *c, const char *path, const iso_tree *was, const iso_tree *is) {
  static const char *const free_keys[] = {"title",       "device",           "threads",
                                          "mesh.file",   "mesh.format",      "mesh.partition",
                                          "mesh.pieces", "time.duration_ms", "outputs.csv",
                                          "outputs.vtu", "numerics.accuracy" /* by what it sets */};
  for (size_t k = 0; k < sizeof free_keys / sizeof *free_keys; k++)
    if (!strcmp(path, free_keys[k])) return true;
  if (!strncmp(path, "checkpoint", strlen("checkpoint"))) return true;
  if (c->step_follows && !strcmp(path, "time.step_ms")) return true;
  /* Snapshots that end later, both times still to come. */
  return !strcmp(path, "outputs.snapshots.stop_ms") && was && is && was->text && is->text &&
         is_to_come(was->text, c->time_ms) && is_to_come(is->text, c->time_ms);
}

static const char *shown(const iso_tree *tree) {
  return !tree ? "not given" : tree->kind == ISO_TREE_SCALAR ? tree->text : "given";
}

static void compare(comparison *c, const char *path, const iso_tree *was, const iso_tree *is);

static const iso_tree *child(const iso_tree *tree, const char *key) {
  return tree && tree->kind != ISO_TREE_SCALAR ? iso_tree_child(tree, key) : NULL;
}

static void join(char *out, size_t size, const char *path, const char *key) {
  snprintf(out, size, "%s%s%s", path, *path ? "." : "", key);
}

static void compare_children(comparison *c, const char *path, const iso_tree *was, const iso_tree *is) {
  char name[512];
  for (const iso_tree *t = was ? was->first : NULL; t; t = t->next) {
    join(name, sizeof name, path, t->key);
    compare(c, name, t, child(is, t->key));
  }
  for (const iso_tree *t = is ? is->first : NULL; t; t = t->next) {
    join(name, sizeof name, path, t->key);
    if (!child(was, t->key)) compare(c, name, NULL, t);
  }
}

/* Whether all keys of a section have their defaults. An entry of a list, or what is in one, may say something
 * by being there: regions.0.initial.paced. */
static bool is_default(const char *path, const iso_tree *is) {
  char name[512];
  if (is->kind == ISO_TREE_SCALAR) return iso_config_is_default(path, is->text);
  if (is->kind == ISO_TREE_LIST || path[strcspn(path, "0123456789")]) return false;
  for (const iso_tree *t = is->first; t; t = t->next) {
    join(name, sizeof name, path, t->key);
    if (!is_default(name, t)) return false;
  }
  return true;
}

static void compare(comparison *c, const char *path, const iso_tree *was, const iso_tree *is) {
  const bool leaf = !was || !is || was->kind == ISO_TREE_SCALAR || is->kind == ISO_TREE_SCALAR;
  if (may_differ(c, path, was, is)) return;
  if (!leaf) {
    compare_children(c, path, was, is);
    return;
  }
  if (was && is && was->kind == is->kind && !strcmp(was->text, is->text)) return;
  if (!was && is_default(path, is)) return; /* a key that the program of then did not have */
  if (c->ndifferences++ < SHOWN)
    iso_text_append(c->text, sizeof c->text, "%s%s was %.60s and is %.60s", c->ndifferences > 1 ? ", " : "",
                    path, shown(was), shown(is));
}

/* Compares two YAML texts. */
static iso_status compare_texts(comparison *c, const char *was, const char *is, iso_error *err) {
  iso_arena *arena;
  iso_tree *old, *now;
  ISO_TRY(iso_arena_new(&arena, err));
  iso_status status = iso_tree_parse(&old, arena, "the checkpoint's configuration", was, strlen(was), err);
  if (status == ISO_OK) status = iso_tree_parse(&now, arena, "the configuration", is, strlen(is), err);
  if (status == ISO_OK) compare_children(c, "", old, now);
  iso_arena_free(arena);
  return status;
}

/* The time of a checkpoint, and how a configuration and the files it names differ from the checkpoint's. */
static iso_status compare_run(comparison *c, const iso_checkpoint *file, const char *path,
                              const iso_config *config, const char *inputs, iso_error *err) {
  const char *was = iso_checkpoint_text(file, "configuration");
  const char *old_inputs = iso_checkpoint_text(file, ISO_INPUTS_ATTRIBUTE);
  char *is = NULL;
  if (!was || !old_inputs)
    return iso_fail(err, ISO_EINPUT, "%s: is not a checkpoint of a run: it has no configuration", path);
  ISO_TRY(iso_checkpoint_number(file, "time", &c->time_ms, err));
  ISO_TRY(iso_config_dump(config, &is, err));
  c->step_follows = config->numerics.step_follows;
  iso_status status = compare_texts(c, was, is, err);
  free(is);
  if (status == ISO_OK) status = compare_texts(c, old_inputs, inputs, err);
  if (c->ndifferences > SHOWN)
    iso_text_append(c->text, sizeof c->text, " and %d more", c->ndifferences - SHOWN);
  return status;
}

static iso_status refuse_others(const iso_checkpoint *file, const char *path, const iso_config *config,
                                const char *inputs, iso_error *err) {
  comparison c = {0};
  ISO_TRY(compare_run(&c, file, path, config, inputs, err));
  if (c.time_ms > config->time.duration_ms * (1 + 1e-12))
    return iso_config_fail(config, err, "time.duration_ms",
                           "%g ms end before %g ms, the time of the checkpoint %.400s; lengthen it or use "
                           "an earlier one",
                           config->time.duration_ms, c.time_ms, path);
  if (c.ndifferences > 0)
    return iso_fail(err, ISO_EINPUT,
                    "%.400s: is of another configuration: %s; use that of the run that is to go on "
                    "(isochrone info --all shows it), or run from the start",
                    path, c.text);
  return ISO_OK;
}

static void warn_of_program(const iso_checkpoint *file, const char *path, const iso_log *log) {
  const char *version = iso_checkpoint_text(file, "program_version"),
             *commit = iso_checkpoint_text(file, "program_commit");
  if (version && commit && !strcmp(version, ISO_VERSION) && !strcmp(commit, iso_program_commit())) return;
  iso_log_say(log, ISO_LOG_WARNING,
              "%s is of another build of this program (%s, %s; this is %s, %s): what follows may differ in "
              "last bits from what that one would have computed",
              path, version ? version : "?", commit ? commit : "?", ISO_VERSION, iso_program_commit());
}

iso_status iso_restart_open(iso_checkpoint **out, MPI_Comm comm, const char *path, const iso_config *config,
                            const iso_log *log, iso_error *err) {
  char *inputs = NULL;
  ISO_TRY(iso_checkpoint_open(out, comm, path, err));
  iso_status status = iso_inputs_list(comm, config, &inputs, err);
  if (status == ISO_OK) status = iso_agree(comm, refuse_others(*out, path, config, inputs, err), err);
  free(inputs);
  if (status == ISO_OK) {
    warn_of_program(*out, path, log);
    return ISO_OK;
  }
  iso_checkpoint_close(*out);
  *out = NULL;
  return status;
}

static void mesh_checksum(const iso_mesh *mesh, char *text, size_t size) {
  snprintf(text, size, "%016llx", (unsigned long long)mesh->checksum);
}

static iso_status compare_all(comparison *c, const iso_checkpoint *file, const char *path,
                              const iso_setup *setup, iso_error *err) {
  ISO_TRY(compare_run(c, file, path, setup->config, setup->inputs, err));
  if (c->ndifferences > 0) return ISO_OK;
  const char *was = iso_checkpoint_text(file, "mesh_checksum");
  char is[32];
  mesh_checksum(setup->mesh, is, sizeof is);
  if (!was || strcmp(was, is) != 0)
    c->ndifferences = 1,
    snprintf(c->text, sizeof c->text, "the mesh's checksum was %s and is %s", was ? was : "not given", is);
  return ISO_OK;
}

/* One file. *more: whether there is one, so that there may be an older one, too. */
static iso_status spare(const iso_setup *setup, const char *path, bool *more, iso_error *err) {
  MPI_Comm comm = setup->mesh->comm;
  iso_checkpoint *file = NULL;
  iso_error ignored = {0};
  comparison c = {0};
  int exists = iso_rank(comm) == 0 && access(path, F_OK) == 0;
  MPI_Bcast(&exists, 1, MPI_INT, 0, comm);
  *more = exists;
  if (!exists || iso_checkpoint_open(&file, comm, path, &ignored) != ISO_OK) return ISO_OK;
  const iso_status status = compare_all(&c, file, path, setup, &ignored);
  iso_checkpoint_close(file);
  if (status != ISO_OK || c.ndifferences == 0) return ISO_OK;
  return iso_fail(
      err, ISO_EINPUT,
      "%.400s: is of another run (%s), whose checkpoints and snapshots this one would replace: choose "
      "another --output, or move or remove the older run's .ckpt files",
      path, c.text);
}

iso_status iso_restart_spare(const iso_setup *setup, const char *path, iso_error *err) {
  MPI_Comm comm = setup->mesh->comm;
  bool more = true;
  for (int k = 0; k <= 1 || more; k++) {
    char *older = NULL;
    iso_status status = iso_agree(comm, iso_checkpoint_older(path, k, &older, err), err);
    if (status == ISO_OK) status = iso_agree(comm, spare(setup, older, &more, err), err);
    free(older);
    ISO_TRY(status);
  }
  return ISO_OK;
}

iso_status iso_restart_spool(const char *path, char **out, iso_error *err) {
  const size_t size = strlen(path) + sizeof ".ckpt.vm";
  const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path, *stem = NULL;
  for (const char *at = name; (at = strstr(at, ".ckpt.")); at++) stem = at;
  ISO_TRY(iso_alloc(out, size, 1, "a file name", err));
  snprintf(*out, size, "%.*s.ckpt.vm", (int)(stem ? (size_t)(stem - path) : strlen(path)), path);
  return ISO_OK;
}

/* ---- its state ---- */

static iso_status check_mesh(const iso_checkpoint *file, const char *path, const iso_mesh *mesh,
                             iso_error *err) {
  const char *was = iso_checkpoint_text(file, "mesh_checksum");
  char is[32];
  mesh_checksum(mesh, is, sizeof is);
  if (was && !strcmp(was, is)) return ISO_OK;
  return iso_fail(err, ISO_EINPUT,
                  "%s: is of another mesh: the checksum of nodes, elements, tags and fibres was %s and is "
                  "%s; use the mesh of the run that is to go on, or run from the start",
                  path, was ? was : "not given", is);
}

/* A step that followed from the mesh, then and now; another program may choose another. */
static iso_status check_step(const iso_checkpoint *file, const char *path, const iso_config *config,
                             iso_error *err) {
  const char *was = iso_checkpoint_text(file, "configuration");
  iso_arena *arena;
  iso_tree *old;
  double step_ms = NAN;
  if (!config->numerics.step_follows) return ISO_OK;
  ISO_TRY(iso_arena_new(&arena, err));
  iso_status status = iso_tree_parse(&old, arena, "the checkpoint's configuration", was, strlen(was), err);
  if (status == ISO_OK) {
    const iso_tree *step = child(child(old, "time"), "step_ms");
    if (step && step->text) step_ms = strtod(step->text, NULL);
  }
  iso_arena_free(arena);
  ISO_TRY(status);
  if (step_ms == config->time.step_ms) return ISO_OK;
  return iso_fail(
      err, ISO_EINPUT,
      "%.400s: has steps of %g ms, and numerics.accuracy now chooses %g ms: set time.step_ms to that of the "
      "checkpoint",
      path, step_ms, config->time.step_ms);
}

iso_status iso_restart_state(const iso_checkpoint *file, const char *path, const iso_setup *setup,
                             double *loop_s, double *wall_s, iso_error *err) {
  iso_archive *archive = NULL;
  MPI_Comm comm = setup->mesh->comm;
  ISO_TRY(check_mesh(file, path, setup->mesh, err));
  ISO_TRY(iso_agree(comm, check_step(file, path, setup->config, err), err));
  iso_status status = iso_agree(comm, iso_archive_new(&archive, setup->mesh, err), err);
  if (status == ISO_OK) status = iso_checkpoint_read(file, archive, err);
  if (status == ISO_OK) status = iso_simulation_restore(setup->simulation, archive, err);
  if (status == ISO_OK) status = iso_archive_get_number(archive, "run.loop_time", loop_s, err);
  if (status == ISO_OK) status = iso_archive_get_number(archive, "run.wall_time", wall_s, err);
  iso_archive_free(archive);
  return iso_agree(comm, status, err);
}
