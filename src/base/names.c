#include "base/names.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

iso_status iso_names_add(iso_names *names, const char *name, iso_error *err) {
  if (!names || !name) return ISO_OK;
  ISO_TRY(iso_realloc(&names->name, (size_t)names->n + 1, sizeof *names->name, "names", err));
  char *copy = strdup(name);
  if (!copy) return iso_fail_memory(err, strlen(name) + 1, "a name");
  names->name[names->n++] = copy;
  return ISO_OK;
}

void iso_names_free(iso_names *names) {
  for (int i = 0; i < names->n; i++) free(names->name[i]);
  free(names->name);
  *names = (iso_names){0};
}
