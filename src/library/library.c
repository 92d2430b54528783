/* Opening, closing, and what a heart is. */
#include "app/command.h"
#include "app/command_options.h"
#include "base/memory.h"
#include "base/share.h"
#include "base/version.h"
#include "fit/twin_run.h"
#include "grid/sort.h"
#include "library/parts.h"
#include "study/load.h"
#include "study/result_names.h"
#include "study/setup.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *isochrone_version(void) { return ISO_VERSION; }

iso_error *iso_library_begin(isochrone *heart) {
  if (!heart) return NULL;
  heart->err = (iso_error){0};
  return &heart->err;
}

const char *isochrone_error(const isochrone *heart) {
  return heart ? heart->err.message
               : "there is no simulation: none was opened, or memory was too short for it";
}

int isochrone_rank(const isochrone *heart) {
  return heart && heart->comm != MPI_COMM_NULL ? iso_rank(heart->comm) : 0;
}

iso_status iso_library_needs(const isochrone *heart, bool to_step, iso_error *err) {
  if (!heart || heart->stage == ISO_LIBRARY_NONE)
    return iso_fail(err, ISO_EINPUT, "there is no simulation any more, since a call failed: close it");
  if (to_step && heart->stage == ISO_LIBRARY_WRITTEN)
    return iso_fail(err, ISO_EINPUT, "the results are written: nothing can follow; open another simulation");
  return ISO_OK;
}

iso_status iso_library_place(int64_t n, const void *place, const char *what, iso_error *err) {
  if (n <= 0 || place) return ISO_OK;
  return iso_fail(err, ISO_EINPUT, "there is no place for %s: NULL was given", what);
}

/* ---- MPI ---- */

static void end_mpi(void) {
  int ended;
  MPI_Finalized(&ended);
  if (!ended) MPI_Finalize();
}

iso_status iso_library_mpi(iso_error *err) {
  int runs, ended, threads;
  MPI_Initialized(&runs);
  MPI_Finalized(&ended);
  if (ended) return iso_fail(err, ISO_EFAIL, "MPI has ended in this process and cannot begin again");
  iso_command_prepare();
  if (runs) return ISO_OK;
  MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &threads);
  if (atexit(end_mpi) != 0) return iso_fail_memory(err, sizeof(void *), "the end of MPI");
  return ISO_OK;
}

/* ---- opening ---- */

static iso_status copy_text(char **out, const char *text, const char *what, iso_error *err) {
  if (!text) return ISO_OK;
  *out = strdup(text);
  return *out ? ISO_OK : iso_fail_memory(err, strlen(text) + 1, what);
}

/* Options of an older header are shorter, and what they lack is zero. */
static iso_status take_options(isochrone_options *out, const isochrone_options *given, iso_error *err) {
  *out = (isochrone_options){0};
  if (!given) return ISO_OK;
  if (given->size < offsetof(isochrone_options, messages) + sizeof given->messages ||
      given->size > sizeof *out)
    return iso_fail(err, ISO_EINPUT, "options.size is %zu: set it to sizeof(isochrone_options), which is %zu",
                    given->size, sizeof *out);
  memcpy(out, given, given->size);
  if (out->nset < 0 || (out->nset > 0 && !out->set))
    return iso_fail(err, ISO_EINPUT, "options.set has %d settings, and is %s", out->nset,
                    out->set ? "there" : "NULL");
  for (int k = 0; k < out->nset; k++)
    if (!out->set[k]) return iso_fail(err, ISO_EINPUT, "options.set[%d] is NULL: give \"KEY.PATH=VALUE\"", k);
  if (out->messages < ISOCHRONE_WARNINGS || out->messages > ISOCHRONE_INFO)
    return iso_fail(err, ISO_EINPUT, "options.messages is %d, which is none of its values", out->messages);
  return ISO_OK;
}

/* Not collective. */
static iso_status take_names(isochrone *heart, const char *configuration, const isochrone_options *options,
                             iso_error *err) {
  char prefix[4000];
  if (!configuration) return iso_fail(err, ISO_EINPUT, "isochrone_open needs the name of a configuration");
  if (options->output)
    ISO_TRY(iso_argument_prefix(options->output, (const char *const[]){ISO_END_MAPS, NULL}, prefix,
                                sizeof prefix, err));
  else
    iso_argument_stem(configuration, prefix, sizeof prefix);
  ISO_TRY(copy_text(&heart->output, prefix, "the name of results", err));
  return copy_text(&heart->restart, options->restart, "the name of a checkpoint", err);
}

/* Not collective. */
static iso_status order_nodes(isochrone *heart, iso_error *err) {
  const iso_mesh *mesh = heart->running.setup->mesh;
  const size_t n = (size_t)mesh->nowned;
  iso_keyed *pair = NULL;
  iso_status status = iso_alloc(&heart->order, n, sizeof *heart->order, "the order of nodes", err);
  if (status == ISO_OK) status = iso_alloc(&heart->room, n, sizeof *heart->room, "readings", err);
  if (status == ISO_OK) status = iso_alloc(&pair, n, sizeof *pair, "the order of nodes", err);
  for (size_t i = 0; status == ISO_OK && i < n; i++)
    pair[i] = (iso_keyed){(uint64_t)mesh->gid[i], (int64_t)i};
  if (status == ISO_OK) status = iso_sort((int64_t)n, pair, err);
  for (size_t i = 0; status == ISO_OK && i < n; i++) heart->order[i] = (iso_lid)pair[i].item;
  free(pair);
  return status;
}

