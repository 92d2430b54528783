/* Whether the files that a study's members are made of are those of its beginning. */
#include "plan/ledger_parts.h"

#include "base/atomic.h"
#include "base/input.h"
#include "study/differences.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* All of a file that is open, to be freed. */
static iso_status read_all(FILE *file, const char *path, char **text, iso_error *err) {
  size_t size = 0;
  char piece[1 << 12];
  FILE *memory = open_memstream(text, &size);
  for (size_t n; memory && (n = fread(piece, 1, sizeof piece, file)) > 0;) fwrite(piece, 1, n, memory);
  if (!memory || fclose(memory) != 0) return iso_fail_memory(err, size, "checksums");
  return ferror(file) ? iso_fail(err, ISO_EFAIL, "%s: cannot be read", path) : ISO_OK;
}

iso_status iso_ledger_inputs(const char *folder, const char *inputs, iso_error *err) {
  char path[PATH_MAX], *was = NULL;
  const char *why;
  iso_differences d = {0};
  snprintf(path, sizeof path, "%s/" ISO_INPUTS_FILE, folder);
  FILE *file = iso_input_stream(path, &why);
  if (!file) return iso_atomic_write_text(path, false, inputs, err);
  iso_status status = read_all(file, path, &was, err);
  fclose(file);
  if (status == ISO_OK && strcmp(was, inputs) != 0) status = iso_differences_add(&d, path, was, inputs, err);
  free(was);
  if (status != ISO_OK || d.n == 0) return status;
  iso_differences_end(&d);
  return iso_fail(
      err, ISO_EINPUT,
      "%.400s: files have changed since the study began, and members before and after would not go "
      "together: %s; put the old ones back, or choose another --output",
      folder, d.text);
}
