#include "study/restart.h"

#include "base/memory.h"
#include "base/path.h"
#include "base/share.h"
#include "base/version.h"
#include "config/config_tree.h"
#include "study/alike.h"
#include "study/inputs.h"
#include "study/provenance.h"
#include "study/trials.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- another configuration? ---- */

static const char whose[] = "the checkpoint's configuration";

/* The time of a checkpoint, and how a configuration and the files it names differ from the checkpoint's, to
 * be ended. late: but for what acts only afterwards. */
static iso_status compare_run(iso_alike *c, const iso_checkpoint *file, const char *path,
                              const iso_config *config, const char *inputs, bool late, iso_error *err) {
  const char *was = iso_checkpoint_text(file, "configuration");
  const char *old_inputs = iso_checkpoint_text(file, ISO_INPUTS_ATTRIBUTE);
  char *is = NULL;
  if (!was || !old_inputs)
    return iso_fail(err, ISO_EINPUT, "%s: is not a checkpoint of a run: it has no configuration", path);
  ISO_TRY(iso_checkpoint_number(file, "time", &c->time_ms, err));
  ISO_TRY(iso_config_dump(config, &is, err));
  c->step_follows = config->numerics.step_follows;
  c->from_ms = late ? iso_alike_from(config, c->time_ms) : INFINITY;
  iso_status status = iso_alike_add(c, whose, was, is, err);
  free(is);
  return status == ISO_OK ? iso_alike_add(c, whose, old_inputs, inputs, err) : status;
}

/* What acts after a checkpoint may have acted in trials that a protocol came back from. */
static bool may_act_late(const iso_checkpoint *file, const iso_config *config) {
  iso_error ignored = {0};
  double begun;
  return !config->has_protocol ||
         (iso_checkpoint_number(file, ISO_TRIALS_BEGUN, &begun, &ignored) == ISO_OK && begun == 0);
}

static iso_status refuse_others(const iso_checkpoint *file, const char *path, const iso_config *config,
                                const char *inputs, iso_error *err) {
  iso_alike c = {0};
  ISO_TRY(compare_run(&c, file, path, config, inputs, may_act_late(file, config), err));
  iso_differences_end(&c.found);
  if (c.time_ms > config->time.duration_ms * (1 + 1e-12))
    return iso_config_fail(config, err, "time.duration_ms",
                           "%g ms end before %g ms, the time of the checkpoint %.400s; lengthen it or use "
                           "an earlier one",
                           config->time.duration_ms, c.time_ms, path);
  if (c.found.n > 0)
    return iso_fail(err, ISO_EINPUT,
                    "%.400s: is of another configuration: %s; use that of the run that is to go on "
                    "(isochrone info --all shows it), or run from the start",
                    path, c.found.text);
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

iso_status iso_restart_open(iso_checkpoint **out, MPI_Comm comm, const char *path, iso_setup *setup,
                            iso_error *err) {
  ISO_TRY(iso_checkpoint_open(out, comm, path, err));
  iso_status status = iso_setup_inputs(setup, comm, err);
  if (status == ISO_OK)
    status = iso_agree(comm, refuse_others(*out, path, setup->config, setup->inputs, err), err);
  if (status == ISO_OK) {
    warn_of_program(*out, path, setup->log);
    return ISO_OK;
  }
  iso_checkpoint_close(*out);
  *out = NULL;
  return status;
}

static iso_status compare_all(iso_alike *c, const iso_checkpoint *file, const char *path,
                              const iso_setup *setup, iso_error *err) {
  ISO_TRY(compare_run(c, file, path, setup->config, setup->inputs, false, err));
  iso_differences_add_mesh(&c->found, iso_checkpoint_text(file, "mesh_checksum"), setup->mesh->checksum);
  iso_differences_end(&c->found);
  return ISO_OK;
}

/* One file. *more: whether there is one, so that there may be an older one, too. */
static iso_status spare(const iso_setup *setup, const char *path, bool *more, iso_error *err) {
  MPI_Comm comm = setup->mesh->comm;
  iso_checkpoint *file = NULL;
  iso_error ignored = {0};
  iso_alike c = {0};
  int exists = iso_rank(comm) == 0 && access(path, F_OK) == 0;
  MPI_Bcast(&exists, 1, MPI_INT, 0, comm);
  *more = exists;
  if (!exists || iso_checkpoint_open(&file, comm, path, &ignored) != ISO_OK) return ISO_OK;
  const iso_status status = compare_all(&c, file, path, setup, &ignored);
  iso_checkpoint_close(file);
  if (status != ISO_OK || c.found.n == 0) return ISO_OK;
  return iso_fail(
      err, ISO_EINPUT,
      "%.400s: is of another run (%s), whose checkpoints and snapshots this one would replace: choose "
      "another --output, or move or remove the older run's .ckpt files",
      path, c.found.text);
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
  const char *name = iso_path_name(path), *stem = NULL;
  for (const char *at = name; (at = strstr(at, ".ckpt.")); at++) stem = at;
  ISO_TRY(iso_alloc(out, size, 1, "a file name", err));
  snprintf(*out, size, "%.*s.ckpt.vm", (int)(stem ? (size_t)(stem - path) : strlen(path)), path);
  return ISO_OK;
}

/* ---- its state ---- */

static iso_status check_mesh(const iso_checkpoint *file, const char *path, const iso_mesh *mesh,
                             iso_error *err) {
  iso_differences d = {0};
  iso_differences_add_mesh(&d, iso_checkpoint_text(file, "mesh_checksum"), mesh->checksum);
  if (d.n == 0) return ISO_OK;
  return iso_fail(
      err, ISO_EINPUT,
      "%s: is of another mesh, by nodes, elements, tags or fibres: %s; use the mesh of the run that "
      "is to go on, or run from the start",
      path, d.text);
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
  iso_status status = iso_tree_parse(&old, arena, whose, was, strlen(was), err);
  if (status == ISO_OK) {
    const iso_tree *time = iso_tree_child(old, "time");
    const iso_tree *step = time ? iso_tree_child(time, "step_ms") : NULL;
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
                             iso_archive **saved, double *loop_s, double *wall_s, iso_error *err) {
  iso_archive *archive = NULL;
  *saved = NULL;
  MPI_Comm comm = setup->mesh->comm;
  ISO_TRY(check_mesh(file, path, setup->mesh, err));
  ISO_TRY(iso_agree(comm, check_step(file, path, setup->config, err), err));
  iso_status status = iso_agree(comm, iso_archive_new(&archive, setup->mesh, err), err);
  if (status == ISO_OK) status = iso_checkpoint_read(file, archive, err);
  if (status == ISO_OK) status = iso_simulation_restore(setup->simulation, archive, err);
  if (status == ISO_OK) status = iso_archive_get_number(archive, "run.loop_time", loop_s, err);
  if (status == ISO_OK) status = iso_archive_get_number(archive, "run.wall_time", wall_s, err);
  status = iso_agree(comm, status, err);
  if (status == ISO_OK)
    *saved = archive;
  else
    iso_archive_free(archive);
  return status;
}