/* Whoever makes the steps has guests of its own, which the simulation behind a late lesion would not have. */
static iso_status refuse_unsteppable(const iso_config *config, iso_error *err) {
  if (config->method == ISO_METHOD_EIKONAL)
    return iso_config_fail(config, err, "method", "an eikonal wave has no steps: isochrone run takes it");
  if (config->has_protocol)
    return iso_config_fail(config, err, "protocol",
                           "its trials go back in time, and a caller's steps do not: leave it out, or take "
                           "isochrone run");
  if (iso_setup_burns(config, 0, INFINITY))
    return iso_config_fail(
        config, err, "lesions",
        "from_ms is for isochrone run and study; where a program makes the steps, burn them "
        "from the beginning");
  return ISO_OK;
}

/* What is refused is so before a twin's heart leaves its file. */
static iso_status load(isochrone *heart, const char *file, const isochrone_options *o, iso_error *err) {
  ISO_TRY(iso_study_load(&heart->config, heart->comm, file, o->nset, o->set, err));
  ISO_TRY(refuse_unsteppable(&heart->config, err));
  return iso_twin_take(&heart->config, heart->comm, file, o->nset, o->set, heart->output, &heart->log, err);
}

static iso_status open_heart(isochrone *heart, const char *configuration, const isochrone_options *given,
                             iso_error *err) {
  static const iso_log_level level[] = {ISO_LOG_WARNING, ISO_LOG_SILENT, ISO_LOG_INFO};
  isochrone_options options;
  iso_status status = take_options(&options, given, err);
  if (status == ISO_OK) status = take_names(heart, configuration, &options, err);
  ISO_TRY(iso_agree(heart->comm, status, err));
  heart->log = iso_log_new(heart->comm, stderr, level[options.messages]);
  heart->options = (iso_run_options){.output = heart->output, .restart = heart->restart, .log = &heart->log};
  ISO_TRY(load(heart, configuration, &options, err));
  iso_running_init(&heart->running, heart->comm, &heart->config, &heart->options, true);
  heart->stage = ISO_LIBRARY_OPEN; /* to be freed */
  status = iso_running_prepare(&heart->running, err);
  if (status == ISO_OK) status = iso_agree(heart->comm, order_nodes(heart, err), err);
  if (status == ISO_OK) return ISO_OK;
  iso_running_free(&heart->running);
  heart->stage = ISO_LIBRARY_NONE;
  return status;
}

int isochrone_open(isochrone **out, const char *configuration, const isochrone_options *options) {
  isochrone *heart = NULL;
  iso_error err = {0};
  iso_status status = iso_library_place(1, out, "a simulation", &err);
  if (status == ISO_OK) status = iso_alloc(&heart, 1, sizeof *heart, "a simulation", &err);
  if (out) *out = heart;
  if (heart) heart->comm = MPI_COMM_NULL;
  if (status == ISO_OK) status = iso_library_mpi(&heart->err);
  if (status != ISO_OK && !heart) iso_library_mpi(NULL);
  int runs, ended;
  MPI_Initialized(&runs);
  MPI_Finalized(&ended);
  if (!runs || ended) return status;
  const MPI_Comm comm =
      options && options->communicator ? *(const MPI_Comm *)options->communicator : MPI_COMM_WORLD;
  if (comm == MPI_COMM_NULL) /* other ranks' communicator, if it is anybody's */
    status = iso_fail(&err, ISO_EINPUT,
                      "options.communicator is MPI_COMM_NULL, to which this rank does not belong");
  else
    status = iso_agree(comm, status, &err);
  if (status != ISO_OK) {
    if (heart) heart->err = err;
    return status;
  }
  MPI_Comm_dup(comm, &heart->comm);
  return open_heart(heart, configuration, options, iso_library_begin(heart));
}

void isochrone_close(isochrone *heart) {
  if (!heart) return;
  if (heart->stage != ISO_LIBRARY_NONE) iso_running_free(&heart->running);
  iso_library_free_electrodes(heart);
  iso_config_free(&heart->config);
  free(heart->order);
  free(heart->room);
  free(heart->output);
  free(heart->restart);
  int ended;
  MPI_Finalized(&ended);
  if (heart->comm != MPI_COMM_NULL && !ended) MPI_Comm_free(&heart->comm);
  free(heart);
}

static iso_status judge_words(int n, const char *const *words) {
  if (n < 0 || (n > 0 && !words)) return ISO_EINPUT;
  for (int k = 0; k < n; k++)
    if (!words[k]) return ISO_EINPUT;
  return ISO_OK;
}

int isochrone_command(int n, const char *const *words) {
  iso_error err = {0};
  const char **all = NULL;
  iso_status status = iso_library_mpi(&err);
  if (status != ISO_OK) return status;
  status = judge_words(n, words);
  if (status == ISO_OK) status = iso_alloc(&all, (size_t)n + 2, sizeof *all, "a command", &err);
  status = iso_agree(MPI_COMM_WORLD, status, &err);
  if (status == ISO_OK) {
    all[0] = "isochrone";
    if (n) memcpy(all + 1, words, (size_t)n * sizeof *all);
    status = (iso_status)iso_command_line(MPI_COMM_WORLD, n + 1, (char *const *)all);
  }
  free(all);
  return status;
}
