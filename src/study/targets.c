#include "study/targets.h"

#include "base/path.h"
#include "base/share.h"
#include "study/inputs.h"
#include "study/result_names.h"

#include <fnmatch.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

bool iso_targets_ends_result(const char *end) {
  static const char *const ends[] = {ISO_RESULT_ENDS};
  for (size_t k = 0; k < sizeof ends / sizeof *ends; k++)
    if (fnmatch(ends[k], end, 0) == 0) return true;
  return false;
}

static bool in_same_folder(const char *a, const char *b) {
  char folder[2][PATH_MAX];
  const char *path[2] = {a, b};
  for (int k = 0; k < 2; k++) {
    const int length = (int)(iso_path_name(path[k]) - path[k]);
    snprintf(folder[k], sizeof folder[k], "%.*s", length ? length : 1, length ? path[k] : ".");
  }
  return iso_path_is_same(folder[0], folder[1]);
}

/* The file may not be there yet, and each of the two may be named in its own way. */
static bool is_result(const char *path, const char *prefix) {
  const char *stem = iso_path_name(prefix), *name = iso_path_name(path), *end = name + strlen(stem);
  return strncmp(name, stem, strlen(stem)) == 0 && in_same_folder(path, prefix) &&
         (iso_targets_ends_result(end) || strncmp(end, ".ckpt.", 6) == 0);
}

static iso_status check_summary(const iso_config *config, const char *prefix, const char *summary,
                                iso_error *err) {
  if (!*iso_path_name(summary))
    return iso_fail(err, ISO_EINPUT, "--summary '%.300s' names no file; give one, like heart.json", summary);
  if (is_result(summary, prefix))
    return iso_fail(
        err, ISO_EINPUT,
        "--summary %.300s: that is the name of another result of --output %.300s; choose another, "
        "like %.300s.json",
        summary, prefix, prefix);
  return iso_inputs_spare(config, 1, &summary, err);
}

static iso_status check_all(const iso_config *config, const char *prefix, const char *summary, int n,
                            const char *const *path, iso_error *err) {
  if (summary) ISO_TRY(check_summary(config, prefix, summary, err));
  return iso_inputs_spare(config, n, path, err);
}

iso_status iso_targets_check(MPI_Comm comm, const iso_config *config, const char *prefix, const char *summary,
                             int n, const char *const *path, iso_error *err) {
  const iso_status status = iso_rank(comm) == 0 ? check_all(config, prefix, summary, n, path, err) : ISO_OK;
  return iso_agree(comm, status, err);
}
